"""Counting days: the day of the event does not count, and a period that ends on a holiday ends on the next working day.

Civil Code, articles 201 to 203. Which days are working days is data: the State Council's yearly notice with its
make-up days, and the county's own table on top.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

TZ = ZoneInfo("Asia/Shanghai")

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a period. `provisional`: it rests on a year whose holidays are not announced yet."""

    on: date
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Holidays:
    """One announced year: days off (weekends need not be named), and weekend days that are worked instead."""

    off: frozenset[date]
    worked: frozenset[date]


@dataclass(frozen=True, slots=True)
class Workdays:
    """The working days of all announced years; other years know only Saturday and Sunday, provisionally."""

    years: Mapping[int, Holidays]

    def is_announced(self, year: int) -> bool:
        return year in self.years

    def is_working_day(self, day: date) -> bool:
        known = self.years.get(day.year)
        if known is not None:
            if day in known.worked:
                return True
            if day in known.off:
                return False
        return day.weekday() < SATURDAY

    def add_working_days(self, since: date, days: int) -> Due:
        """The `days`-th working day after `since`; zero days end on `since` itself."""
        if days < 0:
            raise ValueError("a period has no negative length")
        on = since
        left = days
        while left:
            on += timedelta(days=1)
            left -= self.is_working_day(on)
        return self._due(since, on)

    def first_from(self, day: date) -> date:
        """The day itself where it is a working day, or the next one."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def add_calendar_days(self, since: date, days: int) -> Due:
        """The `days`-th day after `since`, or the next working day where that is none."""
        if days < 0:
            raise ValueError("a period has no negative length")
        return self._due(since, self.first_from(since + timedelta(days=days)))

    def _due(self, since: date, on: date) -> Due:
        passed = range((since + timedelta(days=1)).year, on.year + 1)
        return Due(on, provisional=any(not self.is_announced(year) for year in passed))
