"""Two people at one moment: one wins, the other is told, and the books are right, on both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import journey as j
import world
from at_once import Work, at_once
from sqlalchemy import select
from world import YEAR

from claims.desk import Desk
from claims.errors import BatchReleased, CycleFixed, NothingToPay, ObjectionDecided
from claims.models import DueSlot, EventRow, PublishedLine
from claims.money import payouts
from claims.publicity.objections import decide_objection, file_objection
from claims.publicity.resolutions import publish
from claims.review.decisions import act
from claims.timing.cycles import Plan, open_cycle, plan_cycle
from claims.timing.due import settle_due
from claims.trail.chains import append
from states.errors import (
    BudgetExceeded,
    PayoutInProgress,
    Refusal,
    ResolutionPublished,
    VersionConflict,
    WrongStage,
)
from states.facts import Actor
from states.stages import Stage, Trigger

ROUNDS = 3
"""A race is run so many times: it shows itself sooner or later, not each time."""


def deciding(desk: Desk, number: str, trigger: Trigger, actor: Actor, **said: Any) -> Callable[[], Stage]:
    return lambda: j.do(desk, number, trigger, actor, **said)


def one_won(answers: list[Any], *losing: type[Exception]) -> None:
    errors = [each for each in answers if isinstance(each, Exception)]
    assert len(errors) == len(answers) - 1, answers
    assert all(isinstance(each, losing) for each in errors), errors


def test_two_decisions_on_one_claim_are_one_decision_and_one_refusal(desk: Desk) -> None:
    for serial in range(1, ROUNDS + 1):
        number = j.brought_to(desk, Stage.SUBMITTED, serial)
        seen = len(j.triggers_of(desk, number))
        answers = at_once(
            deciding(desk, number, Trigger.ACCEPT, j.intake(desk), version=seen),
            deciding(desk, number, Trigger.REJECT, j.intake(desk), reason="不属县域单位", version=seen),
        )
        one_won(answers, VersionConflict)
        assert len({"accept", "reject"}.intersection(j.triggers_of(desk, number))) == 1
    j.require_whole(desk)


def test_two_departments_that_clear_at_once_do_not_leave_the_claim_behind(desk: Desk) -> None:
    for serial in range(1, ROUNDS + 1):
        number = j.brought_to(desk, Stage.DEPARTMENT_CHECK, serial, field="carbon")
        codes = j.asked(desk, number)
        answers = at_once(
            *(deciding(desk, number, Trigger.CLEAR, j.department(desk, code)) for code in codes)
        )
        for code, answer in zip(codes, answers, strict=True):
            if isinstance(answer, VersionConflict):
                j.do(desk, number, Trigger.CLEAR, j.department(desk, code))
        assert j.stage_of(desk, number) is Stage.MARKET_SUPERVISION_REVIEW
    j.require_whole(desk)


def test_the_last_of_the_budget_is_granted_once(desk: Desk) -> None:
    with desk.transaction() as tx:
        plan_cycle(tx, replace(world.PLAN, budget_yuan=100_000))
    numbers = [j.brought_to(desk, Stage.COORDINATION_APPROVAL, serial) for serial in (1, 2, 3)]
    answers = at_once(
        *(
            deciding(desk, number, Trigger.APPROVE, j.coordinator(desk), resolution=f"〔2025〕{place}号")
            for place, number in enumerate(numbers)
        ),
    )
    one_won(answers, BudgetExceeded)
    assert j.balances(desk) == {"appropriated": -100_000, "reserved": 100_000}
    j.require_whole(desk)


def test_two_grants_for_one_achievement_see_each_other(desk: Desk) -> None:
    """Approved under one resolution at one moment, the second is held to the difference."""
    unit = {"uscc": j.form(1).uscc, "unit_name": j.form(1).unit_name, "title": "嵊泗贻贝"}
    first = j.brought_to(
        desk, Stage.COORDINATION_APPROVAL, 1, item="lead-group", standard_number="T/SSYB 9-2024", **unit
    )
    second = j.brought_to(desk, Stage.COORDINATION_APPROVAL, 2, **unit)
    j.brought_to(desk, Stage.PUBLIC_NOTICE, 3)
    answers = at_once(
        *(
            deciding(desk, each, Trigger.APPROVE, j.coordinator(desk), resolution=j.RESOLUTION)
            for each in (first, second)
        ),
    )
    one_won(answers, Refusal)
    assert j.balances(desk)["reserved"] == 200_000


def test_a_list_is_published_once(desk: Desk) -> None:
    j.brought_to(desk, Stage.PUBLIC_NOTICE, 1)
    answers = at_once(*[partial(_publish, desk)] * 2)
    one_won(answers, ResolutionPublished)
    j.require_whole(desk)


def test_an_approval_that_joins_a_list_is_waited_for_by_who_publishes_it(postgres_desk: Desk) -> None:
    """Else a claim would stand in a public notice that no list shows."""
    desk = postgres_desk
    first = j.brought_to(desk, Stage.PUBLIC_NOTICE, 1)
    second = j.brought_to(desk, Stage.COORDINATION_APPROVAL, 2)
    with desk.transaction() as tx:
        act(tx, second, Trigger.APPROVE, actor=j.coordinator(desk), resolution=j.RESOLUTION)
        publishing = Work(partial(_publish, desk))
        assert publishing.waits
    assert isinstance(publishing.answer(), str)
    with desk.reading() as tx:
        assert set(tx.session.scalars(select(PublishedLine.claim))) == {first, second}
    j.require_whole(desk)


def test_an_approval_that_comes_while_the_list_is_published_finds_it_frozen(postgres_desk: Desk) -> None:
    desk = postgres_desk
    j.brought_to(desk, Stage.PUBLIC_NOTICE, 1)
    late = j.brought_to(desk, Stage.COORDINATION_APPROVAL, 2)
    with desk.transaction() as tx:
        publish(tx, j.RESOLUTION, actor=j.coordinator(desk))
        approving = Work(
            deciding(desk, late, Trigger.APPROVE, j.coordinator(desk), resolution=j.RESOLUTION),
        )
        assert approving.waits
    assert isinstance(approving.answer(), ResolutionPublished)
    j.require_whole(desk)


def test_publishing_and_withdrawing_at_once_keep_list_and_books_together(desk: Desk) -> None:
    for serial in range(1, ROUNDS + 1):
        number = j.brought_to(desk, Stage.COORDINATION_APPROVAL, serial)
        ref = f"〔2025〕{serial}号"
        j.do(desk, number, Trigger.APPROVE, j.coordinator(desk), resolution=ref)
        at_once(
            partial(_publish, desk, ref),
            deciding(desk, number, Trigger.WITHDRAW, j.owner(desk, number)),
        )
        if j.stage_of(desk, number) is Stage.WITHDRAWN:
            assert "published" not in j.balances(desk)
        else:
            assert j.balances(desk)["published"] == 100_000
            j.do(desk, number, Trigger.WITHDRAW, j.owner(desk, number))
    assert j.balances(desk) == {"appropriated": -2_000_000, "available": 2_000_000}
    j.require_whole(desk)


# Money


def test_two_batches_at_once_never_hold_the_same_claim(desk: Desk) -> None:
    j.payable(desk, 3)
    with j.later(10):
        answers = at_once(*(partial(_propose, desk, name) for name in ("feng", "deng", "wei")))
        one_won(answers, NothingToPay)
        [code] = [each for each in answers if isinstance(each, str)]
        answers = at_once(*(partial(_release, desk, code, name) for name in ("chu", "jiang")))
        one_won(answers, BatchReleased)
    j.require_whole(desk)


def test_the_banks_answer_read_by_two_at_once_pays_once(desk: Desk, tmp_path: Path) -> None:
    numbers = j.payable(desk, 4)
    with j.later(10):
        code = j.released(desk)
        j.answer(desk, code, tmp_path / "answer.csv")
        answers = at_once(*[partial(j.reconciled, desk, code, tmp_path / "answer.csv")] * 2)
    assert sorted(number for each in answers for number in each.paid) == numbers
    assert [each.problems for each in answers] == [[], []]
    assert j.balances(desk)["paid"] == 400_000
    assert all(j.triggers_of(desk, number).count("pay") == 1 for number in numbers)
    j.require_whole(desk)


def test_proposing_a_payout_and_revoking_a_grant_at_once_never_do_both(desk: Desk) -> None:
    [number] = j.payable(desk)
    with j.later(10):
        answers = at_once(
            partial(_propose, desk, "feng"),
            deciding(desk, number, Trigger.REVOKE, j.coordinator(desk), reason="经查材料不实"),
        )
    one_won(answers, NothingToPay, VersionConflict, PayoutInProgress)
    j.require_whole(desk)


# Objections


def test_an_objection_is_decided_once(desk: Desk) -> None:
    [number] = j.published(desk)
    with desk.transaction() as tx:
        objection = file_objection(tx, number, by="张三", text="排名不实").id
    answers = at_once(*(partial(_decide, desk, objection, outcome) for outcome in ("upheld", "dismissed")))
    one_won(answers, ObjectionDecided, VersionConflict)
    assert j.triggers_of(desk, number).count("objection_decided") == 1


def test_objections_that_arrive_together_are_kept_or_told_to_come_again(desk: Desk) -> None:
    """Rows that refer to a claim must not make two writers wait for each other."""
    [number] = j.published(desk)
    answers = at_once(*(partial(_object, desk, number, f"第{each}人") for each in range(4)))
    assert all(isinstance(each, int | VersionConflict) for each in answers), answers
    assert j.triggers_of(desk, number).count("objection_filed") == sum(
        isinstance(each, int) for each in answers
    )
    j.require_whole(desk)


# What falls due


def test_two_desks_that_settle_at_once_share_the_slots_between_them(desk: Desk) -> None:
    numbers = [j.brought_to(desk, Stage.SUBMITTED, serial) for serial in range(1, 6)]
    with j.later(10):
        first, second = at_once(*[partial(settle_due, desk)] * 2)
        done = [each.subject for each in (*first, *second) if each.kind == "deem_accepted"]
    assert sorted(done) == numbers
    assert all(j.triggers_of(desk, number).count("accept") == 1 for number in numbers)
    j.require_whole(desk)


def test_a_person_and_the_desk_at_once_do_not_wait_for_each_other(desk: Desk) -> None:
    numbers = [j.brought_to(desk, Stage.SUBMITTED, serial) for serial in range(1, 5)]
    with j.later(10):
        results, *people = at_once(
            partial(settle_due, desk),
            *(deciding(desk, number, Trigger.ACCEPT, j.intake(desk)) for number in numbers),
        )
        assert all(isinstance(each, Stage | VersionConflict | WrongStage) for each in people), people
        assert {each.outcome for each in results} <= {"done", "late", "skipped"}
        settle_due(desk)
    assert {j.stage_of(desk, number) for number in numbers} == {Stage.DEPARTMENT_CHECK}
    assert all(j.triggers_of(desk, number).count("accept") == 1 for number in numbers)
    j.require_whole(desk)


def test_a_slot_whose_claim_somebody_decides_on_meanwhile_is_judged_anew(postgres_desk: Desk) -> None:
    desk = postgres_desk
    first, second = j.published(desk, 2)
    with j.later(10):
        with desk.transaction() as tx:
            act(tx, first, Trigger.WITHDRAW, actor=j.owner(desk, first))
            settling = Work(partial(settle_due, desk))
            assert settling.waits
        results = settling.answer()
    assert j.settled(results, "end_notice") == {j.RESOLUTION: "late"}
    assert j.stage_of(desk, second) is Stage.FINANCE_PAYOUT


# Cycles and chains


def test_a_cycle_planned_by_two_at_once_is_one_cycle(desk: Desk) -> None:
    plan = Plan(2026, date(2026, 3, 1), date(2026, 4, 30), 3_000_000)
    answers = at_once(*[partial(_plan, desk, plan)] * 3)
    assert answers == [2026, 2026, 2026]
    with desk.reading() as tx:
        events = tx.session.scalars(select(EventRow).where(EventRow.stream == "cycle/2026")).all()
        slots = tx.session.scalars(select(DueSlot.key).where(DueSlot.cycle == 2026)).all()
    assert len(events) == 1
    assert len(slots) == len(set(slots)) == 12
    j.require_whole(desk)


def test_a_cycle_that_opens_while_it_is_planned_anew_keeps_its_dates(postgres_desk: Desk) -> None:
    desk = postgres_desk
    plan = Plan(2026, date(2026, 3, 1), date(2026, 4, 30), 3_000_000)
    _plan(desk, plan)
    with desk.transaction() as tx:
        tx.session.scalars(select(DueSlot).where(DueSlot.key == "open_cycle:2026").with_for_update()).one()
        open_cycle(tx, 2026)
        planning = Work(partial(_plan, desk, replace(plan, deadline_on=date(2026, 6, 1))))
        assert planning.waits
    assert isinstance(planning.answer(), CycleFixed)


def test_the_first_events_of_one_stream_make_one_chain(desk: Desk) -> None:
    answers = at_once(*[partial(_note, desk)] * 4)
    assert sorted(answers) == [1, 2, 3, 4]
    j.require_whole(desk)


def _publish(desk: Desk, ref: str = j.RESOLUTION) -> str:
    with desk.transaction() as tx:
        return publish(tx, ref, actor=j.coordinator(desk)).sha256


def _propose(desk: Desk, name: str) -> str:
    with desk.transaction() as tx:
        return payouts.propose(tx, YEAR, actor=j.finance(desk, name)).batch


def _release(desk: Desk, code: str, name: str) -> int:
    with desk.transaction() as tx:
        return payouts.release(tx, code, actor=j.finance(desk, name)).total_yuan


def _decide(desk: Desk, objection: int, outcome: str) -> str:
    with desk.transaction() as tx:
        return str(
            decide_objection(tx, objection, outcome, actor=j.coordinator(desk), reason="已核实").outcome,
        )


def _object(desk: Desk, number: str, by: str) -> int:
    with desk.transaction() as tx:
        return file_objection(tx, number, by=by, text="排名不实").id


def _plan(desk: Desk, plan: Plan) -> int:
    with desk.transaction() as tx:
        return plan_cycle(tx, plan).year


def _note(desk: Desk) -> int:
    with desk.transaction() as tx:
        return append(tx, "user/new", "role_given", actor="system", role="system").version
