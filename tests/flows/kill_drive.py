"""`make drive`: children of a running desk are killed at random moments of a busy month, and nothing is lost or doubled.

Everybody works through the API meanwhile. The desk's clock is led through the month; the machine's own, by which
Prefect goes, runs on. With the same seed the same is tried; what a kill meets is left to chance.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as time_of_day
from functools import partial
from pathlib import Path

import psutil
from databases import SECRET
from drive_checks import GOING, Checks, RunWatch, county_of
from drive_house import House, Victim
from drive_outcome import Kill, Outcome, outcome_of
from drive_people import Crowd
from drive_requests import Book, Program
from drive_world import database, prepare, working_days

from claims import clock
from claims.desk import open_desk
from config.settings import Settings
from flows.schedule import AT_START, SCHEDULE
from states.calendar import TZ

MIDNIGHT = time_of_day(0, 5)
HOURS = (time_of_day(8, 10), time_of_day(9, 10), time_of_day(11), time_of_day(14, 30), time_of_day(16, 45))
EVENING = time_of_day(20)
"""All leases of the day have run out by then; a round must go through, and everything is looked at."""

AIM = {Victim.WEB: 30, Victim.PREFECT: 20, Victim.RUNNER: 20, Victim.RUN: 30}
"""Whom a hundred kills are meant for."""

BETWEEN_KILLS = (0.3, 5.0)
STRUCK_AGAIN = 0.35
"""How often the next kill does not wait until the last has healed."""

AMID_A_RUN, AMID_A_REQUEST = 0.3, 0.7
"""How often a kill of another child waits for a flow run, and one of the web for a request, to be under way."""

RUNS_LAST, REQUESTS_LAST = 3.0, 0.05
PATIENCE = 400.0
REPEATED_AT_RANDOM = 15


@dataclass
class Drive:
    """One drive through `days`, with so many kills in all; `say` hears of each."""

    house: House
    crowd: Crowd
    checks: Checks
    days: list[date]
    kills: int
    chance: random.Random
    say: Callable[[str], None]
    hours: tuple[time_of_day, ...] = HOURS
    between: tuple[float, float] = BETWEEN_KILLS
    done: list[Kill] = field(default_factory=list)
    struck_runs: list[str] = field(default_factory=list)
    _repeated: int = 0
    _told: set[str] = field(default_factory=set)

    def through(self) -> None:
        steps, known = len(self.days) * len(self.hours), 0
        for place, day in enumerate(self.days):
            with self.crowd.at_work(place):
                for hour in self.hours:
                    self.house.lead_to(datetime.combine(day, hour, tzinfo=TZ))
                    self.house.start_run(AT_START.title)
                    known += 1
                    for _ in range(self.kills * known // steps - len(self.done)):
                        self._kill(day)
                    time.sleep(self.chance.uniform(*self.between))
            self._evening(day)

    def _kill(self, day: date) -> None:
        time.sleep(self.chance.uniform(*self.between))
        victim = self.chance.choices(tuple(AIM), tuple(AIM.values()))[0]
        registered = self.house.registrations()
        run = self._strike(victim)
        struck = time.monotonic()
        if run is not None:
            self.struck_runs.append(run)
        if self.chance.random() < STRUCK_AGAIN:
            healed = None
        else:
            well = self._comes_true(f"{victim} heals", lambda: self._healed(victim, registered, run))
            healed = time.monotonic() - struck if well else None
        self.done.append(Kill(victim, day, healed))
        self.say(f"{len(self.done):4} {day} {victim} {'' if healed is None else f'{healed:.1f} s'}")

    def _strike(self, victim: Victim) -> str | None:
        """End a process by SIGKILL, as soon as there is one; answers with the run that it was carrying out."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                amid_a_run = victim is Victim.RUN or self.chance.random() < AMID_A_RUN
                run, process = self.chance.choice(self._runs()) if amid_a_run else (None, None)
                time.sleep(self.chance.uniform(0, RUNS_LAST))
                if victim is Victim.WEB and self.chance.random() < AMID_A_REQUEST:
                    self._await_a_request()
                if process is None or victim is not Victim.RUN:
                    run, process = None, self.house.processes()[victim]
                process.kill()
            except (LookupError, psutil.Error):
                time.sleep(0.1)
            else:
                return run
        self.crowd.book.complain(f"there is no {victim} to be killed")
        return None

    def _await_a_request(self) -> None:
        end = time.monotonic() + RUNS_LAST
        while not self.crowd.book.under_way and time.monotonic() < end:
            time.sleep(0.002)
        time.sleep(self.chance.uniform(0, REQUESTS_LAST))

    def _runs(self) -> list[tuple[str, psutil.Process]]:
        """Flow runs under way; where there are none, somebody starts one."""
        found = self.house.runs()
        if not found:
            self.house.start_run(self.chance.choice((AT_START, *SCHEDULE)).title)
            end = time.monotonic() + 15
            while not (found := self.house.runs()) and time.monotonic() < end:
                time.sleep(0.1)
        return found

    def _healed(self, victim: Victim, registered: int, run: str | None) -> bool:
        match victim:
            case Victim.RUN:
                return run is not None and self.house.state(run) not in {"", *GOING}
            case Victim.RUNNER:
                return self.house.registrations() > registered
            case _:
                return self.house.healthy(victim)

    def _evening(self, day: date) -> None:
        for victim in Victim:
            self._comes_true(f"{victim} is up in the evening", partial(self.house.healthy, victim))
        self.house.lead_to(datetime.combine(day, EVENING, tzinfo=TZ))
        round_at = self._round_goes_through()
        self._repeat()
        self.checks.look(round_at, whole=day == self.days[-1])
        self.say(f"     {day} {len(self.crowd.book.sent)} requests, {len(self.checks.problems)} violations")
        for each in dict.fromkeys(self.checks.problems).keys() - self._told:
            self._told.add(each)
            self.say(f"     VIOLATION {each}")

    def _round_goes_through(self) -> datetime:
        """Prefect carries out a round from its beginning to its end; answers with when it began."""
        began = self.house.now

        def through() -> bool:
            nonlocal began
            began, run = self.house.now, self.house.start_run(AT_START.title)
            return (
                run is not None
                and self._comes_true(
                    "a round ends", lambda: self.house.state(run) not in {"", "SCHEDULED", *GOING}
                )
                and self.house.state(run) == "COMPLETED"
            )

        self._comes_true("a round goes through", through)
        return began

    def _repeat(self) -> None:
        """Requests that were broken off, and some that were not, once more under their keys."""
        book = self.crowd.book
        today, self._repeated = book.sent[self._repeated :], len(book.sent)
        broken_off = [each for each in today if each.tries > 1]
        others = [each for each in today if each.tries == 1]
        others = self.chance.sample(others, min(REPEATED_AT_RANDOM, len(others)))
        for sent in broken_off + others:
            self.crowd.programs[sent.user].repeat(sent)

    def _comes_true(self, what: str, well: Callable[[], bool]) -> bool:
        """Wait until something is so; that it never is, is a problem."""
        end = time.monotonic() + PATIENCE
        while not well():
            if time.monotonic() > end:
                self.crowd.book.complain(f"in vain waited until {what}")
                return False
            time.sleep(0.2)
        return True


def drive(
    home: Path,
    *,
    kills: int,
    seed: int,
    kind: str = "sqlite",
    days: slice = slice(None),
    hours: tuple[time_of_day, ...] = HOURS,
    between: tuple[float, float] = BETWEEN_KILLS,
    say: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Drive a desk in an empty folder through the working days of the month, or some of them.

    At each of the hours of a day a round is asked for; `between` two kills lie so many seconds.
    """
    year = clock.today().year + 1
    with ExitStack() as stack:
        url = stack.enter_context(database(kind, home))
        settings = Settings(home=home, database_url=url, secret_key=SECRET)
        tokens = prepare(settings, year)
        desk = stack.enter_context(open_desk(settings))
        month = working_days(desk, year)[days]
        house, book = House(settings), Book()
        house.lead_to(datetime.combine(month[0], MIDNIGHT, tzinfo=TZ))
        programs = {name: Program(name, token, house.url, book) for name, token in tokens.items()}
        crowd = Crowd(year, programs, book, seed)
        checks = Checks(stack.enter_context(county_of(desk, month[-1])), crowd.bank, book)
        found = Drive(house, crowd, checks, month, kills, random.Random(seed), say, hours, between)
        with house.up():
            watch = RunWatch(house.prefect)
            with watch.watching():
                found.through()
            ends = Counter(house.state(run) for run in found.struck_runs)
        return outcome_of(tuple(found.done), ends, house, checks, book, watch)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    with tempfile.TemporaryDirectory(prefix="drive-") as home:
        before = time.monotonic()
        outcome = drive(Path(home), kills=given.kills, seed=given.seed, kind=given.database, say=say)
    for line in (*outcome.lines(), f"{time.monotonic() - before:.0f} s in all"):
        say(line)
    return 1 if outcome.problems else 0


if __name__ == "__main__":
    sys.exit(main())
