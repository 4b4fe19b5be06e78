"""Where a filing begins: which year takes claims, and what the desk knows already and does not ask again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from claims.desk import Tx
from claims.identity.people import require_role
from claims.models import Claim, Cycle, FilingDraft, Organisation
from claims.submission.filing_drafts import office_code
from states.errors import Refusal
from states.facts import Actor
from states.stages import FILERS, Role

_KEPT_OF_UNIT = ("unit_name", "uscc", "township", "contact", "phone", "email", "bank")


@dataclass(eq=False)
class NoCycleOpen(Refusal):
    code = "no_cycle_open"
    zh = "现在没有开放申报的年度；开放时间见年度申报通知。"
    en = "No cycle takes claims now; the yearly call says when one opens."


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A filing that is no claim yet, as lists show it."""

    key: str
    unit_name: str
    standard_number: str
    title: str
    saved_at: datetime


def cycle_open_today(tx: Tx) -> Cycle | None:
    """The cycle that takes claims today, the latest where there are several."""
    today = tx.now.date()
    return tx.session.scalars(
        select(Cycle)
        .where(Cycle.opens_on <= today, Cycle.deadline_on >= today)
        .order_by(Cycle.year.desc())
        .limit(1),
    ).one_or_none()


def start_filing(tx: Tx, *, actor: Actor, unit: str = "") -> str:
    """Begin a filing; answers with its key. What the desk knows of the unit is filled in.

    An applicant files for its own unit, a township for `unit` (a credit code), or with none for one not known yet.
    One that was begun and left untouched is taken up again. Raises `NoCycleOpen`.
    """
    require_role(actor, FILERS, "申报", "file claims")
    cycle = cycle_open_today(tx)
    if cycle is None:
        raise NoCycleOpen
    known = _known_of(tx, actor, unit)
    _forget_old(tx, actor)
    for row in _unfinished(tx, actor):
        if row.saved_at == row.started_at and row.typed.get("uscc") == known.typed.get("uscc"):
            return str(row.id)
    row = FilingDraft(
        office=office_code(actor),
        cycle=cycle.year,
        typed=dict(known.typed),
        account_sealed=known.account_sealed,
        source=known.source,
        started_at=tx.now,
        saved_at=tx.now,
        saved_by=actor.name,
    )
    tx.session.add(row)
    tx.session.flush()
    return str(row.id)


def unfinished(tx: Tx, actor: Actor) -> tuple[Unfinished, ...]:
    """What the actor's office has begun and not filed, the latest first."""
    return tuple(
        Unfinished(
            key=str(row.id),
            unit_name=row.typed.get("unit_name", ""),
            standard_number=row.typed.get("standard_number", ""),
            title=row.typed.get("title", ""),
            saved_at=row.saved_at,
        )
        for row in _unfinished(tx, actor)
    )


def _unfinished(tx: Tx, actor: Actor) -> Sequence[FilingDraft]:
    return tx.session.scalars(
        select(FilingDraft)
        .where(FilingDraft.office == office_code(actor), FilingDraft.claim.is_(None))
        .order_by(FilingDraft.saved_at.desc(), FilingDraft.id.desc()),
    ).all()


def _forget_old(tx: Tx, actor: Actor) -> None:
    """What was begun in a cycle that is over can no longer be filed, and names people."""
    over = select(Cycle.year).where(Cycle.deadline_on < tx.now.date())
    tx.session.execute(
        delete(FilingDraft).where(
            FilingDraft.office == office_code(actor), FilingDraft.claim.is_(None), FilingDraft.cycle.in_(over)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    typed: Mapping[str, str]
    account_sealed: str = ""
    source: str = ""


def _known_of(tx: Tx, actor: Actor, unit: str) -> _Known:
    """What the register and the unit's latest claim tell of it."""
    office = actor.office
    if office is None:
        return _Known({})
    own = Role.APPLICANT in actor.roles and bool(office.uscc)
    code = office.uscc if own else unit
    row = (
        tx.session.scalars(select(Organisation).where(Organisation.uscc == code)).one_or_none()
        if code
        else None
    )
    if row is None or (not own and row.township != office.township):
        return _Known({"township": office.township})
    known = {"unit_name": row.names[0], "uscc": row.uscc or "", "township": row.township, "email": row.email}
    latest = tx.session.scalars(
        select(Claim).where(Claim.uscc == code).order_by(Claim.id.desc()).limit(1)
    ).one_or_none()
    if latest is None:
        return _Known(known)
    return _Known(
        {each: getattr(latest, each) for each in _KEPT_OF_UNIT}
        | {each: text for each, text in known.items() if text},
        latest.account_sealed,
        latest.number,
    )
