"""What the event of a move records beyond who, when and why: only JSON values, amounts with their steps."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from states.facts import ClaimFacts
from states.guards import amount_of
from states.proposals import Proposal, worked_out
from states.stages import Role, Stage, Trigger


def consequences(proposal: Proposal, target: Stage) -> Mapping[str, Any]:
    """The data of a permitted move; empty for a trigger that says nothing more than its name."""
    told = _TOLD.get(proposal.trigger)
    return {} if told is None else told(proposal, target)


def _accepted(proposal: Proposal, _: Stage) -> Mapping[str, Any]:
    return {"departments": _asked(proposal), "deemed": proposal.role is Role.SYSTEM}


def _asked(proposal: Proposal) -> list[str]:
    facts = proposal.facts
    asked = proposal.order.departments or facts.field_departments
    return list(dict.fromkeys(asked or (facts.policy.switches.default_department,)))


def _cleared(proposal: Proposal, _: Stage) -> Mapping[str, Any]:
    office = proposal.actor.office
    return {"department": office.code} if office is not None else {}


def _endorsed(proposal: Proposal, _: Stage) -> Mapping[str, Any]:
    steps = worked_out(proposal.facts).steps
    return {"proposed_yuan": amount_of(proposal), "steps": [each.as_json() for each in steps]}


def _approved(proposal: Proposal, _: Stage) -> Mapping[str, Any]:
    resolution = proposal.order.resolution
    return {
        "granted_yuan": amount_of(proposal),
        "resolution": resolution.ref if resolution is not None else None,
    }


def _returned(proposal: Proposal, _: Stage) -> Mapping[str, Any]:
    return {"missing": list(dict.fromkeys(proposal.order.missing))}


def _resubmitted(proposal: Proposal, target: Stage) -> Mapping[str, Any]:
    """Departments that cleared the claim as it was look at it anew, also where one of them had returned it.

    A claim that intake had rejected and that was reconsidered comes here without any having been asked: it is now.
    """
    if target is not Stage.DEPARTMENT_CHECK or not proposal.facts.relied_data_changed:
        return {"recheck": False}
    if proposal.facts.departments:
        return {"recheck": True}
    return {"recheck": True, "departments": _asked(proposal)}


def _rejected(proposal: Proposal, _: Stage) -> Mapping[str, Any]:
    return {"clause": proposal.order.clause or _clause_against(proposal.facts)}


def _paid(proposal: Proposal, _: Stage) -> Mapping[str, Any]:
    return {"paid_yuan": proposal.facts.payout.settled_yuan}


def _reclaimed(proposal: Proposal, _: Stage) -> Mapping[str, Any]:
    """The coordinator says how much; what finance confirms is that figure, whatever it says itself."""
    said = proposal.order.amount_yuan
    return {"reclaim_yuan": said if proposal.role is Role.COORDINATOR else proposal.facts.reclaim_yuan}


def _clause_against(facts: ClaimFacts) -> str:
    """The clause a rejection rests on when none is named: that of the first finding against the claim, or the item's."""
    return next((each.clause for each in facts.findings if each.clause), facts.item.clause)


_TOLD: Mapping[Trigger, Callable[[Proposal, Stage], Mapping[str, Any]]] = MappingProxyType(
    {
        Trigger.ACCEPT: _accepted,
        Trigger.CLEAR: _cleared,
        Trigger.ENDORSE: _endorsed,
        Trigger.APPROVE: _approved,
        Trigger.RETURN_FOR_CORRECTION: _returned,
        Trigger.RESUBMIT: _resubmitted,
        Trigger.REJECT: _rejected,
        Trigger.PAY: _paid,
        Trigger.RECLAIM: _reclaimed,
    },
)
