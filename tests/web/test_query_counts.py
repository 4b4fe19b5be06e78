"""The number of queries that a page makes does not grow with the records: every page there is, at two sizes."""

from collections.abc import Iterator
from datetime import date
from types import MappingProxyType

import pytest
import world
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import event
from test_guards import ROUTES, WHO, address, gates, method
from visitors import Visitor

from claims import clock
from claims.desk import Desk, Tx
from claims.identity import delegations, people, sign_ins
from claims.money import payouts
from claims.publicity.objections import file_objection
from claims.publicity.resolutions import publish
from claims.review.decisions import act
from claims.submission import filing_starts
from claims.timing.cycles import Plan, plan_cycle
from claims.timing.due import settle_due
from notifications.derive import derive
from states.stages import PEOPLES_ROLES, Role, Stage, Trigger
from web.api.app import PREFIX
from web.api.routes import ROUTERS
from web.app import create_app
from web.guards import Guard

LATER = world.MORNING.replace(month=4)
WAY = (Stage.DRAFT, Stage.SUBMITTED, Stage.DEPARTMENT_CHECK, Stage.MARKET_SUPERVISION_REVIEW)
STREAMED = frozenset({"/audit/events.jsonl"})
"""Read a portion at a time, for as long as there is something."""

QUERIES = MappingProxyType(
    {
        "/claims": ("", "?tab=soon", "?tab=overdue", "?tab=all", "?tab=all&q=贻贝&stage=paid&cycle=2025"),
        "/audit": ("", "?actor=li", "?stream=SB-2025"),
        "/resolution": ("?ref=〔2025〕1号",),
    }
)
"""What is asked of a page beside its address."""

CALLS = [
    route
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute) and method(route) == "GET"
]
CALLERS = ("guo", "feng")


@pytest.mark.slow
def test_no_page_makes_more_queries_where_there_is_more_to_show(led_desk: Desk) -> None:
    grow(led_desk, 1, copies=2)
    app = create_app(led_desk)
    small = dict(counted(led_desk, app))
    for serial in (2, 3):
        grow(led_desk, serial, copies=3)
    large = dict(counted(led_desk, app))
    assert {name: (small[name], large.get(name)) for name in small if large.get(name) != small[name]} == {}
    assert {
        "qian /claims/SB-2025-0001",
        "guo /audit?actor=li",
        "zhou /township/units",
        "guo /api/v1/claims",
    } <= set(small)
    assert len(small) > 90


def grow(desk: Desk, serial: int, *, copies: int) -> None:
    """More of everything that pages show: claims at every stage, lists, payments, letters, people, years."""
    clock.pin(world.MORNING)
    minutes = f"〔2025〕{serial}号"
    with desk.transaction() as tx:
        for _ in range(copies):
            listed = [world.bring_to(tx, Stage.COORDINATION_APPROVAL) for _ in range(2)]
            for number in listed:
                world.approve(tx, number, minutes)
            for stage in WAY:
                world.bring_to(tx, stage)
            _reject(tx, world.bring_to(tx, Stage.SUBMITTED))
        publish(tx, minutes, actor=world.who(tx, "xu"))
        file_objection(tx, listed[0], by="某人", text="排名有误")
        _people(tx, serial)
    clock.pin(LATER)
    settle_due(desk)
    with desk.transaction() as tx:
        batch = payouts.propose(tx, world.YEAR, actor=world.who(tx, "feng")).batch
    with desk.transaction() as tx:
        payouts.release(tx, batch, actor=world.who(tx, "deng"))
    derive(desk, limit=300)


def _reject(tx: Tx, number: str) -> None:
    sun = world.who(tx, "sun")
    clause = next(iter(tx.desk.rulebook.policy_on(tx.now.date()).clauses))
    act(tx, number, Trigger.REJECT, actor=sun, reason="不属于奖补范围。", clause=clause)


def _people(tx: Tx, serial: int) -> None:
    """Another unit with somebody who has begun to file, an officer who is away, another year."""
    unit, year = (f"嵊泗县第{serial}养殖有限公司", world.uscc(500 + serial), "菜园镇"), 2025 + serial
    people.add_unit(tx, *unit)
    for name, role, org in ((f"ma-{serial}", Role.APPLICANT, unit[1]), (f"he-{serial}", Role.INTAKE, None)):
        people.add_user(tx, name, role, org=org, password=world.PASSWORD)
    filing_starts.start_filing(tx, actor=world.who(tx, f"ma-{serial}"))
    filing_starts.start_filing(tx, actor=world.who(tx, "zhou"), unit=unit[1])
    delegations.delegate(
        tx,
        f"he-{serial}",
        "li",
        Role.INTAKE,
        from_on=world.MORNING.date(),
        to_on=date(2025, 6, 1),
        reason="出差",
        actor=world.who(tx, "guo"),
    )
    plan_cycle(tx, Plan(year, date(year, 3, 1), date(year, 4, 30), 1_000_000))


def counted(desk: Desk, app: FastAPI) -> Iterator[tuple[str, int]]:
    """How many statements each page takes, by who opened it and its address. What is not shown to them is left out."""
    statements: list[str] = []
    event.listen(desk.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    for name, visitor, urls in _visits(desk, app):
        for url in urls:
            statements.clear()
            if visitor.get(url).status_code == 200:
                yield f"{name} {url}", len(statements)


def _visits(desk: Desk, app: FastAPI) -> Iterator[tuple[str, Visitor, list[str]]]:
    for role in PEOPLES_ROLES:
        with desk.transaction() as tx:
            visitor = Visitor(app, sign_ins.open_session(tx, WHO[role]))
        yield WHO[role], visitor, list(_pages(role))
    yield "passer-by", Visitor(app), list(_pages(None))
    for name in CALLERS:
        program = Visitor(app)
        with desk.transaction() as tx:
            program.client.headers["Authorization"] = f"Bearer {people.make_token(tx, name)}"
        yield name, program, [f"{PREFIX}{address(each)}" for each in CALLS]


def _pages(role: Role | None) -> Iterator[str]:
    """The pages that are a role's own, those for everybody (None), and what all look at for everyone who may."""
    for route in ROUTES:
        gate = gates(route)[0]
        if method(route) != "GET" or route.path in STREAMED or not isinstance(gate, Guard):
            continue
        first = None if gate.public else next(each for each in PEOPLES_ROLES if each in gate.roles)
        shared = role in gate.roles and route.path in {"/claims", "/claims/{number}"}
        if shared or role == first:
            yield from (f"{address(route)}{query}" for query in QUERIES.get(route.path, ("",)))
