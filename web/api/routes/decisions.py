"""What is decided and recorded on claims, one at a time or many."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.responses import Response

from claims.desk import Tx
from claims.errors import ObjectionNotPossible
from claims.identity import people
from claims.identity.visibility import visible_claim
from claims.publicity.objections import Filed, file_objection
from claims.reading.queries import claim_json
from claims.review.batches import act_many
from claims.review.decisions import act
from claims.review.disclosures import disclose
from claims.review.examination import examine
from claims.review.municipal import record_municipal_decision
from claims.review.undo import undo
from web.api import bodies
from web.api.answers import Content, decided, worked_through
from web.api.bodies import Number
from web.api.callers import ANYBODY, COORDINATOR, EXAMINER, OFFICER, RECORDER, Caller
from web.api.shapes import claims as shapes
from web.api.shapes import lists
from web.api.shapes.year import Examined

router = APIRouter(tags=["decisions"])


@router.post("/claims/{number}/actions", response_model=shapes.Claim)
def act_on_claim(number: Number, body: bodies.Action, caller: Annotated[Caller, ANYBODY]) -> Response:
    """Pull a trigger of a claim. It takes effect at once, and its letters leave with the next round."""

    def use_case(tx: Tx) -> object:
        return act(tx, number, body.trigger, actor=caller.actor, version=body.version, **body.order())

    return changed(caller, number, body, use_case)


@router.post("/claims/{number}/undo", response_model=shapes.Claim)
def undo_last_step(number: Number, body: bodies.Undoing, caller: Annotated[Caller, ANYBODY]) -> Response:
    """Take back one's own last step on a claim that was made on a page and is still held."""
    return changed(
        caller, number, body, lambda tx: undo(tx, number, actor=caller.actor, version=body.version)
    )


@router.post("/claims/actions", response_model=list[shapes.ItemResult])
def act_on_many(body: bodies.BulkAction, caller: Annotated[Caller, ANYBODY]) -> Response:
    """Pull the same trigger of many claims, each in a transaction of its own, with a result for each.

    What this caller has done already is `unchanged`, so that the call can simply be repeated.
    """

    def work() -> list[dict[str, Any]]:
        results = act_many(caller.desk, body.trigger, body.numbers, actor=caller.actor, **body.order())
        return [each.as_json() for each in results]

    return worked_through(caller, body, work)


@router.post("/claims/{number}/interest", response_model=shapes.InterestDeclared)
def declare_interest(number: Number, body: bodies.Interest, caller: Annotated[Caller, OFFICER]) -> Response:
    """Declare one's own conflict of interest with the claim's unit, and stand aside from then on."""

    def use_case(tx: Tx) -> dict[str, str]:
        unit = visible_claim(tx, number, caller.actor).uscc
        people.declare_interest(tx, caller.actor.name, unit, body.reason)
        return {"name": caller.actor.name, "unit": unit}

    return decided(caller, body, use_case)


@router.post("/claims/{number}/disclosures", response_model=shapes.Disclosed)
def record_disclosure(
    number: Number, body: bodies.Disclosure, caller: Annotated[Caller, COORDINATOR]
) -> Response:
    """Record that an office is among the standard's drafters, and name who of it may act."""

    def use_case(tx: Tx) -> dict[str, Any]:
        found = disclose(tx, number, body.office, body.users, actor=caller.actor, reason=body.reason)
        return found.as_json()

    return decided(caller, body, use_case)


@router.post("/claims/{number}/examination", response_model=Examined)
def note_verdict(number: Number, body: bodies.NewVerdict, caller: Annotated[Caller, EXAMINER]) -> Response:
    """Note what one found about a paper of a claim under review: a working note, which moves nothing."""

    def use_case(tx: Tx) -> dict[str, Any]:
        found = examine(tx, number, body.kind, body.verdict, actor=caller.actor, note=body.note)
        return {**asdict(found), "verdict": str(found.verdict), "at": found.at.isoformat()}

    return decided(caller, body, use_case)


@router.post("/claims/{number}/municipal-decision", response_model=shapes.MunicipalDecided)
def record_municipal(
    number: Number, body: bodies.MunicipalDecision, caller: Annotated[Caller, RECORDER]
) -> Response:
    """Record what the city has decided; a ceiling of the county follows it."""

    def use_case(tx: Tx) -> dict[str, Any]:
        recorded = record_municipal_decision(
            tx,
            number,
            yuan=body.amount_yuan,
            document=body.document,
            decided_on=body.decided_on,
            actor=caller.actor,
        )
        return recorded.as_json()

    return decided(caller, body, use_case)


@router.post("/claims/{number}/objections", response_model=lists.ObjectionFiled, status_code=201)
def object_to_claim(
    number: Number, body: bodies.NewObjection, caller: Annotated[Caller, ANYBODY]
) -> Response:
    """Object to a claim in its public notice, which anybody may, whoever's claim it is."""
    return decided(
        caller, body, lambda tx: _object(tx, number, body, caller).as_json(), made=lambda _: "/objections"
    )


def _object(tx: Tx, number: str, body: bodies.NewObjection, caller: Caller) -> Filed:
    try:
        return file_objection(tx, number, by=body.by, text=body.text)
    except ObjectionNotPossible:
        # A claim that is not published is nobody's business but of those who may see it.
        visible_claim(tx, number, caller.actor)
        raise


def changed(
    caller: Caller, number: str, sent: Content, use_case: Callable[[Tx], object], *, made: bool = False
) -> Response:
    """Carry out a use case on a claim that the caller may see, and answer with the claim as it is then."""

    def on_visible(tx: Tx) -> dict[str, Any]:
        visible_claim(tx, number, caller.actor)
        use_case(tx)
        return claim_json(tx, number, caller.actor)

    located = (lambda claim: f"/claims/{claim['number']}") if made else None
    return decided(caller, sent, on_visible, made=located)
