"""Who may not act: the same person twice, one's own unit, a declared interest, an office among the drafters."""

from dataclasses import replace
from pathlib import Path

import journey as j
import pytest
from sqlalchemy import select
from world import YEAR

from claims.desk import Desk
from claims.errors import BadValue, NotAllowed
from claims.identity.people import actor, add_user
from claims.models import Disclosure
from claims.money import payouts
from claims.publicity.resolutions import publish
from claims.review.disclosures import disclose
from states.errors import DeclaredConflict, DisclosureNeeded, OwnOrganisation, SamePerson
from states.facts import Actor, Office
from states.stages import Role, Stage, Trigger

BUREAU = "嵊泗县市场监督管理局"
DRAFTED = {"drafters": ("嵊泗县第1海洋科技有限公司", "嵊泗县景晟贻贝产业发展有限公司", BUREAU)}
"""As T/SSYB 002-2021, whose third drafter is the bureau that reviews."""


def everywhere(desk: Desk, name: str) -> Actor:
    """A person who holds every office role, of no office."""
    roles = (Role.INTAKE, Role.REVIEWER, Role.COORDINATOR, Role.FINANCE)
    return Actor(name, frozenset(roles), None)


def test_one_person_never_acts_for_two_duties_on_one_claim(sqlite_desk: Desk) -> None:
    desk, both = sqlite_desk, everywhere(sqlite_desk, "everywhere")
    number = j.brought_to(desk, Stage.SUBMITTED)
    j.do(desk, number, Trigger.ACCEPT, both)
    j.do(desk, number, Trigger.CLEAR, j.department(desk))
    with pytest.raises(SamePerson):
        j.do(desk, number, Trigger.ENDORSE, both)
    j.do(desk, number, Trigger.ENDORSE, j.reviewer(desk))
    with pytest.raises(SamePerson):
        j.do(desk, number, Trigger.APPROVE, both, resolution=j.RESOLUTION)
    j.do(desk, number, Trigger.APPROVE, j.coordinator(desk), resolution=j.RESOLUTION)
    with desk.transaction() as tx, pytest.raises(SamePerson):
        publish(tx, j.RESOLUTION, actor=both)


def test_finance_on_a_claim_is_somebody_who_did_nothing_else_on_it(sqlite_desk: Desk, tmp_path: Path) -> None:
    desk = sqlite_desk
    number = j.payable(desk)[0]
    accepted_it = j.person(desk, j.intake(desk).name, Role.FINANCE)
    with j.later(10):
        with desk.transaction() as tx, pytest.raises(SamePerson):
            payouts.propose(tx, YEAR, actor=accepted_it)
        with desk.transaction() as tx:
            code = payouts.propose(tx, YEAR, actor=j.finance(desk)).batch
        with desk.transaction() as tx, pytest.raises(SamePerson):
            payouts.release(tx, code, actor=accepted_it)
        with desk.transaction() as tx:
            payouts.release(tx, code, actor=j.other_finance(desk))
        j.answer(desk, code, tmp_path / "answer.csv")
        read = payouts.reconcile(desk, code, tmp_path / "answer.csv", actor=accepted_it)
    assert [each.code for each in read.problems] == ["same_person"]
    assert j.stage_of(desk, number) is Stage.FINANCE_PAYOUT
    assert j.outcomes(desk, code) == {number: "pending"}


def test_whoever_filed_for_a_unit_may_not_review_it(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.MARKET_SUPERVISION_REVIEW)
    unit = j.form(1)
    member = replace(j.reviewer(sqlite_desk), office=Office("x", "unit", (unit.unit_name,), uscc=unit.uscc))
    with pytest.raises(OwnOrganisation):
        j.do(sqlite_desk, number, Trigger.ENDORSE, member)


def test_a_declared_interest_keeps_a_person_from_the_units_claims_and_from_no_other(
    sqlite_desk: Desk,
) -> None:
    first, second = (j.brought_to(sqlite_desk, Stage.MARKET_SUPERVISION_REVIEW, serial) for serial in (1, 2))
    declared = replace(j.reviewer(sqlite_desk), declared=frozenset({j.form(1).uscc}))
    with pytest.raises(DeclaredConflict):
        j.do(sqlite_desk, first, Trigger.ENDORSE, declared)
    assert j.do(sqlite_desk, second, Trigger.ENDORSE, declared) is Stage.COORDINATION_APPROVAL


# The bureau among the drafters


@pytest.fixture
def drafted(sqlite_desk: Desk) -> str:
    """A claim under review for a standard that the reviewing bureau drafted with others."""
    number = j.filed(sqlite_desk, 1, **DRAFTED)
    j.do(sqlite_desk, number, Trigger.SUBMIT, j.owner(sqlite_desk, number))
    j.do(sqlite_desk, number, Trigger.ACCEPT, j.person(sqlite_desk, "zhao", Role.INTAKE, "县发改局"))
    j.do(sqlite_desk, number, Trigger.CLEAR, j.department(sqlite_desk))
    with sqlite_desk.transaction() as tx:
        for name in ("named", "unnamed"):
            add_user(tx, name, Role.REVIEWER)
    return number


def reviewing(desk: Desk, name: str) -> Actor:
    with desk.reading() as tx:
        return actor(tx, name)


def disclosing(desk: Desk, number: str, *users: str, reason: str = "本局仅为参与起草", **given: str) -> None:
    with desk.transaction() as tx:
        disclose(tx, number, given.get("office", BUREAU), users, actor=j.coordinator(desk), reason=reason)


def test_an_office_among_the_drafters_acts_only_through_whom_the_coordinator_has_named(
    sqlite_desk: Desk, drafted: str
) -> None:
    with pytest.raises(DisclosureNeeded):
        j.do(sqlite_desk, drafted, Trigger.ENDORSE, reviewing(sqlite_desk, "named"))
    disclosing(sqlite_desk, drafted, "named")
    with pytest.raises(DisclosureNeeded):
        j.do(sqlite_desk, drafted, Trigger.ENDORSE, reviewing(sqlite_desk, "unnamed"))
    stage = j.do(sqlite_desk, drafted, Trigger.ENDORSE, reviewing(sqlite_desk, "named"))
    assert stage is Stage.COORDINATION_APPROVAL
    assert "disclosed" in j.triggers_of(sqlite_desk, drafted)
    j.require_whole(sqlite_desk)


def test_naming_the_same_person_again_changes_nothing(sqlite_desk: Desk, drafted: str) -> None:
    disclosing(sqlite_desk, drafted, "named")
    disclosing(sqlite_desk, drafted, "named", "unnamed")
    disclosing(sqlite_desk, drafted, "named", "unnamed")
    assert j.triggers_of(sqlite_desk, drafted).count("disclosed") == 2
    with sqlite_desk.reading() as tx:
        assert set(tx.session.scalars(select(Disclosure.user_name))) == {"named", "unnamed"}


@pytest.mark.parametrize(
    ("users", "given"),
    [
        (["named"], {"office": "县农业农村局"}),
        (["named"], {"reason": " "}),
        ([], {}),
        (["qian"], {}),
    ],
    ids=["no drafter", "no reason", "nobody named", "of another office"],
)
def test_a_disclosure_names_a_drafter_people_of_it_and_a_reason(
    sqlite_desk: Desk, drafted: str, users: list[str], given: dict[str, str]
) -> None:
    with pytest.raises(BadValue):
        disclosing(sqlite_desk, drafted, *users, **given)
    assert "disclosed" not in j.triggers_of(sqlite_desk, drafted)


def test_a_disclosure_is_the_coordinators_and_names_nobody_themself(sqlite_desk: Desk, drafted: str) -> None:
    with sqlite_desk.transaction() as tx:
        add_user(tx, "both", Role.REVIEWER)
        add_user(tx, "both", Role.COORDINATOR)
    both = reviewing(sqlite_desk, "both")
    with sqlite_desk.transaction() as tx, pytest.raises(BadValue):
        disclose(tx, drafted, BUREAU, ["both"], actor=both, reason="本局仅为参与起草")
    with sqlite_desk.transaction() as tx, pytest.raises(NotAllowed):
        disclose(tx, drafted, BUREAU, ["named"], actor=j.reviewer(sqlite_desk), reason="本局仅为参与起草")
