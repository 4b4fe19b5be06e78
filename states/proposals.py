"""What is laid before the rules: a claim's facts, who wants what of it, and the day it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.amounts import Quote, quote
from states.facts import Actor, ClaimFacts, Order
from states.stages import Role, Stage, Trigger


@dataclass(frozen=True, slots=True)
class Proposal:
    """One trigger asked of one claim. `role` is the capacity in which the move would be made."""

    facts: ClaimFacts
    trigger: Trigger
    actor: Actor
    order: Order
    today: date
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What has been decided: a past-tense fact, not yet written. `data` holds only JSON values."""

    number: str
    trigger: Trigger
    source: Stage
    target: Stage
    actor: str
    role: Role
    reason: str
    data: Mapping[str, Any]


def worked_out(facts: ClaimFacts) -> Quote:
    """The amount the rules arrive at for a claim, with its steps."""
    return quote(
        facts.policy,
        facts.item,
        rank=facts.achievement.rank,
        revision=facts.achievement.revision,
        requested_yuan=facts.requested_yuan,
        municipal_decided_yuan=facts.municipal_decided_yuan,
        earlier_paid_yuan=facts.earlier_paid_yuan,
        reading_confirmed=facts.reading_confirmed,
    )
