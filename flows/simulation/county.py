"""The county at work: one desk, the people in front of it, and what becomes of each of their attempts."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Protocol, TextIO, TypeVar

from claims import clock
from claims.desk import Tx, create_database, open_desk
from config.settings import Settings
from flows.simulation.mishaps import Crash, FragileDesk, Mishaps
from flows.simulation.scenario import Outages, Scenario, outages_of
from states.calendar import TZ
from states.errors import Refusal
from states.facts import Actor

T = TypeVar("T")

BUSY_SECONDS = 0.5


def stored(moment: datetime) -> str:
    """A moment as the records hold it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody means to do, and when. `missed` is called instead where the desk is down at that moment."""

    at: datetime
    do: Callable[[], None]
    missed: Callable[[], None] = lambda: None


class Party(Protocol):
    """People of one kind, and what they mean to do on a working day."""

    def deeds(self, day: date) -> Iterator[Deed]: ...


@dataclass(slots=True)
class Journal:
    """The log: what was done when, in virtual time. The same seed writes the same bytes."""

    file: TextIO

    def note(self, text: str) -> None:
        self.file.write(f"{clock.now():%Y-%m-%d %H:%M} {text}\n")


@dataclass(slots=True)
class County:
    """Everything the parties share. `problems` are things that must never happen, as they come to light."""

    scenario: Scenario
    desk: FragileDesk
    outages: Outages
    journal: Journal
    eyes: sqlite3.Connection
    people: dict[str, Actor] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), tzinfo=TZ)

    def look(self, statement: str, *values: Any) -> list[Any]:
        """Read the records with plain SQL, past everything that the desk itself would say of them."""
        return self.eyes.execute(statement, values).fetchall()

    def attempt(self, words: str, deed: Callable[[], T]) -> T | Refusal | Crash:
        """Try something and note what came of it: its result, the refusal, or the crash that ended it."""
        try:
            result = deed()
        except Refusal as refusal:
            self.refusals[refusal.code] += 1
            self.journal.note(f"{words}: refused, {refusal.code}")
            return refusal
        except Crash as crash:
            self.journal.note(f"{words}: crashed")
            return crash
        except Exception as error:  # noqa: BLE001 - whatever else comes out of a use case is a fault to report
            self.problem(f"{words}: {type(error).__name__}: {error}")
            return Crash()
        self.journal.note(words)
        return result

    def decide(self, words: str, deed: Callable[[Tx], T]) -> T | Refusal | Crash:
        """Try something in a transaction of its own."""

        def done() -> T:
            with self.desk.transaction() as tx:
                return deed(tx)

        return self.attempt(words, done)

    def problem(self, text: str) -> None:
        self.journal.note(f"VIOLATION {text}")
        self.problems.append(f"{clock.today().isoformat()} {text}")


@contextmanager
def county(scenario: Scenario, home: Path, journal: Journal) -> Iterator[County]:
    """A county in an empty folder: a rehearsal database on SQLite, which no mail leaves."""
    database = home / "jiangbu.db"
    # One key for all, so that digests and with them the whole audit log are the same in every run.
    settings = Settings(
        home, f"sqlite:///{database}", secret_key=f"simulated county {scenario.seed}", papers=False
    )
    start = scenario.first_moment
    with clock.standing_at(start):
        create_database(settings, rehearsal=True)
    with open_desk(settings) as desk, closing(_eyes(database)) as eyes:
        with closing(desk.engine.raw_connection()) as connection:
            # Processes die here, the machine does not: what was committed need not reach the disk.
            connection.cursor().execute("PRAGMA synchronous = OFF")
        mishaps = Mishaps(
            chance=scenario.random("crashes"),
            version=lambda: int(eyes.execute("PRAGMA data_version").fetchone()[0]),
        )
        fragile = FragileDesk(
            **{each.name: getattr(desk, each.name) for each in fields(desk)}, mishaps=mishaps
        )
        yield County(scenario, fragile, outages_of(scenario), journal, eyes)


def _eyes(database: Path) -> sqlite3.Connection:
    """A second connection that can only look."""
    return sqlite3.connect(
        f"{database.as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=BUSY_SECONDS
    )
