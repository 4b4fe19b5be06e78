"""Leading a rehearsal desk through the past: what was done on which working day, with a round every morning."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from claims import clock
from claims.desk import Desk
from claims.timing.slots import SlotKind
from notifications.round import run_round
from states.calendar import TZ, Workdays

ROUND_AT = time(9, 5)
WORK_FROM = time(9, 30)
PACE = timedelta(minutes=7)

LIVED_THROUGH = frozenset(SlotKind) - {SlotKind.BACKUP, SlotKind.RESTORE_DRILL}
"""What falls due in a past that is made up. It has nothing to lose: the last round makes its one backup."""


@dataclass(slots=True)
class Diary:
    """Deeds by the working day they are done on, counted back from today: 1 is the last working day before it."""

    deeds: defaultdict[int, list[Callable[[], None]]] = field(default_factory=lambda: defaultdict(list))

    def on(self, day: int, do: Callable[..., None], *args: Any, **options: Any) -> None:
        self.deeds[day].append(partial(do, *args, **options))

    def relive(self, desk: Desk, since: date) -> None:
        """Do everything in its order, each at its own moment, and from `since` what falls due, on its own day."""
        now = clock.now()
        days = working_days_before(now.date(), max(self.deeds), desk.workdays)
        by_date = {days[day - 1]: deeds for day, deeds in self.deeds.items()}
        for day in _each_day(since, now.date()):
            with clock.standing_at(_at(day, ROUND_AT)):
                run_round(desk, kinds=LIVED_THROUGH)
            for place, deed in enumerate(by_date.get(day, ())):
                with clock.standing_at(_at(day, WORK_FROM) + place * PACE):
                    deed()
        run_round(desk)


def working_days_before(today: date, count: int, workdays: Workdays) -> list[date]:
    """The last `count` working days before today, the latest first."""
    found: list[date] = []
    day = today
    while len(found) < count:
        day -= timedelta(days=1)
        if workdays.is_working_day(day):
            found.append(day)
    return found


def _each_day(first: date, end: date) -> list[date]:
    return [first + timedelta(days=place) for place in range((end - first).days)]


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=TZ)
