"""What charts and report are drawn from: claims by stage and money from week to week, and how late things were."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from flows.simulation.chains import Move
from flows.simulation.county import County

EVERY = 7

STEPS = (0, 5, 10, 20, 40)
"""Bounds of lateness in days: on time, up to five days late, up to ten …, and beyond the last."""


def step_of(days: int) -> int:
    """Which of the steps a delay falls into; one that is none falls into the first."""
    return next((place for place, bound in enumerate(STEPS) if days <= bound), len(STEPS))


@dataclass(slots=True)
class Tally:
    county: County
    days: list[date] = field(default_factory=list)
    stages: list[dict[str, int]] = field(default_factory=list)
    money: list[dict[str, int]] = field(default_factory=list)
    lateness: dict[str, Counter[int]] = field(default_factory=dict)
    """By stage that people work in, how many claims left it how late (by place in `STEPS`)."""

    def note(self, day: date, moves: Iterable[Move], *, last: bool) -> None:
        for move in moves:
            if move.due_on is not None and not move.by_system and move.target != "withdrawn":
                late = (move.on - move.due_on).days
                self.lateness.setdefault(move.source, Counter())[step_of(late)] += 1
        if last or day.toordinal() % EVERY == 0:
            self.days.append(day)
            self.stages.append(dict(self.county.look("SELECT stage, count(*) FROM claim GROUP BY stage")))
            self.money.append(
                dict(self.county.look("SELECT account, sum(yuan) FROM balance GROUP BY account"))
            )

    def slot_lateness(self) -> Counter[int]:
        """How late the desk settled what was due, by place in `STEPS`."""
        found: Counter[int] = Counter()
        for days, count in self.county.look(
            "SELECT cast(julianday(finished_at) - julianday(due_at) AS integer), count(*) FROM due_slot"
            " WHERE outcome IN ('done', 'late') GROUP BY 1"
        ):
            found[step_of(days)] += count
        return found

    def outcomes(self) -> dict[str, int]:
        return dict(
            self.county.look("SELECT outcome, count(*) FROM due_slot GROUP BY outcome ORDER BY outcome")
        )
