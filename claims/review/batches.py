"""The same decision for many claims: one transaction each, so that an interruption loses nothing and repeats nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from claims.desk import Desk, Tx
from claims.identity.visibility import visible_claim
from claims.models import Claim, EventRow
from claims.review import undo
from claims.review.decisions import act
from claims.trail.chains import Recorded
from states.errors import Refusal
from states.facts import Actor
from states.stages import Stage, Trigger


class ItemOutcome(StrEnum):
    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of one claim of a batch. `stage` and `version` are where it stands; a refusal says why."""

    number: str
    outcome: ItemOutcome
    stage: Stage | None = None
    version: int | None = None
    refusal: Refusal | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "outcome": str(self.outcome),
            "stage": None if self.stage is None else str(self.stage),
            "version": self.version,
            "code": self.refusal.code if self.refusal else None,
            "message": self.refusal.message() if self.refusal else None,
            "message_en": self.refusal.message("en") if self.refusal else None,
        }


def act_many(
    desk: Desk,
    trigger: Trigger,
    numbers: Iterable[str],
    *,
    actor: Actor,
    reason: str = "",
    clause: str = "",
    amount_yuan: int | None = None,
    departments: Sequence[str] = (),
    missing: Sequence[str] = (),
    resolution: str | None = None,
    versions: Mapping[str, int] = MappingProxyType({}),
    held: bool = False,
) -> Iterator[ItemResult]:
    """Pull a trigger of many claims and answer with each result as it is committed.

    A refusal stops its own claim only; one that the actor may not see is unknown. Started again after an
    interruption, it leaves what this actor has done already as it is and goes on with the rest. `versions` are those
    that the actor has seen, by number; `held` decisions can be undone one by one.
    """
    decide = undo.decide if held else _at_once
    for number in dict.fromkeys(each.strip().upper() for each in numbers if each.strip()):
        try:
            with desk.transaction() as tx:
                done = _already_done(tx, visible_claim(tx, number, actor), trigger, actor)
                if done is not None:
                    result = done
                else:
                    decision = partial(
                        act,
                        tx,
                        number,
                        trigger,
                        actor=actor,
                        reason=reason,
                        clause=clause,
                        amount_yuan=amount_yuan,
                        departments=departments,
                        missing=missing,
                        resolution=resolution,
                        version=versions.get(number),
                    )
                    recorded = decide(tx, number, trigger, decision)
                    result = ItemResult(number, ItemOutcome.DONE, recorded.stage, recorded.version)
        except Refusal as refusal:
            result = ItemResult(number, ItemOutcome.REFUSED, refusal=refusal)
        yield result


def _at_once(_tx: Tx, _number: str, _trigger: Trigger, act: Callable[[], Recorded]) -> Recorded:
    return act()


def _already_done(tx: Tx, claim: Claim, trigger: Trigger, actor: Actor) -> ItemResult | None:
    """The claim as it is, where the last decision on it was this one by this actor."""
    last = tx.session.execute(
        select(EventRow.trigger, EventRow.actor)
        .where(EventRow.stream == claim.number, EventRow.trigger.in_([*map(str, Trigger), "undone"]))
        .order_by(EventRow.seq.desc())
        .limit(1),
    ).one_or_none()
    if last is None or tuple(last) != (str(trigger), actor.name):
        return None
    return ItemResult(claim.number, ItemOutcome.UNCHANGED, claim.stage, claim.version)
