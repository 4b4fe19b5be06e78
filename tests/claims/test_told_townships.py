"""What townships and the coordination body are told of a year: once each, by events that say all their letters say."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import journey as j
import pytest
from letterbox import count, events, letters, outcomes
from test_payouts import CSV
from world import COMPANY, INSTITUTE, YEAR

from claims.desk import Desk
from claims.errors import BadDates, BadValue, NotAllowed, NothingOnAgenda
from claims.letters import outbox
from claims.money.bank_sheet import BankOutcome
from claims.money.reconciliation import settle_unknown
from claims.publicity.objections import decide_objection, file_objection
from claims.publicity.resolutions import publish
from claims.review.meetings import Sitting, Vote, convene, record_vote
from claims.timing.cycles import Plan, plan_cycle
from claims.timing.due import settle_due
from notifications.derive import derive
from states.errors import Refusal
from states.stages import Stage

NEXT = Plan(2026, date(2026, 3, 1), date(2026, 4, 30), 3_000_000)
SITTING = Sitting(date(2025, 3, 12), "9:00", "县行政中心二号楼")


def _round(desk: Desk, day: date, hour: int = 9) -> None:
    with j.on(day, hour):
        settle_due(desk)


def _plan(desk: Desk, day: date, plan: Plan) -> None:
    with j.on(day), desk.transaction() as tx:
        plan_cycle(tx, plan)


def _of_next(desk: Desk, kind: str) -> list[str]:
    """The letters of a kind that tell of next year's cycle."""
    derive(desk)
    with desk.reading() as tx:
        found = (outbox.letter(tx, each.id).text for each in outbox.letters(tx, kind=kind))
        return [text for text in found if f"{NEXT.year}年度" in text]


# The call


def test_townships_are_called_two_weeks_ahead_and_the_opening_says_that_it_has_come(
    sqlite_desk: Desk,
) -> None:
    _plan(sqlite_desk, date(2026, 1, 20), NEXT)
    _round(sqlite_desk, date(2026, 2, 15))
    assert len(_of_next(sqlite_desk, "township_call")) == 7
    assert not _of_next(sqlite_desk, "township_opening")
    _round(sqlite_desk, date(2026, 3, 1))
    assert len(_of_next(sqlite_desk, "township_call")) == 7
    assert ["2026年3月1日开放" in text for text in _of_next(sqlite_desk, "township_opening")] == [True] * 7


def test_a_plan_changed_after_the_call_calls_anew_and_says_so(sqlite_desk: Desk) -> None:
    _plan(sqlite_desk, date(2026, 1, 20), NEXT)
    _round(sqlite_desk, date(2026, 2, 15))
    _plan(sqlite_desk, date(2026, 2, 20), replace(NEXT, opens_on=date(2026, 3, 9)))
    _round(sqlite_desk, date(2026, 2, 23))
    assert [each["renewed"] for each in events(sqlite_desk, "townships_called")] == [False, True]
    _round(sqlite_desk, date(2026, 3, 9))
    assert len(_of_next(sqlite_desk, "township_opening")) == 7


def test_a_cycle_planned_too_late_for_a_call_is_called_by_its_opening_once(sqlite_desk: Desk) -> None:
    _plan(sqlite_desk, date(2026, 3, 1), NEXT)
    _round(sqlite_desk, date(2026, 3, 1))
    assert outcomes(sqlite_desk, "call_townships")["call_townships:2026"][0] == "skipped"
    assert len(_of_next(sqlite_desk, "township_call")) == 7
    assert not _of_next(sqlite_desk, "township_opening")


# Units that have not filed


def test_a_unit_that_filed_before_is_named_to_its_township_alone_until_it_files(sqlite_desk: Desk) -> None:
    own = {"unit_name": COMPANY[0], "uscc": COMPANY[1], "township": COMPANY[2]}
    j.brought_to(sqlite_desk, Stage.SUBMITTED, 1, **own)
    _plan(sqlite_desk, date(2026, 1, 20), NEXT)
    _round(sqlite_desk, date(2026, 4, 16))
    [reminder] = _of_next(sqlite_desk, "township_reminder")
    assert f"{COMPANY[0]}；掌握的情况：2025年度申报过" in reminder
    assert INSTITUTE[0] not in reminder
    _round(sqlite_desk, date(2026, 5, 1))
    closing = [text.partition("三、")[2] for text in _of_next(sqlite_desk, "township_closing")]
    assert [COMPANY[0] in text for text in closing].count(True) == 1


# The meeting


def test_the_body_is_convened_with_its_agenda(sqlite_desk: Desk) -> None:
    numbers = [j.brought_to(sqlite_desk, Stage.COORDINATION_APPROVAL, serial) for serial in (1, 2)]
    with sqlite_desk.transaction() as tx:
        convene(tx, YEAR, SITTING, actor=j.coordinator(sqlite_desk))
    [text] = letters(sqlite_desk, "meeting_agenda").values()
    assert "2025年3月12日09:00在县行政中心二号楼" in text
    assert all(number in text for number in numbers)
    assert "合计20万元" in text
    assert "尚可安排200万元" in text


@pytest.mark.parametrize(
    ("sitting", "refusal"),
    [
        (replace(SITTING, held_on=date(2025, 3, 9)), BadDates),
        (replace(SITTING, begins="noon"), BadValue),
        (replace(SITTING, place=" "), BadValue),
    ],
)
def test_a_sitting_has_a_day_to_come_a_time_and_a_place(
    sqlite_desk: Desk, sitting: Sitting, refusal: type[Refusal]
) -> None:
    with sqlite_desk.transaction() as tx, pytest.raises(refusal):
        convene(tx, YEAR, sitting, actor=j.coordinator(sqlite_desk))


def test_only_the_body_is_convened_by_its_own_and_not_for_nothing(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        with pytest.raises(NotAllowed):
            convene(tx, YEAR, SITTING, actor=j.finance(sqlite_desk))
        with pytest.raises(NothingOnAgenda):
            convene(tx, YEAR, SITTING, actor=j.coordinator(sqlite_desk))


def test_the_resolution_tells_the_vote_and_the_list(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.PUBLIC_NOTICE)
    with sqlite_desk.transaction() as tx:
        vote = Vote(date(2025, 3, 10), present=7, in_favour=6, against=0, abstained=1)
        record_vote(tx, j.RESOLUTION, YEAR, vote, actor=j.coordinator(sqlite_desk))
        publish(tx, j.RESOLUTION, actor=j.coordinator(sqlite_desk))
    [text] = letters(sqlite_desk, "meeting_resolution").values()
    assert "出席7人，同意6人，反对0人，弃权1人" in text
    assert number in text


# Results and payments


def test_a_list_that_is_over_is_told_with_what_is_held_up_and_that_again_when_it_goes_on(
    sqlite_desk: Desk,
) -> None:
    free, held = j.published(sqlite_desk, 2)
    with j.later(2), sqlite_desk.transaction() as tx:
        objection = file_objection(tx, held, by="王某", text="排名不实").id
    with j.later(10):
        settle_due(sqlite_desk)
        confirmed, _, waiting = letters(sqlite_desk, "township_results")["caiyuan"].partition("尚未处理完毕")
        assert (free in confirmed, held in confirmed) == (True, False)
        assert (free in waiting, held in waiting) == (False, True)
    with j.later(12):
        with sqlite_desk.transaction() as tx:
            decide_objection(tx, objection, "dismissed", actor=j.coordinator(sqlite_desk), reason="排名属实")
        settle_due(sqlite_desk)
    told = [(each["claims"], each["held"]) for each in events(sqlite_desk, "list_concluded")]
    assert told == [([free], [held]), ([held], [])]


def test_a_township_hears_of_a_batch_once_all_is_answered_and_of_each_payment_once(
    sqlite_desk: Desk, tmp_path: Path
) -> None:
    first, second, third = j.payable(sqlite_desk, 3)
    with j.later(10):
        code = j.released(sqlite_desk)
        j.answer(sqlite_desk, code, tmp_path / CSV, SB_2025_0002="未知", SB_2025_0003="失败")
        for _ in range(2):
            j.reconciled(sqlite_desk, code, tmp_path / CSV)
        assert [each["claims"] for each in events(sqlite_desk, "payout_answered")] == [[first]]
        with sqlite_desk.transaction() as tx:
            settle_unknown(
                tx, code, second, BankOutcome.PAID, actor=j.finance(sqlite_desk), reason="银行查询复函"
            )
    assert [each["claims"] for each in events(sqlite_desk, "payout_answered")] == [[first], [second]]
    assert count(sqlite_desk, "township_payments") == 2
    assert third not in str(events(sqlite_desk, "payout_answered"))
    j.require_whole(sqlite_desk)


def test_every_township_hears_at_the_end_of_the_year_what_it_came_to(sqlite_desk: Desk) -> None:
    j.published(sqlite_desk, 2)
    j.brought_to(sqlite_desk, Stage.SUBMITTED, 3, township="枸杞乡")
    _round(sqlite_desk, date(2026, 1, 10))
    found = letters(sqlite_desk, "township_year")
    assert len(found) == 7
    assert "事项：审定奖补；件数：2件；金额：20万元" in found["caiyuan"]
    assert "事项：审定奖补；件数：0件；金额：0元" in found["gouqi"]
    assert "没有单位提交" in found["huaniao"]
