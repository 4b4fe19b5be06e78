"""Lists approved under the minutes, and their publication."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, Form
from starlette.responses import RedirectResponse, Response

from claims.facts import load_cycle, policy_of
from claims.lists.awards import resolved_list
from claims.publicity.resolutions import publish
from claims.reading.overviews import resolution_json, resolution_list
from claims.review.meetings import Vote, vote_on
from notifications.list_files import ListForm
from states.calendar import Due
from states.errors import Refusal
from states.policy import Item
from states.stages import Role
from web.downloads import list_attachment
from web.guards import COORDINATOR, INSIDE, Visit
from web.rendering import render

router = APIRouter()

SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class ResolutionsPage:
    """All lists, newest first, as `resolution list` gives them."""

    template: ClassVar[str] = "resolutions.html"
    resolutions: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ResolutionPage:
    """One list, with the vote on it where one was recorded. `would_end` is when its notice would end if it were published today, None once it is published."""

    template: ClassVar[str] = "resolution.html"
    resolution: dict[str, Any]
    items: dict[str, Item]
    would_end: Due | None
    notice_days: int
    may_publish: bool
    vote: Vote | None
    problem: str = ""


@router.get("/resolutions")
def resolutions(visit: Annotated[Visit, Depends(INSIDE)]) -> Response:
    with visit.desk.reading() as tx:
        found = tuple(reversed(resolution_list(tx)))
    return render(visit, ResolutionsPage(found))


# The number of the minutes holds brackets and may hold a slash, so it travels as a parameter.
@router.get("/resolution")
def resolution(visit: Annotated[Visit, Depends(INSIDE)], ref: str = "") -> Response:
    return _page(visit, ref)


@router.get("/resolution/list.{form}")
def listed(form: ListForm, visit: Annotated[Visit, Depends(INSIDE)], ref: str = "") -> Response:
    with visit.desk.reading() as tx:
        found = resolved_list(tx, ref, viewer=visit.actor)
    return list_attachment(visit.desk, found, form)


@router.post("/resolution")
def publish_list(visit: Annotated[Visit, Depends(COORDINATOR)], ref: Annotated[str, Form()] = "") -> Response:
    try:
        with visit.desk.transaction() as tx:
            publish(tx, ref, actor=visit.actor)
    except Refusal as refusal:
        return _page(visit, ref, refusal)
    return RedirectResponse("/resolutions", SEE_OTHER)


def _page(visit: Visit, ref: str, refusal: Refusal | None = None) -> Response:
    with visit.desk.reading() as tx:
        found = resolution_json(tx, ref)
        cycle = load_cycle(tx, found["cycle"])
        items = dict(policy_of(tx, cycle.policy_version).items)
        vote = vote_on(tx, ref)
        unpublished = found["published_on"] is None
        would_end = (
            visit.desk.workdays.add_working_days(tx.now.date(), cycle.notice_days) if unpublished else None
        )
    return render(
        visit,
        ResolutionPage(
            resolution=found,
            items=items,
            would_end=would_end,
            notice_days=cycle.notice_days,
            vote=vote,
            may_publish=Role.COORDINATOR in visit.actor.roles and unpublished and bool(found["claims"]),
            problem=visit.words.refusal(refusal) if refusal else "",
        ),
        refusal.status if refusal else 200,
    )
