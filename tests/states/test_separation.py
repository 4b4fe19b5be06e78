"""Who may act on a claim: own scope, separation of duties, conflicts of interest. Nothing turns this off."""

from dataclasses import replace
from itertools import permutations

import pytest
from domain_world import (
    BODY,
    BUREAU,
    COUNTY_CODE,
    STANDARD,
    TODAY,
    TOWNSHIP,
    UNIT_OFFICE,
    acted,
    actor,
    facts,
    order,
)

from states.duties import objection_to, objection_to_release
from states.errors import RoleNotAllowed
from states.facts import SYSTEM, Actor, ClaimFacts, Office
from states.machine import legal_moves, propose
from states.stages import DUTY_OF, Duty, Role, Stage, Trigger

REVIEW = facts(Stage.MARKET_SUPERVISION_REVIEW)
OUR_STANDARD = replace(STANDARD, drafters=("嵊泗县贻贝行业协会", "嵊泗县市场监督管理局"))


def refused(claim: ClaimFacts, who: Actor, role: Role) -> str | None:
    refusal = objection_to(claim, who, role)
    return refusal.code if refusal is not None else None


@pytest.mark.parametrize(
    ("earlier", "role"), [(DUTY_OF[one], other) for one, other in permutations(DUTY_OF, 2)]
)
def test_nobody_holds_two_duties_on_one_claim(earlier: Duty, role: Role) -> None:
    claim = replace(REVIEW, acted=acted(earlier, "wang"))
    assert refused(claim, actor(role, "wang"), role) == "same_person"
    assert refused(claim, actor(role, "li"), role) is None


@pytest.mark.parametrize("role", DUTY_OF)
def test_the_same_duty_is_taken_up_again(role: Role) -> None:
    claim = replace(REVIEW, acted=acted(DUTY_OF[role], "wang"))
    assert refused(claim, actor(role, "wang"), role) is None


def test_holding_every_role_does_not_let_one_person_act_for_two_duties() -> None:
    everything = actor(Role.REVIEWER, "wang", roles=frozenset(Role), office=BODY)
    claim = replace(REVIEW, acted=acted(Duty.INTAKE, "wang"))
    assert Trigger.ENDORSE not in legal_moves(claim, everything, today=TODAY)


@pytest.mark.parametrize("role", DUTY_OF)
def test_nobody_acts_on_a_claim_of_their_own_organisation(role: Role) -> None:
    by_code = actor(role, office=Office("unit", "unit", ("别名",), uscc=COUNTY_CODE))
    by_name = actor(role, office=Office("x", "department", ("研究所", " 嵊泗县海洋科技研究所")))
    assert refused(REVIEW, by_code, role) == "own_organisation"
    assert refused(REVIEW, by_name, role) == "own_organisation"


@pytest.mark.parametrize("role", DUTY_OF)
def test_nobody_acts_on_a_claim_of_a_unit_they_have_declared_a_conflict_with(role: Role) -> None:
    declared = actor(role, declared=frozenset({COUNTY_CODE}))
    assert refused(REVIEW, declared, role) == "declared_conflict"
    assert refused(replace(REVIEW, applicant=replace(REVIEW.applicant, uscc="X")), declared, role) is None


@pytest.mark.parametrize("name", ["嵊泗县市场监督管理局", "县市场监管局", " 嵊泗县 市场监督管理局"])
def test_an_office_among_the_drafters_acts_only_after_disclosure_and_by_who_is_named(name: str) -> None:
    claim = replace(REVIEW, achievement=replace(STANDARD, drafters=("嵊泗县贻贝行业协会", name)))
    reviewer = actor(Role.REVIEWER, "wang")
    assert refused(claim, reviewer, Role.REVIEWER) == "disclosure_needed"
    disclosed = replace(claim, disclosed_to=frozenset({(BUREAU.code, "wang")}))
    assert refused(disclosed, reviewer, Role.REVIEWER) is None
    assert refused(disclosed, actor(Role.REVIEWER, "li"), Role.REVIEWER) == "disclosure_needed"


def test_a_disclosure_lifts_no_other_conflict() -> None:
    claim = replace(
        REVIEW,
        achievement=OUR_STANDARD,
        disclosed_to=frozenset({(BUREAU.code, "wang")}),
        acted=acted(Duty.INTAKE, "wang"),
    )
    assert refused(claim, actor(Role.REVIEWER, "wang"), Role.REVIEWER) == "same_person"


def test_a_drafter_whose_office_is_named_may_file_for_itself() -> None:
    """Impartiality binds who decides; the applicant is a drafter as a rule."""
    claim = replace(REVIEW, achievement=replace(STANDARD, drafters=UNIT_OFFICE.names))
    assert refused(claim, actor(Role.APPLICANT), Role.APPLICANT) is None


def test_an_applicant_acts_for_its_own_unit_only() -> None:
    other = actor(Role.APPLICANT, office=replace(UNIT_OFFICE, uscc="91330922MA2A0002XX"))
    assert refused(REVIEW, actor(Role.APPLICANT), Role.APPLICANT) is None
    assert refused(REVIEW, other, Role.APPLICANT) == "out_of_scope"
    assert refused(REVIEW, actor(Role.APPLICANT, office=None), Role.APPLICANT) == "out_of_scope"


def test_a_township_acts_for_units_of_its_own_area_only() -> None:
    other = actor(Role.TOWNSHIP, office=replace(TOWNSHIP, township="洋山镇"))
    not_a_township = actor(Role.TOWNSHIP, office=replace(TOWNSHIP, kind="department"))
    assert refused(REVIEW, actor(Role.TOWNSHIP), Role.TOWNSHIP) is None
    assert refused(REVIEW, other, Role.TOWNSHIP) == "out_of_scope"
    assert refused(REVIEW, not_a_township, Role.TOWNSHIP) == "out_of_scope"


def test_the_system_has_neither_side_nor_interest() -> None:
    claim = replace(REVIEW, achievement=OUR_STANDARD, acted=acted(Duty.INTAKE, SYSTEM.name))
    assert refused(claim, SYSTEM, Role.SYSTEM) is None


def test_a_payout_batch_is_released_by_another_person_than_the_one_who_made_it() -> None:
    refusal = objection_to_release("PB-2026-01", "feng", actor(Role.FINANCE, "feng"))
    assert refusal is not None
    assert refusal.code == "same_releaser"
    assert objection_to_release("PB-2026-01", "feng", actor(Role.FINANCE, "zhao")) is None


def test_who_holds_two_roles_acts_in_the_one_that_nothing_stands_against() -> None:
    clerk = actor(Role.TOWNSHIP, roles=frozenset({Role.APPLICANT, Role.TOWNSHIP}))
    change = propose(facts(Stage.DRAFT), Trigger.SUBMIT, clerk, order(Trigger.SUBMIT), today=TODAY)
    assert change.role is Role.TOWNSHIP


def test_the_refusal_of_a_role_says_whose_part_it_is() -> None:
    with pytest.raises(RoleNotAllowed) as refusal:
        propose(REVIEW, Trigger.ENDORSE, actor(Role.FINANCE), order(Trigger.ENDORSE), today=TODAY)
    assert str(refusal.value) == "“审核通过”只能由市监审核办理，您的角色是财政。"
    assert refusal.value.status == 403
