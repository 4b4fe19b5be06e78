"""What a drive came to, in figures."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median

from drive_checks import Checks, RunWatch
from drive_house import House, Victim
from drive_requests import Book

LONGEST_STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Kill:
    """`healed` is after how many seconds all was well again with that child; None where it was struck again before."""

    victim: Victim
    day: date
    healed: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The figures of a drive. `problems` is what must never be; `ends` says how the runs ended that were killed."""

    kills: tuple[Kill, ...]
    ends: Mapping[str, int]
    longest_run: float
    requests: int
    sent_again: int
    statuses: Mapping[int, int]
    claims: int
    events: int
    slots: Mapping[str, int]
    letters: int
    letters_again: int
    stopped_in: float
    problems: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        for victim in Victim:
            found = [each for each in self.kills if each.victim is victim]
            times = [each.healed for each in found if each.healed is not None]
            healed = f"{median(times):.1f} s, at most {max(times):.1f} s" if times else "-"
            yield f"{victim}: {len(found)} kills, healed after {healed}"
        yield f"the runs that were killed ended as {dict(self.ends)}"
        yield f"no run was seen under way for longer than {self.longest_run:.0f} s"
        yield f"{self.requests} requests, {self.sent_again} of them sent again; answers {dict(self.statuses)}"
        yield f"{self.claims} claims, {self.events} events, slots {dict(self.slots)}"
        yield f"{self.letters} letters, {self.letters_again} left again under their own message ids"
        yield f"stopped in {self.stopped_in:.1f} s"
        yield f"violations: {len(self.problems)}"
        yield from self.problems


def outcome_of(
    kills: tuple[Kill, ...], ends: Counter[str], house: House, checks: Checks, book: Book, watch: RunWatch
) -> Outcome:
    """To be asked for when the desk has been stopped."""
    look, post = checks.county.look, checks.inspection.post
    ((claims,),), ((events,),) = look("SELECT count(*) FROM claim"), look("SELECT count(*) FROM event")
    return Outcome(
        kills=kills,
        ends=ends,
        longest_run=max(watch.longest.values(), default=0.0),
        requests=len(book.sent),
        sent_again=book.repeated,
        statuses=book.statuses,
        claims=claims,
        events=events,
        slots=dict(look("SELECT outcome, count(*) FROM due_slot GROUP BY outcome")),
        letters=post.letters,
        letters_again=post.repeated,
        stopped_in=house.stopped_in,
        problems=(*checks.problems, *watch.problems(), *_of_the_stop(house)),
    )


def _of_the_stop(house: House) -> Iterator[str]:
    if house.stopped_in > LONGEST_STOP_SECONDS:
        yield f"the desk took {house.stopped_in:.0f} s to stop"
    if house.left_over:
        yield f"{house.left_over} processes outlived the desk"
