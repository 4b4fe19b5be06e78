"""One decision for many claims: each its own transaction, each its own result, and no harm in doing it again."""

import journey as j
import pytest
from sqlalchemy import select
from world import YEAR

from claims.desk import Desk
from claims.models import Claim
from claims.money.ledger import Account, move
from claims.review.batches import ItemOutcome, ItemResult, act_many
from states.facts import Actor
from states.stages import Stage, Trigger


def results(
    desk: Desk, trigger: Trigger, numbers: list[str], actor: Actor, **said: object
) -> list[ItemResult]:
    return list(act_many(desk, trigger, numbers, actor=actor, **said))  # type: ignore[arg-type]


def test_a_refusal_stops_its_own_claim_and_no_other(desk: Desk) -> None:
    first, third = (j.brought_to(desk, Stage.SUBMITTED, serial) for serial in (1, 3))
    draft = j.filed(desk, 2)
    found = results(desk, Trigger.ACCEPT, [first, draft, "SB-2025-0099", third], j.intake(desk))
    assert [(each.number, each.as_json()["outcome"], each.as_json()["code"]) for each in found] == [
        (first, "done", None),
        (draft, "refused", "wrong_stage"),
        ("SB-2025-0099", "refused", "unknown_claim"),
        (third, "done", None),
    ]
    assert [j.stage_of(desk, number) for number in (first, draft, third)] == [
        Stage.DEPARTMENT_CHECK,
        Stage.DRAFT,
        Stage.DEPARTMENT_CHECK,
    ]


def test_each_result_stands_before_the_next_claim_is_looked_at(sqlite_desk: Desk) -> None:
    numbers = [j.brought_to(sqlite_desk, Stage.SUBMITTED, serial) for serial in (1, 2)]
    going = act_many(sqlite_desk, Trigger.ACCEPT, numbers, actor=j.intake(sqlite_desk))
    assert next(going).outcome is ItemOutcome.DONE
    assert [j.stage_of(sqlite_desk, number) for number in numbers] == [
        Stage.DEPARTMENT_CHECK,
        Stage.SUBMITTED,
    ]


def test_the_same_again_leaves_what_is_done_and_goes_on_with_the_rest(sqlite_desk: Desk) -> None:
    first, second = (j.brought_to(sqlite_desk, Stage.SUBMITTED, serial) for serial in (1, 2))
    actor = j.intake(sqlite_desk)
    results(sqlite_desk, Trigger.ACCEPT, [first], actor)
    again = results(sqlite_desk, Trigger.ACCEPT, [first, second], actor)
    assert [each.outcome for each in again] == [ItemOutcome.UNCHANGED, ItemOutcome.DONE]
    assert again[0].stage is Stage.DEPARTMENT_CHECK
    assert j.triggers_of(sqlite_desk, first).count("accept") == 1


def test_a_countersignature_is_not_repeated_either(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.DEPARTMENT_CHECK, field="carbon")
    actor = j.department(sqlite_desk)
    for expected in (ItemOutcome.DONE, ItemOutcome.UNCHANGED):
        [found] = results(sqlite_desk, Trigger.CLEAR, [number], actor)
        assert (found.outcome, found.stage) == (expected, Stage.DEPARTMENT_CHECK)


def test_what_came_in_between_lets_the_same_decision_be_taken_anew(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.MARKET_SUPERVISION_REVIEW)
    for _ in range(2):
        [found] = results(
            sqlite_desk,
            Trigger.RETURN_FOR_CORRECTION,
            [number],
            j.reviewer(sqlite_desk),
            missing=["title"],
            reason="名称有误",
        )
        assert found.outcome is ItemOutcome.DONE
        j.do(sqlite_desk, number, Trigger.RESUBMIT, j.owner(sqlite_desk, number))
    assert j.triggers_of(sqlite_desk, number).count("return_for_correction") == 2


def test_what_another_has_done_is_refused_and_not_taken_for_ones_own(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.DEPARTMENT_CHECK)
    colleague = Actor("intake-wang", j.intake(sqlite_desk).roles, j.intake(sqlite_desk).office)
    [found] = results(sqlite_desk, Trigger.ACCEPT, [number], colleague)
    assert found.outcome is ItemOutcome.REFUSED


@pytest.mark.parametrize("spelled", [" sb-2025-0001 ", "SB-2025-0001"])
def test_a_list_is_read_with_its_gaps_and_doubles(sqlite_desk: Desk, spelled: str) -> None:
    number = j.brought_to(sqlite_desk, Stage.SUBMITTED)
    found = results(sqlite_desk, Trigger.ACCEPT, [spelled, "", number], j.intake(sqlite_desk))
    assert [(each.number, each.outcome) for each in found] == [(number, ItemOutcome.DONE)]


def test_an_approval_of_many_stops_where_the_budget_ends(sqlite_desk: Desk) -> None:
    numbers = [j.brought_to(sqlite_desk, Stage.COORDINATION_APPROVAL, serial) for serial in (1, 2, 3)]
    with sqlite_desk.transaction() as tx:
        move(tx, YEAR, "spent elsewhere", 1_800_000, Account.AVAILABLE, Account.PAID)
    found = results(
        sqlite_desk, Trigger.APPROVE, numbers, j.coordinator(sqlite_desk), resolution=j.RESOLUTION
    )
    assert [each.outcome for each in found] == [ItemOutcome.DONE, ItemOutcome.DONE, ItemOutcome.REFUSED]
    assert found[2].as_json()["code"] == "budget_exceeded"
    with sqlite_desk.reading() as tx:
        assert tx.session.scalars(select(Claim.resolution).where(Claim.number == numbers[2])).one() is None
