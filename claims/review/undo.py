"""Taking a decision back while nobody has been told of it.

A decision made on a page is held: its letters wait, and what the claim was before is kept beside the event. Undoing
writes an event of its own that leads back there; nothing that was written is removed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, insert, select
from sqlalchemy.exc import IntegrityError

from claims.desk import Tx
from claims.errors import DuplicateStandard, StandardTaken
from claims.facts import duplicates, load_claim
from claims.models import Claim, DepartmentCheckRow, DueSlot, EventRow, HeldAction, LedgerEntry, OwedLetters
from claims.money import ledger
from claims.money.ledger import Account
from claims.timing import slots
from claims.trail.chains import Recorded, append_to_claim
from states.errors import Refusal, UndoOver, VersionConflict
from states.facts import Actor
from states.stages import ENDED_WITHOUT_AWARD, Role, Stage, Trigger
from states.undoing import UNDOABLE, LastStep, objection_to_undo

FORGOTTEN_AFTER = timedelta(days=1)

_COLUMNS = (
    "due_on",
    "due_provisional",
    "proposed_yuan",
    "granted_yuan",
    "reclaim_yuan",
    "resolution",
    "returned_from",
    "relied_data_changed",
    "moved_at",
)
"""What a decision may change of a claim's row beside its stage."""


@dataclass(frozen=True, slots=True)
class Undoable:
    """The last step on a claim, which this person may still take back until then."""

    trigger: Trigger
    until: datetime


def decide(tx: Tx, number: str, trigger: Trigger, act: Callable[[], Recorded]) -> Recorded:
    """Carry out a decision so that it can be undone for as long as the settings say.

    Where they say nothing is held, and where time stands still, its letters leave as ever.
    """
    hold = tx.desk.settings.hold
    if not hold or trigger not in UNDOABLE:
        return act()
    before = _before(tx, load_claim(tx, number))
    recorded = act()
    tx.session.execute(delete(HeldAction).where(HeldAction.until < tx.now - FORGOTTEN_AFTER))
    tx.session.add(HeldAction(event_id=recorded.event_id, until=tx.now + hold, before=before))
    return recorded


def undoable(tx: Tx, number: str, viewer: Actor) -> Undoable | None:
    """The last step on the claim where this person may take it back now."""
    last = _last(tx, load_claim(tx, number))
    if last is None or objection_to_undo(last[0], viewer, tx.now) is not None or last[0].until is None:
        return None
    return Undoable(Trigger(last[0].trigger), last[0].until)


def undo(tx: Tx, number: str, *, actor: Actor, version: int | None = None) -> Recorded:
    """Take back the last step on a claim: stage, date, amounts, checks, money and slots as they were before it.

    Raises `UndoOver`, `NotYoursToUndo`, `VersionConflict`; `BudgetExceeded` where others have been granted the money
    meanwhile, `DuplicateStandard` or `StandardTaken` where another claim has taken its place.
    """
    claim = load_claim(tx, number)
    if version is not None and version != claim.version:
        raise VersionConflict(number, version, claim.version)
    last = _last(tx, claim)
    refusal: Refusal | None = (
        UndoOver(claim.number) if last is None else objection_to_undo(last[0], actor, tx.now)
    )
    if last is None or refusal is not None:
        raise refusal or UndoOver(claim.number)
    _, event, held = last
    _take_letters_back(tx, claim.number, event.id)
    before = held.before
    tx.session.delete(held)
    tx.session.flush()
    # Slots before the claim, as wherever both are written.
    slots.settle_subject(tx, claim.number, f"{event.trigger} undone by {actor.name}")
    _reopen(tx, before["slots"], claim.version + 1)
    name, cycle, claim_id = claim.number, claim.cycle, claim.id
    with _place_free(tx, claim):
        recorded = append_to_claim(
            tx,
            claim,
            "undone",
            actor=actor.name,
            role=Role(event.role),
            data={"undone": event.seq, "trigger": event.trigger, "restored": before["columns"]},
            target=Stage(str(event.source)),
            changes=_columns(before["columns"]),
        )
    _restore_checks(tx, claim_id, before["checks"])
    _post_back(tx, cycle, name, event.seq, recorded.version)
    return recorded


# What was before


def _before(tx: Tx, claim: Claim) -> dict[str, Any]:
    checks = tx.session.scalars(
        select(DepartmentCheckRow)
        .where(DepartmentCheckRow.claim_id == claim.id)
        .order_by(DepartmentCheckRow.office)
    )
    pending = select(DueSlot.id).where(
        DueSlot.subject == claim.number, DueSlot.outcome == str(slots.Outcome.PENDING)
    )
    return {
        "columns": {name: _plain(getattr(claim, name)) for name in _COLUMNS},
        "checks": [
            {"office": each.office, "by": each.cleared_by, "at": _plain(each.cleared_at)} for each in checks
        ],
        "slots": list(tx.session.scalars(pending.order_by(DueSlot.id))),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Stage) else value


def _columns(before: Mapping[str, Any]) -> dict[str, Any]:
    due_on, returned_from = before["due_on"], before["returned_from"]
    return dict(before) | {
        "moved_at": datetime.fromisoformat(before["moved_at"]),
        "due_on": due_on and date.fromisoformat(due_on),
        "returned_from": returned_from and Stage(returned_from),
    }


def _last(tx: Tx, claim: Claim) -> tuple[LastStep, EventRow, HeldAction] | None:
    found = tx.session.execute(
        select(EventRow, HeldAction)
        .join(HeldAction, HeldAction.event_id == EventRow.id)
        .where(EventRow.stream == claim.number, EventRow.seq == claim.version),
    ).one_or_none()
    if found is None:
        return None
    event, held = found
    return LastStep(claim.number, event.trigger, event.actor, held.until), event, held


# Back to it


def _take_letters_back(tx: Tx, number: str, event_id: int) -> None:
    """The letters are not owed any more. Should they be leaving at this very moment, they win."""
    result = tx.session.execute(delete(OwedLetters).where(OwedLetters.event_id == event_id))
    if isinstance(result, CursorResult) and result.rowcount != 1:
        raise UndoOver(number)


def _reopen(tx: Tx, ids: list[int], version: int) -> None:
    """What was owed before is owed again. A slot's outcome is set once, so it gets a slot anew."""
    for slot in tx.session.scalars(select(DueSlot).where(DueSlot.id.in_(ids)).order_by(DueSlot.id)):
        key, kind = f"{slot.key}:{version}", slots.SlotKind(slot.kind)
        slots.open_slot(tx, key, kind, slot.subject, slot.due_at, slot.cycle)


@contextmanager
def _place_free(tx: Tx, claim: Claim) -> Iterator[None]:
    """A claim that had ended may find that another has taken its place. Undoing a withdrawal is the applicant's, so
    another unit's number is not told.
    """
    if claim.stage not in ENDED_WITHOUT_AWARD:
        yield
        return
    number, standard, item, unit = claim.number, claim.standard_number, claim.item, claim.uscc
    try:
        with tx.session.begin_nested():
            yield
    except IntegrityError as error:
        own = [each for each, _, uscc in duplicates(tx, standard, item, number) if uscc == unit]
        raise DuplicateStandard(standard, own[0]) if own else StandardTaken(standard) from error


def _restore_checks(tx: Tx, claim_id: int, checks: list[Mapping[str, Any]]) -> None:
    tx.session.execute(delete(DepartmentCheckRow).where(DepartmentCheckRow.claim_id == claim_id))
    if checks:
        tx.session.execute(
            insert(DepartmentCheckRow),
            [
                {
                    "claim_id": claim_id,
                    "office": each["office"],
                    "cleared_by": each["by"],
                    "cleared_at": each["at"] and datetime.fromisoformat(each["at"]),
                }
                for each in checks
            ],
        )


def _post_back(tx: Tx, cycle: int, number: str, undone: int, version: int) -> None:
    rows = select(LedgerEntry.account, LedgerEntry.yuan).where(LedgerEntry.posting == f"{number}/{undone}")
    sides = {Account(account): -yuan for account, yuan in tx.session.execute(rows).tuples()}
    if sides:
        ledger.post(tx, cycle, f"{number}/{version}", sides, number)
