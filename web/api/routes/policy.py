"""The policy: its items, what a number points to, what an item pays, and the readings a named person confirms."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from claims.policy.policies import confirm_reading, identify_json, policy_item, policy_items, quote_json
from web.api import bodies
from web.api.answers import decided, looked_up
from web.api.bodies import InPath, Line
from web.api.callers import ANYBODY, CONFIRMER, READER, Caller
from web.api.shapes import lists as shapes
from web.api.shapes.claims import Quote

router = APIRouter(tags=["policy"], prefix="/policy")

PolicyVersion = Annotated[Line | None, Query(description="Left out: the version in force")]


@router.get("/items", response_model=list[shapes.Item])
def list_items(caller: Annotated[Caller, READER], policy_version: PolicyVersion = None) -> Response:
    """The items of the policy, in the order of its lists."""
    return looked_up(caller, lambda tx: policy_items(tx, policy_version))


@router.get("/items/{code}", response_model=shapes.ItemInFull)
def show_item(
    code: InPath, caller: Annotated[Caller, READER], policy_version: PolicyVersion = None
) -> Response:
    """One item, with its conditions, its reading and who confirmed it."""
    return looked_up(caller, lambda tx: policy_item(tx, code, policy_version))


@router.post("/items/{code}/confirmation", response_model=shapes.Confirmed)
def confirm(code: InPath, body: bodies.Confirmation, caller: Annotated[Caller, CONFIRMER]) -> Response:
    """Confirm a reading that the list leaves open."""
    return decided(
        caller,
        body,
        lambda tx: confirm_reading(
            tx, code, actor=caller.actor, reason=body.reason, version=body.policy_version
        ).as_json(),
    )


@router.get("/identify", response_model=shapes.Identified)
def identify(
    number: Annotated[Line, Query(description="A standard's number", examples=["GB/T 20556-2006"])],
    caller: Annotated[Caller, READER],
) -> Response:
    """Which items a standard's number points to, and why."""
    return looked_up(caller, lambda tx: identify_json(tx, number))


@router.post("/quote", response_model=Quote)
def quote(body: bodies.Question, caller: Annotated[Caller, ANYBODY]) -> Response:
    """What the county would pay for an item, each step with its clause. Nothing is written."""
    return decided(
        caller,
        body,
        lambda tx: quote_json(tx, **body.model_dump(exclude={"policy_version"}), version=body.policy_version),
    )
