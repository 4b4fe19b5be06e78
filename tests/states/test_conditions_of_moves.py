"""Each condition of the table: what it refuses, with which code, though nothing else stands in the way."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from domain_world import (
    AFTER,
    BEFORE,
    TODAY,
    TRADE,
    WINDOW,
    actor,
    error,
    facts,
    order,
    ready_for,
    warning,
)

from states.errors import Refusal
from states.facts import SYSTEM, DepartmentCheck, Order, PayoutFacts, ResolutionFacts
from states.machine import legal_moves, propose
from states.policy import Yuan
from states.stages import Role, Stage, Trigger
from states.table import MOVES


class Step(NamedTuple):
    stage: Stage
    trigger: Trigger
    role: Role


SUBMIT = Step(Stage.DRAFT, Trigger.SUBMIT, Role.APPLICANT)
ACCEPT = Step(Stage.SUBMITTED, Trigger.ACCEPT, Role.INTAKE)
DEEM_ACCEPTED = Step(Stage.SUBMITTED, Trigger.ACCEPT, Role.SYSTEM)
RETURN = Step(Stage.SUBMITTED, Trigger.RETURN_FOR_CORRECTION, Role.INTAKE)
CLEAR = Step(Stage.DEPARTMENT_CHECK, Trigger.CLEAR, Role.DEPARTMENT)
REJECT_IN_CHECK = Step(Stage.DEPARTMENT_CHECK, Trigger.REJECT, Role.DEPARTMENT)
ENDORSE = Step(Stage.MARKET_SUPERVISION_REVIEW, Trigger.ENDORSE, Role.REVIEWER)
REJECT = Step(Stage.MARKET_SUPERVISION_REVIEW, Trigger.REJECT, Role.REVIEWER)
APPROVE = Step(Stage.COORDINATION_APPROVAL, Trigger.APPROVE, Role.COORDINATOR)
END_NOTICE = Step(Stage.PUBLIC_NOTICE, Trigger.END_NOTICE, Role.SYSTEM)
REMAND = Step(Stage.PUBLIC_NOTICE, Trigger.REMAND, Role.COORDINATOR)
PAY = Step(Stage.FINANCE_PAYOUT, Trigger.PAY, Role.FINANCE)
REVOKE = Step(Stage.FINANCE_PAYOUT, Trigger.REVOKE, Role.COORDINATOR)
RESUBMIT = Step(Stage.CORRECTION, Trigger.RESUBMIT, Role.APPLICANT)
LAPSE = Step(Stage.DRAFT, Trigger.LAPSE, Role.SYSTEM)
RECONSIDER = Step(Stage.REJECTED, Trigger.RECONSIDER, Role.COORDINATOR)
PROPOSE_CLAWBACK = Step(Stage.PAID, Trigger.RECLAIM, Role.COORDINATOR)
CONFIRM_CLAWBACK = Step(Stage.PAID, Trigger.RECLAIM, Role.FINANCE)

NEW_LIST = ResolutionFacts("〔2026〕2号", None, None)
ENDS_TODAY = ResolutionFacts("〔2026〕1号", date(2026, 4, 8), TODAY)
CLEARED = (
    DepartmentCheck("reform", "县发改局", cleared=True),
    DepartmentCheck("trade", "县经信局", cleared=False),
)
NOT_ASKED = (DepartmentCheck("trade", "县经信局", cleared=False),)
PAID_LESS = PayoutFacts(settled_yuan=Yuan(299_999))


class Case(NamedTuple):
    """A guard, the move it belongs to, the code it refuses with, and what is changed of a claim in good order."""

    guard: str
    step: Step
    code: str
    changes: dict[str, Any]
    says: Order | None


def case(guard: str, step: Step, code: str, says: Order | None = None, **changes: Any) -> Case:
    return Case(guard, step, code, changes, says)


CASES = [
    case("window_open", SUBMIT, "window_closed", window=replace(WINDOW, opens_on=TODAY + timedelta(1))),
    case("window_open", SUBMIT, "window_closed", window=replace(WINDOW, deadline_on=TODAY - timedelta(1))),
    case("no_errors_found", SUBMIT, "findings_open", findings=(warning(), error())),
    case("no_errors_found", ENDORSE, "findings_open", findings=(error(),)),
    case("no_errors_found", APPROVE, "findings_open", findings=(error(),)),
    case("no_errors_found", RESUBMIT, "findings_open", findings=(error(),)),
    case("evidence_complete", SUBMIT, "evidence_missing", evidence=frozenset()),
    case("evidence_complete", ENDORSE, "evidence_missing", evidence=frozenset({"photo"})),
    case("evidence_complete", RESUBMIT, "evidence_missing", evidence=frozenset({"photo"})),
    case("ask_departments", ACCEPT, "departments_not_named", field_departments=()),
    case("due_date_past", DEEM_ACCEPTED, "too_early", due_on=TODAY),
    case("due_date_past", DEEM_ACCEPTED, "too_early", due_on=None),
    case("due_date_past", LAPSE, "too_early", due_on=TODAY),
    case("office_asked", CLEAR, "department_not_asked", departments=()),
    case("office_asked", CLEAR, "department_not_asked", departments=CLEARED),
    case("office_takes_part", REJECT_IN_CHECK, "department_not_asked", departments=NOT_ASKED),
    case("ask_missing", RETURN, "missing_not_named", Order(reason="缺材料")),
    case("ask_missing", RETURN, "missing_not_named", Order(reason="缺材料", missing=("photo", "horoscope"))),
    case("ask_reason", RETURN, "reason_needed", Order(reason=" ", missing=("photo",))),
    case("ask_reason", REJECT, "reason_needed", Order()),
    case("ask_reason", REMAND, "reason_needed", Order(), objection_upheld=True),
    case("ask_reason", RECONSIDER, "reason_needed", Order()),
    case("ask_reason", REVOKE, "reason_needed", Order()),
    case("ask_reason", PROPOSE_CLAWBACK, "reason_needed", Order(amount_yuan=Yuan(1))),
    case("ask_warnings_answered", ENDORSE, "warnings_unanswered", findings=(warning(),)),
    case("ask_amount_in_bounds", ENDORSE, "amount_above_ceiling", Order(amount_yuan=Yuan(300_001))),
    case("ask_amount_in_bounds", ENDORSE, "amount_needs_reason", Order(amount_yuan=Yuan(299_999))),
    case("ask_amount_in_bounds", ENDORSE, "amount_needed", Order(amount_yuan=Yuan(0))),
    case("ask_amount_in_bounds", ENDORSE, "findings_open", earlier_paid_yuan=Yuan(300_000)),
    case(
        "ask_amount_in_bounds",
        APPROVE,
        "amount_needs_reason",
        Order(resolution=NEW_LIST, amount_yuan=Yuan(1)),
    ),
    case("reading_confirmed", APPROVE, "reading_unconfirmed", reading_confirmed=False),
    case("ask_resolution", APPROVE, "resolution_needed", Order()),
    case("ask_resolution", APPROVE, "resolution_published", Order(resolution=ENDS_TODAY)),
    case("ask_budget", APPROVE, "budget_exceeded", available_yuan=Yuan(299_999)),
    case("notice_over", END_NOTICE, "notice_not_published", resolution=NEW_LIST),
    case("notice_over", END_NOTICE, "too_early", resolution=ENDS_TODAY),
    case("no_objection_open", END_NOTICE, "objection_open", open_objections=1),
    case("no_objection_upheld", END_NOTICE, "objection_upheld", objection_upheld=True),
    case("objection_upheld", REMAND, "no_objection_upheld", objection_upheld=False),
    case("settled_by_batch", PAY, "not_through_batch", payout=PayoutFacts(in_batch=True)),
    case("settled_by_batch", PAY, "not_through_batch", payout=PAID_LESS),
    case("not_in_batch", REVOKE, "payout_in_progress", payout=PayoutFacts(in_batch=True)),
    case("due_date_not_past", RESUBMIT, "too_late", due_on=BEFORE),
    case("due_date_not_past", RECONSIDER, "too_late", due_on=BEFORE),
    case("ask_reclaim_amount", PROPOSE_CLAWBACK, "amount_needed", Order(reason="不实")),
    case("ask_reclaim_amount", PROPOSE_CLAWBACK, "amount_above_ceiling", Order("不实", "", Yuan(300_001))),
    case("reclaim_proposed", CONFIRM_CLAWBACK, "reclaim_not_proposed", reclaim_yuan=None),
]


@pytest.mark.parametrize("each", CASES, ids=lambda each: f"{each.step.trigger}-{each.guard}-{each.code}")
def test_what_a_condition_does_not_meet_is_refused_with_its_own_code(each: Case) -> None:
    stage, trigger, role = each.step
    claim = replace(ready_for(stage, trigger, role), **each.changes)
    who = SYSTEM if role is Role.SYSTEM else actor(role)
    with pytest.raises(Refusal) as refused:
        propose(claim, trigger, who, each.says or order(trigger), today=TODAY)
    assert refused.value.code == each.code
    for lang in ("zh", "en"):
        assert refused.value.message(lang).strip(" {}"), f"no sentence in {lang}"
        assert not set("{}<>") & set(refused.value.message(lang))


def test_every_condition_of_the_table_is_seen_to_refuse() -> None:
    in_table = {guard.__name__ for move in MOVES for guard in (*move.guards, *move.asks)}
    assert in_table == {each.guard for each in CASES}


def test_an_action_whose_claim_does_not_meet_its_conditions_is_not_offered() -> None:
    claim = facts(Stage.MARKET_SUPERVISION_REVIEW, evidence=frozenset())
    offered = legal_moves(claim, actor(Role.REVIEWER), today=TODAY)
    assert offered == (Trigger.RETURN_FOR_CORRECTION, Trigger.REJECT)


def test_less_than_the_rules_give_is_endorsed_with_a_reason() -> None:
    claim = facts(Stage.MARKET_SUPERVISION_REVIEW)
    words = Order(reason="按贡献折减", amount_yuan=Yuan(200_000))
    change = propose(claim, Trigger.ENDORSE, actor(Role.REVIEWER), words, today=TODAY)
    assert change.data["proposed_yuan"] == 200_000
    assert change.data["steps"][-1]["result"] == 300_000


def test_warnings_answered_in_the_reason_do_not_stand_in_the_way() -> None:
    claim = facts(Stage.MARKET_SUPERVISION_REVIEW, findings=(warning(),))
    change = propose(claim, Trigger.ENDORSE, actor(Role.REVIEWER), Order(reason="已核实"), today=TODAY)
    assert change.target is Stage.COORDINATION_APPROVAL


def test_approval_grants_what_was_proposed_unless_another_amount_is_said() -> None:
    claim = facts(Stage.COORDINATION_APPROVAL, proposed_yuan=Yuan(200_000))
    change = propose(claim, Trigger.APPROVE, actor(Role.COORDINATOR), order(Trigger.APPROVE), today=TODAY)
    assert change.data == {"granted_yuan": 200_000, "resolution": "〔2026〕2号"}


@pytest.mark.parametrize("day", [WINDOW.opens_on, WINDOW.deadline_on])
def test_the_first_and_the_last_day_of_the_window_belong_to_it(day: date) -> None:
    change = propose(facts(Stage.DRAFT), Trigger.SUBMIT, actor(Role.APPLICANT), Order(), today=day)
    assert change.target is Stage.SUBMITTED


@pytest.mark.parametrize("step", [RESUBMIT, RECONSIDER], ids=lambda step: str(step.trigger))
def test_the_last_day_of_a_period_belongs_to_it(step: Step) -> None:
    claim, words = facts(step.stage, due_on=TODAY), order(step.trigger)
    assert propose(claim, step.trigger, actor(step.role), words, today=TODAY).source is step.stage


def test_the_last_yuan_of_the_budget_can_be_granted() -> None:
    claim = facts(Stage.COORDINATION_APPROVAL, available_yuan=Yuan(300_000))
    change = propose(claim, Trigger.APPROVE, actor(Role.COORDINATOR), order(Trigger.APPROVE), today=TODAY)
    assert change.data["granted_yuan"] == 300_000


def test_all_that_was_paid_can_be_reclaimed_and_no_more() -> None:
    words = Order(reason="材料不实", amount_yuan=Yuan(300_000))
    change = propose(facts(Stage.PAID), Trigger.RECLAIM, actor(Role.COORDINATOR), words, today=TODAY)
    assert (change.target, change.data) == (Stage.PAID, {"reclaim_yuan": 300_000})


def test_a_claim_leaves_the_departments_when_the_last_of_them_has_cleared() -> None:
    both = (
        DepartmentCheck("reform", "县发改局", cleared=False),
        DepartmentCheck("trade", "县经信局", cleared=False),
    )
    first = propose(
        facts(Stage.DEPARTMENT_CHECK, departments=both),
        Trigger.CLEAR,
        actor(Role.DEPARTMENT),
        Order(),
        today=TODAY,
    )
    last = propose(
        facts(Stage.DEPARTMENT_CHECK, departments=CLEARED),
        Trigger.CLEAR,
        actor(Role.DEPARTMENT, "li", office=TRADE),
        Order(),
        today=TODAY,
    )
    assert (first.target, first.data) == (Stage.DEPARTMENT_CHECK, {"department": "reform"})
    assert (last.target, last.data) == (Stage.MARKET_SUPERVISION_REVIEW, {"department": "trade"})


def test_a_department_may_still_reject_after_it_has_cleared() -> None:
    claim = facts(Stage.DEPARTMENT_CHECK, departments=CLEARED)
    change = propose(claim, Trigger.REJECT, actor(Role.DEPARTMENT), order(Trigger.REJECT), today=TODAY)
    assert change.target is Stage.REJECTED


@pytest.mark.parametrize(
    ("returned_from", "changed", "target"),
    [
        (Stage.SUBMITTED, False, Stage.SUBMITTED),
        (Stage.SUBMITTED, True, Stage.SUBMITTED),
        (Stage.DEPARTMENT_CHECK, True, Stage.DEPARTMENT_CHECK),
        (Stage.MARKET_SUPERVISION_REVIEW, False, Stage.MARKET_SUPERVISION_REVIEW),
        (Stage.MARKET_SUPERVISION_REVIEW, True, Stage.DEPARTMENT_CHECK),
        (Stage.COORDINATION_APPROVAL, False, Stage.COORDINATION_APPROVAL),
        (Stage.COORDINATION_APPROVAL, True, Stage.DEPARTMENT_CHECK),
    ],
)
def test_a_corrected_claim_goes_back_to_whoever_relied_on_what_has_changed(
    returned_from: Stage,
    *,
    changed: bool,
    target: Stage,
) -> None:
    claim = facts(
        Stage.CORRECTION, returned_from=returned_from, relied_data_changed=changed, departments=CLEARED
    )
    change = propose(claim, Trigger.RESUBMIT, actor(Role.APPLICANT), Order(), today=AFTER)
    assert change.target is target
    assert change.data == {"recheck": changed and target is Stage.DEPARTMENT_CHECK}


@pytest.mark.parametrize(
    ("claim", "says", "departments", "deemed"),
    [
        ({}, Order(), ["reform"], False),
        ({}, Order(departments=("trade", "reform", "trade")), ["trade", "reform"], False),
        ({"field_departments": (), "due_on": BEFORE}, None, ["market-supervision"], True),
    ],
    ids=["the field's own", "those that intake names", "the default where nobody named any"],
)
def test_the_departments_asked_are(
    claim: dict[str, Any],
    says: Order | None,
    departments: list[str],
    *,
    deemed: bool,
) -> None:
    who = SYSTEM if says is None else actor(Role.INTAKE)
    change = propose(facts(Stage.SUBMITTED, **claim), Trigger.ACCEPT, who, says or Order(), today=TODAY)
    assert change.data == {"departments": departments, "deemed": deemed}


def test_a_rejection_names_the_clause_of_what_stands_against_the_claim() -> None:
    review, who, words = Stage.MARKET_SUPERVISION_REVIEW, actor(Role.REVIEWER), order(Trigger.REJECT)
    found = facts(review, findings=(replace(error(), clause="附件1·条件"),))
    assert propose(found, Trigger.REJECT, who, words, today=TODAY).data == {"clause": "附件1·条件"}
    assert propose(facts(review), Trigger.REJECT, who, words, today=TODAY).data == {
        "clause": "附件1·lead-national"
    }
    named = replace(words, clause="第三部分（二）")
    assert propose(found, Trigger.REJECT, who, named, today=TODAY).data == {"clause": "第三部分（二）"}


def test_finance_confirms_the_clawback_that_the_coordinator_proposed_and_no_other_amount() -> None:
    claim = facts(Stage.PAID, reclaim_yuan=Yuan(100_000))
    words = Order(amount_yuan=Yuan(300_000))
    change = propose(claim, Trigger.RECLAIM, actor(Role.FINANCE), words, today=TODAY)
    assert (change.target, change.data) == (Stage.RECLAIMED, {"reclaim_yuan": 100_000})
