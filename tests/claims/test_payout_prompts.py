"""Finance is asked to propose a batch when claims wait, once for all of them; the desk never proposes one itself."""

from datetime import date
from pathlib import Path

import journey as j
from at_once import at_once
from letterbox import count, events, letters, outcomes
from sqlalchemy import select

from claims.desk import Desk
from claims.models import PayoutBatch
from claims.timing.due import settle_due
from states.stages import Stage

ENDS = date(2025, 3, 18)
"""Tuesday: the notice of a list published on 10 March is over."""


def _round(desk: Desk, day: date, hour: int = 9) -> None:
    with j.on(day, hour):
        settle_due(desk)


def test_finance_is_asked_on_the_morning_after_a_notice_has_ended(sqlite_desk: Desk) -> None:
    numbers = j.published(sqlite_desk, 2)
    _round(sqlite_desk, ENDS, hour=0)
    assert outcomes(sqlite_desk, "prompt_payout") == {"prompt_payout:2025:2025-03-18": ("pending", "")}
    _round(sqlite_desk, ENDS)
    assert outcomes(sqlite_desk, "prompt_payout") == {
        "prompt_payout:2025:2025-03-18": ("asked", "finance, to propose a batch")
    }
    text = letters(sqlite_desk, "payout_prompt")["finance"]
    assert all(number in text for number in numbers)
    assert "20万元（人民币贰拾万元整）" in text
    with sqlite_desk.reading() as tx:
        assert tx.session.scalars(select(PayoutBatch)).all() == [], "a person proposes"


def test_a_batch_proposed_meanwhile_leaves_nothing_to_ask(sqlite_desk: Desk) -> None:
    j.published(sqlite_desk)
    _round(sqlite_desk, ENDS, hour=0)
    with j.on(ENDS, 8):
        j.released(sqlite_desk)
    _round(sqlite_desk, ENDS)
    assert list(outcomes(sqlite_desk, "prompt_payout").values()) == [
        ("skipped", "no claim waits for payment")
    ]
    assert count(sqlite_desk, "payout_prompt") == 0


def test_a_notice_that_ends_late_in_the_day_is_asked_for_on_the_next_working_morning(
    sqlite_desk: Desk,
) -> None:
    j.published(sqlite_desk)
    _round(sqlite_desk, date(2025, 3, 21), hour=20)
    assert list(outcomes(sqlite_desk, "prompt_payout")) == ["prompt_payout:2025:2025-03-24"]


def test_a_failed_payment_is_asked_for_anew(sqlite_desk: Desk, tmp_path: Path) -> None:
    [number] = j.payable(sqlite_desk)
    with j.on(date(2025, 3, 21)):
        settle_due(sqlite_desk)
        code = j.released(sqlite_desk)
        j.answer(sqlite_desk, code, tmp_path / "answer.csv", **{number.replace("-", "_"): "失败"})
        j.reconciled(sqlite_desk, code, tmp_path / "answer.csv")
    assert j.stage_of(sqlite_desk, number) is Stage.FINANCE_PAYOUT
    _round(sqlite_desk, date(2025, 3, 24))
    assert [each["claims"] for each in events(sqlite_desk, "payout_prompted")] == [[number], [number]]


def test_several_mornings_found_at_once_are_one_letter(sqlite_desk: Desk) -> None:
    j.published(sqlite_desk)
    _round(sqlite_desk, ENDS, hour=0)
    second = j.brought_to(sqlite_desk, Stage.COORDINATION_APPROVAL, 2)
    j.do(
        sqlite_desk,
        second,
        j.Trigger.APPROVE,
        j.coordinator(sqlite_desk),
        resolution="〔2025〕2号",
    )
    with j.on(ENDS, 1), sqlite_desk.transaction() as tx:
        j.publish(tx, "〔2025〕2号", actor=j.coordinator(sqlite_desk))
    with j.on(date(2025, 3, 26), 1):  # away since: only the second notice is ended, nothing else is done
        settle_due(sqlite_desk, kinds=frozenset({"end_notice"}))
    _round(sqlite_desk, date(2025, 3, 27))
    assert outcomes(sqlite_desk, "prompt_payout") == {
        "prompt_payout:2025:2025-03-18": ("skipped", "a later one has taken its place"),
        "prompt_payout:2025:2025-03-26": ("asked", "finance, to propose a batch"),
    }
    assert len(events(sqlite_desk, "payout_prompted")[0]["claims"]) == 2
    assert count(sqlite_desk, "payout_prompt") == 1


def test_two_rounds_at_once_ask_once(desk: Desk) -> None:
    j.published(desk, 2)
    with j.on(ENDS, 0):
        settle_due(desk)
    with j.on(ENDS):
        at_once(*[lambda: settle_due(desk)] * 2)
        settle_due(desk)
    assert len(events(desk, "payout_prompted")) == 1
    j.require_whole(desk)
