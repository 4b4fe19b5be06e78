"""What a year ends with and the next begins with, and a cycle whose window passed while nobody was there."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import journey as j
import pytest
from at_once import at_once
from letterbox import count, events, letters, outcomes
from openpyxl import load_workbook
from test_reports import a_year
from world import YEAR

from claims.desk import Desk
from claims.errors import CycleFixed
from claims.models import Cycle
from claims.submission.filing import file_claim
from claims.timing.cycles import Plan, plan_cycle
from claims.timing.due import settle_due
from claims.timing.yearly import calls_at, report_at
from states.stages import Stage

NEXT = Plan(2026, date(2026, 3, 1), date(2026, 4, 30), 3_000_000)


def _round(desk: Desk, day: date, hour: int = 9) -> None:
    with j.on(day, hour):
        settle_due(desk)


def _plan(desk: Desk, plan: Plan) -> None:
    with desk.transaction() as tx:
        plan_cycle(tx, plan)


# The report


def test_the_report_on_a_year_is_written_and_announced_when_the_year_is_over(
    sqlite_desk: Desk, tmp_path: Path
) -> None:
    a_year(sqlite_desk, tmp_path)
    _round(sqlite_desk, date(2026, 1, 10))
    [told] = events(sqlite_desk, "year_reported")
    path = sqlite_desk.settings.home / told["file"]
    assert load_workbook(path).sheetnames[0] == "2025年度概况"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == told["sha256"]
    found = letters(sqlite_desk, "year_report")
    assert set(found) == {"coordination", "market-supervision"}
    assert "reports/report-2025.xlsx" in found["coordination"]
    assert "嵊泗县市场监督管理局（管理员）：" in found["market-supervision"]
    assert [each.name for each in path.parent.iterdir()] == [path.name], "nothing half-written is left"


def test_a_report_found_late_is_written_and_says_so_and_a_second_round_writes_none(sqlite_desk: Desk) -> None:
    for _ in range(2):
        _round(sqlite_desk, date(2026, 2, 20))
    assert outcomes(sqlite_desk, "year_report")[f"year_report:{YEAR}"] == ("late", "done late")
    assert len(events(sqlite_desk, "year_reported")) == 1


# The call for the next year


def test_administrators_are_asked_for_a_plan_until_there_is_one(sqlite_desk: Desk) -> None:
    _round(sqlite_desk, date(2026, 1, 15))
    [text] = letters(sqlite_desk, "plan_request").values()
    assert "2026年度标准化奖补申报尚未制定计划" in text
    assert "2026年3月1日前后" in text
    with j.on(date(2026, 1, 20)):
        _plan(sqlite_desk, NEXT)
    _round(sqlite_desk, date(2026, 2, 15))
    assert [outcome for outcome, _ in outcomes(sqlite_desk, "call_next_year").values()][:2] == [
        "asked",
        "skipped",
    ]
    assert count(sqlite_desk, "plan_request") == 1


def test_calls_found_together_are_one_letter(sqlite_desk: Desk) -> None:
    _round(sqlite_desk, date(2026, 2, 20))
    assert [outcome for outcome, _ in outcomes(sqlite_desk, "call_next_year").values()] == [
        "skipped",
        "asked",
    ]
    assert count(sqlite_desk, "plan_request") == 1


def test_two_rounds_at_once_report_and_ask_once(desk: Desk) -> None:
    with j.on(date(2026, 2, 20)):
        at_once(*[lambda: settle_due(desk)] * 2)
        settle_due(desk)
    assert (len(events(desk, "year_reported")), len(events(desk, "next_cycle_wanted"))) == (1, 1)
    j.require_whole(desk)


def test_a_cycle_that_opens_on_29_february_has_its_next_year_too() -> None:
    cycle = Cycle(opens_on=date(2028, 2, 29), deadline_on=date(2028, 12, 31))
    assert [at.date() for _, at in calls_at(cycle)] == [date(2029, 1, 14), date(2029, 2, 14)]
    assert report_at(cycle).date() == date(2029, 1, 10)


# A window that passed


@pytest.fixture
def missed(sqlite_desk: Desk) -> Desk:
    """The cycle of 2026 was planned, and then the desk was away for its whole window."""
    _plan(sqlite_desk, NEXT)
    _round(sqlite_desk, date(2026, 5, 8))
    return sqlite_desk


def test_nobody_is_called_to_file_in_a_window_that_is_over(missed: Desk) -> None:
    assert outcomes(missed, "open_cycle")["open_cycle:2026"] == (
        "asked",
        "administrators, to plan 2026 anew",
    )
    assert outcomes(missed, "close_submissions")["close_submissions:2026"] == (
        "skipped",
        "the cycle is planned",
    )
    assert [each["opens_on"] for each in events(missed, "cycle_opened")] == ["2025-03-01"]
    assert "未能开放申报" in letters(missed, "plan_request")["market-supervision"]


def test_it_can_be_planned_anew_and_then_opens_on_its_day(missed: Desk) -> None:
    with j.on(date(2026, 5, 9)):
        _plan(missed, replace(NEXT, opens_on=date(2026, 5, 18), deadline_on=date(2026, 6, 30)))
    _round(missed, date(2026, 5, 18), hour=0)
    _round(missed, date(2026, 7, 1), hour=0)
    assert [outcome for outcome, _ in outcomes(missed, "open_cycle").values()][1:] == ["asked", "done"]
    assert [outcome for outcome, _ in outcomes(missed, "close_submissions").values()][1:] == [
        "skipped",
        "done",
    ]
    assert [each["opens_on"] for each in events(missed, "cycle_opened")] == ["2025-03-01", "2026-05-18"]


def test_a_window_that_is_still_open_opens_late(sqlite_desk: Desk) -> None:
    _plan(sqlite_desk, NEXT)
    _round(sqlite_desk, date(2026, 4, 29))
    assert outcomes(sqlite_desk, "open_cycle")["open_cycle:2026"] == ("late", "done late")


def test_claims_filed_before_the_opening_was_done_let_the_cycle_open_all_the_same(sqlite_desk: Desk) -> None:
    _plan(sqlite_desk, NEXT)
    _file(sqlite_desk, date(2026, 4, 20))
    _round(sqlite_desk, date(2026, 5, 8))
    assert outcomes(sqlite_desk, "open_cycle")["open_cycle:2026"] == ("late", "done late")
    assert outcomes(sqlite_desk, "close_submissions")["close_submissions:2026"] == ("late", "done late")


# What a plan may still change


def _file(desk: Desk, day: date) -> str:
    form = j.form(1, standard_number="DB3309/T 900-2025", dated_on=date(2025, 6, 1))
    with j.on(day), desk.transaction() as tx:
        return file_claim(tx, 2026, form, actor=j.applicant(form)).number


def test_the_first_claim_fixes_the_dates_though_the_opening_is_not_done_yet(sqlite_desk: Desk) -> None:
    """Its draft lapses by the dates it was filed under: they do not change behind the applicant's back."""
    _plan(sqlite_desk, NEXT)
    number = _file(sqlite_desk, date(2026, 3, 1))
    with j.on(date(2026, 3, 1)):
        with pytest.raises(CycleFixed):
            _plan(sqlite_desk, replace(NEXT, deadline_on=date(2026, 6, 30)))
        _plan(sqlite_desk, replace(NEXT, budget_yuan=4_000_000))
    _round(sqlite_desk, date(2026, 5, 1), hour=0)
    assert j.stage_of(sqlite_desk, number) is Stage.LAPSED


def test_a_plan_past_its_opening_day_may_change_while_there_is_no_claim(sqlite_desk: Desk) -> None:
    _plan(sqlite_desk, NEXT)
    with j.on(date(2026, 3, 2)):
        _plan(sqlite_desk, replace(NEXT, opens_on=date(2026, 3, 9)))
        settle_due(sqlite_desk)
    _round(sqlite_desk, date(2026, 3, 9), hour=0)
    assert outcomes(sqlite_desk, "open_cycle")["open_cycle:2026"] == ("done", "")


def test_filing_and_planning_anew_at_once_leave_one_of_the_two(desk: Desk) -> None:
    _plan(desk, NEXT)
    with j.on(date(2026, 3, 1)):
        filed, planned = at_once(
            lambda: _file(desk, date(2026, 3, 1)),
            lambda: _plan(desk, replace(NEXT, opens_on=date(2026, 3, 9))),
        )
    assert isinstance(filed, Exception) != isinstance(planned, CycleFixed), (filed, planned)
