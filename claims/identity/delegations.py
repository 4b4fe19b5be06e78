"""Absence: a person's role in the hands of a colleague of the same office, for days that are named beforehand."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from claims.desk import Tx
from claims.errors import BadDates, BadValue
from claims.identity.people import load_user, office_of, require_role
from claims.models import Delegation, User
from claims.trail.chains import append
from states.duties import objection_to_stand_in
from states.facts import Actor
from states.stages import Role

KEEPERS = (Role.ADMINISTRATOR,)


@dataclass(frozen=True, slots=True)
class Absence:
    """Who stands in for whom. `state` is coming, now, over or ended (called off)."""

    id: int
    absent: str
    stand_in: str
    role: Role
    from_on: date
    to_on: date
    reason: str
    recorded_by: str
    state: str


def delegate(
    tx: Tx,
    absent: str,
    stand_in: str,
    role: Role,
    *,
    from_on: date,
    to_on: date,
    reason: str,
    actor: Actor,
) -> Absence:
    """Put a role into a colleague's hands from one day to another, both included.

    What the colleague then does is under their own name: separation of duties and interests are theirs. Raises
    `CannotStandIn`, `BadDates`, `BadValue` without a reason, `UnknownUser`.
    """
    require_role(actor, KEEPERS, "登记代理", "record an absence")
    if from_on > to_on or to_on < tx.now.date():
        raise BadDates("代理起止日期颠倒或已过", "the days are over, or end before they begin")
    if not reason.strip():
        raise BadValue("请写明代理原因（如出差、休假）。", "Say why (travel, leave).")
    away, here = load_user(tx, absent.strip()), load_user(tx, stand_in.strip())
    refusal = objection_to_stand_in(_in_own_right(away), _in_own_right(here), role)
    if refusal is not None:
        raise refusal
    row = Delegation(
        absent=away,
        stand_in=here,
        role=role,
        from_on=from_on,
        to_on=to_on,
        reason=reason.strip(),
        recorded_by=actor.name,
        recorded_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    data = {"stand_in": here.name, "role": str(role), "from": from_on.isoformat(), "to": to_on.isoformat()}
    _record(tx, row, "delegated", actor, data, row.reason)
    return _absence(row, tx.now.date())


def call_off(tx: Tx, delegation_id: int, *, actor: Actor) -> None:
    """End an absence early; gone at once. One that is over, or was called off, stays as it is."""
    require_role(actor, KEEPERS, "终止代理", "end an absence")
    row = tx.session.get(Delegation, delegation_id)
    if row is None:
        raise BadValue("没有这项代理。", "There is no such absence.")
    if _state(row, tx.now.date()) in {"coming", "now"}:
        row.ended_at = tx.now
        _record(tx, row, "delegation_ended", actor, {"stand_in": row.stand_in.name, "role": str(row.role)})


def absences(tx: Tx, limit: int = 50) -> tuple[Absence, ...]:
    """The latest to begin first."""
    rows = select(Delegation).order_by(Delegation.from_on.desc(), Delegation.id.desc()).limit(limit)
    return tuple(_absence(each, tx.now.date()) for each in tx.session.scalars(rows))


def standing_in(tx: Tx, name: str) -> tuple[Absence, ...]:
    """The absences that a person fills in for today."""
    rows = select(Delegation).join(User, User.id == Delegation.stand_in_id).where(User.name == name)
    today = tx.now.date()
    found = (_absence(each, today) for each in tx.session.scalars(rows.where(Delegation.to_on >= today)))
    return tuple(each for each in found if each.state == "now")


def _in_own_right(user: User) -> Actor:
    """Without what is only lent to them: nobody hands on a colleague's role."""
    office = office_of(user.organisation) if user.organisation else None
    return Actor(user.name, frozenset(each.role for each in user.roles), office)


def _absence(row: Delegation, today: date) -> Absence:
    return Absence(
        id=row.id,
        absent=row.absent.name,
        stand_in=row.stand_in.name,
        role=row.role,
        from_on=row.from_on,
        to_on=row.to_on,
        reason=row.reason,
        recorded_by=row.recorded_by,
        state=_state(row, today),
    )


def _state(row: Delegation, today: date) -> str:
    if row.ended_at is not None:
        return "ended"
    if today < row.from_on:
        return "coming"
    return "now" if today <= row.to_on else "over"


def _record(
    tx: Tx, row: Delegation, trigger: str, actor: Actor, data: dict[str, str], reason: str = ""
) -> None:
    stream = f"user/{row.absent.name}"
    append(tx, stream, trigger, actor=actor.name, role=Role.ADMINISTRATOR, reason=reason, data=data)
