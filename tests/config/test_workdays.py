"""The workday tables hold what the yearly notices say."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from spoiled import Files

from config.workdays import load_workdays

WORKDAYS = load_workdays()


@pytest.mark.parametrize("year", sorted(WORKDAYS.years))
def test_every_day_of_an_announced_year_is_what_the_notice_says(year: int) -> None:
    days = [
        date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]
    differing = [day for day in days if WORKDAYS.is_working_day(day) != chinese_calendar.is_workday(day)]
    assert differing == []


def test_the_years_that_claims_are_judged_in_are_announced() -> None:
    assert {2023, 2024, 2025, 2026} <= set(WORKDAYS.years)


def test_a_year_without_a_notice_is_not_guessed() -> None:
    assert not WORKDAYS.is_announced(2027)


def test_a_new_year_is_one_new_file(files: Files) -> None:
    table = (files.folder / "workdays" / "2026.yaml").read_text(encoding="utf-8")
    (files.folder / "workdays" / "2027.yaml").write_text(
        table.replace("2026-", "2027-")
        .replace("year: 2026", "year: 2027")
        .replace(
            "worked: [2027-01-04, 2027-02-14, 2027-02-28, 2027-05-09, 2027-09-20, 2027-10-10]",
            "worked: [2027-02-14]",
        ),
        encoding="utf-8",
    )
    workdays = load_workdays(files.folder / "workdays")
    assert workdays.is_announced(2027)
    assert workdays.is_working_day(date(2027, 2, 14))
    assert not workdays.is_working_day(date(2027, 10, 4))
