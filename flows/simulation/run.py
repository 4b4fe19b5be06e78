"""The years, day by day: a round in the morning, people at their desks, a round in the evening, and the inspection."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter

from claims import clock
from claims.due import SlotResult
from claims.slots import Outcome
from flows.simulation.administrator import Administrator
from flows.simulation.applicants import Applicants
from flows.simulation.coordination import Coordination
from flows.simulation.county import County, Deed, Journal, Party, county
from flows.simulation.forms import Imagination
from flows.simulation.inspection import Inspection
from flows.simulation.mishaps import RATE
from flows.simulation.offices import Offices
from flows.simulation.people import hire
from flows.simulation.report import Report, write_report
from flows.simulation.scenario import Scenario
from flows.simulation.tally import Tally
from flows.simulation.treasury import Treasury
from notifications.round import run_round

ROUNDS = (8, 19)
"""The hours of the rounds; a crash is followed by another round after `RESTART`."""

RESTART = timedelta(minutes=15)
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it is made as a temporary one should be
MOST_ROUNDS = 5
NOON, NIGHT = 12, 23


def simulate(scenario: Scenario, out: Path, told: Callable[[str], None] = lambda _: None) -> Report:
    """Live through the years and leave log, charts and report in the folder `out`. `told` hears how far it is.

    The county's data lie in a temporary folder inside `out` and are gone at the end. Meant for a process of its own:
    a desk that stands still at `JIANGBU_NOW` would run on beside it.
    """
    started = perf_counter()
    out.mkdir(parents=True, exist_ok=True)
    with (
        (out / "log.txt").open("w", encoding="utf-8") as log,
        tempfile.TemporaryDirectory(dir=out, prefix=".county-") as home,
        _quick_mailbox(Path(home)),
        county(scenario, Path(home), Journal(log)) as found,
    ):
        report = _Years(found, Path(home)).run(told)
    write_report(report, out)
    return report.timed(perf_counter() - started)


@contextmanager
def _quick_mailbox(home: Path) -> Iterator[None]:
    """Letters are written so that a power cut loses none; in memory, where there is such a place, that costs nothing."""
    if os.access(IN_MEMORY, os.W_OK):
        with tempfile.TemporaryDirectory(dir=IN_MEMORY, prefix="jiangbu-mail-") as folder:
            (home / "mail").symlink_to(folder)
            yield
    else:
        yield


class _Years:
    """The county with everybody in it."""

    def __init__(self, found: County, home: Path) -> None:
        self._county, scenario = found, found.scenario
        with clock.standing_at(scenario.first_moment):
            cast = hire(found)
        policy = found.desk.rulebook.versions[-1]
        undisclosed: dict[str, set[str]] = {}
        self._applicants = Applicants(found, cast, Imagination(policy, scenario.random("achievements")))
        administrator = Administrator(found, cast, self._applicants)
        self._treasury = Treasury(found, cast, home)
        self._parties: tuple[Party, ...] = (
            administrator,
            Offices(found, cast, undisclosed),
            Coordination(found, cast, undisclosed, administrator.raise_budget),
            self._treasury,
        )
        self._inspection = Inspection(found, self._treasury.bank, home / "mail")
        self._tally = Tally(found)
        self._round_at: datetime | None = None
        # People are hired in peace; from now on, processes die.
        found.desk.mishaps.rate = RATE if scenario.outages else 0.0

    def run(self, told: Callable[[str], None]) -> Report:
        last = self._county.scenario.last_day
        for day in self._county.scenario.days():
            self._live(day)
            with clock.standing_at(self._county.moment(day, NIGHT)):
                self._inspection.daily(self._round_at)
                self._tally.note(day, self._inspection.chains.moves, last=day == last)
                if day.day == 1 or day == last:
                    self._inspection.whole()
            if day.day == 1:
                told(f"{day:%Y-%m}")
        return self._report()

    def _live(self, day: date) -> None:
        """One day: whatever the desk is down for does not happen, or not today."""
        at = self._county.moment
        deeds = [Deed(at(day, hour), self._round) for hour in ROUNDS]
        deeds += self._applicants.deeds(day)
        if self._county.desk.workdays.is_working_day(day):
            deeds += [deed for party in self._parties for deed in party.deeds(day)]
            if not self._county.outages.down(at(day, NOON)):
                self._inspection.attended.append(day)
        for deed in sorted(deeds, key=lambda each: each.at):
            if self._county.outages.down(deed.at):
                deed.missed()
            else:
                with clock.standing_at(deed.at):
                    deed.do()

    def _round(self) -> None:
        """A round, and another where the process died in it."""
        for again in range(MOST_ROUNDS):
            with clock.standing_at(clock.now() + RESTART * again):
                results = self._county.attempt("round", lambda: run_round(self._county.desk))
                self._inspection.post.fetch()
                if isinstance(results, tuple):
                    self._round_at = clock.now()
                    self._note(results)
                    return

    def _note(self, results: tuple[SlotResult, ...]) -> None:
        for each in results:
            self._county.journal.note(f"slot {each.slot}: {each.outcome}")
            if each.outcome == Outcome.PENDING:
                self._county.problem(f"slot {each.slot} could not be settled: {each.detail}")

    def _report(self) -> Report:
        found, inspection = self._county, self._inspection
        outages = found.outages.within(found.scenario.first_day, found.scenario.last_day)
        report = Report(
            scenario=found.scenario,
            claims=found.look("SELECT count(*) FROM claim")[0][0],
            paid_yuan=found.look("SELECT coalesce(sum(yuan), 0) FROM payout_line WHERE outcome = 'paid'")[0][
                0
            ],
            outages=outages,
            crashes=found.desk.mishaps.crashes,
            violations=tuple(found.problems),
            slots=self._tally.outcomes(),
            refusals=dict(sorted(found.refusals.items())),
            letters=inspection.post.letters,
            repeated=inspection.post.repeated,
            events=inspection.chains.events,
            tally=self._tally,
            slot_lateness=self._tally.slot_lateness(),
            root=inspection.chains.root(),
        )
        found.journal.file.write(f"audit root {report.root}\n")
        return report
