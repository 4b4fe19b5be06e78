"""What falls due when, as a calendar shows it: the slots of a period, those of many claims taken together."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from claims.desk import Tx
from claims.models import Claim, DueSlot, Resolution
from claims.timing import slots
from claims.timing.due import SlotResult, result_of
from claims.timing.slots import Outcome, SlotKind
from states.calendar import TZ

SHOWN = tuple(str(each) for each in Outcome if each is not Outcome.SKIPPED)
"""What was needless is no news; everything else is to happen or has happened."""

ON_WORKING_MORNINGS = frozenset({SlotKind.PROMPT_PAYOUT})
"""Kinds whose own day is the next working day, whatever the claim behind it says."""

MOST = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What falls due at one moment: a slot, or all slots of claims of one kind and cycle.

    `subject` is the slot's, or of several the first one's. `pending` of `count` are still to be done. `provisional`:
    the moment rests on a year whose holidays are not announced. `key` stays the same from one look to the next.
    """

    key: str
    kind: str
    due_at: datetime
    cycle: int | None
    subject: str
    count: int
    pending: int
    provisional: bool


def entries(tx: Tx, first: date, last: date) -> tuple[Entry, ...]:
    """What falls due from the first to the last day, both included, in order of time; at most `MOST`."""
    pending = DueSlot.outcome == str(Outcome.PENDING)
    unsure = and_(pending, or_(Claim.due_provisional, Resolution.ends_provisional))
    rows = tx.session.execute(
        select(
            case((Claim.number.is_(None), DueSlot.key), else_="").label("alone"),
            DueSlot.kind,
            DueSlot.due_at,
            DueSlot.cycle,
            func.min(DueSlot.subject),
            func.count(),
            func.sum(case((pending, 1), else_=0)),
            func.sum(case((unsure, 1), else_=0)),
        )
        .outerjoin(Claim, Claim.number == DueSlot.subject)
        .outerjoin(Resolution, Resolution.ref == DueSlot.subject)
        .where(_within(first, last))
        .group_by("alone", DueSlot.kind, DueSlot.due_at, DueSlot.cycle)
        .order_by(DueSlot.due_at, DueSlot.kind, DueSlot.cycle, "alone")
        .limit(MOST),
    ).tuples()
    return tuple(
        Entry(
            key=alone or f"{kind}:{cycle}:{due_at:%Y-%m-%dT%H:%M}",
            kind=kind,
            due_at=due_at,
            cycle=cycle,
            subject=subject,
            count=int(count),
            pending=int(still),
            provisional=bool(doubtful) or (bool(still) and _by_unknown_calendar(tx, kind, due_at)),
        )
        for alone, kind, due_at, cycle, subject, count, still, doubtful in rows
    )


def slots_of_day(tx: Tx, day: date, *, limit: int = MOST) -> tuple[SlotResult, ...]:
    """Every single slot that falls due on a day."""
    rows = tx.session.scalars(
        select(DueSlot).where(_within(day, day)).order_by(DueSlot.due_at, DueSlot.id).limit(limit)
    )
    return tuple(result_of(slot) for slot in rows)


def _within(first: date, last: date) -> ColumnElement[bool]:
    return and_(
        DueSlot.outcome.in_(SHOWN),
        DueSlot.due_at >= datetime.combine(first, time.min, tzinfo=TZ),
        DueSlot.due_at < slots.after(last),
    )


def _by_unknown_calendar(tx: Tx, kind: str, due_at: datetime) -> bool:
    return kind in ON_WORKING_MORNINGS and not tx.desk.workdays.is_announced(due_at.year)
