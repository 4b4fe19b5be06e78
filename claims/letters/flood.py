"""The flood guard: more letters of a kind than the work can explain do not leave until somebody has looked.

Nothing is lost meanwhile: they are held, and those of the kind that follow join them. An administrator lets them go
or sets them aside; released ones are not counted again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, func, select, update

from claims.desk import Tx
from claims.errors import NothingHeld
from claims.identity.people import require_role
from claims.letters.dead_letters import required_reason
from claims.letters.outbox import LetterStatus
from claims.models import Claim, Letter
from claims.trail.chains import append
from states.facts import Actor
from states.stages import Role

FLOOR = 500
"""So many letters of a kind in an hour are no flood, however few claims there are."""

HOUR = timedelta(hours=1)
CYCLES = 2


@dataclass(frozen=True, slots=True)
class HeldKind:
    """Letters of a kind that are held: how many, since when the first of them waits, and the subject of one."""

    kind: str
    count: int
    since: datetime
    example: str


def hold_floods(tx: Tx) -> None:
    """Hold the letters of each kind of which more would have left in this hour than may, and of those held already."""
    waiting = _counted(
        tx, Letter.status == str(LetterStatus.QUEUED), Letter.not_before <= tx.now, ~Letter.released
    )
    if not waiting:
        return
    held = {each.kind for each in held_kinds(tx)}
    left = _counted(tx, Letter.sent_at > tx.now - HOUR, Letter.kind.in_(waiting), ~Letter.released)
    would = {kind: count + left.get(kind, 0) for kind, count in waiting.items()}
    limit = _limit(tx, max(would.values()))
    for kind in sorted(waiting):
        if kind in held:
            _hold(tx, kind)
        elif would[kind] > limit and (count := _hold(tx, kind)):
            data = {"kind": kind, "letters": count, "limit": limit, "example": _example(tx, kind)}
            append(tx, "letters", "letters_held", actor="system", role="system", data=data)


def held_kinds(tx: Tx) -> tuple[HeldKind, ...]:
    rows = tx.session.execute(
        select(Letter.kind, func.count(), func.min(Letter.queued_at), func.min(Letter.subject))
        .where(Letter.status == str(LetterStatus.HELD))
        .group_by(Letter.kind)
        .order_by(Letter.kind)
    )
    return tuple(HeldKind(*row) for row in rows)


def release(tx: Tx, kind: str, *, reason: str, actor: Actor) -> int:
    """Let the held letters of a kind go; answers with how many. Raises `NothingHeld`."""
    values = {"status": str(LetterStatus.QUEUED), "released": True, "not_before": tx.now}
    return _settle(tx, kind, "letters_released", reason, actor, values)


def discard(tx: Tx, kind: str, *, reason: str, actor: Actor) -> int:
    """Set the held letters of a kind aside for good; answers with how many. Raises `NothingHeld`."""
    return _settle(tx, kind, "letters_discarded", reason, actor, {"status": str(LetterStatus.DISCARDED)})


def _settle(tx: Tx, kind: str, trigger: str, reason: str, actor: Actor, values: dict[str, Any]) -> int:
    role = require_role(actor, (Role.ADMINISTRATOR,), "处理暂停发送的函件", "settle letters that are held")
    words = required_reason(reason)
    held = (Letter.kind == kind, Letter.status == str(LetterStatus.HELD))
    if not (count := _update(tx, held, **values)):
        raise NothingHeld(kind)
    data = {"kind": kind, "letters": count}
    append(tx, "letters", trigger, actor=actor.name, role=role, reason=words, data=data)
    return count


def _hold(tx: Tx, kind: str) -> int:
    queued = (Letter.kind == kind, Letter.status == str(LetterStatus.QUEUED), ~Letter.released)
    return _update(tx, queued, status=str(LetterStatus.HELD))


def _example(tx: Tx, kind: str) -> str:
    held = (Letter.kind == kind, Letter.status == str(LetterStatus.HELD))
    return tx.session.scalars(select(Letter.subject).where(*held).order_by(Letter.id).limit(1)).one()


def _limit(tx: Tx, most: int) -> int:
    """How many letters of a kind may leave in an hour: what is set, or one for each claim of the last two cycles.

    No kind is written more than once an hour on a claim, so that work alone never reaches it, not even where a
    list of all is published at once. `most`: claims are not counted where so many need no explanation.
    """
    given = tx.desk.settings.flood_limit
    if given is not None or most <= FLOOR:
        return FLOOR if given is None else given
    newest = select(func.max(Claim.cycle)).scalar_subquery()
    count = select(func.count()).select_from(Claim).where(Claim.cycle > newest - CYCLES)
    return max(FLOOR, tx.session.scalars(count).one())


def _counted(tx: Tx, *which: ColumnElement[bool]) -> dict[str, int]:
    rows = tx.session.execute(select(Letter.kind, func.count()).where(*which).group_by(Letter.kind)).tuples()
    return {kind: int(count) for kind, count in rows}


def _update(tx: Tx, which: tuple[ColumnElement[bool], ...], **values: Any) -> int:
    result = tx.session.execute(
        update(Letter).where(*which).values(**values).execution_options(synchronize_session=False)
    )
    return result.rowcount if isinstance(result, CursorResult) else 0
