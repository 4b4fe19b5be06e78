"""The year's round: planning it, the body's meetings and votes, who stands in for whom."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from claims.desk import Tx
from claims.identity.delegations import Absence, absences, call_off, delegate
from claims.identity.people import require_role
from claims.reading.agendas import agenda_json
from claims.reading.overviews import cycle_json
from claims.review.meetings import Sitting, Vote, convene, record_vote, vote_on
from claims.timing.cycles import Plan, plan_cycle
from states.stages import Role
from web.api import bodies_of_the_year as bodies
from web.api.answers import decided, looked_up
from web.api.bodies import InPath
from web.api.callers import (
    ADMINISTRATOR,
    COORDINATOR,
    PLANNER,
    READER_OF_ADMINISTRATION,
    READER_OF_LISTS,
    READER_OF_THE_BOARD,
    Caller,
)
from web.api.shapes import year as shapes
from web.api.shapes.money import Cycle
from web.guards import RowId, Year

router = APIRouter()

PLANNERS = (Role.ADMINISTRATOR, Role.COORDINATOR)


@router.post("/cycles/{year}/plan", response_model=Cycle, tags=["cycles"])
def plan(year: Year, body: bodies.NewPlan, caller: Annotated[Caller, PLANNER]) -> Response:
    """Plan a cycle, or plan it anew as long as it has not opened; after that only its budget can change."""

    def use_case(tx: Tx) -> dict[str, Any]:
        role = require_role(caller.actor, PLANNERS, "安排年度申报", "plan a cycle")
        plan_cycle(tx, Plan(year, **body.model_dump()), actor=caller.actor.name, role=str(role))
        return cycle_json(tx, year)

    return decided(caller, body, use_case)


@router.get("/cycles/{year}/agenda", response_model=shapes.Agenda, tags=["meetings"])
def show_agenda(year: Year, caller: Annotated[Caller, READER_OF_THE_BOARD]) -> Response:
    """What waits for the body, judged as it stands now, with who must stand aside from what."""
    return looked_up(caller, lambda tx: agenda_json(tx, year))


@router.post("/cycles/{year}/sitting", response_model=shapes.Agenda, tags=["meetings"])
def call_sitting(year: Year, body: bodies.NewSitting, caller: Annotated[Caller, COORDINATOR]) -> Response:
    """Convene the body; its agenda leaves by letter, and is the answer."""

    def use_case(tx: Tx) -> dict[str, Any]:
        convene(tx, year, Sitting(**body.model_dump()), actor=caller.actor)
        return agenda_json(tx, year)

    return decided(caller, body, use_case)


@router.post("/cycles/{year}/votes", response_model=shapes.Vote, tags=["meetings"])
def note_vote(year: Year, body: bodies.NewVote, caller: Annotated[Caller, COORDINATOR]) -> Response:
    """Record how the body voted under the number of its minutes; claims are then approved under it."""
    told = body.model_dump()
    ref = told.pop("resolution")
    return decided(
        caller, body, lambda tx: _vote(record_vote(tx, ref, year, Vote(**told), actor=caller.actor))
    )


# Before the path of the list itself, which takes everything that follows for the number of the minutes.
@router.get("/resolutions/{ref:path}/vote", response_model=shapes.Vote, tags=["meetings"])
def show_vote(ref: InPath, caller: Annotated[Caller, READER_OF_LISTS]) -> Response:
    """The vote on a list as it was recorded last."""
    with caller.desk.reading() as tx:
        found = vote_on(tx, ref)
    if found is None:
        raise HTTPException(404)
    return JSONResponse(_vote(found))


def _vote(vote: Vote) -> dict[str, Any]:
    return {**vote.as_json(), "recorded_by": vote.recorded_by}


@router.get("/absences", response_model=list[shapes.Absence], tags=["people"])
def list_absences(caller: Annotated[Caller, READER_OF_ADMINISTRATION]) -> Response:
    """The fifty absences that begin last, the latest first."""
    return looked_up(caller, lambda tx: [_absence(each) for each in absences(tx)])


@router.post("/absences", response_model=shapes.Absence, status_code=201, tags=["people"])
def record_absence(body: bodies.NewAbsence, caller: Annotated[Caller, ADMINISTRATOR]) -> Response:
    """Put a role into the hands of a colleague of the same office; what they do is under their own name."""

    def use_case(tx: Tx) -> dict[str, Any]:
        told = body.model_dump()
        names = (told.pop("absent"), told.pop("stand_in"), told.pop("role"))
        return _absence(delegate(tx, *names, **told, actor=caller.actor))

    return decided(caller, body, use_case, made=lambda _: "/absences")


@router.post("/absences/{id}/end", response_model=list[shapes.Absence], tags=["people"])
def end_absence(id: RowId, caller: Annotated[Caller, ADMINISTRATOR]) -> Response:  # noqa: A002
    """End an absence early; one that is over stays as it is. Answers with the absences as they are then."""

    def use_case(tx: Tx) -> list[dict[str, Any]]:
        call_off(tx, id, actor=caller.actor)
        return [_absence(each) for each in absences(tx)]

    return decided(caller, {}, use_case)


def _absence(absence: Absence) -> dict[str, Any]:
    days = {"from_on": absence.from_on.isoformat(), "to_on": absence.to_on.isoformat()}
    return {**asdict(absence), "role": str(absence.role), **days}
