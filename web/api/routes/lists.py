"""What is decided about lists: resolutions and their publication, objections and their answers."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from claims.lists.awards import notice_list, resolved_list
from claims.lists.townships import filed_list, unfiled_list
from claims.publicity.objections import decide_objection, objections
from claims.publicity.resolutions import publish
from claims.reading.overviews import resolution_json, resolution_list
from notifications.list_files import MEDIA_TYPES, ListForm
from web.api import bodies
from web.api.answers import decided, looked_up
from web.api.bodies import InPath
from web.api.callers import COORDINATOR, READER, READER_OF_LISTS, Caller
from web.api.shapes import lists as shapes
from web.downloads import list_attachment
from web.guards import RowId

router = APIRouter(tags=["lists"])

LIST = {
    "content": {each: {"schema": {"type": "string", "format": "binary"}} for each in MEDIA_TYPES.values()}
}
"""A file in one of the forms of a list."""


@router.get("/resolutions", response_model=list[shapes.Resolution])
def list_resolutions(caller: Annotated[Caller, READER_OF_LISTS]) -> Response:
    """The lists approved under the minutes, oldest first."""
    return looked_up(caller, resolution_list)


# Before the path of the list itself, which takes everything that follows for the number of the minutes.
@router.get("/resolutions/{ref:path}/list", response_class=Response, responses={200: LIST})
def export_resolution(
    ref: InPath,
    caller: Annotated[Caller, READER_OF_LISTS],
    form: Annotated[ListForm, Query()] = ListForm.XLSX,
) -> Response:
    """What was resolved, to print: frozen once it is published, else as it stands."""
    with caller.desk.reading() as tx:
        found = resolved_list(tx, ref, viewer=caller.actor)
    return list_attachment(caller.desk, found, form)


@router.get("/resolutions/{ref:path}/notice", response_class=Response, responses={200: LIST})
def export_notice(
    ref: InPath, caller: Annotated[Caller, READER], form: Annotated[ListForm, Query()] = ListForm.XLSX
) -> Response:
    """The list as it was published, with nothing about any person."""
    with caller.desk.reading() as tx:
        found = notice_list(tx, ref)
    return list_attachment(caller.desk, found, form)


@router.get("/townships/{township}/filed", response_class=Response, responses={200: LIST})
def export_filed(
    township: InPath,
    caller: Annotated[Caller, READER],
    cycle: Annotated[int, Query(ge=1000, le=9999)],
    form: Annotated[ListForm, Query()] = ListForm.XLSX,
) -> Response:
    """What the township's units have submitted in a year: for itself and for the offices."""
    with caller.desk.reading() as tx:
        found = filed_list(tx, township, cycle, viewer=caller.actor)
    return list_attachment(caller.desk, found, form)


@router.get("/townships/{township}/unfiled", response_class=Response, responses={200: LIST})
def export_unfiled(
    township: InPath,
    caller: Annotated[Caller, READER],
    cycle: Annotated[int, Query(ge=1000, le=9999)],
    form: Annotated[ListForm, Query()] = ListForm.XLSX,
) -> Response:
    """The township's units that should have filed in a year and have not."""
    with caller.desk.reading() as tx:
        found = unfiled_list(tx, township, cycle, viewer=caller.actor)
    return list_attachment(caller.desk, found, form)


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
