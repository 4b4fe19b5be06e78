"""Users and their roles."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from claims import people
from claims.desk import Tx
from claims.people import NewUser
from states.errors import Refusal
from states.stages import PEOPLES_ROLES, Role
from web.guards import ADMINISTRATOR, Visit
from web.rendering import render

router = APIRouter()


@dataclass(frozen=True, slots=True)
class UserRow:
    name: str
    office: str
    roles: tuple[Role, ...]
    email: str
    active: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed for a user who could not be added."""

    name: str = ""
    role: str = ""
    org: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class AdminPage:
    """All users; after one was added, `added` with the password, which is shown this once."""

    template: ClassVar[str] = "admin.html"
    users: tuple[UserRow, ...]
    roles: tuple[Role, ...]
    offices: tuple[str, ...]
    typed: Typed
    problem: str = ""
    added: NewUser | None = None


NOTHING = Typed()


@router.get("/admin")
def users(visit: Annotated[Visit, Depends(ADMINISTRATOR)]) -> Response:
    with visit.desk.reading() as tx:
        return render(visit, _page(tx))


@router.post("/admin/users")
def add(
    visit: Annotated[Visit, Depends(ADMINISTRATOR)],
    name: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    org: Annotated[str, Form()] = "",
    email: Annotated[str, Form()] = "",
) -> Response:
    typed = Typed(name, role, org, email)
    if role not in set(PEOPLES_ROLES):
        problem = visit.words.t("请选择角色。", "Choose a role.")
        with visit.desk.reading() as tx:
            return render(visit, _page(tx, problem=problem, typed=typed), 422)
    try:
        with visit.desk.transaction() as tx:
            added = people.add_user(tx, name, Role(role), org=org.strip() or None, email=email.strip())
    except Refusal as refusal:
        with visit.desk.reading() as tx:
            return render(visit, _page(tx, problem=visit.words.refusal(refusal), typed=typed), refusal.status)
    with visit.desk.reading() as tx:
        return render(visit, _page(tx, added=added))


def _page(tx: Tx, *, problem: str = "", added: NewUser | None = None, typed: Typed = NOTHING) -> AdminPage:
    rows = tuple(
        UserRow(
            each.name,
            each.organisation.names[0] if each.organisation else "",
            tuple(held.role for held in each.roles),
            each.email,
            each.active,
        )
        for each in people.users(tx)
    )
    offices = tuple(each.names[0] for each in people.organisations(tx))
    return AdminPage(rows, PEOPLES_ROLES, offices, typed, problem, added)
