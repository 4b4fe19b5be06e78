"""The state machine: the only thing that moves a claim.

One shared `transitions` machine is built from `states.table.MOVES`. `propose` fires it on a throw-away walker
and answers with the change, or raises the refusal of the rule that stood against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from transitions import EventData, Machine, MachineError

from states.duties import objection_to
from states.errors import Refusal, RoleNotAllowed, WrongStage
from states.facts import Actor, ClaimFacts, Order
from states.guards import amount_of
from states.proposals import Change, Proposal, worked_out
from states.stages import Role, Stage, Trigger
from states.table import MOVES, Move


@dataclass(slots=True)
class _Walker:
    """Carries one proposal through the machine. `tentative` leaves the order's own guards unasked."""

    state: str
    proposal: Proposal
    tentative: bool = False
    refusals: list[Refusal] = field(default_factory=list)
    taken: tuple[Move, Role] | None = None


def _permits(move: Move, event: EventData) -> bool:
    """Condition of one row: role, branch, duties, guards, in this order. Notes the first refusal."""
    walker: _Walker = event.model
    role = next((each for each in move.roles if each in walker.proposal.actor.roles), None)
    if role is None:
        return False
    proposal = replace(walker.proposal, role=role)
    if move.when is not None and not move.when(proposal):
        return False
    refusal = objection_to(proposal.facts, proposal.actor, role)
    checks = move.guards if walker.tentative else (*move.guards, *move.asks)
    refusal = refusal or next(filter(None, (check(proposal) for check in checks)), None)
    if refusal is not None:
        walker.refusals.append(refusal)
        return False
    walker.taken = (move, role)
    return True


def _build() -> Machine:
    machine = Machine(
        model=None,
        states=[str(stage) for stage in Stage],
        initial=str(Stage.DRAFT),
        auto_transitions=False,
        send_event=True,
    )
    for move in MOVES:
        machine.add_transition(
            str(move.trigger),
            str(move.source),
            str(move.target),
            conditions=partial(_permits, move),
        )
    return machine


_MACHINE = _build()


def propose(facts: ClaimFacts, trigger: Trigger, actor: Actor, order: Order, *, today: date) -> Change:
    """Answer with the change this trigger makes of the claim; raise a `Refusal` where a rule stands against it."""
    walker = _fire(Proposal(facts, trigger, actor, order, today))
    if walker.taken is None:
        raise walker.refusals[0] if walker.refusals else _role_refusal(walker.proposal)
    move, role = walker.taken
    return Change(
        number=facts.number,
        trigger=trigger,
        source=facts.stage,
        target=Stage(walker.state),
        actor=actor.name,
        role=role,
        reason=order.reason.strip(),
        data=_consequences(move, replace(walker.proposal, role=role)),
    )


def legal_moves(facts: ClaimFacts, actor: Actor, *, today: date) -> tuple[Trigger, ...]:
    """The triggers this actor may pull now, in the order of the table, whatever is then said with them."""
    offered = dict.fromkeys(move.trigger for move in MOVES if move.source is facts.stage)
    return tuple(
        trigger
        for trigger in offered
        if _fire(Proposal(facts, trigger, actor, Order(), today), tentative=True).taken is not None
    )


def _fire(proposal: Proposal, *, tentative: bool = False) -> _Walker:
    walker = _Walker(str(proposal.facts.stage), proposal, tentative)
    try:
        _MACHINE.events[str(proposal.trigger)].trigger(walker)
    except MachineError:
        raise WrongStage(proposal.facts.number, proposal.facts.stage, proposal.trigger) from None
    return walker


def _role_refusal(proposal: Proposal) -> Refusal:
    rows = [
        move for move in MOVES if move.trigger is proposal.trigger and move.source is proposal.facts.stage
    ]
    allowed = dict.fromkeys(role for move in rows for role in move.roles)
    held = tuple(role for role in Role if role in proposal.actor.roles)
    return RoleNotAllowed(proposal.trigger, tuple(allowed), held)


def _consequences(move: Move, proposal: Proposal) -> Mapping[str, Any]:
    """What the event records beyond who, when and why; only JSON values, amounts with their steps."""
    facts, order = proposal.facts, proposal.order
    match move.trigger:
        case Trigger.ACCEPT:
            asked = (
                order.departments or facts.field_departments or (facts.policy.switches.default_department,)
            )
            return {"departments": list(dict.fromkeys(asked)), "deemed": proposal.role is Role.SYSTEM}
        case Trigger.CLEAR if proposal.actor.office is not None:
            return {"department": proposal.actor.office.code}
        case Trigger.ENDORSE:
            quoted = worked_out(facts)
            return {"proposed_yuan": amount_of(proposal), "steps": [each.as_json() for each in quoted.steps]}
        case Trigger.APPROVE if order.resolution is not None:
            return {"granted_yuan": amount_of(proposal), "resolution": order.resolution.ref}
        case Trigger.RETURN_FOR_CORRECTION:
            return {"missing": list(dict.fromkeys(order.missing))}
        case Trigger.RESUBMIT:
            return {"recheck": move.target is not facts.returned_from}
        case Trigger.REJECT:
            return {"clause": order.clause or _clause_against(facts)}
        case Trigger.RECLAIM:
            amount = order.amount_yuan if proposal.role is Role.COORDINATOR else facts.reclaim_yuan
            return {"reclaim_yuan": amount}
        case Trigger.PAY:
            return {"paid_yuan": facts.payout.settled_yuan}
        case _:
            return {}


def _clause_against(facts: ClaimFacts) -> str:
    """The clause a rejection rests on when none is named: that of the first finding against the claim, or the item's."""
    return next((each.clause for each in facts.findings if each.clause), facts.item.clause)
