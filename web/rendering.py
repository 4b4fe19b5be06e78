"""From a page's context to HTML. Nothing reaches a template but its context, the frame and the wording."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import ClassVar, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from claims import clock
from notifications.office import office_name
from states.stages import FILERS, Role
from web import i18n
from web.guards import Visit
from web.i18n import Lang
from web.sessions import Person

LANGUAGE_KEPT = 365 * 86_400
"""Seconds for which a browser remembers the language."""


class Page(Protocol):
    """What a template is given: a frozen dataclass whose docstring says what the page shows."""

    template: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the head of the page. `here`: we are on it."""

    url: str
    text: str
    here: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page. `switch_url` shows the same page in the other language."""

    lang: Lang
    office: str
    person: Person | None
    links: tuple[Link, ...]
    rehearsal: bool
    now: datetime
    switch_url: str
    path: str


def render(visit: Visit, page: Page, status: int = 200) -> HTMLResponse:
    """The page as an answer. The chosen language is remembered with it."""
    html = (
        environment()
        .get_template(page.template)
        .render(
            page=page,
            frame=frame_of(visit),
            w=visit.words,
            t=visit.words.t,
            asset=asset,
        )
    )
    response = HTMLResponse(html, status)
    if visit.request.query_params.get(i18n.PARAMETER) in i18n.LANGUAGES:
        response.set_cookie(
            i18n.COOKIE,
            visit.words.lang,
            max_age=LANGUAGE_KEPT,
            secure=visit.request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
    return response


@cache
def environment() -> Environment:
    """Everything is escaped; a name that a context does not have is an error."""
    return Environment(
        loader=PackageLoader("web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def asset(name: str) -> str:
    """The address of a static file, which changes with its content, so that browsers may keep it for good."""
    digest = hashlib.sha256(files("web").joinpath("static", name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


def frame_of(visit: Visit) -> Frame:
    words = visit.words
    return Frame(
        lang=words.lang,
        office=office_name(visit.desk),
        person=visit.person,
        links=_links(visit),
        rehearsal=visit.desk.rehearsal,
        now=clock.now(),
        switch_url=i18n.switch_url(visit.request, i18n.other(words.lang)),
        path=visit.request.url.path,
    )


_ENTRIES: tuple[tuple[str, tuple[str, str], Callable[[frozenset[Role]], bool]], ...] = (
    ("/claims", ("申报件", "Claims"), bool),
    ("/apply", ("我的填报", "My filings"), lambda roles: bool(roles.intersection(FILERS))),
    ("/township", ("本乡镇", "Township"), lambda roles: Role.TOWNSHIP in roles),
    ("/agenda", ("会议", "Meeting"), lambda roles: Role.COORDINATOR in roles),
    (
        "/resolutions",
        ("审定名单", "Lists"),
        lambda roles: bool(roles.difference(FILERS, {Role.DEPARTMENT})),
    ),
    (
        "/payouts",
        ("拨付", "Payouts"),
        lambda roles: bool(roles & {Role.FINANCE, Role.ADMINISTRATOR, Role.AUDITOR, Role.COORDINATOR}),
    ),
    ("/notices", ("函件", "Letters"), bool),
    (
        "/cycle",
        ("年度看板", "Year"),
        lambda roles: bool(roles & {Role.ADMINISTRATOR, Role.AUDITOR, Role.COORDINATOR}),
    ),
    (
        "/calendar",
        ("日历", "Calendar"),
        lambda roles: bool(roles & {Role.ADMINISTRATOR, Role.AUDITOR, Role.COORDINATOR}),
    ),
    ("/audit", ("审计", "Audit"), lambda roles: bool(roles & {Role.AUDITOR, Role.ADMINISTRATOR})),
    ("/admin", ("用户", "Users"), lambda roles: Role.ADMINISTRATOR in roles),
    ("/notice", ("公示", "Public notice"), lambda _roles: True),
    ("/results", ("历年结果", "Results"), lambda roles: not roles),
    ("/check", ("函件核验", "Check a letter"), lambda roles: not roles),
    ("/policy", ("政策", "Policy"), lambda _roles: True),
    (
        "/calculator",
        ("试算", "Calculator"),
        lambda roles: not roles or bool(roles.intersection(FILERS)),
    ),
)


def _links(visit: Visit) -> tuple[Link, ...]:
    roles: frozenset[Role] = visit.person.roles if visit.person else frozenset()
    path = visit.request.url.path
    return tuple(
        Link(url, visit.words.pick(title), path == url or path.startswith(f"{url}/"))
        for url, title, shown in _ENTRIES
        if shown(roles)
    )


def home_of(person: Person) -> str:
    """The page a person begins the day with."""
    if Role.TOWNSHIP in person.roles:
        return "/township"
    if person.roles <= {Role.APPLICANT}:
        return "/apply"
    if person.roles <= {Role.ADMINISTRATOR}:
        return "/cycle"
    if person.roles <= {Role.AUDITOR}:
        return "/audit"
    return "/claims"
