"""What is decided about lists: resolutions and their publication, objections and their answers."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from claims.publicity.objections import decide_objection, objections
from claims.publicity.resolutions import publish
from claims.reading.overviews import resolution_json, resolution_list
from web.api import bodies
from web.api.answers import decided, looked_up
from web.api.bodies import InPath
from web.api.callers import COORDINATOR, READER, READER_OF_LISTS, Caller
from web.api.shapes import lists as shapes
from web.guards import RowId

router = APIRouter(tags=["lists"])


@router.get("/resolutions", response_model=list[shapes.Resolution])
def list_resolutions(caller: Annotated[Caller, READER_OF_LISTS]) -> Response:
    """The lists approved under the minutes, oldest first."""
    return looked_up(caller, resolution_list)


# The number of the minutes may hold a slash.
@router.post("/resolutions/{ref:path}/publication", response_model=shapes.Published)
def publish_list(ref: InPath, caller: Annotated[Caller, COORDINATOR]) -> Response:
    """Freeze the list and publish it; the window starts, counted without today."""
    return decided(caller, {}, lambda tx: publish(tx, ref, actor=caller.actor).as_json())


@router.get("/resolutions/{ref:path}", response_model=shapes.ResolutionWithLines)
def show_resolution(ref: InPath, caller: Annotated[Caller, READER_OF_LISTS]) -> Response:
    """A list: as it was frozen, or, while it is not published, as it stands."""
    return looked_up(caller, lambda tx: resolution_json(tx, ref))


@router.get("/objections", response_model=list[shapes.Objection])
def list_objections(caller: Annotated[Caller, READER]) -> Response:
    """The objections to claims that the caller may see, newest first."""
    return looked_up(caller, lambda tx: objections(tx, caller.actor))


@router.post("/objections/{id}/decision", response_model=shapes.ObjectionDecided)
def answer_objection(
    id: RowId,  # noqa: A002 - as everywhere in addresses
    body: bodies.ObjectionDecision,
    caller: Annotated[Caller, COORDINATOR],
) -> Response:
    """Answer an objection, once: upheld leads to remand or revocation, dismissed lets the claim go on."""
    return decided(
        caller,
        body,
        lambda tx: decide_objection(tx, id, body.outcome, actor=caller.actor, reason=body.reason).as_json(),
    )
