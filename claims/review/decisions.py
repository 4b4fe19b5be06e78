"""One decision, one transaction: the claim, its event, the budget and what falls due, written together.

Everything that moves a claim goes through `act`. It loads the facts, asks the domain, and writes what the
domain answered; it decides nothing itself.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from claims.desk import Tx
from claims.errors import DuplicateStandard
from claims.facts import duplicates, facts_of, load_claim, resolution_facts
from claims.models import Claim, DepartmentCheckRow, Resolution
from claims.money import ledger, payout_prompts
from claims.money.ledger import Account
from claims.once import ROW_LOCK, insert_once
from claims.timing import reminders, slots
from claims.timing.slots import SlotKind
from claims.trail.chains import Recorded, append_to_claim
from states.calendar import Due
from states.deadlines import due_in
from states.errors import DepartmentUnknown, ResolutionPublished, VersionConflict
from states.facts import Actor, ClaimFacts, Order, ResolutionFacts
from states.machine import propose
from states.policy import Yuan
from states.proposals import Change
from states.stages import ENDED_WITHOUT_AWARD, Stage, Trigger


def act(
    tx: Tx,
    number: str,
    trigger: Trigger,
    *,
    actor: Actor,
    reason: str = "",
    clause: str = "",
    amount_yuan: int | None = None,
    departments: Sequence[str] = (),
    missing: Sequence[str] = (),
    resolution: str | None = None,
    version: int | None = None,
) -> Recorded:
    """Pull a trigger of a claim.

    `departments` are names or codes of the directory, `resolution` the number of the minutes, `version` the one
    the actor has seen. Raises the refusal of whatever rule stands against it; then nothing is written.
    """
    if trigger is Trigger.APPROVE and resolution:
        # Approvals under one resolution wait for each other, so that each sees what the others have granted.
        tx.session.get(Resolution, resolution.strip(), with_for_update=ROW_LOCK)
    claim = load_claim(tx, number)
    if version is not None and version != claim.version:
        raise VersionConflict(number, version, claim.version)
    facts = facts_of(tx, claim)
    order = Order(
        reason=reason,
        clause=clause,
        amount_yuan=None if amount_yuan is None else Yuan(amount_yuan),
        departments=tuple(_office_code(tx, name) for name in departments),
        missing=tuple(missing),
        resolution=resolution_facts(tx, resolution, claim.cycle) if resolution else None,
    )
    change = propose(facts, trigger, actor, order, today=tx.now.date())
    return write(tx, claim, facts, change, order.resolution)


def write(
    tx: Tx,
    claim: Claim,
    facts: ClaimFacts,
    change: Change,
    resolution: ResolutionFacts | None = None,
    extra: dict[str, Any] | None = None,
) -> Recorded:
    """Write a change that the domain has answered, with all that follows from it."""
    changes = _columns(tx, facts, change)
    moved = change.target is not change.source
    due = due_in(change.target, tx.now.date(), facts.policy.periods, tx.desk.workdays) if moved else None
    if resolution is not None and change.trigger is Trigger.APPROVE:
        _hold_resolution(tx, resolution.ref, claim.cycle, change.actor)
    data = {**change.data, **(extra or {})}
    if moved:
        changes |= {"due_on": due.on if due else None, "due_provisional": bool(due and due.provisional)}
        data |= {
            "due_on": due.on.isoformat() if due else None,
            "due_provisional": bool(due and due.provisional),
        }
    number, version, cycle = claim.number, claim.version, claim.cycle
    if moved:
        # Before the claim is locked: a desk that settles one of these slots locks slot and claim in this order too.
        slots.settle_subject(tx, number, f"{change.trigger} by {change.actor}")
    with _place_free(tx, claim, change):
        recorded = append_to_claim(
            tx,
            claim,
            str(change.trigger),
            actor=change.actor,
            role=change.role,
            reason=change.reason,
            data=data,
            target=change.target,
            changes=changes,
        )
    _departments(tx, claim.id, change)
    _post(tx, number, cycle, facts, change, f"{number}/{version + 1}")
    if moved:
        open_slots(tx, number, cycle, change.target, due, recorded.version)
    return recorded


def _office_code(tx: Tx, name: str) -> str:
    office = tx.desk.directory.find(name)
    if office is None or office.kind != "department":
        raise DepartmentUnknown(name)
    return office.code


@contextmanager
def _place_free(tx: Tx, claim: Claim, change: Change) -> Iterator[None]:
    """A claim that comes back may find that another has taken its place; the database says so, we say which."""
    if change.source not in ENDED_WITHOUT_AWARD:
        yield
        return
    number, standard, item = claim.number, claim.standard_number, claim.item
    try:
        with tx.session.begin_nested():
            yield
    except IntegrityError as error:
        others = duplicates(tx, standard, item, number)
        raise DuplicateStandard(standard, others[0][0] if others else "—") from error


def _hold_resolution(tx: Tx, ref: str, cycle: int, actor: str) -> None:
    """Open the list where it is new, and lock it: whoever publishes it waits for us, or has frozen it already."""
    insert_once(tx, Resolution, "ref", {"ref": ref, "cycle": cycle, "opened_by": actor, "opened_at": tx.now})
    tx.session.get(Resolution, ref, with_for_update=ROW_LOCK)
    if resolution_facts(tx, ref, cycle).published_on is not None:
        raise ResolutionPublished(ref)


def _columns(tx: Tx, facts: ClaimFacts, change: Change) -> dict[str, Any]:
    """What a change writes into the claim's own row beside stage and deadline."""
    data = change.data
    columns: dict[Trigger, dict[str, Any]] = {
        Trigger.SUBMIT: {"submitted_at": tx.now},
        Trigger.ENDORSE: {"proposed_yuan": data.get("proposed_yuan")},
        Trigger.APPROVE: {"granted_yuan": data.get("granted_yuan"), "resolution": data.get("resolution")},
        # A new review proposes anew; the old figures stay in the chain and on the published list.
        Trigger.REMAND: {"proposed_yuan": None, "granted_yuan": None, "resolution": None},
        Trigger.RETURN_FOR_CORRECTION: {"returned_from": facts.stage, "relied_data_changed": False},
        Trigger.RESUBMIT: {"returned_from": None, "relied_data_changed": False},
        Trigger.RECLAIM: {"reclaim_yuan": data.get("reclaim_yuan")},
    }
    return columns.get(change.trigger, {})


def _departments(tx: Tx, claim_id: int, change: Change) -> None:
    rows = DepartmentCheckRow.claim_id == claim_id
    match change.trigger:
        case Trigger.ACCEPT | Trigger.RESUBMIT if "departments" in change.data:
            tx.session.execute(delete(DepartmentCheckRow).where(rows))
            tx.session.execute(
                insert(DepartmentCheckRow),
                [{"claim_id": claim_id, "office": office} for office in change.data["departments"]],
            )
        case Trigger.CLEAR:
            tx.session.execute(
                update(DepartmentCheckRow)
                .where(rows, DepartmentCheckRow.office == change.data["department"])
                .values(cleared_by=change.actor, cleared_at=tx.now),
            )
        case Trigger.RESUBMIT if change.data["recheck"]:
            tx.session.execute(
                update(DepartmentCheckRow).where(rows).values(cleared_by=None, cleared_at=None)
            )
        case _:
            pass


def _post(tx: Tx, number: str, cycle: int, facts: ClaimFacts, change: Change, posting: str) -> None:
    """Move the claim's money to the account that its new stage stands for."""
    granted = facts.granted_yuan or 0
    held = Account.PUBLISHED if facts.resolution and facts.resolution.published_on else Account.RESERVED
    match change.trigger:
        case Trigger.APPROVE:
            sides = (change.data["granted_yuan"], Account.AVAILABLE, Account.RESERVED)
        case Trigger.PAY:
            sides = (granted, Account.PUBLISHED, Account.PAID)
        case Trigger.RECLAIM if change.target is Stage.RECLAIMED:
            sides = (change.data["reclaim_yuan"], Account.PAID, Account.RETURNED)
        case Trigger.REMAND | Trigger.REVOKE:
            sides = (granted, held, Account.AVAILABLE)
        case Trigger.WITHDRAW if facts.stage is Stage.PUBLIC_NOTICE:
            sides = (granted, held, Account.AVAILABLE)
        case _:
            return
    ledger.move(tx, cycle, posting, *sides, claim=number)


def open_slots(tx: Tx, number: str, cycle: int, stage: Stage, due: Due | None, version: int) -> None:
    """What the desk itself will do about a claim at this stage, from the `version` on that its event gave it.

    It acts when intake or a correction stays out past its deadline, and calls to mind what is owed.
    """
    kind = {Stage.SUBMITTED: SlotKind.DEEM_ACCEPTED, Stage.CORRECTION: SlotKind.LAPSE}.get(stage)
    if kind is not None and due is not None:
        slots.open_slot(tx, f"{kind}:{number}:{version}", kind, number, slots.after(due.on), cycle)
    if stage is Stage.CORRECTION and due is not None:
        reminders.open_for_correction(tx, number, cycle, due, version)
    if stage is Stage.FINANCE_PAYOUT:
        payout_prompts.open_prompt(tx, cycle)
