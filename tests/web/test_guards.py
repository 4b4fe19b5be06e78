"""Every route has a guard, and each guard holds against every role: all routes by all roles."""

from collections.abc import Iterator

import pytest
import world
from fastapi import FastAPI
from fastapi.routing import APIRoute
from snapshots import Snapshots
from starlette.routing import Mount
from visitors import SignIn, Visitor

from states.stages import PEOPLES_ROLES, Role
from web.guards import Gate, Guard, KeyGuard, TokenGuard, Unguarded
from web.pages import ROUTERS

WHO = {role: name for name, (role, _) in reversed(world.PEOPLE.items())}
"""One person of each role."""

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
FILLED = {
    "number": "SB-2025-0001",
    "year": "2025",
    "code": "lead-national",
    "batch": "BF-2025-01",
    "form": "csv",
}


def gates(route: APIRoute) -> list[Gate]:
    return [each.call for each in route.dependant.dependencies if isinstance(each.call, Gate)]


def method(route: APIRoute) -> str:
    return next(iter(route.methods))


def name_of(route: APIRoute) -> str:
    return f"{method(route)} {route.path}"


def address(route: APIRoute) -> str:
    path = route.path
    for name in route.param_convertors:
        path = path.replace(f"{{{name}}}", FILLED.get(name, "1"))
    return path


def test_every_route_has_exactly_one_guard(app: FastAPI) -> None:
    others = [route for route in app.routes if not isinstance(route, APIRoute)]
    assert {getattr(each, "path", "") for each in others if isinstance(each, Mount)} == {"/static", "/api/v1"}
    assert [name_of(route) for route in ROUTES if len(gates(route)) != 1] == []
    assert {name_of(each) for each in app.routes if isinstance(each, APIRoute)} <= set(map(name_of, ROUTES))


def test_who_may_open_which_page_is_as_reviewed(snapshots: Snapshots) -> None:
    snapshots.check("access.txt", "".join(f"{line}\n" for line in sorted(_described())))


def _described() -> Iterator[str]:
    for route in ROUTES:
        (gate,) = gates(route)
        match gate:
            case Unguarded():
                who = "everybody, not asked who"
            case Guard(public=True):
                who = "everybody"
            case KeyGuard():
                who = "whoever has a calendar's secret address"
            case Guard(roles=roles) | TokenGuard(roles=roles):
                token = "token: " if isinstance(gate, TokenGuard) else ""
                who = token + ", ".join(str(role) for role in PEOPLES_ROLES if role in roles)
        yield f"{route.path:45} {method(route):4}  {who}"


GUARDED = [route for route in ROUTES if isinstance(gates(route)[0], Guard) and not gates(route)[0].public]


@pytest.mark.parametrize("role", PEOPLES_ROLES, ids=str)
def test_a_role_gets_into_its_own_pages_and_no_others(sign_in: SignIn, role: Role) -> None:
    visitor = sign_in(WHO[role])
    wrong = []
    for route in GUARDED:
        answer = visitor.client.request(method(route), address(route))
        refused = answer.status_code == 403 and "<code>not_allowed</code>" in answer.text
        (gate,) = gates(route)
        if refused is (role in gate.roles) or answer.status_code >= 500:
            wrong.append(f"{name_of(route)}: {answer.status_code}")
    assert wrong == []


def test_a_passer_by_is_asked_to_sign_in_first(passer_by: Visitor) -> None:
    for route in GUARDED:
        answer = passer_by.client.request(method(route), address(route))
        assert answer.status_code == 303, name_of(route)
        assert answer.headers["location"].startswith("/"), name_of(route)


def test_public_pages_open_to_a_passer_by(passer_by: Visitor) -> None:
    for url in (
        "/",
        "/notice/2025",
        "/notice/2025/objection",
        "/policy",
        "/policy/lead-national",
        "/procedure",
        "/check",
    ):
        assert passer_by.get(url).status_code == 200, url
