"""Opening and settling due slots: the ledger of what must happen at a set time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import or_, select, update

from claims.desk import Tx
from claims.models import DueSlot
from claims.once import insert_once
from states.calendar import TZ


class SlotKind(StrEnum):
    CALL_TOWNSHIPS = "call_townships"
    OPEN_CYCLE = "open_cycle"
    REMIND_TOWNSHIPS = "remind_townships"
    REMIND_DRAFTS = "remind_drafts"
    CLOSE_SUBMISSIONS = "close_submissions"
    DEEM_ACCEPTED = "deem_accepted"
    REMIND_CORRECTION = "remind_correction"
    LAPSE = "lapse"
    END_NOTICE = "end_notice"
    PROMPT_PAYOUT = "prompt_payout"
    ESCALATE_OVERDUE = "escalate_overdue"
    YEAR_REPORT = "year_report"
    CALL_NEXT_YEAR = "call_next_year"
    RECOUNT = "recount"
    SEAL_AUDIT = "seal_audit"
    BACKUP = "backup"
    RESTORE_DRILL = "restore_drill"


class Outcome(StrEnum):
    PENDING = "pending"
    DONE = "done"
    LATE = "late"
    SKIPPED = "skipped"
    ASKED = "asked"


MORNING = 9
"""The hour at which letters of the day are due."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a slot's work, with a word on it for the ledger."""

    outcome: Outcome
    detail: str = ""


def skipped(reason: str) -> Settled:
    return Settled(Outcome.SKIPPED, reason)


def asked(of: str) -> Settled:
    """Somebody has been asked by letter; what follows is theirs to do."""
    return Settled(Outcome.ASKED, of)


def after(day: date) -> datetime:
    """The first moment after a day is over, in Asia/Shanghai."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=TZ)


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=TZ)


def next_morning(tx: Tx) -> datetime:
    """The hour of letters on the first working day that still has it before it."""
    today = tx.now.date()
    over = tx.now >= at(today, MORNING)
    return at(tx.desk.workdays.first_from(today + timedelta(days=over)), MORNING)


def open_slot(
    tx: Tx, key: str, kind: SlotKind, subject: str, due_at: datetime, cycle: int | None = None
) -> bool:
    """Open a slot under its unique key; False where it stands already."""
    slot = {"kind": str(kind), "subject": subject, "due_at": due_at, "cycle": cycle}
    return insert_once(
        tx, DueSlot, "key", {"key": key, "outcome": str(Outcome.PENDING), "detail": "", **slot}
    )


def settle_subject(tx: Tx, subject: str, detail: str, kinds: tuple[SlotKind, ...] | None = None) -> None:
    """What was owed for a subject is no longer: its pending slots are recorded as skipped, with the reason.

    A slot that is being settled in this very transaction bears its time already, and is left to its own outcome.
    """
    statement = update(DueSlot).where(
        DueSlot.subject == subject,
        DueSlot.outcome == str(Outcome.PENDING),
        DueSlot.finished_at.is_(None),
    )
    if kinds is not None:
        statement = statement.where(DueSlot.kind.in_([str(kind) for kind in kinds]))
    tx.session.execute(
        statement.values(outcome=str(Outcome.SKIPPED), finished_at=tx.now, detail=detail).execution_options(
            synchronize_session=False,
        ),
    )


def pending(tx: Tx, kinds: frozenset[str] | None) -> list[tuple[int, SlotKind]]:
    """The ids and kinds of slots due by now, oldest first; but dates are counted anew before anything is done by them."""
    statement = (
        select(DueSlot.id, DueSlot.kind)
        .where(DueSlot.outcome == str(Outcome.PENDING), DueSlot.due_at <= tx.now)
        .order_by(DueSlot.kind != str(SlotKind.RECOUNT), DueSlot.due_at, DueSlot.id)
    )
    if kinds is not None:
        statement = statement.where(DueSlot.kind.in_(kinds))
    return [(slot_id, SlotKind(kind)) for slot_id, kind in tx.session.execute(statement).tuples()]


def missing_keys(tx: Tx, keys: Collection[str]) -> frozenset[str]:
    """Those under which no slot stands."""
    return frozenset(keys) - frozenset(tx.session.scalars(select(DueSlot.key).where(DueSlot.key.in_(keys))))


def has_later(tx: Tx, slot: DueSlot) -> bool:
    """Whether a later slot of this kind and subject is due or settled, so that this one has nothing left to do."""
    return (
        tx.session.scalars(
            select(DueSlot.id)
            .where(
                DueSlot.kind == slot.kind,
                DueSlot.subject == slot.subject,
                DueSlot.due_at > slot.due_at,
                or_(DueSlot.due_at <= tx.now, DueSlot.outcome != str(Outcome.PENDING)),
            )
            .limit(1),
        ).one_or_none()
        is not None
    )
