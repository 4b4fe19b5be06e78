"""Opening and settling due slots: the ledger of what must happen at a set time."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import select, update

from claims.desk import Tx
from claims.models import DueSlot
from claims.once import insert_once
from states.calendar import TZ


class SlotKind(StrEnum):
    OPEN_CYCLE = "open_cycle"
    REMIND_TOWNSHIPS = "remind_townships"
    REMIND_DRAFTS = "remind_drafts"
    CLOSE_SUBMISSIONS = "close_submissions"
    DEEM_ACCEPTED = "deem_accepted"
    LAPSE = "lapse"
    END_NOTICE = "end_notice"
    SEAL_AUDIT = "seal_audit"


class Outcome(StrEnum):
    PENDING = "pending"
    DONE = "done"
    LATE = "late"
    SKIPPED = "skipped"
    ASKED = "asked"


def after(day: date) -> datetime:
    """The first moment after a day is over, in Asia/Shanghai."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=TZ)


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=TZ)


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


def pending_ids(tx: Tx, kinds: frozenset[str] | None) -> list[int]:
    """The slots due by now, oldest first."""
    statement = (
        select(DueSlot.id)
        .where(DueSlot.outcome == str(Outcome.PENDING), DueSlot.due_at <= tx.now)
        .order_by(DueSlot.due_at, DueSlot.id)
    )
    if kinds is not None:
        statement = statement.where(DueSlot.kind.in_(kinds))
    return list(tx.session.scalars(statement))
