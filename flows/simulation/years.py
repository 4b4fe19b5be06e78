"""The days of a county: a round in the morning, people at their desks, a round in the evening, and the inspection."""

from datetime import date, datetime, timedelta
from pathlib import Path

from claims import clock
from claims.timing.due import SlotResult
from claims.timing.slots import Outcome, SlotKind
from flows.simulation.administrator import Administrator
from flows.simulation.applicants import Applicants
from flows.simulation.coordination import Coordination
from flows.simulation.county import County, Deed, Party
from flows.simulation.forms import Imagination
from flows.simulation.inspection import LEFT_TO_THE_LAST_DAY, Inspection
from flows.simulation.mishaps import RATE
from flows.simulation.offices import Offices
from flows.simulation.people import hire
from flows.simulation.tally import Tally
from flows.simulation.treasury import Treasury
from notifications.round import run_round

ROUNDS = (8, 19)
"""The hours of the rounds; a crash is followed by another round after `RESTART`."""

RESTART = timedelta(minutes=15)
MOST_ROUNDS = 5
CLOCK_SET_BACK = 0.02
"""How often a round is followed by another one whose clock shows an hour less."""

NOON, NIGHT = 12, 23


class Years:
    """A county with everybody in it, and `home`, the folder of its desk.

    `live` takes it through a day and `inspect` says whether everything held; `problems` of the county collects what
    did not.
    """

    def __init__(self, found: County, home: Path) -> None:
        self.county, scenario = found, found.scenario
        with clock.standing_at(scenario.first_moment):
            cast = hire(found)
        policy = found.desk.rulebook.versions[-1]
        undisclosed: dict[str, set[str]] = {}
        applicants = Applicants(found, cast, Imagination(policy, scenario.random("achievements")))
        administrator = Administrator(found, cast, applicants)
        treasury = Treasury(found, cast, home)
        self._parties: tuple[Party, ...] = (
            administrator,
            Offices(found, cast, undisclosed),
            Coordination(found, cast, undisclosed, administrator.raise_budget),
            treasury,
        )
        self._applicants = applicants
        self.inspection = Inspection(found, treasury.bank, home / "mail")
        self.tally = Tally(found)
        self._chance = scenario.random("clock")
        self._round_at: datetime | None = None
        # People are hired in peace; from now on, processes die.
        found.desk.mishaps.rate = RATE if scenario.outages else 0.0

    def live(self, day: date) -> None:
        """One day: whatever the desk is down for does not happen, or not today."""
        at = self.county.moment
        deeds = [Deed(at(day, hour), self._round) for hour in ROUNDS]
        deeds += self._applicants.deeds(day)
        if self.county.desk.workdays.is_working_day(day):
            deeds += [deed for party in self._parties for deed in party.deeds(day)]
            if not self.county.outages.down(at(day, NOON)):
                self.inspection.attended.append(day)
        for deed in sorted(deeds, key=lambda each: each.at):
            if self.county.outages.down(deed.at):
                deed.missed()
            else:
                with clock.standing_at(deed.at):
                    deed.do()

    def inspect(self, day: date, *, whole: bool) -> None:
        """At the end of a day: what it has added, or everything."""
        with clock.standing_at(self.county.moment(day, NIGHT)):
            self.inspection.daily(self._round_at)
            self.tally.note(day, self.inspection.chains.moves, last=day == self.county.scenario.last_day)
            if whole:
                self.inspection.whole()

    def _round(self) -> None:
        """A round, and another where the process died in it; now and then one more by a clock that was set back."""
        for again in range(MOST_ROUNDS):
            if self._round_goes_through(RESTART * again):
                self._round_at = clock.now() + RESTART * again
                break
        if self.county.scenario.outages and self._chance.random() < CLOCK_SET_BACK:
            self._round_goes_through(timedelta(hours=-1))

    def _round_goes_through(self, later: timedelta) -> bool:
        with clock.standing_at(clock.now() + later):
            last = clock.today() == self.county.scenario.last_day
            kinds = None if last else frozenset(SlotKind) - LEFT_TO_THE_LAST_DAY
            results = self.county.attempt("round", lambda: run_round(self.county.desk, kinds=kinds))
            self.inspection.post.fetch()
            if not isinstance(results, tuple):
                return False
            self._note(results)
            return True

    def _note(self, results: tuple[SlotResult, ...]) -> None:
        for each in results:
            self.county.journal.note(f"slot {each.slot}: {each.outcome}")
            if each.outcome == Outcome.PENDING:
                self.county.problem(f"slot {each.slot} could not be settled: {each.detail}")
