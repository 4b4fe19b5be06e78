"""Absence: who of an office acts for whom, on which days; and the interests that people have declared."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Form
from starlette.responses import RedirectResponse, Response

from claims.errors import BadValue
from claims.identity import people
from claims.identity.accounts import Interest, interests
from claims.identity.delegations import Absence, absences, call_off, delegate
from states.errors import Refusal
from states.stages import DUTY_OF, Role
from web.guards import ADMINISTRATOR, RowId, Visit
from web.pages.actions import day_of
from web.rendering import render

router = APIRouter()

SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed for an absence that could not be recorded."""

    absent: str = ""
    stand_in: str = ""
    role: str = ""
    from_on: str = ""
    to_on: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AbsencesPage:
    """Absences, the latest first, and declared interests. `people` are those who may be away or stand in: name, office."""

    template: ClassVar[str] = "absences.html"
    absences: tuple[Absence, ...]
    interests: tuple[Interest, ...]
    people: tuple[tuple[str, str], ...]
    roles: tuple[Role, ...]
    typed: Typed
    problem: str = ""


@router.get("/admin/absences")
def show(visit: Annotated[Visit, Depends(ADMINISTRATOR)]) -> Response:
    return _page(visit)


@router.post("/admin/absences")
def record(
    visit: Annotated[Visit, Depends(ADMINISTRATOR)],
    absent: Annotated[str, Form()] = "",
    stand_in: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    from_on: Annotated[str, Form()] = "",
    to_on: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    try:
        if role not in set(DUTY_OF):
            raise BadValue("请选择所代的角色。", "Choose the role to stand in for.")
        with visit.desk.transaction() as tx:
            delegate(
                tx,
                absent,
                stand_in,
                Role(role),
                from_on=day_of(from_on),
                to_on=day_of(to_on),
                reason=reason,
                actor=visit.actor,
            )
    except Refusal as refusal:
        return _page(visit, refusal, Typed(absent, stand_in, role, from_on, to_on, reason))
    return RedirectResponse("/admin/absences", SEE_OTHER)


@router.post("/admin/absences/{delegation}/end")
def end(delegation: RowId, visit: Annotated[Visit, Depends(ADMINISTRATOR)]) -> Response:
    try:
        with visit.desk.transaction() as tx:
            call_off(tx, delegation, actor=visit.actor)
    except Refusal as refusal:
        return _page(visit, refusal)
    return RedirectResponse("/admin/absences", SEE_OTHER)


def _page(visit: Visit, refusal: Refusal | None = None, typed: Typed | None = None) -> Response:
    with visit.desk.reading() as tx:
        holders = (
            (each.name, each.organisation.names[0] if each.organisation else "")
            for each in people.users(tx)
            if each.active and any(held.role in DUTY_OF for held in each.roles)
        )
        page = AbsencesPage(
            absences=absences(tx),
            interests=interests(tx),
            people=tuple(holders),
            roles=tuple(DUTY_OF),
            typed=typed or Typed(),
            problem=visit.words.refusal(refusal) if refusal else "",
        )
    return render(visit, page, refusal.status if refusal else 200)
