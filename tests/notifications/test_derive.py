"""Letters are derived from events: each once, to whom it concerns, and none is passed over."""

import logging
import threading
from collections import Counter
from typing import Any

import pytest
from letter_world import EMAIL, add_claim, happen, round_up, submit
from sqlalchemy import event

from claims.desk import Desk
from claims.letters import outbox
from notifications.derive import derive
from states.stages import Role, Stage


def kinds(desk: Desk) -> Counter[str]:
    with desk.reading() as tx:
        return Counter(each.kind for each in outbox.letters(tx))


def test_a_submission_makes_its_receipt(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_claim(tx, 1)
        submit(tx, number)
    assert derive(desk) == 1
    with desk.reading() as tx:
        (summary,) = outbox.letters(tx, claim=number)
        found = outbox.letter(tx, summary.id)
    assert (found.kind, found.status, found.address) == ("receipt", "queued", EMAIL)
    assert found.subject == "标准化奖补申报材料收讫回执（SB-2026-0001）"
    assert "2026年3月16日" in found.text
    assert found.township == "菜园镇"


def test_deriving_again_makes_no_second_letter(desk: Desk) -> None:
    with desk.transaction() as tx:
        submit(tx, add_claim(tx, 1))
    assert [derive(desk), derive(desk)] == [1, 0]
    assert kinds(desk) == {"receipt": 1}


def test_a_letter_that_exists_is_not_queued_again_even_if_it_were_still_owed(desk: Desk) -> None:
    with desk.transaction() as tx:
        event_id = submit(tx, add_claim(tx, 1))
    derive(desk)
    with desk.transaction() as tx:
        tx.session.add(outbox.OwedLetters(event_id=event_id))
    assert derive(desk) == 0
    assert kinds(desk) == {"receipt": 1}


def test_two_desks_deriving_at_once_make_each_letter_once(desk: Desk) -> None:
    with desk.transaction() as tx:
        for serial in range(1, 31):
            submit(tx, add_claim(tx, serial))
    queued: list[int] = []
    threads = [threading.Thread(target=lambda: queued.append(derive(desk, limit=30))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(queued) == 30
    assert kinds(desk) == {"receipt": 30}


def test_an_event_whose_letter_cannot_be_written_holds_up_no_other_and_stays_owed(
    desk: Desk,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with desk.transaction() as tx:
        broken, sound = add_claim(tx, 1), add_claim(tx, 2)
        event_id = happen(
            tx, broken, "submit", Stage.SUBMITTED, data={}
        )  # no deadline: no receipt can name it
        submit(tx, sound)
    with caplog.at_level(logging.ERROR):
        assert derive(desk) == 1
    assert f"event {event_id}" in caplog.text
    with desk.reading() as tx:
        assert [each.event_id for each in outbox.owed_events(tx, 10)] == [event_id]


def test_a_limit_takes_the_oldest_events_first(desk: Desk) -> None:
    with desk.transaction() as tx:
        first = add_claim(tx, 1)
        submit(tx, first)
        second = add_claim(tx, 2)
        submit(tx, second)
    assert derive(desk, limit=2) == 1
    with desk.reading() as tx:
        assert [each.claim for each in outbox.letters(tx)] == [first]


def test_the_number_of_queries_does_not_grow_with_the_events(desk: Desk) -> None:
    statements: list[str] = []
    event.listen(desk.engine, "after_cursor_execute", lambda *args: statements.append(args[2]))

    def derived_with(serials: range) -> int:
        with desk.transaction() as tx:
            for serial in serials:
                submit(tx, add_claim(tx, serial))
        statements.clear()
        assert derive(desk) == len(serials)
        return len(statements)

    assert derived_with(range(1, 3)) == derived_with(range(3, 93))


def test_the_last_clear_tells_the_applicant_and_no_other_does(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_claim(tx, 1, stage=Stage.DEPARTMENT_CHECK)
        happen(tx, number, "clear", Stage.DEPARTMENT_CHECK, role=Role.DEPARTMENT, data={"department": "a"})
        happen(
            tx,
            number,
            "clear",
            Stage.MARKET_SUPERVISION_REVIEW,
            role=Role.DEPARTMENT,
            data={"department": "b", "due_on": "2026-04-09", "due_provisional": False},
        )
    assert derive(desk) == 1
    assert kinds(desk) == {"departments_cleared": 1}


def test_a_payment_is_told_to_its_unit_and_a_batch_to_each_township_once(desk: Desk) -> None:
    with desk.transaction() as tx:
        granted: dict[str, Any] = {"stage": Stage.FINANCE_PAYOUT, "granted_yuan": 100_000}
        paid = [add_claim(tx, serial, **granted, township="嵊山镇") for serial in (1, 2)]
        paid.append(add_claim(tx, 3, **granted, township="黄龙乡"))
        for number in paid:
            data = {"paid_yuan": 100_000, "batch": "BF-2026-01", "due_on": None, "due_provisional": False}
            happen(tx, number, "pay", Stage.PAID, role=Role.FINANCE, data=data)
        answered = {"batch": "BF-2026-01", "cycle": 2026, "claims": paid, "total_yuan": 300_000}
        round_up(tx, "payout/BF-2026-01", "payout_answered", answered)
    derive(desk)
    assert kinds(desk) == {"payment": 3, "township_payments": 2}
    with desk.reading() as tx:
        payment = outbox.letter(tx, outbox.letters(tx, claim=paid[0])[0].id)
        townships = {
            each.township: outbox.letter(tx, each.id).text
            for each in outbox.letters(tx, kind="township_payments")
        }
    assert "账号末四位：6021" in payment.text
    assert "人民币壹拾万元整" in payment.text
    assert "2件，合计20万元（人民币贰拾万元整）" in townships["嵊山镇"]
    assert paid[2] not in townships["嵊山镇"]
    assert paid[2] in townships["黄龙乡"]
    assert not any("6021" in text for text in townships.values())


def test_a_clawback_is_first_proposed_and_then_confirmed(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_claim(tx, 1, stage=Stage.PAID, granted_yuan=100_000)
        data = {"reclaim_yuan": 50_000}
        happen(tx, number, "reclaim", Stage.PAID, role=Role.COORDINATOR, reason="重复奖补", data=data)
        happen(tx, number, "reclaim", Stage.RECLAIMED, role=Role.FINANCE, data=data)
    derive(desk)
    assert kinds(desk) == {"clawback_proposal": 1, "clawback": 1}


def test_an_objection_is_told_without_the_objector(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_claim(tx, 1, stage=Stage.PUBLIC_NOTICE)
        happen(
            tx,
            number,
            "objection_filed",
            role=Role.COORDINATOR,
            data={"objection": 1},
            reason="张三：排名不实",
        )
    derive(desk)
    with desk.reading() as tx:
        (summary,) = outbox.letters(tx)
        found = outbox.letter(tx, summary.id)
    assert found.kind == "objection_notice"
    assert "张三" not in found.text + found.html


def test_every_township_hears_of_the_opening_and_of_its_own_claims_at_the_close(desk: Desk) -> None:
    with desk.transaction() as tx:
        dates = {"opens_on": "2026-03-01", "deadline_on": "2026-04-30"}
        results = {"results_from": "2025-01-01", "results_to": "2025-12-31"}
        round_up(tx, "cycle/2026", "townships_called", dates | results | {"renewed": False})
        round_up(tx, "cycle/2026", "cycle_opened", dates | results | {"called": True, "renewed": False})
        submit(tx, add_claim(tx, 1, unit_name="嵊泗县菜园贻贝合作社"))
        add_claim(tx, 2, unit_name="嵊泗县未交合作社")
        submit(tx, add_claim(tx, 3, unit_name="嵊泗县黄龙渔业公司", township="黄龙乡"))
        missing = {
            "township": "黄龙乡",
            "uscc": "",
            "unit": "嵊泗县黄龙礁岩公司",
            "clues": ["2025年度申报过"],
        }
        data = {"deadline_on": "2026-04-30", "submitted": 2, "lapsed": 1, "unfiled": [missing]}
        round_up(tx, "cycle/2026", "cycle_closed", data)
    derive(desk)
    assert kinds(desk) == {"receipt": 2, "township_call": 7, "township_opening": 7, "township_closing": 7}
    with desk.reading() as tx:
        closing = {
            each.township: outbox.letter(tx, each.id).text
            for each in outbox.letters(tx, kind="township_closing")
        }
    assert "嵊泗县菜园贻贝合作社" in closing["菜园镇"].partition("二、")[0]
    assert "嵊泗县未交合作社" in closing["菜园镇"].partition("二、")[2]
    assert "黄龙" not in closing["菜园镇"]
    assert "嵊泗县黄龙渔业公司" in closing["黄龙乡"]
    assert "嵊泗县黄龙礁岩公司" in closing["黄龙乡"].partition("三、")[2]
    assert "三、" not in closing["菜园镇"]
    assert "没有已提交的申报" in closing["花鸟乡"]


@pytest.mark.parametrize(
    ("told", "kind"), [({"called": True}, "township_opening"), ({"called": False}, "township_call")]
)
def test_an_opening_makes_up_for_a_call_that_was_missed(desk: Desk, told: dict[str, bool], kind: str) -> None:
    with desk.transaction() as tx:
        dates = {"opens_on": "2026-03-01", "deadline_on": "2026-04-30"}
        results = {"results_from": "2025-01-01", "results_to": "2025-12-31"}
        round_up(tx, "cycle/2026", "cycle_opened", {**dates, **results, **told, "renewed": True})
    derive(desk)
    assert kinds(desk) == {kind: 7}


def test_a_township_hears_of_units_that_have_not_filed_though_it_has_no_drafts(desk: Desk) -> None:
    with desk.transaction() as tx:
        data = {"deadline_on": "2026-04-30", "days_left": 14, "claims": [add_claim(tx, 1)]}
        missing = {
            "township": "枸杞乡",
            "uscc": "",
            "unit": "嵊泗县枸杞贻贝公司",
            "clues": ["2025年度申报过"],
        }
        round_up(tx, "cycle/2026", "townships_reminded", data | {"unfiled": [missing]})
    derive(desk)
    with desk.reading() as tx:
        told = {each.township: outbox.letter(tx, each.id).text for each in outbox.letters(tx)}
    assert set(told) == {"菜园镇", "枸杞乡"}
    assert "嵊泗县枸杞贻贝公司；掌握的情况：2025年度申报过" in told["枸杞乡"]
    assert "尚未申报的单位" not in told["菜园镇"]


def test_a_unit_with_several_drafts_is_reminded_once_of_all(desk: Desk) -> None:
    with desk.transaction() as tx:
        shared = {"uscc": "12330922MB0009999X", "unit_name": "嵊泗县贻贝行业协会"}
        numbers = [add_claim(tx, 1, **shared), add_claim(tx, 2, **shared), add_claim(tx, 3)]
        submitted = add_claim(tx, 4)
        submit(tx, submitted)
        data = {"deadline_on": "2026-04-30", "days_left": 5, "claims": [*numbers, submitted]}
        round_up(tx, "cycle/2026", "drafts_reminded", data)
    derive(desk)
    with desk.reading() as tx:
        reminders = [outbox.letter(tx, each.id) for each in outbox.letters(tx, kind="draft_reminder")]
    assert sorted(each.text.count("申报编号：") for each in reminders) == [1, 2]
    assert all(submitted not in each.text for each in reminders)


def test_drafts_that_lapse_with_the_deadline_do_not_flood_the_township(desk: Desk) -> None:
    with desk.transaction() as tx:
        draft = add_claim(tx, 1)
        uncorrected = add_claim(tx, 2, stage=Stage.CORRECTION)
        none = {"due_on": None, "due_provisional": False}
        for number in (draft, uncorrected):
            happen(tx, number, "lapse", Stage.LAPSED, role=Role.SYSTEM, data=none)
    derive(desk)
    assert kinds(desk) == {"lapse": 2, "township_lapse": 1}


def test_a_unit_without_an_address_is_kept_for_paper(desk: Desk) -> None:
    with desk.transaction() as tx:
        submit(tx, add_claim(tx, 1, email=""))
    derive(desk)
    with desk.reading() as tx:
        (letter,) = outbox.letters(tx)
    assert letter.status == "no_address"


def test_a_rehearsal_marks_its_letters(rehearsal_desk: Desk) -> None:
    with rehearsal_desk.transaction() as tx:
        submit(tx, add_claim(tx, 1))
    derive(rehearsal_desk)
    with rehearsal_desk.reading() as tx:
        (letter,) = outbox.letters(tx)
    assert letter.subject.startswith("【演练】")
