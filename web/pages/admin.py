"""Users and their roles: added, closed, given a new password; each change is in the log under who made it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Form
from starlette.responses import RedirectResponse, Response

from claims.desk import Tx
from claims.errors import BadValue
from claims.identity import accounts, linked, people, second_factors
from claims.identity.people import NewUser
from states.errors import Refusal
from states.stages import PEOPLES_ROLES, Role
from web.guards import ADMINISTRATOR, Visit
from web.rendering import render

router = APIRouter()

SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class UserRow:
    name: str
    office: str
    roles: tuple[Role, ...]
    email: str
    active: bool
    second_factor: bool
    subject: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed for a user who could not be added."""

    name: str = ""
    role: str = ""
    org: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password that was made anew; it is shown this once."""

    name: str
    password: str


@dataclass(frozen=True, slots=True)
class AdminPage:
    """All users; after one was added, `added` with the password, which is shown this once. `me` is the viewer.

    `provider` names the single sign-on, under which a user may have a `subject`; empty where there is none.
    """

    template: ClassVar[str] = "admin.html"
    users: tuple[UserRow, ...]
    roles: tuple[Role, ...]
    offices: tuple[str, ...]
    typed: Typed
    me: str
    provider: str
    problem: str = ""
    added: NewUser | None = None
    renewed: NewPassword | None = None


NOTHING = Typed()


@router.get("/admin")
def users(visit: Annotated[Visit, Depends(ADMINISTRATOR)]) -> Response:
    return _page(visit)


@router.post("/admin/users")
def add(
    visit: Annotated[Visit, Depends(ADMINISTRATOR)],
    name: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    org: Annotated[str, Form()] = "",
    email: Annotated[str, Form()] = "",
) -> Response:
    try:
        wanted = _role(role)
        with visit.desk.transaction() as tx:
            added = people.add_user(
                tx, name, wanted, org=org.strip() or None, email=email.strip(), by=visit.actor.name
            )
    except Refusal as refusal:
        return _page(visit, refusal=refusal, typed=Typed(name, role, org, email))
    return _page(visit, added=added)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an administrator wants done to an account; each change takes what it needs of it."""

    name: str
    what: str
    role: str
    reason: str
    subject: str


@router.post("/admin/accounts")
def change(
    visit: Annotated[Visit, Depends(ADMINISTRATOR)],
    name: Annotated[str, Form()] = "",
    what: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    subject: Annotated[str, Form()] = "",
) -> Response:
    """Close an account, open it again, make its password anew, take a role or a lost second factor from it, or link it."""
    try:
        with visit.desk.transaction() as tx:
            password = _change(tx, visit, Asked(name, what, role, reason, subject))
    except Refusal as refusal:
        return _page(visit, refusal=refusal)
    if password is None:
        return RedirectResponse("/admin", SEE_OTHER)
    return _page(visit, renewed=NewPassword(name, password))


def _change(tx: Tx, visit: Visit, asked: Asked) -> str | None:
    """Answers with the password where one was made."""
    match asked.what:
        case "deactivate":
            accounts.deactivate(tx, asked.name, actor=visit.actor)
        case "reactivate":
            accounts.reactivate(tx, asked.name, actor=visit.actor)
        case "take_role":
            accounts.take_role(tx, asked.name, _role(asked.role), actor=visit.actor)
        case "password":
            return accounts.renew_password(tx, asked.name, actor=visit.actor)
        case "second_factor":
            second_factors.reset(tx, asked.name, reason=asked.reason, actor=visit.actor)
        case "link":
            _link(tx, visit, asked.name, asked.subject)
        case _:
            raise BadValue("请选择要做的事。", "Choose what to do.")
    return None


def _link(tx: Tx, visit: Visit, name: str, subject: str) -> None:
    """Link a user with a subject of the single sign-on, or with none."""
    provider = visit.desk.settings.single_sign_on
    if provider is None:
        raise BadValue("未设置统一登录。", "There is no single sign-on.")
    if subject.strip():
        linked.link(tx, name, provider.issuer, subject, actor=visit.actor)
    else:
        linked.unlink(tx, name, provider.issuer, actor=visit.actor)


def _role(text: str) -> Role:
    if text not in set(PEOPLES_ROLES):
        raise BadValue("请选择角色。", "Choose a role.")
    return Role(text)


def _page(
    visit: Visit,
    *,
    refusal: Refusal | None = None,
    added: NewUser | None = None,
    renewed: NewPassword | None = None,
    typed: Typed = NOTHING,
) -> Response:
    provider = visit.desk.settings.single_sign_on
    with visit.desk.reading() as tx:
        subjects = linked.all_linked(tx, provider.issuer) if provider else {}
        with_factor = second_factors.users_with(tx)
        rows = tuple(
            UserRow(
                each.name,
                each.organisation.names[0] if each.organisation else "",
                tuple(held.role for held in each.roles),
                each.email,
                each.active,
                each.name in with_factor,
                subjects.get(each.name, ""),
            )
            for each in people.users(tx)
        )
        offices = tuple(each.names[0] for each in people.organisations(tx))
    page = AdminPage(
        users=rows,
        roles=PEOPLES_ROLES,
        offices=offices,
        typed=typed,
        me=visit.actor.name,
        provider=provider.label if provider else "",
        problem=visit.words.refusal(refusal) if refusal else "",
        added=added,
        renewed=renewed,
    )
    return render(visit, page, refusal.status if refusal else 200)
