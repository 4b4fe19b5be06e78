"""The desk itself: who the caller is, people and organisations, the audit, and what the codes of problems mean."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response, StreamingResponse

from claims.desk import Desk, Tx
from claims.identity import accounts, people
from claims.reading.overviews import organisation_list, user_list
from claims.trail import audit
from states.stages import Role
from web.api import bodies, problems
from web.api.answers import decided, looked_up
from web.api.bodies import InPath
from web.api.callers import ADMINISTRATOR, CONTROL, READER, Caller
from web.api.shapes import desk as shapes
from web.guards import FOR_MACHINES

router = APIRouter()

LINES = "application/jsonl"


@router.get("/me", response_model=shapes.Me, tags=["people"])
def who_am_i(caller: Annotated[Caller, READER]) -> Response:
    """Whose token this is, and in which roles it acts."""
    actor = caller.actor
    office = actor.office
    return JSONResponse(
        {
            "name": actor.name,
            "roles": [str(role) for role in Role if role in actor.roles],
            "office": office and {"code": office.code, "kind": office.kind, "name": office.name},
        }
    )


@router.get("/organisations", response_model=list[shapes.Organisation], tags=["people"])
def list_organisations(caller: Annotated[Caller, READER]) -> Response:
    """The offices of the directory, and the units that are registered."""
    return looked_up(caller, organisation_list)


@router.get("/users", response_model=list[shapes.User], tags=["people"])
def list_users(caller: Annotated[Caller, CONTROL]) -> Response:
    """The users in order of their names."""
    return looked_up(caller, user_list)


@router.post("/users", response_model=shapes.UserAdded, status_code=201, tags=["people"])
def add_user(body: bodies.NewUser, caller: Annotated[Caller, ADMINISTRATOR]) -> Response:
    """Add a user, whose password is told this once, or a further role of one who exists."""

    def use_case(tx: Tx) -> dict[str, Any]:
        return people.add_user(tx, body.name, body.role, org=body.org, email=body.email).as_json()

    return decided(caller, body, use_case, made=lambda _: "/users")


@router.post("/users/{name}/deactivation", response_model=shapes.User, tags=["people"])
def close_account(name: InPath, caller: Annotated[Caller, ADMINISTRATOR]) -> Response:
    """Close an account: its sessions end and its tokens open nothing from now on."""
    return _account(caller, name, lambda tx: accounts.deactivate(tx, name, actor=caller.actor))


@router.post("/users/{name}/reactivation", response_model=shapes.User, tags=["people"])
def open_account_again(name: InPath, caller: Annotated[Caller, ADMINISTRATOR]) -> Response:
    """Open a closed account again, with the roles it had."""
    return _account(caller, name, lambda tx: accounts.reactivate(tx, name, actor=caller.actor))


@router.post("/users/{name}/roles/{role}/removal", response_model=shapes.User, tags=["people"])
def take_role(name: InPath, role: Role, caller: Annotated[Caller, ADMINISTRATOR]) -> Response:
    """Take a role from a user, gone at once; a role that they do not hold changes nothing."""
    return _account(caller, name, lambda tx: accounts.take_role(tx, name, role, actor=caller.actor))


def _account(caller: Caller, name: str, use_case: Callable[[Tx], None]) -> Response:
    def changed(tx: Tx) -> dict[str, Any]:
        use_case(tx)
        return next(each for each in user_list(tx) if each["name"] == name.strip())

    return decided(caller, {}, changed)


@router.get("/audit/verification", response_model=shapes.Verification, tags=["audit"])
def verify_chains(caller: Annotated[Caller, CONTROL]) -> Response:
    """Check every chain of events, the lists and the books. It reads every event there is."""
    return looked_up(caller, lambda tx: audit.verify(tx).as_json())


@router.get("/audit/checkpoint", response_model=shapes.Checkpoint, tags=["audit"])
def make_checkpoint(caller: Annotated[Caller, CONTROL]) -> Response:
    """The heads of all chains now, to be kept elsewhere and verified against later."""
    return looked_up(caller, audit.checkpoint)


@router.get(
    "/audit/events",
    response_class=StreamingResponse,
    responses={200: {"content": {LINES: {"schema": {"type": "string"}}}}},
    tags=["audit"],
)
def export_events(caller: Annotated[Caller, CONTROL]) -> Response:
    """All events, one a line, for an outsider to verify."""
    return StreamingResponse(_lines(caller.desk), media_type=LINES)


def _lines(desk: Desk) -> Iterator[str]:
    with desk.reading() as tx:
        for line in audit.export_lines(tx):
            yield f"{line}\n"


@router.get("/problems/{code}", response_model=shapes.ProblemType, tags=["problems"])
def explain_problem(code: InPath, _: Annotated[None, Depends(FOR_MACHINES)]) -> Response:
    """What a problem's type means: where its address leads."""
    found = problems.known_codes().get(code)
    if found is None:
        raise HTTPException(404)
    status, (zh, en) = found
    return JSONResponse({"code": code, "status": status, "detail": zh, "detail_en": en})
