"""Reminders reach those who still owe something, in time or not at all, and once."""

from datetime import date

import journey as j
import pytest
from at_once import at_once
from letterbox import count, events, letters, outcomes
from world import YEAR

from claims.desk import Desk
from claims.facts import load_claim
from claims.timing.due import settle_due
from states.stages import Stage, Trigger


@pytest.fixture
def returned(sqlite_desk: Desk) -> tuple[Desk, str]:
    """A claim that was returned on 10 March and is due again on 24 March."""
    settle_due(sqlite_desk)
    return sqlite_desk, _returned(sqlite_desk)


def _returned(desk: Desk, serial: int = 1) -> str:
    number = j.brought_to(desk, Stage.MARKET_SUPERVISION_REVIEW, serial)
    missing = {"missing": ["title", "publication"], "reason": "名称与公告不一致"}
    j.do(desk, number, Trigger.RETURN_FOR_CORRECTION, j.reviewer(desk), **missing)
    return number


def _round(desk: Desk, day: date, hour: int = 9) -> None:
    with j.on(day, hour):
        settle_due(desk)


# Corrections


def test_who_owes_a_correction_is_reminded_five_days_and_one_day_before(returned: tuple[Desk, str]) -> None:
    desk, number = returned
    _round(desk, date(2025, 3, 19))
    _round(desk, date(2025, 3, 23))
    assert [each["days_left"] for each in events(desk, "correction_reminded")] == [5, 1]
    assert count(desk, "correction_reminder") == 2
    assert {outcome for outcome, _ in outcomes(desk, "remind_correction").values()} == {"done"}
    assert j.stage_of(desk, number) is Stage.CORRECTION


def test_the_reminder_names_what_is_missing_and_the_last_day(returned: tuple[Desk, str]) -> None:
    desk, _ = returned
    _round(desk, date(2025, 3, 19))
    [text] = letters(desk, "correction_reminder").values()
    for words in ("2025年3月24日", "还有5天", "标准（成果）名称", "标准发布公告"):
        assert words in text


def test_who_has_corrected_is_not_reminded(returned: tuple[Desk, str]) -> None:
    desk, number = returned
    with j.on(date(2025, 3, 18)):
        j.do(desk, number, Trigger.RESUBMIT, j.owner(desk, number))
    _round(desk, date(2025, 3, 23))
    assert count(desk, "correction_reminder") == 0
    assert set(outcomes(desk, "remind_correction").values()) == {
        ("skipped", f"resubmit by {j.owner(desk, number).name}")
    }


def test_who_corrects_between_the_event_and_its_letter_gets_none(returned: tuple[Desk, str]) -> None:
    desk, number = returned
    with j.on(date(2025, 3, 19)):
        settle_due(desk)
        j.do(desk, number, Trigger.RESUBMIT, j.owner(desk, number))
    assert count(desk, "correction_reminder") == 0


def test_a_reminder_does_not_come_between_an_applicant_and_an_open_form(
    returned: tuple[Desk, str],
) -> None:
    desk, number = returned
    with desk.reading() as tx:
        seen = load_claim(tx, number).version
    _round(desk, date(2025, 3, 19))
    with j.on(date(2025, 3, 19)):
        j.do(desk, number, Trigger.RESUBMIT, j.owner(desk, number), version=seen)


def test_reminders_that_were_missed_are_left_out_with_a_record(returned: tuple[Desk, str]) -> None:
    desk, _ = returned
    _round(desk, date(2025, 3, 22))
    assert [outcome for outcome, _ in outcomes(desk, "remind_correction").values()] == ["skipped", "pending"]
    assert count(desk, "correction_reminder") == 0
    _round(desk, date(2025, 3, 23), hour=23)
    assert count(desk, "correction_reminder") == 1, "still the same day"


def test_a_reminder_never_says_a_day_that_is_not(returned: tuple[Desk, str]) -> None:
    desk, _ = returned
    _round(desk, date(2025, 3, 24), hour=8)
    assert count(desk, "correction_reminder") == 0, "of the day before, found on the last day"


def test_two_rounds_at_once_and_one_after_remind_once(desk: Desk) -> None:
    numbers = [_returned(desk, serial) for serial in (1, 2, 3)]
    with j.on(date(2025, 3, 19)):
        at_once(*[lambda: settle_due(desk)] * 2)
        settle_due(desk)
    assert sorted(each["claims"][0] for each in events(desk, "correction_reminded")) == numbers
    assert count(desk, "correction_reminder") == len(numbers)
    j.require_whole(desk)


# The deadline of submissions


def test_only_townships_and_units_with_drafts_are_reminded_of_the_deadline(sqlite_desk: Desk) -> None:
    j.filed(sqlite_desk, 1, township="菜园镇")
    j.brought_to(sqlite_desk, Stage.SUBMITTED, 2, township="枸杞乡")
    _round(sqlite_desk, date(2025, 4, 16))
    assert list(letters(sqlite_desk, "township_reminder")) == ["caiyuan"]
    assert len(letters(sqlite_desk, "draft_reminder")) == 1


def test_where_nobody_owes_anything_nobody_is_reminded_and_the_ledger_says_so(sqlite_desk: Desk) -> None:
    j.brought_to(sqlite_desk, Stage.SUBMITTED)
    for day in (date(2025, 4, 16), date(2025, 4, 25), date(2025, 4, 29)):
        _round(sqlite_desk, day)
    for kind in ("remind_townships", "remind_drafts"):
        found = outcomes(sqlite_desk, kind)
        assert list(found) == [f"{kind}:{YEAR}:{days}" for days in (14, 5, 1)]
        assert set(found.values()) == {("skipped", "nobody owes anything any more")}
    assert count(sqlite_desk, "township_reminder") == 0


def test_each_distance_reminds_anew_of_what_is_left(sqlite_desk: Desk) -> None:
    first, second = j.filed(sqlite_desk, 1), j.filed(sqlite_desk, 2)
    _round(sqlite_desk, date(2025, 4, 16))
    with j.on(date(2025, 4, 20)):
        j.do(sqlite_desk, first, Trigger.SUBMIT, j.owner(sqlite_desk, first))
    _round(sqlite_desk, date(2025, 4, 25))
    told = [(each["days_left"], each["claims"]) for each in events(sqlite_desk, "drafts_reminded")]
    assert told == [(14, [first, second]), (5, [second])]
