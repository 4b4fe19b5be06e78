"""In quiet hours letters that can wait do; those by which time runs for their reader leave at once."""

from dataclasses import replace
from datetime import datetime

import pytest
from letter_world import EMAIL
from post_office import with_letters

from claims import clock
from claims.desk import Desk
from claims.letters.quiet import quiet_until
from notifications import contexts
from notifications.concerns import CONCERNS
from notifications.delivery import Delivered, deliver
from notifications.preview import KINDS
from notifications.urgency import CAN_WAIT
from states.calendar import TZ


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=TZ)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        pytest.param(at(9, 8, 29), at(9, 8, 30), id="early on a working day"),
        pytest.param(at(9, 8, 30), None, id="as the office opens"),
        pytest.param(at(9, 19, 59), None, id="in the evening, before quiet hours"),
        pytest.param(at(9, 20, 0), at(10, 8, 30), id="as quiet hours begin"),
        pytest.param(at(13, 22, 0), at(16, 8, 30), id="on Friday night"),
        pytest.param(at(14, 10, 0), at(16, 8, 30), id="on Saturday"),
        pytest.param(at(3, 10, 0, month=10), at(8, 8, 30, month=10), id="in the National Day holidays"),
    ],
)
def test_quiet_hours_end_on_the_morning_of_a_working_day(
    desk: Desk, moment: datetime, until: datetime | None
) -> None:
    assert quiet_until(desk, moment) == until


def test_a_receipt_of_the_night_leaves_in_the_morning(desk: Desk) -> None:
    with clock.standing_at(at(13, 22)):
        with_letters(desk, EMAIL)
        assert deliver(desk) == Delivered()
    with clock.standing_at(at(15, 12)):
        assert deliver(desk) == Delivered()
    with clock.standing_at(at(16, 8, 30)):
        assert deliver(desk) == Delivered(written=1)


def test_a_letter_with_a_deadline_for_its_reader_leaves_at_night(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.derive.CAN_WAIT", CAN_WAIT - {"receipt"})
    with clock.standing_at(at(13, 22)):
        with_letters(desk, EMAIL)
        assert deliver(desk) == Delivered(written=1)


def test_where_there_are_none_or_time_stands_still_nothing_waits(desk: Desk) -> None:
    without = replace(desk, settings=replace(desk.settings, quiet_hours=None))
    standing = replace(desk, settings=replace(desk.settings, now=at(14, 3)))
    assert [quiet_until(each, at(14, 3)) for each in (without, standing)] == [None, None]


def test_no_letter_waits_that_asks_its_reader_to_do_something_by_a_day() -> None:
    must_not = {
        "correction",
        "correction_reminder",
        "refusal",
        "public_notice",
        "objection_notice",
        "objection_answer",
        "payment_failed",
        "lapse",
        "revocation",
        "clawback_proposal",
        "clawback",
        "deadline_moved",
        "draft_reminder",
        "township_call",
        "township_opening",
        "township_reminder",
        "township_published",
        "township_extended",
        "meeting_agenda",
        "letters_held",
        "drill_failed",
        "run_failed",
    }
    assert must_not | CAN_WAIT <= set(KINDS)
    assert not must_not & CAN_WAIT


def test_no_letter_waits_that_names_remedies() -> None:
    remedies = {
        each.letter.kind
        for row in CONCERNS.values()
        for each in row
        if "remedies" in each.letter.__dataclass_fields__
    }
    assert contexts.Refusal.kind in remedies
    assert not remedies & CAN_WAIT
