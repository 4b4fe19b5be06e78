"""Every stage, every trigger, every role: who may move a claim where, held against a reviewed table."""

from itertools import product

import pytest
from domain_world import TODAY, actor, facts, order, ready_for
from snapshots import Snapshots

from states.errors import Refusal, RoleNotAllowed, WrongStage
from states.facts import SYSTEM
from states.machine import legal_moves, propose
from states.stages import PEOPLES_ROLES, Role, Stage, Trigger
from states.table import MOVES


def outcome(stage: Stage, trigger: Trigger, role: Role) -> str:
    """Where the move leads for this role, or the code of the refusal."""
    who = SYSTEM if role is Role.SYSTEM else actor(role)
    claim = ready_for(stage, trigger, role)
    try:
        change = propose(claim, trigger, who, order(trigger), today=TODAY)
    except Refusal as refusal:
        return refusal.code
    return f"→ {change.target}"


def told(stage: Stage, trigger: Trigger) -> str:
    """One line of the reviewed table: each outcome with the roles that meet it; all others are told together."""
    by_outcome: dict[str, list[Role]] = {}
    for role in Role:
        by_outcome.setdefault(outcome(stage, trigger, role), []).append(role)
    others = "role_not_allowed" if by_outcome.pop("role_not_allowed", None) else "nobody"
    return " | ".join(
        [*(f"{found} {', '.join(roles)}" for found, roles in by_outcome.items()), f"others {others}"]
    )


def test_the_moves_of_all_stages_triggers_and_roles_are_the_reviewed_ones(snapshots: Snapshots) -> None:
    lines = []
    for stage in Stage:
        rows = {trigger: told(stage, trigger) for trigger in Trigger}
        nowhere = [trigger for trigger, row in rows.items() if row == NOWHERE]
        lines += ["", f"{stage} {stage:zh}"]
        lines += [f"  {trigger}: {row}" for trigger, row in rows.items() if trigger not in nowhere]
        lines.append(f"  wrong_stage for everybody: {', '.join(nowhere)}")
    snapshots.check("moves.txt", "\n".join(lines).lstrip() + "\n")


NOWHERE = f"wrong_stage {', '.join(Role)} | others nobody"
ROWS = {(move.trigger, move.source): move for move in MOVES}
WITHOUT_A_ROW = [each for each in product(Trigger, Stage) if each not in ROWS]
UNLISTED = [
    (trigger, stage, role)
    for trigger, stage in ROWS
    for role in Role
    if all(role not in move.roles for move in MOVES if (move.trigger, move.source) == (trigger, stage))
]


@pytest.mark.parametrize(("trigger", "stage"), WITHOUT_A_ROW)
def test_a_trigger_without_a_row_at_this_stage_is_refused_whoever_asks(
    trigger: Trigger, stage: Stage
) -> None:
    everything = actor(Role.ADMINISTRATOR, roles=frozenset(Role))
    with pytest.raises(WrongStage) as refused:
        propose(facts(stage), trigger, everything, order(trigger), today=TODAY)
    assert refused.value.status == 409


@pytest.mark.parametrize(("trigger", "stage", "role"), UNLISTED)
def test_a_role_that_no_row_lists_is_refused(trigger: Trigger, stage: Stage, role: Role) -> None:
    with pytest.raises(RoleNotAllowed):
        propose(ready_for(stage, trigger, role), trigger, actor(role), order(trigger), today=TODAY)


@pytest.mark.parametrize(("stage", "role"), list(product(Stage, PEOPLES_ROLES)))
def test_the_actions_offered_are_those_that_would_be_taken_with_the_right_words(
    stage: Stage, role: Role
) -> None:
    who = actor(role)
    taken = []
    for trigger in Trigger:
        try:
            propose(facts(stage), trigger, who, order(trigger), today=TODAY)
        except Refusal:
            continue
        taken.append(trigger)
    assert set(legal_moves(facts(stage), who, today=TODAY)) == set(taken)


def test_the_system_is_given_to_no_person() -> None:
    assert Role.SYSTEM not in PEOPLES_ROLES
