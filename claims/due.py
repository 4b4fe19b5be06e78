"""Doing what is due: each slot in a transaction of its own, in order, exactly once, whatever was down in between."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import CursorResult, select, update

from claims import slots
from claims.audit import seal
from claims.cycles import close_cycle, open_cycle, remind
from claims.decisions import act
from claims.desk import Desk, Tx
from claims.models import DueSlot
from claims.resolutions import end_notices
from claims.slots import Outcome, SlotKind
from states.errors import Refusal, VersionConflict
from states.facts import SYSTEM
from states.stages import Trigger

_log = logging.getLogger("jiangbu.due")

ATTEMPTS = 3
"""How often a slot is tried in one round when others keep deciding on the same claims."""


@dataclass(frozen=True, slots=True)
class SlotResult:
    """A slot and what became of it. `outcome` stays pending where its work failed; `detail` says why."""

    slot: str
    kind: str
    cycle: int | None
    subject: str
    due_at: datetime
    outcome: str
    finished_at: datetime | None
    detail: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "slot": self.slot,
            "kind": self.kind,
            "cycle": self.cycle,
            "subject": self.subject,
            "due_at": self.due_at.isoformat(),
            "outcome": self.outcome,
            "finished_at": self.finished_at.isoformat() if self.finished_at else None,
        }


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of slot is done. Found later than `grace`, it is done and marked late, or skipped if stale."""

    work: Callable[[Tx, DueSlot], str | None]
    grace: timedelta = timedelta(days=1)
    skip_when_late: bool = False


def settle_due(desk: Desk, *, kinds: frozenset[str] | None = None) -> tuple[SlotResult, ...]:
    """Do all that is due now and answer with each slot and its outcome.

    A slot whose work fails unexpectedly stays pending and holds up no other; two desks at once share the
    slots between them.
    """
    with desk.transaction() as tx:
        _plan_daily(tx)
    with desk.reading() as tx:
        due = slots.pending_ids(tx, kinds)
    results = (_settle(desk, slot_id) for slot_id in due)
    return tuple(result for result in results if result is not None)


def _settle(desk: Desk, slot_id: int) -> SlotResult | None:
    try:
        for _ in range(ATTEMPTS - 1):
            # Somebody decided on the same claim at this moment; what is due now is judged anew.
            with suppress(VersionConflict):
                return _settle_once(desk, slot_id)
        return _settle_once(desk, slot_id)
    except Exception as error:  # noqa: BLE001 - whatever went wrong with one slot, the others are done
        _log.exception("slot %s could not be settled", slot_id)
        with desk.reading() as tx:
            slot = tx.session.get_one(DueSlot, slot_id)
            found = result_of(slot)
        return replace(found, detail=f"{type(error).__name__}: {error}")


def _settle_once(desk: Desk, slot_id: int) -> SlotResult | None:
    with desk.transaction() as tx:
        if not _take(tx, slot_id):
            return None
        slot = tx.session.get_one(DueSlot, slot_id)
        slot.outcome, slot.detail = _work(tx, slot)
        return result_of(slot)


def _take(tx: Tx, slot_id: int) -> bool:
    """Lock the slot for this transaction; False where another desk was quicker."""
    result = tx.session.execute(
        update(DueSlot)
        .where(DueSlot.id == slot_id, DueSlot.outcome == str(Outcome.PENDING))
        .values(finished_at=tx.now)
        .execution_options(synchronize_session=False),
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


def _work(tx: Tx, slot: DueSlot) -> tuple[str, str]:
    rule = RULES[SlotKind(slot.kind)]
    late = tx.now - slot.due_at > rule.grace
    if late and rule.skip_when_late:
        return Outcome.SKIPPED, "found too late to be of use"
    try:
        # A refusal may arise half-way: what the rule wrote before it goes with the savepoint.
        with tx.session.begin_nested():
            skipped = rule.work(tx, slot)
    except VersionConflict:
        raise
    except Refusal as refusal:
        return Outcome.SKIPPED, f"{refusal.code}: {refusal.message('en')}"
    if skipped:
        return Outcome.SKIPPED, skipped
    return (Outcome.LATE, "done late") if late else (Outcome.DONE, "")


def _plan_daily(tx: Tx) -> None:
    """The seal of the day before is due each night; only today's, so that a long absence leaves no heap."""
    today = tx.now.date()
    slots.open_slot(tx, f"seal_audit:{today.isoformat()}", SlotKind.SEAL_AUDIT, "audit", slots.at(today, 2))


def _open(tx: Tx, slot: DueSlot) -> None:
    open_cycle(tx, _year(slot))


def _close(tx: Tx, slot: DueSlot) -> None:
    close_cycle(tx, _year(slot))


def _remind(tx: Tx, slot: DueSlot) -> None:
    remind(tx, _year(slot), SlotKind(slot.kind), int(slot.key.rsplit(":", 1)[1]))


def _deem_accepted(tx: Tx, slot: DueSlot) -> None:
    act(tx, slot.subject, Trigger.ACCEPT, actor=SYSTEM)


def _lapse(tx: Tx, slot: DueSlot) -> None:
    act(tx, slot.subject, Trigger.LAPSE, actor=SYSTEM)


def _end_notice(tx: Tx, slot: DueSlot) -> str | None:
    return end_notices(tx, slot.subject)


def _seal(tx: Tx, _slot: DueSlot) -> None:
    seal(tx)


def _year(slot: DueSlot) -> int:
    if slot.cycle is None:
        raise ValueError(f"slot {slot.key} names no cycle")
    return slot.cycle


RULES: Mapping[SlotKind, Rule] = MappingProxyType(
    {
        SlotKind.OPEN_CYCLE: Rule(_open),
        SlotKind.REMIND_TOWNSHIPS: Rule(_remind, skip_when_late=True),
        SlotKind.REMIND_DRAFTS: Rule(_remind, skip_when_late=True),
        SlotKind.CLOSE_SUBMISSIONS: Rule(_close),
        SlotKind.DEEM_ACCEPTED: Rule(_deem_accepted),
        SlotKind.LAPSE: Rule(_lapse),
        SlotKind.END_NOTICE: Rule(_end_notice),
        SlotKind.SEAL_AUDIT: Rule(_seal),
    },
)


def due_slots(tx: Tx, *, until: datetime | None = None, limit: int = 500) -> tuple[SlotResult, ...]:
    """The ledger of due slots in order of their time, up to a moment."""
    statement = select(DueSlot).order_by(DueSlot.due_at, DueSlot.id).limit(limit)
    if until is not None:
        statement = statement.where(DueSlot.due_at <= until)
    return tuple(result_of(slot) for slot in tx.session.scalars(statement))


def slots_ahead(tx: Tx, *, limit: int = 200) -> tuple[SlotResult, ...]:
    """What is to fall due, the next first."""
    statement = (
        select(DueSlot)
        .where(DueSlot.outcome == str(Outcome.PENDING), DueSlot.due_at > tx.now)
        .order_by(DueSlot.due_at, DueSlot.id)
        .limit(limit)
    )
    return tuple(result_of(slot) for slot in tx.session.scalars(statement))


def result_of(slot: DueSlot) -> SlotResult:
    return SlotResult(
        slot.key,
        slot.kind,
        slot.cycle,
        slot.subject,
        slot.due_at,
        slot.outcome,
        slot.finished_at,
        slot.detail,
    )
