"""What a simulation is asked for, and the times when the desk is down."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from claims.timing.cycles import Plan
from states.calendar import TZ

FIRST_YEAR = 2025
"""The first year whose results a version of the policy judges; the last ones run on provisional calendars."""

HOURS, DAYS, WEEKS = (8, 3, 1)
"""How many outages of each length a year has."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Years to run from the first one on, claims filed in each, and whether the desk has outages and crashes.

    With a `plan` it is that cycle's year that is lived through, with its dates and its budget and no more money.
    """

    years: int = 3
    claims: int = 300
    seed: int = 1
    outages: bool = False
    plan: Plan | None = None

    @property
    def first_year(self) -> int:
        return FIRST_YEAR if self.plan is None else self.plan.year

    @property
    def first_day(self) -> date:
        return date(self.first_year, 1, 1)

    @property
    def first_moment(self) -> datetime:
        return datetime.combine(self.first_day, time.min, tzinfo=TZ)

    @property
    def last_day(self) -> date:
        return date(self.first_year + self.years - 1, 12, 31)

    @property
    def name(self) -> str:
        trouble = "-outages" if self.outages else ""
        length = f"{self.years}x" if self.plan is None else f"cycle{self.plan.year}-"
        return f"{length}{self.claims}-seed{self.seed}{trouble}"

    def days(self) -> Iterator[date]:
        for place in range((self.last_day - self.first_day).days + 1):
            yield self.first_day + timedelta(days=place)

    def random(self, purpose: str) -> Random:
        """Chance for one purpose, so that a change in one place does not shift all others."""
        return Random(f"{self.seed}/{purpose}")  # noqa: S311 - a made-up world, and always the same one


@dataclass(frozen=True, slots=True)
class Outage:
    """From `start` on until before `end`, the desk does no round and nobody can work with it."""

    start: datetime
    end: datetime


class Outages:
    """The outages of a simulation, in order and apart from each other."""

    def __init__(self, outages: list[Outage]) -> None:
        self.all = _joined(outages)
        self._starts = [each.start for each in self.all]

    def within(self, first: date, last: date) -> tuple[Outage, ...]:
        """Those that begin in a period."""
        return tuple(each for each in self.all if first <= each.start.date() <= last)

    def down(self, moment: datetime) -> bool:
        place = bisect_right(self._starts, moment)
        return place > 0 and moment < self.all[place - 1].end


def outages_of(scenario: Scenario) -> Outages:
    """An hour or a few, some days, and once a year two weeks to two months; none where none are asked for."""
    if not scenario.outages:
        return Outages([])
    chance = scenario.random("outages")
    found = []
    for year in range(scenario.first_day.year, scenario.last_day.year + 1):
        lengths = [timedelta(hours=chance.randint(1, 10)) for _ in range(HOURS)]
        lengths += [timedelta(days=chance.randint(1, 10), hours=chance.randint(0, 12)) for _ in range(DAYS)]
        lengths += [timedelta(days=chance.randint(14, 61)) for _ in range(WEEKS)]
        for length in lengths:
            day = date(year, 1, 1) + timedelta(days=chance.randrange(365))
            start = datetime.combine(day, time(chance.randrange(24)), tzinfo=TZ)
            found.append(Outage(start, start + length))
    return Outages(found)


def _joined(outages: list[Outage]) -> tuple[Outage, ...]:
    joined: list[Outage] = []
    for each in sorted(outages, key=lambda outage: outage.start):
        if joined and each.start <= joined[-1].end:
            joined[-1] = Outage(joined[-1].start, max(joined[-1].end, each.end))
        else:
            joined.append(each)
    return tuple(joined)
