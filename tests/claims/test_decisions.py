"""A claim's ways through the house: each decision with its event, its deadline and its money, or not at all."""

from datetime import date
from pathlib import Path

import journey as j
import pytest
from sqlalchemy import select
from world import YEAR

from claims.desk import Desk
from claims.errors import DuplicateStandard
from claims.models import Claim, DepartmentCheckRow, DueSlot, Evidence, LedgerEntry
from claims.money.ledger import Account, move
from claims.publicity.resolutions import publish
from claims.review.decisions import act
from claims.submission.filing import correct
from claims.timing.due import settle_due
from states.errors import (
    AmountAboveCeiling,
    BudgetExceeded,
    DepartmentNotAsked,
    PayoutInProgress,
    Refusal,
    ResolutionPublished,
    TooLate,
    VersionConflict,
    WrongStage,
)
from states.stages import Role, Stage, Trigger
from states.table import STAGE_ROLE

WHO = {
    Stage.SUBMITTED: j.intake,
    Stage.DEPARTMENT_CHECK: j.department,
    Stage.MARKET_SUPERVISION_REVIEW: j.reviewer,
    Stage.COORDINATION_APPROVAL: j.coordinator,
}


def claim_of(desk: Desk, number: str) -> Claim:
    with desk.reading() as tx:
        return tx.session.scalars(select(Claim).where(Claim.number == number)).one()


def returned(desk: Desk, stage: Stage, missing: str = "title") -> str:
    number = j.brought_to(desk, stage)
    j.do(
        desk,
        number,
        Trigger.RETURN_FOR_CORRECTION,
        WHO[stage](desk),
        missing=[missing],
        reason="名称与标准文本不一致",
    )
    return number


def change(desk: Desk, number: str, **changes: object) -> None:
    with desk.transaction() as tx:
        correct(tx, number, changes, actor=j.owner(desk, number))


def test_a_claim_goes_from_draft_to_paid_and_every_step_is_on_record(desk: Desk, tmp_path: Path) -> None:
    number = j.filed(desk)
    evidence = ["evidence_added"] * len(_papers(desk, number))
    assert j.do(desk, number, Trigger.SUBMIT, j.owner(desk, number)) is Stage.SUBMITTED
    assert j.do(desk, number, Trigger.ACCEPT, j.intake(desk)) is Stage.DEPARTMENT_CHECK
    assert j.do(desk, number, Trigger.CLEAR, j.department(desk)) is Stage.MARKET_SUPERVISION_REVIEW
    assert j.do(desk, number, Trigger.ENDORSE, j.reviewer(desk)) is Stage.COORDINATION_APPROVAL
    assert j.balances(desk) == {"appropriated": -2_000_000, "available": 2_000_000}
    assert (
        j.do(desk, number, Trigger.APPROVE, j.coordinator(desk), resolution=j.RESOLUTION)
        is Stage.PUBLIC_NOTICE
    )
    assert j.balances(desk) == {"appropriated": -2_000_000, "available": 1_900_000, "reserved": 100_000}
    with desk.transaction() as tx:
        published = publish(tx, j.RESOLUTION, actor=j.coordinator(desk))
    assert published.ends_on == date(2025, 3, 17)
    assert j.balances(desk) == {"appropriated": -2_000_000, "available": 1_900_000, "published": 100_000}
    with j.on(date(2025, 3, 17), hour=23):
        settle_due(desk)
        assert j.stage_of(desk, number) is Stage.PUBLIC_NOTICE
    with j.on(date(2025, 3, 18), hour=0):
        settle_due(desk)
        assert j.stage_of(desk, number) is Stage.FINANCE_PAYOUT
        code = j.released(desk)
        j.answer(desk, code, tmp_path / "answer.xlsx")
        assert j.reconciled(desk, code, tmp_path / "answer.xlsx").paid == [number]
    assert j.stage_of(desk, number) is Stage.PAID
    assert j.balances(desk) == {"appropriated": -2_000_000, "available": 1_900_000, "paid": 100_000}
    assert j.triggers_of(desk, number) == [
        "file",
        *evidence,
        "submit",
        "accept",
        "clear",
        "endorse",
        "approve",
        "notice_published",
        "end_notice",
        "payout_proposed",
        "payout_released",
        "pay",
    ]
    j.require_whole(desk)


def _papers(desk: Desk, number: str) -> list[str]:
    with desk.reading() as tx:
        claim = tx.session.scalars(select(Claim).where(Claim.number == number)).one()
        return list(tx.session.scalars(select(Evidence.kind).where(Evidence.claim_id == claim.id)))


@pytest.mark.parametrize(
    ("stage", "due_on"),
    [
        (Stage.SUBMITTED, date(2025, 3, 17)),
        (Stage.DEPARTMENT_CHECK, date(2025, 3, 24)),
        (Stage.MARKET_SUPERVISION_REVIEW, date(2025, 3, 24)),
    ],
)
def test_a_stage_is_due_so_many_working_days_after_it_began(
    sqlite_desk: Desk, stage: Stage, due_on: date
) -> None:
    claim = claim_of(sqlite_desk, j.brought_to(sqlite_desk, stage))
    assert (claim.due_on, claim.due_provisional) == (due_on, False)


def test_approved_but_not_published_has_no_deadline(sqlite_desk: Desk) -> None:
    assert claim_of(sqlite_desk, j.brought_to(sqlite_desk, Stage.PUBLIC_NOTICE)).due_on is None


# Correction


@pytest.mark.parametrize("stage", list(STAGE_ROLE))
def test_a_claim_returned_for_correction_comes_back_to_the_stage_that_returned_it(
    sqlite_desk: Desk, stage: Stage
) -> None:
    number = returned(sqlite_desk, stage)
    assert claim_of(sqlite_desk, number).due_on == date(2025, 3, 24)
    with j.later(3):
        assert j.do(sqlite_desk, number, Trigger.RESUBMIT, j.owner(sqlite_desk, number)) is stage
        claim = claim_of(sqlite_desk, number)
    assert claim.due_on is not None
    assert claim.due_on > date(2025, 3, 19), "the period of the stage begins anew"
    assert claim.returned_from is None


@pytest.mark.parametrize("stage", [Stage.MARKET_SUPERVISION_REVIEW, Stage.COORDINATION_APPROVAL])
def test_departments_look_again_where_what_they_relied_on_has_changed(
    sqlite_desk: Desk, stage: Stage
) -> None:
    number = returned(sqlite_desk, stage)
    change(sqlite_desk, number, title="嵊泗贻贝养殖技术规范（更正）")
    assert j.do(sqlite_desk, number, Trigger.RESUBMIT, j.owner(sqlite_desk, number)) is Stage.DEPARTMENT_CHECK
    assert (
        j.do(sqlite_desk, number, Trigger.CLEAR, j.department(sqlite_desk)) is Stage.MARKET_SUPERVISION_REVIEW
    )


def test_a_new_telephone_number_asks_no_department_again(sqlite_desk: Desk) -> None:
    number = returned(sqlite_desk, Stage.MARKET_SUPERVISION_REVIEW, missing="contact")
    change(sqlite_desk, number, phone="13900000000")
    assert (
        j.do(sqlite_desk, number, Trigger.RESUBMIT, j.owner(sqlite_desk, number))
        is Stage.MARKET_SUPERVISION_REVIEW
    )


def test_a_department_that_had_cleared_looks_again_where_another_had_the_data_changed(
    sqlite_desk: Desk,
) -> None:
    number = j.brought_to(sqlite_desk, Stage.DEPARTMENT_CHECK, field="carbon")
    j.do(sqlite_desk, number, Trigger.CLEAR, j.department(sqlite_desk, "development"))
    j.do(
        sqlite_desk,
        number,
        Trigger.RETURN_FOR_CORRECTION,
        j.department(sqlite_desk, "environment"),
        missing=["title"],
        reason="名称有误",
    )
    change(sqlite_desk, number, title="嵊泗贻贝养殖技术规范（更正）")
    j.do(sqlite_desk, number, Trigger.RESUBMIT, j.owner(sqlite_desk, number))
    with sqlite_desk.reading() as tx:
        cleared = tx.session.scalars(select(DepartmentCheckRow.cleared_by)).all()
    assert list(cleared) == [None, None, None]


# Departments


def test_a_claim_goes_on_when_the_last_of_its_departments_has_cleared(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.DEPARTMENT_CHECK, field="carbon")
    due_on = claim_of(sqlite_desk, number).due_on
    assert j.asked(sqlite_desk, number) == ["development", "economy", "environment"]
    for code in ("economy", "environment"):
        with j.later(1):
            stage = j.do(sqlite_desk, number, Trigger.CLEAR, j.department(sqlite_desk, code))
        assert stage is Stage.DEPARTMENT_CHECK
    assert claim_of(sqlite_desk, number).due_on == due_on, (
        "one countersignature gives the others no more time"
    )
    with pytest.raises(DepartmentNotAsked):
        j.do(sqlite_desk, number, Trigger.CLEAR, j.department(sqlite_desk, "economy"))
    stage = j.do(sqlite_desk, number, Trigger.CLEAR, j.department(sqlite_desk, "development"))
    assert stage is Stage.MARKET_SUPERVISION_REVIEW


def test_intake_may_ask_other_departments_than_the_field_names(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.SUBMITTED)
    j.do(
        sqlite_desk, number, Trigger.ACCEPT, j.intake(sqlite_desk), departments=["县海洋与渔业局", "县经信局"]
    )
    assert j.asked(sqlite_desk, number) == ["fisheries", "economy"]


# Ends


@pytest.mark.parametrize("stage", list(STAGE_ROLE))
def test_each_stage_can_reject_naming_clause_and_reason(sqlite_desk: Desk, stage: Stage) -> None:
    number = j.brought_to(sqlite_desk, stage)
    assert (
        j.do(sqlite_desk, number, Trigger.REJECT, WHO[stage](sqlite_desk), reason="标准文本未列该单位")
        is Stage.REJECTED
    )
    with sqlite_desk.reading() as tx:
        pending = tx.session.scalars(
            select(DueSlot).where(DueSlot.subject == number, DueSlot.outcome == "pending")
        )
        assert pending.all() == [], "nothing is owed for a claim that has ended"
    j.require_whole(sqlite_desk)


@pytest.mark.parametrize("stage", [Stage.DRAFT, *STAGE_ROLE, Stage.PUBLIC_NOTICE], ids=str)
def test_the_applicant_may_withdraw_until_the_payout_and_the_money_is_free_again(
    sqlite_desk: Desk, stage: Stage
) -> None:
    number = j.brought_to(sqlite_desk, stage)
    assert j.do(sqlite_desk, number, Trigger.WITHDRAW, j.owner(sqlite_desk, number)) is Stage.WITHDRAWN
    assert j.balances(sqlite_desk) == {"appropriated": -2_000_000, "available": 2_000_000}
    j.require_whole(sqlite_desk)


def test_withdrawn_during_its_notice_a_claim_frees_its_money_and_holds_up_no_other(sqlite_desk: Desk) -> None:
    first, second = j.published(sqlite_desk, 2)
    j.do(sqlite_desk, first, Trigger.WITHDRAW, j.owner(sqlite_desk, first))
    assert j.balances(sqlite_desk)["published"] == 100_000
    with j.later(10):
        settle_due(sqlite_desk)
    assert j.stage_of(sqlite_desk, second) is Stage.FINANCE_PAYOUT
    j.require_whole(sqlite_desk)


@pytest.mark.parametrize("ready", [j.published, j.payable])
def test_revoking_an_award_frees_its_money(sqlite_desk: Desk, ready: object) -> None:
    [number] = ready(sqlite_desk)  # type: ignore[operator]
    with j.later(10):
        stage = j.do(sqlite_desk, number, Trigger.REVOKE, j.coordinator(sqlite_desk), reason="经查材料不实")
    assert stage is Stage.REVOKED
    assert j.balances(sqlite_desk) == {"appropriated": -2_000_000, "available": 2_000_000}
    j.require_whole(sqlite_desk)


def test_nothing_is_revoked_while_the_bank_may_be_paying_it(sqlite_desk: Desk) -> None:
    [number] = j.payable(sqlite_desk)
    with j.later(10):
        j.released(sqlite_desk)
        with pytest.raises(PayoutInProgress):
            j.do(sqlite_desk, number, Trigger.REVOKE, j.coordinator(sqlite_desk), reason="经查材料不实")


def test_a_clawback_takes_the_coordinator_and_finance(sqlite_desk: Desk, tmp_path: Path) -> None:
    [number] = j.payable(sqlite_desk)
    with j.later(10):
        code = j.released(sqlite_desk)
        j.answer(sqlite_desk, code, tmp_path / "answer.csv")
        j.reconciled(sqlite_desk, code, tmp_path / "answer.csv")
        with pytest.raises(AmountAboveCeiling):
            j.do(
                sqlite_desk,
                number,
                Trigger.RECLAIM,
                j.coordinator(sqlite_desk),
                reason="虚假材料",
                amount_yuan=100_001,
            )
        stage = j.do(
            sqlite_desk,
            number,
            Trigger.RECLAIM,
            j.coordinator(sqlite_desk),
            reason="虚假材料",
            amount_yuan=60_000,
        )
        assert stage is Stage.PAID
        assert j.balances(sqlite_desk)["paid"] == 100_000
        assert j.do(sqlite_desk, number, Trigger.RECLAIM, j.finance(sqlite_desk)) is Stage.RECLAIMED
    assert j.balances(sqlite_desk) == {
        "appropriated": -2_000_000,
        "available": 1_900_000,
        "paid": 40_000,
        "returned": 60_000,
    }
    j.require_whole(sqlite_desk)


# Reconsideration


def rejected(desk: Desk, serial: int = 1, **given: object) -> str:
    number = j.brought_to(desk, Stage.MARKET_SUPERVISION_REVIEW, serial, **given)
    j.do(desk, number, Trigger.REJECT, j.reviewer(desk), reason="排名不符")
    return number


def test_a_rejected_claim_may_be_reconsidered_within_its_period_only(sqlite_desk: Desk) -> None:
    number = rejected(sqlite_desk)
    period = claim_of(sqlite_desk, number).due_on
    assert period is not None
    with j.on(date.fromordinal(period.toordinal() + 1)), pytest.raises(TooLate):
        j.do(sqlite_desk, number, Trigger.RECONSIDER, j.coordinator(sqlite_desk), reason="申诉成立")
    with j.on(period):
        stage = j.do(sqlite_desk, number, Trigger.RECONSIDER, j.coordinator(sqlite_desk), reason="申诉成立")
    assert stage is Stage.MARKET_SUPERVISION_REVIEW


def test_a_claim_that_intake_had_rejected_is_checked_by_its_departments_once_it_needs_a_check(
    desk: Desk,
) -> None:
    """Nobody had been asked when it was reconsidered: without being asked now, no department could clear it."""
    number = j.brought_to(desk, Stage.SUBMITTED)
    j.do(desk, number, Trigger.REJECT, j.intake(desk), reason="不属于奖补范围")
    j.do(desk, number, Trigger.RECONSIDER, j.coordinator(desk), reason="复核后认为应予审核")
    said = {"missing": ("title",), "reason": "名称与标准不符"}
    j.do(desk, number, Trigger.RETURN_FOR_CORRECTION, j.reviewer(desk), **said)
    change(desk, number, title="贻贝苗种 运输规范")
    assert j.do(desk, number, Trigger.RESUBMIT, j.owner(desk, number)) is Stage.DEPARTMENT_CHECK
    assert j.do(desk, number, Trigger.CLEAR, j.department(desk)) is Stage.MARKET_SUPERVISION_REVIEW


def test_a_rejected_claim_cannot_come_back_where_another_has_taken_its_place(desk: Desk) -> None:
    number = rejected(desk)
    same = j.form(1)
    other = j.filed(desk, 2, standard_number=same.standard_number)
    with pytest.raises(DuplicateStandard) as refusal:
        j.do(desk, number, Trigger.RECONSIDER, j.coordinator(desk), reason="申诉成立")
    assert refusal.value.other == other
    assert j.stage_of(desk, number) is Stage.REJECTED
    j.require_whole(desk)


# What stands in the way


def test_somebody_who_has_seen_an_older_version_is_told_so(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.SUBMITTED)
    seen = claim_of(sqlite_desk, number).version
    j.do(sqlite_desk, number, Trigger.ACCEPT, j.intake(sqlite_desk), version=seen)
    with pytest.raises(VersionConflict):
        j.do(sqlite_desk, number, Trigger.CLEAR, j.department(sqlite_desk), version=seen)


def test_approving_past_the_budget_is_refused_with_what_is_short(desk: Desk) -> None:
    with desk.transaction() as tx:
        move(tx, YEAR, "spent elsewhere", 1_950_000, Account.AVAILABLE, Account.PAID)
    number = j.brought_to(desk, Stage.COORDINATION_APPROVAL)
    with pytest.raises(BudgetExceeded) as refusal:
        j.do(desk, number, Trigger.APPROVE, j.coordinator(desk), resolution=j.RESOLUTION)
    assert (refusal.value.available, refusal.value.wanted, refusal.value.shortfall) == (
        50_000,
        100_000,
        50_000,
    )
    assert j.stage_of(desk, number) is Stage.COORDINATION_APPROVAL


def test_a_published_list_takes_no_further_claim(sqlite_desk: Desk) -> None:
    j.published(sqlite_desk)
    number = j.brought_to(sqlite_desk, Stage.COORDINATION_APPROVAL, 2)
    with pytest.raises(ResolutionPublished):
        j.do(sqlite_desk, number, Trigger.APPROVE, j.coordinator(sqlite_desk), resolution=j.RESOLUTION)


def test_what_was_granted_for_the_same_achievement_is_deducted_even_before_it_is_paid(
    sqlite_desk: Desk,
) -> None:
    """A group standard (100,000) that became a local one of Zhejiang (200,000): together never more than 200,000."""
    unit = {"uscc": j.form(1).uscc, "unit_name": j.form(1).unit_name, "title": "嵊泗贻贝", "bank": "同一银行"}
    j.brought_to(
        sqlite_desk, Stage.PUBLIC_NOTICE, 1, item="lead-group", standard_number="T/SSYB 9-2024", **unit
    )
    second = j.brought_to(
        sqlite_desk,
        Stage.MARKET_SUPERVISION_REVIEW,
        2,
        item="lead-industry",
        standard_number="SC/T 3999-2024",
        requested_yuan=200_000,
        **unit,
    )
    with pytest.raises(AmountAboveCeiling) as refusal:
        j.do(sqlite_desk, second, Trigger.ENDORSE, j.reviewer(sqlite_desk), amount_yuan=200_000)
    assert refusal.value.ceiling == 100_000
    j.do(sqlite_desk, second, Trigger.ENDORSE, j.reviewer(sqlite_desk))
    assert claim_of(sqlite_desk, second).proposed_yuan == 100_000


@pytest.mark.parametrize("trigger", list(Trigger))
def test_a_refused_action_leaves_no_trace(sqlite_desk: Desk, trigger: Trigger) -> None:
    number = j.brought_to(sqlite_desk, Stage.PUBLIC_NOTICE)
    before = _everything(sqlite_desk)
    nobody = j.person(sqlite_desk, "tang", Role.AUDITOR)
    # Caught inside the transaction, which then commits: the refusal itself must have written nothing.
    with sqlite_desk.transaction() as tx, pytest.raises(Refusal):
        act(tx, number, trigger, actor=nobody, reason="试", amount_yuan=1, resolution=j.RESOLUTION)
    assert _everything(sqlite_desk) == before


def _everything(desk: Desk) -> list[object]:
    with desk.reading() as tx:
        tables = Claim.metadata.sorted_tables
        return [list(tx.session.execute(table.select()).tuples()) for table in tables]


def test_a_claim_that_has_ended_moves_no_more(sqlite_desk: Desk) -> None:
    number = j.filed(sqlite_desk)
    j.do(sqlite_desk, number, Trigger.WITHDRAW, j.owner(sqlite_desk, number))
    with pytest.raises(WrongStage):
        j.do(sqlite_desk, number, Trigger.SUBMIT, j.owner(sqlite_desk, number))
    with sqlite_desk.reading() as tx:
        assert tx.session.scalars(select(LedgerEntry).where(LedgerEntry.claim == number)).all() == []
