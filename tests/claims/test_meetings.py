"""The body's meeting: what is before it with its money, who stands aside, how it voted."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import world
from world import MINUTES, YEAR, who

from claims.desk import Desk
from claims.errors import BadDates, BadValue, NotAllowed, NotCarried, UnknownCycle
from claims.identity import people
from claims.publicity.resolutions import publish
from claims.review.foresight import foresee
from claims.review.meetings import Vote, agenda, record_vote, vote_on
from claims.timing.cycles import plan_cycle
from states.errors import BudgetExceeded, Refusal, ResolutionPublished
from states.stages import Role, Stage, Trigger

VOTE = Vote(date(2025, 3, 10), present=7, in_favour=6, against=0, abstained=1)


def test_the_agenda_sums_what_waits_against_what_is_left(desk: Desk) -> None:
    with desk.transaction() as tx:
        numbers = [world.bring_to(tx, Stage.COORDINATION_APPROVAL) for _ in range(3)]
        world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW)
        found = agenda(tx, YEAR)
    assert [each.number for each in found.items] == numbers
    assert (found.waiting, found.available_yuan) == (3, 2_000_000)
    amounts = [each.proposed_yuan for each in found.items]
    assert [each.running_yuan for each in found.items] == [sum(amounts[: n + 1]) for n in range(3)]
    assert found.proposed_yuan == sum(amounts)
    assert {each.endorsed_by for each in found.items} == {"li"}


def test_who_must_stand_aside_is_told_with_the_reason(desk: Desk) -> None:
    with desk.transaction() as tx:
        world.bring_to(tx, Stage.COORDINATION_APPROVAL, world.FORM)
        people.add_user(tx, "yao", Role.COORDINATOR, password=world.PASSWORD)
        people.declare_interest(tx, "yao", world.INSTITUTE[1], "亲属任职")
        (item,) = agenda(tx, YEAR).items
    assert [each.name for each in item.recusals] == ["yao"]
    assert "利害关系" in item.recusals[0].refusal.message()


def test_an_agenda_needs_its_year(sqlite_desk: Desk) -> None:
    with sqlite_desk.reading() as tx, pytest.raises(UnknownCycle):
        agenda(tx, 1999)


def test_the_vote_is_kept_and_the_last_word_counts(desk: Desk) -> None:
    with desk.transaction() as tx:
        assert vote_on(tx, MINUTES) is None
        for vote in (VOTE, VOTE, replace(VOTE, in_favour=7, abstained=0)):
            record_vote(tx, MINUTES, YEAR, vote, actor=who(tx, "xu"))
        found = vote_on(tx, MINUTES)
    assert found == replace(VOTE, in_favour=7, abstained=0, recorded_by="xu")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"in_favour": 3, "against": 4, "abstained": 0}, NotCarried),
        ({"present": 6, "in_favour": 3, "against": 0, "abstained": 3}, NotCarried),
        ({"in_favour": 7}, BadValue),
        ({"in_favour": 8, "abstained": -1}, BadValue),
        ({"present": 0, "in_favour": 0, "abstained": 0}, BadValue),
        ({"held_on": date(2025, 3, 11)}, BadDates),
    ],
)
def test_a_vote_that_does_not_carry_or_add_up_is_refused(
    sqlite_desk: Desk, changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    with sqlite_desk.transaction() as tx, pytest.raises(refusal):
        record_vote(tx, MINUTES, YEAR, replace(VOTE, **changes), actor=who(tx, "xu"))


def test_only_the_body_records_and_never_on_a_list_that_is_published(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        with pytest.raises(NotAllowed):
            record_vote(tx, MINUTES, YEAR, VOTE, actor=who(tx, "li"))
        with pytest.raises(BadValue):
            record_vote(tx, " ", YEAR, VOTE, actor=who(tx, "xu"))
        world.bring_to(tx, Stage.PUBLIC_NOTICE)
        publish(tx, MINUTES, actor=who(tx, "xu"))
        with pytest.raises(ResolutionPublished):
            record_vote(tx, MINUTES, YEAR, VOTE, actor=who(tx, "xu"))


# Before many are decided at once


def test_what_would_become_of_each_is_foreseen_and_nothing_is_written(desk: Desk) -> None:
    with desk.transaction() as tx:
        going = world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW)
        elsewhere = world.bring_to(tx, Stage.SUBMITTED)
    with desk.reading() as tx:
        found = foresee(tx, Trigger.ENDORSE, [going, elsewhere, going], actor=who(tx, "li"))
        assert [each.number for each in found] == [going, elsewhere]
        assert (found[0].target, found[0].due_on) == (Stage.COORDINATION_APPROVAL, date(2025, 4, 22))
        assert found[1].refusal is not None
        assert not tx.session.dirty


def test_the_budget_is_foreseen_down_the_list(desk: Desk) -> None:
    with desk.transaction() as tx:
        numbers = [world.bring_to(tx, Stage.COORDINATION_APPROVAL) for _ in range(2)]
        amounts = [each.proposed_yuan for each in agenda(tx, YEAR).items]
        plan_cycle(tx, replace(world.PLAN, budget_yuan=sum(amounts) - 1))
    with desk.reading() as tx:
        found = foresee(tx, Trigger.APPROVE, numbers, actor=who(tx, "xu"), resolution=MINUTES)
    assert found[0].refusal is None
    assert isinstance(found[1].refusal, BudgetExceeded)
