"""What would become of many claims under one decision, before it is taken: the same rules, and nothing written."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from claims.desk import Tx
from claims.facts import facts_of, resolution_facts
from claims.identity.visibility import visible_claim, visible_to
from claims.models import Claim
from states.deadlines import due_in
from states.errors import Refusal
from states.facts import Actor, ClaimFacts, Order
from states.machine import propose
from states.policy import Yuan
from states.proposals import Change
from states.stages import Stage, Trigger


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One claim of many as it stands at `version`: where it would go, by when, with how much; or what refuses it."""

    number: str
    version: int
    unit_name: str
    item_title: str
    item_title_en: str
    yuan: int
    target: Stage | None = None
    due_on: date | None = None
    refusal: Refusal | None = None


def foresee(
    tx: Tx,
    trigger: Trigger,
    numbers: Iterable[str],
    *,
    actor: Actor,
    reason: str = "",
    resolution: str | None = None,
) -> tuple[Foreseen, ...]:
    """Each claim as `act_many` would find it, in the same order. What one is granted, the next ones lack.

    Raises `UnknownClaim` for a number that the actor may not see.
    """
    granted: dict[int, int] = {}
    found = []
    for number in dict.fromkeys(each.strip().upper() for each in numbers if each.strip()):
        claim = visible_claim(tx, number, actor)
        facts = facts_of(tx, claim)
        left = Yuan(facts.available_yuan - granted.get(claim.cycle, 0))
        try:
            order = Order(
                reason=reason,
                resolution=resolution_facts(tx, resolution, claim.cycle) if resolution else None,
            )
            change = propose(replace(facts, available_yuan=left), trigger, actor, order, today=tx.now.date())
        except Refusal as refusal:
            found.append(_line(claim, facts, claim.requested_yuan, refusal=refusal))
            continue
        if trigger is Trigger.APPROVE:
            granted[claim.cycle] = granted.get(claim.cycle, 0) + int(change.data["granted_yuan"])
        found.append(_going(tx, claim, facts, change))
    return tuple(found)


def unit_names(tx: Tx, numbers: Iterable[str], viewer: Actor) -> dict[str, str]:
    """Whose claims these are, of those that the viewer may see."""
    rows = select(Claim.number, Claim.unit_name).where(Claim.number.in_(list(numbers)), visible_to(viewer))
    return dict(tx.session.execute(rows).tuples().all())


def _going(tx: Tx, claim: Claim, facts: ClaimFacts, change: Change) -> Foreseen:
    amounts = (change.data.get("granted_yuan"), change.data.get("proposed_yuan"), claim.requested_yuan)
    due = due_in(change.target, tx.now.date(), facts.policy.periods, tx.desk.workdays)
    yuan = next(each for each in amounts if each is not None)
    return _line(claim, facts, yuan, target=change.target, due_on=due.on if due else None)


def _line(
    claim: Claim,
    facts: ClaimFacts,
    yuan: int,
    *,
    target: Stage | None = None,
    due_on: date | None = None,
    refusal: Refusal | None = None,
) -> Foreseen:
    item = facts.item
    seen = (claim.number, claim.version, claim.unit_name, item.title, item.title_en)
    return Foreseen(*seen, yuan, target, due_on, refusal)
