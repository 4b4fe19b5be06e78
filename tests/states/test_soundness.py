"""A table of moves that could strand a claim is refused before anything runs on it."""

from dataclasses import replace

import pytest

from states.guards import due_date_past
from states.soundness import UnsoundTableError, require_sound
from states.stages import Role, Stage, Trigger
from states.table import MOVES, Move


def faults(moves: tuple[Move, ...]) -> tuple[str, ...]:
    with pytest.raises(UnsoundTableError) as unsound:
        require_sound(moves)
    return unsound.value.faults


def without(trigger: Trigger) -> tuple[Move, ...]:
    return tuple(move for move in MOVES if move.trigger is not trigger)


def test_the_table_in_use_is_sound() -> None:
    require_sound(MOVES)


def test_a_trigger_that_moves_nothing_is_named() -> None:
    assert faults(without(Trigger.REMAND)) == ("trigger remand moves nothing",)


def test_a_stage_that_no_claim_can_reach_is_named() -> None:
    assert "stage lapsed is never reached from draft" in faults(without(Trigger.LAPSE))


def test_a_stage_that_a_claim_cannot_leave_is_named() -> None:
    stuck = tuple(move for move in MOVES if move.source is not Stage.CORRECTION)
    assert "stage correction has no way to an end" in faults(stuck)


def test_a_move_that_nobody_may_make_is_named() -> None:
    first, *others = MOVES
    assert faults((replace(first, roles=()), *others)) == (
        "submit from draft to submitted may be made by nobody",
    )


def test_the_system_may_not_move_a_claim_whenever_it_likes() -> None:
    at_any_time = Move(Trigger.LAPSE, Stage.SUBMITTED, Stage.LAPSED, (Role.SYSTEM,))
    assert faults((*MOVES, at_any_time)) == (
        "lapse from submitted to lapsed is made by the system at any time",
    )


def test_the_system_is_asked_nothing() -> None:
    asked = Move(
        Trigger.LAPSE, Stage.SUBMITTED, Stage.LAPSED, (Role.SYSTEM,), (due_date_past,), (due_date_past,)
    )
    assert faults((*MOVES, asked)) == ("lapse from submitted to lapsed asks the system, which says nothing",)


def test_two_moves_that_nothing_tells_apart_are_named() -> None:
    doubled = Move(Trigger.ENDORSE, Stage.MARKET_SUPERVISION_REVIEW, Stage.REJECTED, (Role.REVIEWER,))
    (fault,) = faults((*MOVES, doubled))
    assert fault.endswith("and endorse from market_supervision_review to rejected are not told apart")
