"""What is read of claims, and who may read it."""

from dataclasses import replace

import pytest
import world

from claims.desk import Desk, Tx
from claims.errors import UnknownClaim
from claims.identity.visibility import may_see
from claims.publicity.objections import file_objection
from claims.publicity.resolutions import publish
from claims.reading.overviews import cycle_json, resolution_json, resolution_list, status_json
from claims.reading.queries import claim_json, claim_list, explanation_json, history_json, numbers_at
from claims.review.decisions import act
from states.facts import SYSTEM, Actor
from states.stages import Role, Stage, Trigger

OWN = world.a_form()
OTHER = world.another_form(
    unit_name=world.COMPANY[0], uscc=world.COMPANY[1], township=world.COMPANY[2], field="services"
)


def two_claims(tx: Tx) -> tuple[str, str]:
    """One of the institute in 菜园镇, whose field asks economy; one of the company in 枸杞乡, a draft."""
    return world.bring_to(tx, Stage.DEPARTMENT_CHECK, OWN), world.add_draft(tx, OTHER, by="he")


@pytest.mark.parametrize(
    ("viewer", "sees_own", "sees_other"),
    [
        ("lin", True, False),
        ("he", False, True),
        ("zhou", True, False),
        ("wu", False, True),
        ("qian", True, False),
        ("zhao", False, False),
        ("sun", True, True),
        ("li", True, True),
        ("xu", True, True),
        ("feng", True, True),
        ("guo", True, True),
        ("tang", True, True),
    ],
)
def test_each_role_sees_what_is_its_own(desk: Desk, viewer: str, sees_own: bool, sees_other: bool) -> None:
    with desk.transaction() as tx:
        own, other = two_claims(tx)
        actor = world.who(tx, viewer)
        assert (may_see(tx, actor, own), may_see(tx, actor, other)) == (sees_own, sees_other)
        listed = {each["number"] for each in claim_list(tx, viewer=actor)}
        assert listed == {number for number, seen in ((own, sees_own), (other, sees_other)) if seen}


def test_whoever_opens_the_database_and_the_desk_itself_see_all(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        numbers = set(two_claims(tx))
        for viewer in (None, SYSTEM):
            assert {each["number"] for each in claim_list(tx, viewer=viewer)} == numbers


def test_a_role_without_an_office_sees_nothing(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        two_claims(tx)
        adrift = Actor("adrift", frozenset({Role.APPLICANT, Role.TOWNSHIP, Role.DEPARTMENT}))
        assert claim_list(tx, viewer=adrift) == []


def test_what_one_may_not_see_is_as_if_it_were_not_there(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        own, _ = two_claims(tx)
        for read in (claim_json, history_json, explanation_json):
            with pytest.raises(UnknownClaim):
                read(tx, own, world.who(tx, "he"))
            assert read(tx, f" {own.lower()} ", world.who(tx, "lin"))


def test_actions_are_what_the_viewer_may_do_now(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        own, _ = two_claims(tx)
        assert claim_json(tx, own, world.who(tx, "qian"))["actions"] == [
            "clear",
            "return_for_correction",
            "reject",
        ]
        assert claim_json(tx, own, world.who(tx, "lin"))["actions"] == ["withdraw"]
        assert claim_json(tx, own, world.who(tx, "li"))["actions"] == []
        assert claim_json(tx, own)["actions"] == []


def test_a_claim_tells_whom_to_reach_and_only_the_end_of_the_account(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        own, _ = two_claims(tx)
        claim = claim_json(tx, own)
        assert claim["contact"]["phone"] == OWN.phone
        assert claim["account"]["number"] == f"**** {OWN.account[-4:]}"
        assert OWN.account not in repr((claim, history_json(tx, own)))


def test_lists_answer_to_every_filter(desk: Desk) -> None:
    with desk.transaction() as tx:
        own, other = two_claims(tx)
        assert [each["number"] for each in claim_list(tx, stage=Stage.DRAFT)] == [other]
        assert [each["number"] for each in claim_list(tx, township="菜园镇")] == [own]
        assert [each["number"] for each in claim_list(tx, cycle=world.YEAR, limit=1)] == [own]
        assert claim_list(tx, overdue=True) == []
        assert numbers_at(tx, world.YEAR, Stage.DEPARTMENT_CHECK) == [own]


def test_a_rejected_claim_is_not_overdue_when_its_time_to_be_reconsidered_is_over(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        own, other = two_claims(tx)
        act(tx, own, Trigger.REJECT, actor=world.who(tx, "qian"), reason="不在本县")
        later = replace(tx, now=tx.now.replace(month=12))
        assert [each["number"] for each in claim_list(later, overdue=True)] == [other]
        assert not claim_json(later, own)["overdue"]


def test_an_explanation_gives_steps_and_decisions_with_their_ground(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        number = world.bring_to(tx, Stage.PUBLIC_NOTICE, OWN)
        publish(tx, world.MINUTES, actor=world.who(tx, "xu"))
        explained = explanation_json(tx, number)
        assert explained["quote"]["steps"][-1]["result"] == 100_000
        assert [(each["trigger"], each["amount_yuan"], each["actor"]) for each in explained["decisions"]] == [
            ("endorse", 100_000, "li"),
            ("approve", 100_000, "xu"),
            ("notice_published", 100_000, "xu"),
        ]
        assert explained["decisions"][0]["steps"]
        assert explained["decisions"][1]["resolution"] == world.MINUTES
        assert "舟山市地方标准" in explained["clause"]


# Above single claims


def test_a_resolution_shows_its_list_as_it_stands_then_as_it_was_frozen(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = world.bring_to(tx, Stage.PUBLIC_NOTICE, OWN)
        standing = resolution_json(tx, world.MINUTES)
        assert (standing["published_on"], standing["total_yuan"]) == (None, 100_000)
        publish(tx, world.MINUTES, actor=world.who(tx, "xu"))
        act(tx, number, Trigger.REVOKE, actor=world.who(tx, "xu"), reason="查实不符")
        frozen = resolution_json(tx, world.MINUTES)
        assert frozen["lines"] == standing["lines"], "what was published stays on record"
        assert [each["resolution"] for each in resolution_list(tx)] == [world.MINUTES]


def test_a_cycle_shows_its_money_and_stages_in_their_order(desk: Desk) -> None:
    with desk.transaction() as tx:
        two_claims(tx)
        world.bring_to(tx, Stage.PUBLIC_NOTICE)
        cycle = cycle_json(tx, world.YEAR)
        assert cycle["stages"] == {"draft": 1, "department_check": 1, "public_notice": 1}
        assert list(cycle["stages"]) == ["draft", "department_check", "public_notice"]
        assert cycle["balances"]["reserved"] == 100_000
        assert cycle["balances"]["available"] == cycle["budget_yuan"] - 100_000


def test_open_objections_are_counted_with_the_claim(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        number = world.bring_to(tx, Stage.PUBLIC_NOTICE, OWN)
        publish(tx, world.MINUTES, actor=world.who(tx, "xu"))
        file_objection(tx, number, by="李某", text="请核实")
        assert claim_json(tx, number)["objections"] == {"open": 1, "upheld": 0, "dismissed": 0}


def test_status_tells_what_is_overdue(desk: Desk) -> None:
    with desk.transaction() as tx:
        own, _ = two_claims(tx)
        status = status_json(replace(tx, now=tx.now.replace(day=28)))
        assert [each["number"] for each in status["overdue"]["claims"]] == [own]
        assert status["policy"]["version"] == "v1"
        assert status["mode"] == "live"
