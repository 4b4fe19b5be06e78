"""What waits for an office is told to it each working morning, its delays to its superior, in one letter each."""

from datetime import date

import journey as j
import pytest
from at_once import at_once
from letterbox import count, events, letters, outcomes

from claims.desk import Desk
from claims.letters import dead_letters, outbox
from claims.timing.due import settle_due
from claims.timing.escalation import RESPONSIBLE
from notifications.derive import derive
from states.stages import Stage, Trigger

MORNING_AFTER = date(2025, 3, 25)
"""Tuesday; what was to be done in ten working days from 10 March was due the day before."""


def _round(desk: Desk, day: date, hour: int = 9) -> None:
    with j.on(day, hour):
        settle_due(desk)


def _latest(desk: Desk, kind: str) -> str:
    derive(desk)
    with desk.reading() as tx:
        return outbox.letter(tx, outbox.letters(tx, kind=kind)[0].id).text


@pytest.fixture
def checked(sqlite_desk: Desk) -> Desk:
    """Two claims that a department has to check by 24 March."""
    settle_due(sqlite_desk)
    for serial in (1, 2):
        j.brought_to(sqlite_desk, Stage.DEPARTMENT_CHECK, serial)
    return sqlite_desk


def test_an_overdue_check_is_told_to_the_department_and_to_the_coordination_body(checked: Desk) -> None:
    _round(checked, MORNING_AFTER)
    digests, reports = letters(checked, "work_digest"), letters(checked, "overdue_report")
    assert list(digests) == ["economy"]
    assert list(reports) == ["coordination"]
    for text in (digests["economy"], reports["coordination"]):
        assert all(words in text for words in ("SB-2025-0001", "SB-2025-0002", "部门核查", "2025年3月24日"))
    assert "嵊泗县经济和信息化局" in reports["coordination"]


def test_offices_are_written_to_where_their_people_are(checked: Desk) -> None:
    _round(checked, MORNING_AFTER)
    derive(checked)
    with checked.transaction() as tx:
        found = {each.recipient: each for each in outbox.letters(tx, kind="work_digest")}
        assert found["economy"].address == "qian@example.org"
        assert dead_letters.requeue(tx, found["economy"].id).address == "qian@example.org"
        assert {each.address for each in outbox.letters(tx, kind="overdue_report")} == {"xu@example.org"}


def test_on_the_last_day_nothing_is_overdue(checked: Desk) -> None:
    _round(checked, date(2025, 3, 24), hour=23)
    [told] = events(checked, "work_told")
    assert told["overdue"] == []
    assert [row["claim"] for row in told["soon"]] == ["SB-2025-0001", "SB-2025-0002"]


def test_an_office_hears_of_all_that_waits_and_by_name_of_what_is_due_within_three_working_days(
    checked: Desk,
) -> None:
    _round(checked, date(2025, 3, 18))
    early = letters(checked, "work_digest")["economy"]
    assert "申报事项共2件" in early
    assert "列明的2件" in early
    assert "SB-2025-0001" not in early
    _round(checked, date(2025, 3, 19))
    assert "三个工作日内到期的2件" in _latest(checked, "work_digest")
    assert "SB-2025-0001" in _latest(checked, "work_digest")


def test_where_nothing_waits_nobody_is_written_to(sqlite_desk: Desk) -> None:
    j.filed(sqlite_desk)
    _round(sqlite_desk, date(2025, 3, 18))
    outcome, _ = outcomes(sqlite_desk, "escalate_overdue")["escalate_overdue:2025-03-18"]
    assert outcome == "skipped"
    assert count(sqlite_desk, "work_digest") == 0


def test_intake_and_review_of_one_bureau_are_one_letter(sqlite_desk: Desk) -> None:
    j.brought_to(sqlite_desk, Stage.SUBMITTED, 1)
    j.brought_to(sqlite_desk, Stage.MARKET_SUPERVISION_REVIEW, 2)
    _round(sqlite_desk, date(2025, 3, 11))
    assert "申报事项共2件" in letters(sqlite_desk, "work_digest")["market-supervision"]


def test_who_meets_or_pays_in_batches_hears_of_what_is_due_soon_and_not_each_morning(
    sqlite_desk: Desk,
) -> None:
    j.brought_to(sqlite_desk, Stage.COORDINATION_APPROVAL)
    due = date(2025, 4, 22)
    _round(sqlite_desk, date(2025, 3, 11))
    assert count(sqlite_desk, "work_digest") == 0
    _round(sqlite_desk, due)
    assert list(letters(sqlite_desk, "work_digest")) == ["coordination"]


def test_only_departments_that_have_not_cleared_hear_of_it(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.DEPARTMENT_CHECK, field="carbon")
    first, *others = j.asked(sqlite_desk, number)
    j.do(sqlite_desk, number, Trigger.CLEAR, j.department(sqlite_desk, first))
    _round(sqlite_desk, MORNING_AFTER)
    assert set(letters(sqlite_desk, "work_digest")) == set(others)


def test_a_department_that_clears_only_its_part_does_not_begin_the_period_anew(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.DEPARTMENT_CHECK, field="carbon")
    with j.on(date(2025, 3, 20)):
        first = j.asked(sqlite_desk, number)[0]
        j.do(sqlite_desk, number, Trigger.CLEAR, j.department(sqlite_desk, first))
    _round(sqlite_desk, MORNING_AFTER)
    [told] = events(sqlite_desk, "work_told")
    assert {each["due_on"] for each in told["overdue"]} == {"2025-03-24"}


def test_an_overdue_review_reaches_the_coordination_body_only_after_the_policys_period(
    sqlite_desk: Desk,
) -> None:
    j.brought_to(sqlite_desk, Stage.MARKET_SUPERVISION_REVIEW)
    _round(sqlite_desk, MORNING_AFTER)
    assert list(letters(sqlite_desk, "work_digest")) == ["market-supervision"]
    _round(sqlite_desk, date(2025, 3, 31))
    assert count(sqlite_desk, "overdue_report") == 0, "the fifth working day after the deadline"
    _round(sqlite_desk, date(2025, 4, 1))
    assert list(letters(sqlite_desk, "overdue_report")) == ["coordination"]


def test_an_overdue_payment_is_told_to_finance(sqlite_desk: Desk) -> None:
    j.payable(sqlite_desk)
    _round(sqlite_desk, date(2025, 4, 7))
    assert list(letters(sqlite_desk, "work_digest")) == ["finance"]


def test_the_coordination_body_has_no_superior_here(sqlite_desk: Desk) -> None:
    j.brought_to(sqlite_desk, Stage.COORDINATION_APPROVAL)
    for day in (date(2025, 4, 23), date(2025, 6, 3)):
        _round(sqlite_desk, day)
    assert count(sqlite_desk, "work_digest") == 2
    assert count(sqlite_desk, "overdue_report") == 0


def test_an_objection_that_nobody_answers_is_overdue_once_the_notice_is_over(sqlite_desk: Desk) -> None:
    from test_objections import objected

    [number] = j.published(sqlite_desk)
    objected(sqlite_desk, number)
    _round(sqlite_desk, date(2025, 3, 18))
    assert "公示" in letters(sqlite_desk, "work_digest")["coordination"]


def test_one_letter_a_working_morning_and_none_at_weekends(checked: Desk) -> None:
    for day in range(25, 32):  # Tuesday to Monday
        for hour in (8, 9, 10, 17):
            _round(checked, date(2025, 3, day), hour)
    assert count(checked, "work_digest") == 5
    assert [outcome for outcome, _ in outcomes(checked, "escalate_overdue").values()].count("done") == 5


def test_mornings_that_were_missed_are_not_made_up_for(checked: Desk) -> None:
    _round(checked, MORNING_AFTER, hour=8)
    _round(checked, date(2025, 4, 1), hour=10)
    assert [each["overdue"][0]["due_on"] for each in events(checked, "work_told")] == ["2025-03-24"]
    assert outcomes(checked, "escalate_overdue")["escalate_overdue:2025-03-25"][0] == "skipped"
    assert count(checked, "work_digest") == 1


def test_two_rounds_at_once_tell_it_once(desk: Desk) -> None:
    j.brought_to(desk, Stage.DEPARTMENT_CHECK)
    with j.on(MORNING_AFTER):
        at_once(*[lambda: settle_due(desk)] * 2)
        settle_due(desk)
    assert len(events(desk, "work_told")) == 1
    j.require_whole(desk)


def test_every_stage_that_waits_for_an_office_has_one_that_is_responsible() -> None:
    by_applicant = {Stage.DRAFT, Stage.CORRECTION}
    ends = {Stage.PAID, Stage.REJECTED, Stage.WITHDRAWN, Stage.LAPSED, Stage.REVOKED, Stage.RECLAIMED}
    assert set(RESPONSIBLE) == set(Stage) - by_applicant - ends
