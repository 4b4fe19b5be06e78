"""Counting days: the day of the event does not count, and no period ends on a day off."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.calendar import Due, Holidays, Workdays

# The working days of 2026 around the days counted here, as announced.
OFF = [
    *(date(2026, 1, day) for day in (1, 2, 3)),
    *(date(2026, 2, day) for day in range(15, 24)),
    *(date(2026, 4, day) for day in (4, 5, 6)),
    *(date(2026, 5, day) for day in range(1, 6)),
    *(date(2026, 6, day) for day in (19, 20, 21)),
    *(date(2026, 9, day) for day in (25, 26, 27)),
    *(date(2026, 10, day) for day in range(1, 8)),
]
WORKED = [
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
]
WORKDAYS = Workdays({2026: Holidays(frozenset(OFF), frozenset(WORKED))})

DAYS = st.dates(date(2025, 12, 1), date(2027, 1, 31))
LENGTHS = st.integers(0, 60)


@pytest.mark.parametrize(
    ("since", "on"),
    [("02-11", "02-25"), ("04-27", "05-07"), ("09-18", "09-24"), ("09-30", "10-13")],
)
def test_five_working_days_pass_over_holidays_and_count_make_up_days(since: str, on: str) -> None:
    assert WORKDAYS.add_working_days(_day(since), 5) == Due(_day(on))


@pytest.mark.parametrize(("since", "days", "on"), [("01-31", 15, "02-24"), ("08-02", 60, "10-08")])
def test_calendar_days_that_end_on_a_holiday_end_on_the_next_working_day(
    since: str, days: int, on: str
) -> None:
    assert WORKDAYS.add_calendar_days(_day(since), days) == Due(_day(on))


def test_a_weekend_day_is_worked_only_where_the_notice_says_so() -> None:
    assert WORKDAYS.is_working_day(date(2026, 5, 9))
    assert not WORKDAYS.is_working_day(date(2026, 5, 16))


def test_a_weekday_is_off_only_where_the_notice_says_so() -> None:
    assert not WORKDAYS.is_working_day(date(2026, 10, 7))
    assert WORKDAYS.is_working_day(date(2026, 10, 8))


def test_a_year_without_a_notice_knows_only_weekends() -> None:
    assert WORKDAYS.is_working_day(date(2027, 1, 1))
    assert not WORKDAYS.is_working_day(date(2027, 1, 2))


def test_a_deadline_in_a_year_without_a_notice_is_provisional() -> None:
    assert WORKDAYS.add_working_days(date(2026, 12, 30), 5).provisional
    assert WORKDAYS.add_calendar_days(date(2026, 12, 30), 5).provisional
    assert not WORKDAYS.add_working_days(date(2026, 12, 24), 5).provisional


def test_a_deadline_is_provisional_where_any_year_on_the_way_has_no_notice() -> None:
    gap = Workdays({2025: Holidays(frozenset(), frozenset()), 2027: Holidays(frozenset(), frozenset())})
    assert gap.add_calendar_days(date(2025, 12, 31), 366).provisional
    assert not gap.add_working_days(date(2025, 6, 2), 5).provisional


def test_the_year_of_the_event_does_not_count_where_the_period_lies_in_the_next() -> None:
    """Nothing is counted on the day of the event, so its year need not be announced."""
    assert not WORKDAYS.add_working_days(date(2025, 12, 31), 5).provisional


def test_a_period_of_no_days_ends_where_it_begins() -> None:
    assert WORKDAYS.add_working_days(date(2026, 10, 3), 0) == Due(date(2026, 10, 3))


@pytest.mark.parametrize("add", [WORKDAYS.add_working_days, WORKDAYS.add_calendar_days])
def test_a_period_has_no_negative_length(add: Callable[[date, int], Due]) -> None:
    with pytest.raises(ValueError, match="negative"):
        add(date(2026, 5, 8), -1)


@given(DAYS, LENGTHS.filter(bool))
def test_a_period_of_working_days_ends_on_a_working_day_and_holds_exactly_so_many(
    since: date, days: int
) -> None:
    on = WORKDAYS.add_working_days(since, days).on
    passed = [since + timedelta(days=n) for n in range(1, (on - since).days + 1)]
    assert sum(WORKDAYS.is_working_day(day) for day in passed) == days
    assert WORKDAYS.is_working_day(on)


@given(DAYS, LENGTHS)
def test_calendar_days_end_on_the_first_working_day_that_is_not_too_early(since: date, days: int) -> None:
    on = WORKDAYS.add_calendar_days(since, days).on
    earliest = since + timedelta(days=days)
    skipped = [earliest + timedelta(days=n) for n in range((on - earliest).days)]
    assert WORKDAYS.is_working_day(on)
    assert not any(WORKDAYS.is_working_day(day) for day in skipped)


@given(DAYS, LENGTHS, LENGTHS)
def test_working_days_may_be_counted_in_parts(since: date, first: int, second: int) -> None:
    halfway = WORKDAYS.add_working_days(since, first).on
    assert (
        WORKDAYS.add_working_days(halfway, second).on == WORKDAYS.add_working_days(since, first + second).on
    )


@given(DAYS, DAYS, LENGTHS)
def test_who_begins_later_never_ends_earlier(one: date, other: date, days: int) -> None:
    earlier, later = sorted((one, other))
    for add in (WORKDAYS.add_working_days, WORKDAYS.add_calendar_days):
        assert add(earlier, days).on <= add(later, days).on


def _day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")
