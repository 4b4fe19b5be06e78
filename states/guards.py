"""The conditions of moves. Each guard answers with a refusal, or None where it has nothing against it.

Guards over the claim and the actor decide which actions are offered; guards over the order (`ask_…`)
are asked when the action is taken, since only then it is known what the actor says.
"""

from collections.abc import Callable, Sequence

from states.errors import (
    AmountAboveCeiling,
    AmountNeeded,
    AmountNeedsReason,
    BudgetExceeded,
    DepartmentNotAsked,
    DepartmentsNotNamed,
    EvidenceMissing,
    FindingsOpen,
    MissingNotNamed,
    NoObjectionUpheld,
    NoticeNotPublished,
    NotThroughBatch,
    ObjectionOpen,
    ObjectionUpheld,
    PayoutInProgress,
    ReadingUnconfirmed,
    ReasonNeeded,
    ReclaimNotProposed,
    Refusal,
    ResolutionNeeded,
    ResolutionPublished,
    TooEarly,
    TooLate,
    WarningsUnanswered,
    WindowClosed,
)
from states.facts import Finding, Severity
from states.policy import Yuan
from states.proposals import Proposal, worked_out
from states.stages import Stage

Guard = Callable[[Proposal], Refusal | None]
Branch = Callable[[Proposal], bool]

CORRECTABLE_FIELDS = (
    "applicant",
    "contact",
    "bank_account",
    "item",
    "field",
    "standard_number",
    "title",
    "rank",
    "revision",
    "published_on",
    "effective_on",
    "requested_yuan",
    "drafters",
)
"""What a return for correction may name besides the kinds of evidence."""


# Guards over the claim and the actor


def window_open(proposal: Proposal) -> Refusal | None:
    window = proposal.facts.window
    if window.opens_on <= proposal.today <= window.deadline_on:
        return None
    return WindowClosed(proposal.facts.cycle, window.opens_on.isoformat(), window.deadline_on.isoformat())


def evidence_complete(proposal: Proposal) -> Refusal | None:
    facts = proposal.facts
    missing = [each for each in facts.item.evidence if each.required and each.kind not in facts.evidence]
    if not missing:
        return None
    return EvidenceMissing(tuple(each.kind for each in missing), tuple(each.title for each in missing))


def no_errors_found(proposal: Proposal) -> Refusal | None:
    return _errors_among(proposal.facts.findings)


def office_asked(proposal: Proposal) -> Refusal | None:
    waiting = [each for each in proposal.facts.departments if not each.cleared]
    office = proposal.actor.office
    if office is not None and any(each.code == office.code for each in waiting):
        return None
    return DepartmentNotAsked(
        office.name if office else proposal.actor.name,
        tuple(each.name for each in waiting),
    )


def office_takes_part(proposal: Proposal) -> Refusal | None:
    """A department that was asked may return or reject, whether it has cleared or not."""
    office = proposal.actor.office
    if office is not None and any(each.code == office.code for each in proposal.facts.departments):
        return None
    return office_asked(proposal)


def due_date_past(proposal: Proposal) -> Refusal | None:
    due_on = proposal.facts.due_on
    if due_on is not None and proposal.today > due_on:
        return None
    return TooEarly(proposal.trigger, due_on.isoformat() if due_on else "—")


def due_date_not_past(proposal: Proposal) -> Refusal | None:
    due_on = proposal.facts.due_on
    if due_on is None or proposal.today <= due_on:
        return None
    return TooLate(proposal.trigger, due_on.isoformat())


def reading_confirmed(proposal: Proposal) -> Refusal | None:
    if proposal.facts.reading_confirmed:
        return None
    item = proposal.facts.item
    return ReadingUnconfirmed(item.code, item.title, item.title_en)


def notice_over(proposal: Proposal) -> Refusal | None:
    resolution = proposal.facts.resolution
    if resolution is None or resolution.ends_on is None:
        return NoticeNotPublished()
    if proposal.today <= resolution.ends_on:
        return TooEarly(proposal.trigger, resolution.ends_on.isoformat())
    return None


def no_objection_open(proposal: Proposal) -> Refusal | None:
    count = proposal.facts.open_objections
    return ObjectionOpen(count) if count else None


def no_objection_upheld(proposal: Proposal) -> Refusal | None:
    """An upheld objection leads to remand or revocation, never on to payment."""
    return ObjectionUpheld() if proposal.facts.objection_upheld else None


def objection_upheld(proposal: Proposal) -> Refusal | None:
    return None if proposal.facts.objection_upheld else NoObjectionUpheld()


def settled_by_batch(proposal: Proposal) -> Refusal | None:
    settled = proposal.facts.payout.settled_yuan
    return None if settled is not None and settled == proposal.facts.granted_yuan else NotThroughBatch()


def not_in_batch(proposal: Proposal) -> Refusal | None:
    return PayoutInProgress(proposal.trigger) if proposal.facts.payout.in_batch else None


def reclaim_proposed(proposal: Proposal) -> Refusal | None:
    return None if proposal.facts.reclaim_yuan else ReclaimNotProposed()


# Guards over the order


def ask_reason(proposal: Proposal) -> Refusal | None:
    return None if proposal.order.reason.strip() else ReasonNeeded(proposal.trigger)


def ask_departments(proposal: Proposal) -> Refusal | None:
    if proposal.order.departments or proposal.facts.field_departments:
        return None
    return DepartmentsNotNamed()


def ask_missing(proposal: Proposal) -> Refusal | None:
    choices = correctable(proposal)
    missing = proposal.order.missing
    if missing and all(each in choices for each in missing):
        return None
    return MissingNotNamed(choices)


def ask_warnings_answered(proposal: Proposal) -> Refusal | None:
    warnings = [each for each in proposal.facts.findings if each.severity is Severity.WARNING]
    if not warnings or proposal.order.reason.strip():
        return None
    return WarningsUnanswered(
        tuple(each.code for each in warnings),
        tuple(each.zh for each in warnings),
        tuple(each.en for each in warnings),
    )


def ask_amount_in_bounds(proposal: Proposal) -> Refusal | None:
    """The amount put forward may not pass what the rules arrive at; setting less needs a reason."""
    quoted = worked_out(proposal.facts)
    against = _errors_among(quoted.findings)
    if against is not None:
        return against
    limit, amount = quoted.county_yuan, amount_of(proposal)
    if amount <= 0:
        return AmountNeeded(proposal.trigger)
    if amount > limit:
        return AmountAboveCeiling(amount, limit, proposal.facts.item.clause)
    expected = _expected(proposal)
    if amount != expected and not proposal.order.reason.strip():
        return AmountNeedsReason(amount, expected)
    return None


def ask_resolution(proposal: Proposal) -> Refusal | None:
    resolution = proposal.order.resolution
    if resolution is None or not resolution.ref:
        return ResolutionNeeded()
    return ResolutionPublished(resolution.ref) if resolution.published_on else None


def ask_budget(proposal: Proposal) -> Refusal | None:
    wanted, available = amount_of(proposal), proposal.facts.available_yuan
    if wanted <= available:
        return None
    return BudgetExceeded(proposal.facts.cycle, available, wanted, wanted - available)


def ask_reclaim_amount(proposal: Proposal) -> Refusal | None:
    amount, paid = proposal.order.amount_yuan or 0, proposal.facts.granted_yuan or 0
    if amount <= 0:
        return AmountNeeded(proposal.trigger)
    return AmountAboveCeiling(amount, paid, proposal.facts.item.clause) if amount > paid else None


# Branches: which of several moves with the same trigger is meant


def last_to_clear(proposal: Proposal) -> bool:
    office = proposal.actor.office
    others = [each for each in proposal.facts.departments if office is None or each.code != office.code]
    return all(each.cleared for each in others)


def others_to_clear(proposal: Proposal) -> bool:
    return not last_to_clear(proposal)


def returned_from(stage: Stage) -> Branch:
    """Correction leads back to the stage that returned it, or to the departments where it must be checked anew."""

    def leads_back(proposal: Proposal) -> bool:
        facts = proposal.facts
        after_departments = facts.returned_from in {
            Stage.MARKET_SUPERVISION_REVIEW,
            Stage.COORDINATION_APPROVAL,
        }
        if facts.relied_data_changed and after_departments:
            return stage is Stage.DEPARTMENT_CHECK
        return facts.returned_from is stage

    leads_back.__name__ = f"returned_from_{stage}"
    return leads_back


# What guards and the machine both need


def correctable(proposal: Proposal) -> tuple[str, ...]:
    return tuple(each.kind for each in proposal.facts.item.evidence) + CORRECTABLE_FIELDS


def amount_of(proposal: Proposal) -> Yuan:
    """The amount said, or, where none was said, the one expected at this step."""
    said = proposal.order.amount_yuan
    return _expected(proposal) if said is None else said


def _errors_among(findings: Sequence[Finding]) -> FindingsOpen | None:
    errors = [each for each in findings if each.severity is Severity.ERROR]
    if not errors:
        return None
    return FindingsOpen(
        tuple(each.code for each in errors),
        tuple(each.zh for each in errors),
        tuple(each.en for each in errors),
    )


def _expected(proposal: Proposal) -> Yuan:
    facts = proposal.facts
    if facts.stage is Stage.COORDINATION_APPROVAL and facts.proposed_yuan is not None:
        return facts.proposed_yuan
    return worked_out(facts).county_yuan
