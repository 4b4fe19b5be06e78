"""The made-up people: officers of every office, units of the seven townships, and their tempers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random

from claims.identity.people import add_user
from config.directory import Directory
from flows.simulation.county import County
from flows.simulation.scenario import Scenario
from states import credit_codes
from states.facts import Actor, Office
from states.stages import Role

WEEK = 7
LEAVES = 2
"""How often in a year an officer is off for one to four weeks."""

UNITS_PER_CLAIM = 0.4
TRADES = ("海洋科技", "贻贝养殖", "船舶修造", "远洋捕捞", "海岛旅游", "冷链物流", "新能源", "石化仓储")


class Temper(StrEnum):
    """How an applicant goes about a claim."""

    PROMPT = "prompt"
    SLOW = "slow"
    ABSENT = "absent"
    WRONG = "wrong"
    DUPLICATING = "duplicating"


TEMPERS = {
    Temper.PROMPT: 55,
    Temper.SLOW: 20,
    Temper.ABSENT: 8,
    Temper.WRONG: 10,
    Temper.DUPLICATING: 7,
}
"""How many of a hundred claims are gone about in which way."""


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody of an office. `diligence` is the chance to be at work on a working day, `leave` the weeks off."""

    actor: Actor
    diligence: float
    leave: frozenset[int]

    @property
    def name(self) -> str:
        return self.actor.name

    def comes(self, day: date, chance: Random) -> bool:
        return chance.random() < self.diligence and day.toordinal() // WEEK not in self.leave


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit and whoever acts for it: its own people, or its township's."""

    name: str
    uscc: str
    township: str
    own: Actor
    filer: Actor


OFFICERS = (
    ("intake-1", (Role.INTAKE,), 0.6),
    ("intake-2", (Role.INTAKE, Role.REVIEWER), 0.2),
    ("reviewer-1", (Role.REVIEWER,), 0.9),
    ("reviewer-2", (Role.REVIEWER,), 0.7),
    ("reviewer-3", (Role.REVIEWER, Role.INTAKE), 0.1),
    ("coordinator-1", (Role.COORDINATOR,), 0.9),
    ("coordinator-2", (Role.COORDINATOR,), 0.6),
    ("finance-1", (Role.FINANCE,), 0.9),
    ("finance-2", (Role.FINANCE,), 0.8),
    ("finance-3", (Role.FINANCE,), 0.4),
    ("administrator", (Role.ADMINISTRATOR,), 0.9),
)
"""Who there is, in which roles, and how diligent. Two hold two roles, and meet the separation of duties."""

DEPARTMENT_DILIGENCE = (0.95, 0.6, 0.2)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody there is. A department is named by its code."""

    officers: dict[Role, tuple[Officer, ...]]
    departments: dict[str, Officer]
    units: tuple[Unit, ...]


def hire(county: County) -> Cast:
    """Bring the officers to their desks and the units into being.

    The people of the bureau have accounts, since a disclosure can name them; the others act without one.
    """
    directory, chance = county.desk.directory, county.scenario.random("people")
    people = [
        Officer(
            Actor(name, frozenset(roles), directory.default_office(roles[0])),
            diligence,
            _leave(county.scenario, chance),
        )
        for name, roles, diligence in OFFICERS
    ]
    departments = {
        office.code: Officer(
            Actor(f"{office.code}-officer", frozenset({Role.DEPARTMENT}), office),
            chance.choice(DEPARTMENT_DILIGENCE),
            _leave(county.scenario, chance),
        )
        for office in directory.departments()
    }
    bureau = directory.default_office(Role.REVIEWER)
    with county.desk.transaction() as tx:
        for officer in (*people, departments[bureau.code]):
            if officer.actor.office == bureau:
                for role in sorted(officer.actor.roles):
                    add_user(tx, officer.name, role, org=bureau.code, password=officer.name)
    officers = {
        role: tuple(each for each in people if role in each.actor.roles)
        for role in (Role.INTAKE, Role.REVIEWER, Role.COORDINATOR, Role.FINANCE, Role.ADMINISTRATOR)
    }
    count = max(12, round(county.scenario.claims * UNITS_PER_CLAIM))
    return Cast(officers, departments, tuple(_units(directory, count, chance)))


def _leave(scenario: Scenario, chance: Random) -> frozenset[int]:
    """Now and then some weeks off, without a deputy."""
    weeks = range(scenario.first_day.toordinal() // WEEK, scenario.last_day.toordinal() // WEEK)
    starts = chance.sample(weeks, LEAVES * scenario.years)
    return frozenset(week for start in starts for week in range(start, start + chance.randint(1, 4)))


def _units(directory: Directory, count: int, chance: Random) -> Iterable[Unit]:
    townships = directory.townships()
    for serial in range(1, count + 1):
        first = f"91330922MA2D{serial:05}"
        uscc = first + credit_codes.check_character(first)
        name = f"嵊泗县{chance.choice(TRADES)}第{serial}有限公司"
        office = chance.choice(townships)
        own = Actor(f"unit-{serial}", frozenset({Role.APPLICANT}), Office(uscc, "unit", (name,), uscc=uscc))
        helper = Actor(f"{office.code}-clerk", frozenset({Role.TOWNSHIP}), office)
        yield Unit(name, uscc, office.township, own, helper if chance.random() < 0.5 else own)  # noqa: PLR2004 - every other


def temper(chance: Random) -> Temper:
    return chance.choices(tuple(TEMPERS), tuple(TEMPERS.values()))[0]
