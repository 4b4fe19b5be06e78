"""A new year's list of working days moves what was provisional, never silently and never to an earlier day."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import journey as j
import pytest
from at_once import at_once
from letterbox import count, events, letters, outcomes
from sqlalchemy import select

from claims.desk import Desk, Tx, desk_on, open_desk
from claims.facts import load_claim
from claims.models import Claim, DueSlot, Resolution
from claims.timing.due import settle_due
from config.settings import BadSettings
from states.calendar import Due, Holidays, Workdays
from states.stages import Stage, Trigger

UNKNOWN = 2026
"""The year without a list: the world is of 2025, and knows no more than that."""

LATE_DECEMBER = date(2025, 12, 22)
"""Monday. Ten working days end on Monday 5 January provisionally; New Year's Day is a Thursday."""

LISTED = date(2025, 12, 26)


def knowing(desk: Desk, years: Iterable[int], **given: Holidays) -> Desk:
    """The desk with the lists of these years only, or with a made-up one (`_2026`)."""
    tables = {year: desk.workdays.years[year] for year in years}
    return replace(desk, workdays=Workdays(tables | {int(name[1:]): table for name, table in given.items()}))


def without(desk: Desk) -> Desk:
    return knowing(desk, (2024, 2025))


def with_days_off(desk: Desk, *days: int) -> Desk:
    """A list of 2026 with these days of January off."""
    off = frozenset(date(2026, 1, day) for day in days)
    return knowing(desk, (2024, 2025), _2026=Holidays(off, frozenset()))


def returned(desk: Desk, serial: int = 1) -> str:
    """A claim whose correction is due, provisionally, on 5 January 2026."""
    with j.on(date(2025, 3, 10)):
        number = j.brought_to(desk, Stage.MARKET_SUPERVISION_REVIEW, serial)
    with j.on(LATE_DECEMBER):
        missing = {"missing": ["title"], "reason": "名称有误"}
        j.do(desk, number, Trigger.RETURN_FOR_CORRECTION, j.reviewer(desk), **missing)
    assert due_of(desk, number) == Due(date(2026, 1, 5), provisional=True)
    return number


def due_of(desk: Desk, number: str) -> Due:
    with desk.reading() as tx:
        claim = load_claim(tx, number)
        assert claim.due_on is not None
        return Due(claim.due_on, claim.due_provisional)


def _round(desk: Desk, day: date, hour: int = 8) -> None:
    with j.on(day, hour):
        settle_due(desk)


# A claim's date


def test_a_list_that_puts_it_later_moves_it_and_writes_to_the_applicant(sqlite_desk: Desk) -> None:
    number = returned(without(sqlite_desk))
    listed = with_days_off(sqlite_desk, 1, 2, 3)
    _round(listed, LISTED)
    assert due_of(listed, number) == Due(date(2026, 1, 7))
    [text] = letters(listed, "deadline_moved").values()
    assert "补正期限为2026年1月5日" in text
    assert "顺延至2026年1月7日" in text
    assert events(listed, "due_moved") == [
        {"before": "2026-01-05", "due_on": "2026-01-07", "due_provisional": False, "stage": "correction"}
    ]


def test_it_lapses_and_is_called_to_mind_by_the_new_date(sqlite_desk: Desk) -> None:
    number = returned(without(sqlite_desk))
    listed = with_days_off(sqlite_desk, 1, 2, 3)
    for day in range(26, 32):
        _round(listed, date(2025, 12, day), hour=9)
    for day in range(1, 8):
        _round(listed, date(2026, 1, day), hour=9)
    assert j.stage_of(listed, number) is Stage.CORRECTION
    assert [each["days_left"] for each in events(listed, "correction_reminded")] == [5, 1]
    _round(listed, date(2026, 1, 8), hour=0)
    assert j.stage_of(listed, number) is Stage.LAPSED
    assert [outcome for outcome, _ in outcomes(listed, "lapse").values()][-2:] == ["skipped", "done"]
    j.require_whole(listed)


def test_a_list_that_would_put_it_earlier_leaves_it_where_it_was_announced(sqlite_desk: Desk) -> None:
    number = returned(without(sqlite_desk))
    worked = Holidays(frozenset(), frozenset({date(2026, 1, 3), date(2026, 1, 4)}))
    listed = knowing(sqlite_desk, (2024, 2025), _2026=worked)
    _round(listed, LISTED)
    assert due_of(listed, number) == Due(date(2026, 1, 5))
    assert count(listed, "deadline_moved") == 0
    assert events(listed, "due_confirmed") == [{"due_on": "2026-01-05", "due_provisional": False}]
    _round(listed, date(2026, 1, 5), hour=23)
    assert j.stage_of(listed, number) is Stage.CORRECTION


def test_what_was_not_provisional_stays_as_it_was_announced(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.MARKET_SUPERVISION_REVIEW)
    before = due_of(sqlite_desk, number)
    years = sqlite_desk.workdays.years
    stricter = replace(
        sqlite_desk, workdays=Workdays({**years, 2025: Holidays(frozenset({before.on}), frozenset())})
    )
    _round(stricter, date(2025, 3, 12))
    assert due_of(stricter, number) == before
    assert outcomes(stricter, "recount") == {}


def test_without_a_new_list_nothing_is_counted(sqlite_desk: Desk) -> None:
    known = without(sqlite_desk)
    number = returned(known)
    _round(known, LISTED)
    assert outcomes(known, "recount") == {}
    assert due_of(known, number).provisional


def test_dates_are_counted_before_anything_is_done_by_them(sqlite_desk: Desk) -> None:
    """The list came while the desk was down: what lapsed by the old count has not lapsed."""
    number = returned(without(sqlite_desk))
    listed = with_days_off(sqlite_desk, 1, 2, 3)
    _round(listed, date(2026, 1, 6))
    assert j.stage_of(listed, number) is Stage.CORRECTION
    assert due_of(listed, number) == Due(date(2026, 1, 7))


def test_departments_that_have_cleared_their_part_leave_the_period_as_it_began(sqlite_desk: Desk) -> None:
    known = without(sqlite_desk)
    with j.on(LATE_DECEMBER):
        # Filing is over; the claim is brought to this day as a correction of the autumn would be.
        number = _accepted_on(known, LATE_DECEMBER)
    with j.on(date(2025, 12, 25)):
        j.do(known, number, Trigger.CLEAR, j.department(known, j.asked(known, number)[0]))
    listed = with_days_off(sqlite_desk, 1, 2, 3)
    _round(listed, LISTED)
    assert due_of(listed, number) == Due(date(2026, 1, 7))


def _accepted_on(desk: Desk, day: date) -> str:
    with j.on(date(2025, 3, 10)):
        number = j.brought_to(desk, Stage.SUBMITTED, field="carbon")
    with j.on(day):
        assert j.do(desk, number, Trigger.ACCEPT, j.intake(desk)) is Stage.DEPARTMENT_CHECK
    return number


@pytest.mark.parametrize("again", ["later", "at once"])
def test_each_date_is_counted_once(desk: Desk, again: str) -> None:
    numbers = [returned(without(desk), serial) for serial in (1, 2, 3)]
    listed = with_days_off(desk, 1, 2, 3)
    with j.on(LISTED):
        if again == "at once":
            at_once(*[lambda: settle_due(listed)] * 2)
        settle_due(listed)
        settle_due(listed)
    assert len(events(listed, "due_moved")) == 3
    assert count(listed, "deadline_moved") == 3
    assert {due_of(listed, number) for number in numbers} == {Due(date(2026, 1, 7))}
    j.require_whole(listed)


# A list's window


def published(desk: Desk, count: int = 1) -> list[str]:
    """A list published so that its notice ends, provisionally, on Monday 5 January 2026."""
    known = without(desk)
    with j.on(date(2025, 3, 10)):
        numbers = [j.brought_to(known, Stage.PUBLIC_NOTICE, serial) for serial in range(1, count + 1)]
    with j.on(date(2025, 12, 29)), known.transaction() as tx:
        ends = j.publish(tx, j.RESOLUTION, actor=j.coordinator(known)).ends_on
    assert ends == date(2026, 1, 5)
    return numbers


def window(tx: Tx) -> tuple[date | None, bool]:
    row = tx.session.get_one(Resolution, j.RESOLUTION)
    return row.ends_on, row.ends_provisional


def test_a_notice_is_extended_for_its_list_and_told_to_units_and_townships(sqlite_desk: Desk) -> None:
    numbers = published(sqlite_desk, 2)
    listed = with_days_off(sqlite_desk, 1, 2, 3)
    _round(listed, date(2025, 12, 30))
    with listed.reading() as tx:
        assert window(tx) == (date(2026, 1, 7), False)
        assert set(tx.session.scalars(select(Claim.due_on))) == {date(2026, 1, 7)}
    assert len(letters(listed, "deadline_moved")) == 2
    township = letters(listed, "township_extended")["caiyuan"]
    assert all(words in township for words in (*numbers, "2026年1月5日", "2026年1月7日"))
    _round(listed, date(2026, 1, 7), hour=23)
    assert {j.stage_of(listed, number) for number in numbers} == {Stage.PUBLIC_NOTICE}
    _round(listed, date(2026, 1, 8), hour=0)
    assert {j.stage_of(listed, number) for number in numbers} == {Stage.FINANCE_PAYOUT}
    assert [outcome for outcome, _ in outcomes(listed, "end_notice").values()] == ["skipped", "done"]
    j.require_whole(listed)


def test_a_claim_that_an_objection_had_held_up_ends_with_its_list(sqlite_desk: Desk) -> None:
    from test_objections import decided, objected

    known = without(sqlite_desk)
    number, _ = published(sqlite_desk, 2)
    with j.on(date(2025, 12, 30)):
        decided(known, objected(known, number), "dismissed")
    listed = with_days_off(sqlite_desk, 1, 2, 3)
    _round(listed, date(2025, 12, 31))
    with listed.reading() as tx:
        pending = tx.session.scalars(
            select(DueSlot.due_at).where(DueSlot.kind == "end_notice", DueSlot.outcome == "pending")
        )
        assert {each.date() for each in pending} == {date(2026, 1, 8)}
    _round(listed, date(2026, 1, 8), hour=0)
    assert j.stage_of(listed, number) is Stage.FINANCE_PAYOUT


def test_a_window_that_is_over_is_not_opened_again(sqlite_desk: Desk) -> None:
    published(sqlite_desk)
    listed = with_days_off(sqlite_desk, 1, 2, 3)
    _round(listed, date(2026, 1, 6))
    with listed.reading() as tx:
        assert window(tx) == (date(2026, 1, 5), False)
    assert count(listed, "township_extended") == 0
    assert len(events(listed, "notice_confirmed")) == 1


# The county's own tables


def _table(home: Path, text: str, year: int = 2027) -> None:
    folder = home / "workdays"
    folder.mkdir(exist_ok=True)
    (folder / f"{year}.yaml").write_text(text, encoding="utf-8")


def test_a_year_is_added_by_a_file_in_the_data_folder(sqlite_desk: Desk) -> None:
    _table(
        sqlite_desk.settings.home,
        "year: 2027\nnotice: 县里录入\noff:\n  - name: 元旦\n    days: [2027-01-01]\nworked: [2027-01-02]\n",
    )
    opened = desk_on(sqlite_desk.engine, sqlite_desk.settings, "live")
    assert opened.workdays.add_working_days(date(2026, 12, 31), 1) == Due(date(2027, 1, 2))
    assert opened.workdays.is_announced(2026), "the years that come with the program stay"


def test_the_countys_table_of_a_year_takes_the_place_of_ours(sqlite_desk: Desk) -> None:
    _table(
        sqlite_desk.settings.home,
        "year: 2026\nnotice: 防台放假\noff:\n  - name: 防台\n    days: [2026-07-13]\nworked: []\n",
        2026,
    )
    opened = desk_on(sqlite_desk.engine, sqlite_desk.settings, "live")
    assert not opened.workdays.is_working_day(date(2026, 7, 13))


def test_a_table_that_cannot_be_read_stops_the_desk_and_names_the_line(sqlite_desk: Desk) -> None:
    _table(sqlite_desk.settings.home, "year: 2027\nnotice: 通知\noff: []\nworked: [2027-03-01]\n")
    with pytest.raises(BadSettings) as refused, open_desk(sqlite_desk.settings):
        pass
    assert "workdays/2027.yaml, line 4: " in refused.value.en
    assert "第 4 行" in refused.value.zh
