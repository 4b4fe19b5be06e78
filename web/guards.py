"""Who may open a page. Every route has exactly one guard; a test walks all routes and all roles."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path
from starlette.exceptions import HTTPException
from starlette.requests import Request

from claims.desk import Desk
from claims.errors import NotAllowed
from claims.identity import calendar_keys
from claims.reading import queue_sheet
from claims.review import municipal
from states import stages
from states.facts import Actor
from states.stages import DUTY_OF, PEOPLES_ROLES, Role
from states.table import STAGE_ROLE
from web import sessions
from web.i18n import language
from web.sessions import Person
from web.wording import Words


@dataclass
class SignInNeeded(Exception):  # noqa: N818 - leads to the sign-in page
    """Nobody is signed in; `back` is where to go afterwards."""

    back: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: on which desk, in which language, by whom (None for a passer-by on a public page)."""

    request: Request
    desk: Desk
    words: Words
    person: Person | None

    @property
    def actor(self) -> Actor:
        """Who acts; only for pages whose guard lets nobody in unknown."""
        if self.person is None:
            raise SignInNeeded("/")
        return self.person.actor

    @property
    def address(self) -> str:
        """Where the request comes from, as far as we can tell; behind a proxy, what the proxy says."""
        return self.request.client.host if self.request.client else ""


def visit_of(request: Request) -> Visit:
    desk: Desk = request.app.state.desk
    return Visit(request, desk, Words(language(request)), sessions.person_of(desk, request))


class Gate:
    """What stands before every route: a dependency of one of the kinds below."""


@dataclass(frozen=True, slots=True)
class Guard(Gate):
    """Lets in whoever holds one of `roles`; with `public`, everybody."""

    roles: frozenset[Role] = frozenset(PEOPLES_ROLES)
    public: bool = False

    def __call__(self, request: Request) -> Visit:
        visit = visit_of(request)
        request.state.visit = visit
        if self.public:
            return visit
        if visit.person is None:
            raise SignInNeeded(_back(request))
        if not visit.person.roles & self.roles:
            allowed = tuple(role for role in Role if role in self.roles)
            raise NotAllowed(visit.actor.name, "打开此页", "open this page", allowed)
        return visit


def _back(request: Request) -> str:
    # A form that met an ended session cannot be sent again by an address; its page can be opened again.
    if request.method != "GET":
        return "/"
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


@dataclass(frozen=True, slots=True)
class Unguarded(Gate):
    """Lets everybody in without asking the database who it is: for probes, which must work when little else does."""

    def __call__(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class TokenGuard(Gate):
    """Lets in programs with the bearer token of a user who holds one of `roles`, and such users themselves.

    Not by address: behind a proxy on this machine everybody comes from loopback.
    """

    roles: frozenset[Role]

    def __call__(self, request: Request) -> Actor:
        desk: Desk = request.app.state.desk
        person = sessions.person_of(desk, request)
        actor = sessions.bearer(desk, request) or (person.actor if person else None)
        if actor is None:
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
        if not actor.roles & self.roles:
            raise HTTPException(403)
        return actor


@dataclass(frozen=True, slots=True)
class KeyGuard(Gate):
    """Lets in whoever brings the secret of a calendar's address: a calendar program cannot sign in.

    To everybody else there is no such page.
    """

    def __call__(self, request: Request, key: str = "") -> Visit:
        visit = Visit(request, request.app.state.desk, Words(language(request)), None)
        with visit.desk.reading() as tx:
            if calendar_keys.reader_with(tx, key) is None:
                raise HTTPException(404)
        return visit


def only(*roles: Role) -> Guard:
    return Guard(frozenset(roles))


PUBLIC = Guard(public=True)
SIGNED_IN = Guard()
FILERS = only(*stages.FILERS)
EXPORTERS = only(*queue_sheet.EXPORTERS)
OFFICES = only(*(role for role in PEOPLES_ROLES if role not in stages.FILERS))
COORDINATOR = only(Role.COORDINATOR)
HOLDERS_OF_DUTIES = only(*DUTY_OF)
INSIDE = only(*(role for role in OFFICES.roles if role is not Role.DEPARTMENT))
MONEY = only(Role.FINANCE, Role.ADMINISTRATOR, Role.AUDITOR, Role.COORDINATOR)
FINANCE = only(Role.FINANCE)
BOARD = only(Role.ADMINISTRATOR, Role.AUDITOR, Role.COORDINATOR)
ADMINISTRATOR = only(Role.ADMINISTRATOR)
AUDIT = only(Role.AUDITOR, Role.ADMINISTRATOR)
TOWNSHIP = only(Role.TOWNSHIP)
READERS_OF_THE_LIST = only(Role.REVIEWER, Role.COORDINATOR, Role.ADMINISTRATOR)
EXAMINERS = only(*STAGE_ROLE.values())
MUNICIPAL = only(*municipal.RECORDERS)
CALENDAR_KEY = KeyGuard()
FOR_MACHINES = Unguarded()
METRICS = TokenGuard(frozenset({Role.ADMINISTRATOR, Role.AUDITOR}))

# What stands in addresses; a number that no record can have is no page.
Year = Annotated[int, Path(ge=1000, le=9999)]
RowId = Annotated[int, Path(ge=1, le=2**31 - 1)]
