"""The state machine: the only thing that moves a claim.

One shared `transitions` machine is built from `states.table.MOVES`. `propose` fires it on a throw-away walker
and answers with the change, or raises the refusal of the rule that stood against it.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import cast

from transitions import EventData, Machine, MachineError

from states.consequences import consequences
from states.duties import objection_to
from states.errors import Refusal, RoleNotAllowed, WrongStage
from states.facts import Actor, ClaimFacts, Order
from states.proposals import Change, Proposal
from states.soundness import require_sound
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
    """Condition of one row: role, branch, duties, guards, in this order. Notes the refusals.

    Who holds several of the row's roles acts in the first that nothing stands against.
    """
    walker = cast(_Walker, event.model)
    for role in move.roles:
        if role not in walker.proposal.actor.roles:
            continue
        proposal = replace(walker.proposal, role=role)
        if move.when is not None and not move.when(proposal):
            continue
        refusal = _objection(move, proposal, role, tentative=walker.tentative)
        if refusal is None:
            walker.taken = (move, role)
            return True
        walker.refusals.append(refusal)
    return False


def _objection(move: Move, proposal: Proposal, role: Role, *, tentative: bool) -> Refusal | None:
    """The first refusal among duties and guards; the order's own guards are asked of a real order only."""
    checks = move.guards if tentative else (*move.guards, *move.asks)
    return objection_to(proposal.facts, proposal.actor, role) or next(
        filter(None, (check(proposal) for check in checks)),
        None,
    )


def _build() -> Machine:
    require_sound(MOVES)
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
        data=consequences(replace(walker.proposal, role=role), move.target),
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
