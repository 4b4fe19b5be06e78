"""Doing what is due: each slot in a transaction of its own, in order, exactly once, whatever was down in between."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from types import MappingProxyType
from typing import Any

from sqlalchemy import CursorResult, select, tuple_, update

from claims.desk import Desk, Tx
from claims.errors import BadValue
from claims.keeping.backup import scheduled_backup
from claims.keeping.drill import restore_drill
from claims.leftovers import held
from claims.models import DueSlot
from claims.money import payout_prompts
from claims.publicity.resolutions import end_notices
from claims.review.decisions import act
from claims.timing import reminders, slots, upkeep, yearly
from claims.timing.cycles import call_townships, close_cycle, open_cycle
from claims.timing.escalation import tell_of_work
from claims.timing.recount import recount, wants_recount
from claims.timing.slots import MORNING, Outcome, Settled, SlotKind, skipped
from claims.trail.audit import seal
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


SAME_DAY = timedelta(hours=14)
"""From the hour of letters to the end of the day: what is said of a day is said on that day or not at all."""

SEAL_HOUR = 2


class Late(Enum):
    """What becomes of a slot found after its grace. Any work may also ask somebody, or find nothing to do."""

    DO = auto()
    MARK = auto()
    SKIP = auto()


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of slot is done, once: its work answers with what became of it, None meaning that it is done.

    Found later than `grace` it is done all the same, done and marked late, or skipped. `latest_only`: of several of
    one subject the last makes the others needless. `prepare`: what takes long and must not hold up others is done
    before the transaction; the work gets its result as third argument.
    """

    work: Callable[..., Settled | None]
    late: Late = Late.MARK
    grace: timedelta = timedelta(days=1)
    latest_only: bool = False
    prepare: Callable[[Desk], Any] | None = None

    def needless(self, tx: Tx, slot: DueSlot) -> Settled | None:
        """Why there is nothing to do any more, if so."""
        if self.late is Late.SKIP and self.is_late(tx, slot):
            return skipped("found too late to be of use")
        if self.latest_only and slots.has_later(tx, slot):
            return skipped("a later one has taken its place")
        return None

    def is_late(self, tx: Tx, slot: DueSlot) -> bool:
        return tx.now - slot.due_at > self.grace


def settle_due(desk: Desk, *, kinds: frozenset[str] | None = None) -> tuple[SlotResult, ...]:
    """Do all that is due now and answer with each slot and its outcome.

    A slot whose work fails unexpectedly stays pending and holds up no other; two desks at once share the
    slots between them.
    """
    _plan_daily(desk, kinds)
    with desk.reading() as tx:
        due = slots.pending(tx, kinds)
    results = (_settle(desk, *each) for each in due)
    return tuple(result for result in results if result is not None)


def _settle(desk: Desk, slot_id: int, kind: SlotKind) -> SlotResult | None:
    try:
        for _ in range(ATTEMPTS - 1):
            # Somebody decided on the same claim at this moment; what is due now is judged anew.
            with suppress(VersionConflict):
                return _settle_once(desk, slot_id, RULES[kind])
        return _settle_once(desk, slot_id, RULES[kind])
    except Exception as error:  # noqa: BLE001 - whatever went wrong with one slot, the others are done
        _log.exception("slot %s could not be settled", slot_id)
        with desk.reading() as tx:
            slot = tx.session.get_one(DueSlot, slot_id)
            found = result_of(slot)
        return replace(found, detail=f"{type(error).__name__}: {error}")


def _settle_once(desk: Desk, slot_id: int, rule: Rule) -> SlotResult | None:
    if rule.prepare is None:
        return _record(desk, slot_id)
    folder = desk.settings.backup_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        # One desk at a time; the kernel lets go of what a killed one held, and the next round does it anew.
        with held(folder):
            return _prepare_and_record(desk, slot_id, rule, rule.prepare)
    except BlockingIOError:
        return None


def _prepare_and_record(
    desk: Desk, slot_id: int, rule: Rule, prepare: Callable[[Desk], Any]
) -> SlotResult | None:
    with desk.reading() as tx:
        slot = tx.session.get_one(DueSlot, slot_id)
        if slot.outcome != Outcome.PENDING:
            return None
        needless = rule.needless(tx, slot)
    return _record(desk, slot_id) if needless else _record(desk, slot_id, prepare(desk))


def _record(desk: Desk, slot_id: int, *prepared: Any) -> SlotResult | None:
    with desk.transaction() as tx:
        if not _take(tx, slot_id):
            return None
        slot = tx.session.get_one(DueSlot, slot_id)
        settled = _work(tx, slot, RULES[SlotKind(slot.kind)], *prepared)
        slot.outcome, slot.detail = settled.outcome, settled.detail
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


def _work(tx: Tx, slot: DueSlot, rule: Rule, *prepared: Any) -> Settled:
    if needless := rule.needless(tx, slot):
        return needless
    try:
        # A refusal may arise half-way: what the rule wrote before it goes with the savepoint.
        with tx.session.begin_nested():
            settled = rule.work(tx, slot, *prepared) or Settled(Outcome.DONE)
    except VersionConflict:
        raise
    except Refusal as refusal:
        return skipped(f"{refusal.code}: {refusal.message('en')}")
    if settled.outcome is Outcome.DONE and rule.late is Late.MARK and rule.is_late(tx, slot):
        return Settled(Outcome.LATE, settled.detail or "done late")
    return settled


def _plan_daily(desk: Desk, kinds: frozenset[str] | None) -> None:
    """Open what each day gives rise to: only today's, so that a long absence leaves no heap."""
    with desk.reading() as tx:
        wanted = {
            f"{kind}:{tx.now:%Y-%m-%d}": (kind, subject, hour)
            for kind, subject, hour in _daily(tx)
            if kinds is None or kind in kinds
        }
        missing = slots.missing_keys(tx, wanted.keys())
    if missing:
        with desk.transaction() as tx:
            for key in sorted(missing):
                kind, subject, hour = wanted[key]
                slots.open_slot(tx, key, kind, subject, slots.at(tx.now.date(), hour))


def _daily(tx: Tx) -> Iterator[tuple[SlotKind, str, int]]:
    """Kind, subject and hour of what today gives rise to."""
    yield SlotKind.SEAL_AUDIT, "audit", SEAL_HOUR
    yield SlotKind.BACKUP, upkeep.SUBJECT, upkeep.BACKUP_HOUR
    if tx.desk.workdays.is_working_day(tx.now.date()):
        yield SlotKind.ESCALATE_OVERDUE, "overdue", MORNING
    if wants_recount(tx):
        yield SlotKind.RECOUNT, "workdays", 0


def _deem_accepted(tx: Tx, slot: DueSlot) -> None:
    act(tx, slot.subject, Trigger.ACCEPT, actor=SYSTEM)


def _lapse(tx: Tx, slot: DueSlot) -> None:
    act(tx, slot.subject, Trigger.LAPSE, actor=SYSTEM)


def _seal(tx: Tx, _slot: DueSlot) -> None:
    seal(tx)


def _of_year(work: Callable[[Tx, int], Settled | None]) -> Callable[[Tx, DueSlot], Settled | None]:
    def do(tx: Tx, slot: DueSlot) -> Settled | None:
        if slot.cycle is None:
            raise ValueError(f"slot {slot.key} names no cycle")
        return work(tx, slot.cycle)

    return do


def _of_subject(work: Callable[[Tx, str], Settled | None]) -> Callable[[Tx, DueSlot], Settled | None]:
    return lambda tx, slot: work(tx, slot.subject)


def _of_all(work: Callable[[Tx], Settled | None]) -> Callable[[Tx, DueSlot], Settled | None]:
    return lambda tx, _slot: work(tx)


RULES: Mapping[SlotKind, Rule] = MappingProxyType(
    {
        SlotKind.CALL_TOWNSHIPS: Rule(_of_year(call_townships)),
        SlotKind.OPEN_CYCLE: Rule(_of_year(open_cycle)),
        SlotKind.REMIND_TOWNSHIPS: Rule(_of_year(reminders.remind_townships), Late.SKIP, SAME_DAY),
        SlotKind.REMIND_DRAFTS: Rule(_of_year(reminders.remind_drafts), Late.SKIP, SAME_DAY),
        SlotKind.CLOSE_SUBMISSIONS: Rule(_of_year(close_cycle)),
        SlotKind.DEEM_ACCEPTED: Rule(_deem_accepted),
        SlotKind.REMIND_CORRECTION: Rule(_of_subject(reminders.remind_of_correction), Late.SKIP, SAME_DAY),
        SlotKind.LAPSE: Rule(_lapse),
        SlotKind.END_NOTICE: Rule(_of_subject(end_notices)),
        SlotKind.PROMPT_PAYOUT: Rule(_of_year(payout_prompts.prompt_payout), latest_only=True),
        SlotKind.ESCALATE_OVERDUE: Rule(_of_all(tell_of_work), Late.SKIP, SAME_DAY),
        SlotKind.YEAR_REPORT: Rule(_of_year(yearly.write_year_report)),
        SlotKind.CALL_NEXT_YEAR: Rule(_of_year(yearly.call_next_year), latest_only=True),
        SlotKind.RECOUNT: Rule(_of_all(recount), Late.DO, latest_only=True),
        SlotKind.SEAL_AUDIT: Rule(_seal, latest_only=True),
        SlotKind.BACKUP: Rule(upkeep.record_backup, latest_only=True, prepare=scheduled_backup),
        SlotKind.RESTORE_DRILL: Rule(upkeep.record_drill, latest_only=True, prepare=restore_drill),
    },
)


def due_slots(
    tx: Tx, *, until: datetime | None = None, after: str | None = None, limit: int = 500
) -> tuple[SlotResult, ...]:
    """The ledger of due slots in order of their time, up to a moment; `after` is the slot that a page before ended with.

    Raises `BadValue` where there is no such slot.
    """
    statement = select(DueSlot).order_by(DueSlot.due_at, DueSlot.id).limit(limit)
    if until is not None:
        statement = statement.where(DueSlot.due_at <= until)
    if after is not None:
        last = tx.session.scalars(select(DueSlot).where(DueSlot.key == after)).one_or_none()
        if last is None:
            raise BadValue(f"没有到期事项“{after}”。", f"There is no due slot “{after}”.")
        statement = statement.where(tuple_(DueSlot.due_at, DueSlot.id) > (last.due_at, last.id))
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
