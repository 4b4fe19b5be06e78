"""The small world as a rehearsal for the drive, on either database, and the busy month that it is driven through."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

import world
from databases import postgres_server, sqlite_url

from claims import clock
from claims.desk import Desk, create_database, open_desk
from claims.identity.people import add_unit, add_user, make_token
from claims.timing.cycles import Plan, plan_cycle
from config.settings import Settings
from notifications.round import run_round
from states.calendar import TZ

FIRST, LAST, DEADLINE = (4, 14), (5, 14), (4, 30)
"""Submissions close in the middle of the month, notices end and payments go out on both sides."""

PLANNED, OPENS = (2, 22), (3, 1)
BUDGET_YUAN = 90_000_000


@contextmanager
def database(kind: str, home: Path) -> Iterator[str]:
    """The URL of an empty database, `sqlite` in the folder or `postgresql` on a server of its own."""
    if kind == "sqlite":
        yield sqlite_url(home / "jiangbu.db")
    else:
        with postgres_server() as server:
            yield server.url(server.new())


def prepare(settings: Settings, year: int) -> dict[str, str]:
    """Open the year's cycle in a rehearsal where everybody has an account; answers with their tokens by name."""
    create_database(settings, rehearsal=True)
    plan = Plan(
        year,
        opens_on=date(year, *OPENS),
        deadline_on=date(year, *DEADLINE),
        budget_yuan=BUDGET_YUAN,
        results_from=date(year - 7, 1, 1),
        results_to=date(year - 1, 12, 31),
    )
    with open_desk(settings) as desk:
        with clock.standing_at(_morning(date(year, *PLANNED))), desk.transaction() as tx:
            plan_cycle(tx, plan)
            for unit in world.UNITS:
                add_unit(tx, *unit)
            for name, (role, org) in world.PEOPLE.items():
                add_user(tx, name, role, org=org, email=f"{name}@example.org", password=name)
        with clock.standing_at(_morning(plan.opens_on)):
            run_round(desk)
            with desk.transaction() as tx:
                return {name: make_token(tx, name) for name in world.PEOPLE}


def working_days(desk: Desk, year: int) -> list[date]:
    """Those of the busy month."""
    first, last = date(year, *FIRST), date(year, *LAST)
    days = (first + timedelta(days=place) for place in range((last - first).days + 1))
    return [each for each in days if desk.workdays.is_working_day(each)]


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=TZ)
