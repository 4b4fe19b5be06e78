"""A decision is taken back while its letters wait: everything stands as it did, and the log tells both."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import world
from sqlalchemy import select
from world import MORNING, who

from claims import clock
from claims.desk import Desk, Tx
from claims.facts import load_claim
from claims.models import Claim, DepartmentCheckRow, DueSlot, HeldAction, Letter
from claims.money import ledger
from claims.publicity.resolutions import publish
from claims.reading import queries
from claims.review import batches, undo
from claims.review.decisions import act
from claims.submission.evidence import attach
from claims.submission.filing import correct
from claims.timing.slots import Outcome
from claims.trail.audit import verify
from claims.trail.chains import Recorded
from notifications.derive import derive
from states.errors import NotYoursToUndo, Refusal, UndoOver, VersionConflict
from states.stages import Stage, Trigger

SOON = MORNING + timedelta(minutes=5)
LATER = MORNING + timedelta(minutes=11)

DECISIONS: dict[Trigger, tuple[Stage, str, dict[str, Any]]] = {
    Trigger.ACCEPT: (Stage.SUBMITTED, "sun", {}),
    Trigger.CLEAR: (Stage.DEPARTMENT_CHECK, "qian", {}),
    Trigger.ENDORSE: (Stage.MARKET_SUPERVISION_REVIEW, "li", {}),
    Trigger.APPROVE: (Stage.COORDINATION_APPROVAL, "xu", {"resolution": world.MINUTES}),
    Trigger.RETURN_FOR_CORRECTION: (
        Stage.MARKET_SUPERVISION_REVIEW,
        "li",
        {"missing": ["rank"], "reason": "前言页缺失"},
    ),
    Trigger.REJECT: (Stage.MARKET_SUPERVISION_REVIEW, "li", {"reason": "不属于奖补范围"}),
    Trigger.REVOKE: (Stage.PUBLIC_NOTICE, "xu", {"reason": "名单有误"}),
}


def decide(tx: Tx, number: str, trigger: Trigger, name: str, **order: Any) -> Recorded:
    actor = who(tx, name)
    return undo.decide(tx, number, trigger, lambda: act(tx, number, trigger, actor=actor, **order))


def endorsed(desk: Desk) -> str:
    with desk.transaction() as tx:
        number = world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW)
        decide(tx, number, Trigger.ENDORSE, "li")
    return number


def undo_as(desk: Desk, number: str, name: str, **more: Any) -> Recorded:
    with desk.transaction() as tx:
        return undo.undo(tx, number, actor=who(tx, name), **more)


def standing(tx: Tx, number: str) -> dict[str, Any]:
    """All that a decision may change, as the records have it."""
    claim = load_claim(tx, number)
    apart = {"version", "last_hash"}
    pending = select(DueSlot.kind, DueSlot.due_at).where(
        DueSlot.subject == number, DueSlot.outcome == str(Outcome.PENDING)
    )
    checks = select(DepartmentCheckRow.office, DepartmentCheckRow.cleared_by, DepartmentCheckRow.cleared_at)
    return {
        "row": {
            column.name: getattr(claim, column.name)
            for column in Claim.__table__.columns
            if column.name not in apart
        },
        "slots": sorted(map(tuple, tx.session.execute(pending)), key=repr),
        "checks": sorted(
            map(tuple, tx.session.execute(checks.where(DepartmentCheckRow.claim_id == claim.id)))
        ),
        "money": ledger.balances(tx, claim.cycle),
    }


@pytest.mark.parametrize("trigger", DECISIONS, ids=str)
def test_what_is_taken_back_leaves_everything_as_it_was(desk: Desk, trigger: Trigger) -> None:
    stage, name, order = DECISIONS[trigger]
    with desk.transaction() as tx:
        number = world.bring_to(tx, stage)
        before = standing(tx, number)
        decide(tx, number, trigger, name, **order)
        assert standing(tx, number) != before
    with clock.standing_at(SOON):
        recorded = undo_as(desk, number, name)
    assert recorded.stage is stage
    with desk.reading() as tx:
        assert standing(tx, number) == before
        assert verify(tx).ok
        assert ledger.imbalances(tx) == []
        last = queries.history_json(tx, number)[-1]
    assert (last["trigger"], last["actor"], last["target"]) == ("undone", name, str(stage))
    assert last["data"]["trigger"] == str(trigger)


def test_the_decision_can_then_be_taken_again(desk: Desk) -> None:
    number = endorsed(desk)
    undo_as(desk, number, "li")
    with desk.transaction() as tx:
        assert decide(tx, number, Trigger.ENDORSE, "li").stage is Stage.COORDINATION_APPROVAL
        endorsements = [
            each for each in queries.explanation_json(tx, number)["decisions"] if each["trigger"] == "endorse"
        ]
        assert len(endorsements) == 1, "the one taken back explains nothing"


def test_a_batch_does_not_take_a_decision_that_was_undone_for_done(desk: Desk) -> None:
    number = endorsed(desk)
    undo_as(desk, number, "li")
    with desk.reading() as tx:
        actor = who(tx, "li")
    (result,) = batches.act_many(desk, Trigger.ENDORSE, [number], actor=actor)
    assert result.outcome is batches.ItemOutcome.DONE


def letters(desk: Desk, number: str) -> list[str]:
    derive(desk)
    with desk.reading() as tx:
        return list(tx.session.scalars(select(Letter.kind).where(Letter.claim == number)))


def test_letters_wait_for_the_window_and_leave_after_it(desk: Desk) -> None:
    number = endorsed(desk)
    assert "endorsement" not in letters(desk, number)
    with clock.standing_at(LATER):
        assert "endorsement" in letters(desk, number)


def test_of_what_was_undone_nobody_ever_hears(desk: Desk) -> None:
    number = endorsed(desk)
    undo_as(desk, number, "li")
    with clock.standing_at(LATER):
        assert "endorsement" not in letters(desk, number)
    with desk.reading() as tx:
        assert tx.session.scalars(select(HeldAction)).all() == []


def corrected(tx: Tx, number: str) -> object:
    return correct(tx, number, {"contact": "林女士"}, actor=who(tx, "lin"))


def added(tx: Tx, number: str) -> object:
    content = world.a_paper("another")
    return attach(tx, number, "application_form", "b.pdf", content, actor=who(tx, "lin"))


@pytest.mark.parametrize("follows", [corrected, added])
def test_once_something_has_followed_it_is_too_late(desk: Desk, follows: Callable[[Tx, str], object]) -> None:
    stage, name, order = DECISIONS[Trigger.RETURN_FOR_CORRECTION]
    with desk.transaction() as tx:
        number = world.bring_to(tx, stage)
        decide(tx, number, Trigger.RETURN_FOR_CORRECTION, name, **order)
        follows(tx, number)
    with pytest.raises(UndoOver):
        undo_as(desk, number, name)


def test_an_approval_whose_list_is_published_stays(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = world.bring_to(tx, Stage.COORDINATION_APPROVAL)
        decide(tx, number, Trigger.APPROVE, "xu", resolution=world.MINUTES)
        publish(tx, world.MINUTES, actor=who(tx, "xu"))
    with pytest.raises(UndoOver):
        undo_as(desk, number, "xu")


@pytest.mark.parametrize(
    ("name", "at", "version", "refusal"),
    [
        ("li", LATER, None, UndoOver),
        ("li", MORNING + timedelta(minutes=10), None, UndoOver),
        ("xu", SOON, None, NotYoursToUndo),
        ("guo", SOON, None, NotYoursToUndo),
        ("li", SOON, 3, VersionConflict),
    ],
)
def test_it_is_the_actors_own_and_only_for_a_while(
    desk: Desk, name: str, at: Any, version: int | None, refusal: type[Refusal]
) -> None:
    number = endorsed(desk)
    with clock.standing_at(at):
        with desk.reading() as tx:
            offered = undo.undoable(tx, number, who(tx, name))
        assert (offered is not None) is (refusal is VersionConflict)
        with pytest.raises(refusal):
            undo_as(desk, number, name, version=version)
    with desk.reading() as tx:
        assert load_claim(tx, number).stage is Stage.COORDINATION_APPROVAL


def test_letters_that_have_left_cannot_be_called_back(desk: Desk) -> None:
    number = endorsed(desk)
    with clock.standing_at(LATER):
        derive(desk)
    # A desk whose clock is behind still believes the window open.
    with clock.standing_at(SOON), pytest.raises(UndoOver):
        undo_as(desk, number, "li")


def test_what_programs_decide_is_not_held(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW)
        world.endorse(tx, number)
        assert undo.undoable(tx, number, who(tx, "li")) is None
    assert "endorsement" in letters(desk, number)


def test_a_place_that_another_claim_has_taken_meanwhile_is_not_given_back(desk: Desk) -> None:
    stage, name, order = DECISIONS[Trigger.REJECT]
    with desk.transaction() as tx:
        number = world.bring_to(tx, stage, world.FORM)
        decide(tx, number, Trigger.REJECT, name, **order)
        other = world.add_draft(tx, world.FORM)
    with pytest.raises(Refusal, match=other):
        undo_as(desk, number, name)
    with desk.reading() as tx:
        assert load_claim(tx, number).stage is Stage.REJECTED
        assert verify(tx).ok
