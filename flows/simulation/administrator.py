"""The administrator: plans each year's cycle, confirms readings that the lists leave open, finds more money or not."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from claims import clock
from claims.desk import Tx
from claims.policy.policies import confirm_reading, open_readings
from claims.timing.cycles import Plan, plan_cycle
from flows.simulation.applicants import Applicants
from flows.simulation.county import County, Deed
from flows.simulation.people import Cast
from states.stages import Role

PLANS_FROM, OPENS, CLOSES = (1, 10), (3, 1), (4, 30)
AHEAD = timedelta(days=14)
"""A cycle that opens early in the year is planned so much before that, or with the year's first days."""

CONFIRMS_FROM = (4, 25)
"""Later than the first meetings, so that approvals meet a reading that nobody has confirmed."""

YUAN_PER_CLAIM = 95_000
RAISE = 1.3
FINDS_MONEY = 0.7


@dataclass(slots=True)
class Administrator:
    county: County
    cast: Cast
    applicants: Applicants
    planned: set[int] = field(default_factory=set)
    raised: set[int] = field(default_factory=set)
    _chance: Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = self.county.scenario.random("administrator")

    def deeds(self, day: date) -> Iterator[Deed]:
        plans_from = min(date(day.year, *PLANS_FROM), self._window(day.year)[0] - AHEAD)
        at_work = self.cast.officers[Role.ADMINISTRATOR][0].comes(day, self._chance)
        if at_work and day >= plans_from and day.year not in self.planned:
            yield Deed(self.county.moment(day, 9), self._plan)
        if at_work and day >= date(day.year, *CONFIRMS_FROM):
            yield Deed(self.county.moment(day, 9, 5), self._confirm)

    def _plan(self) -> None:
        year = clock.today().year
        given = self.county.scenario.plan
        if self._budget(year, given.budget_yuan if given else YUAN_PER_CLAIM * self.county.scenario.claims):
            self.planned.add(year)
            self.applicants.think_of(year, *self._window(year))

    def raise_budget(self, cycle: int) -> bool:
        """More money for a cycle that has run out, at most once, and not always."""
        if cycle in self.raised or self.county.scenario.plan is not None:
            return False
        self.raised.add(cycle)
        yuan = int(YUAN_PER_CLAIM * RAISE) * self.county.scenario.claims
        return self._chance.random() < FINDS_MONEY and self._budget(cycle, yuan)

    def _budget(self, year: int, yuan: int) -> bool:
        plan = replace(
            self.county.scenario.plan or Plan(year, *self._window(year), budget_yuan=yuan), budget_yuan=yuan
        )
        officer = self.cast.officers[Role.ADMINISTRATOR][0]

        def planned(tx: Tx) -> int:
            return plan_cycle(tx, plan, actor=officer.name, role=Role.ADMINISTRATOR).year

        return self.county.decide(f"{officer.name} plans {year} with {yuan:,} yuan", planned) == year

    def _confirm(self) -> None:
        with self.county.desk.reading() as tx:
            codes = [each.code for each in open_readings(tx, tx.desk.rulebook.versions[-1])]
        for code in codes:
            self._confirm_one(code)

    def _confirm_one(self, code: str) -> None:
        officer = self.cast.officers[Role.ADMINISTRATOR][0].actor
        self.county.decide(
            f"{officer.name} confirms the reading of {code}",
            lambda tx: confirm_reading(tx, code, actor=officer, reason="按同档项目执行。"),
        )

    def _window(self, year: int) -> tuple[date, date]:
        if (plan := self.county.scenario.plan) is not None:
            return plan.opens_on, plan.deadline_on
        return date(year, *OPENS), date(year, *CLOSES)
