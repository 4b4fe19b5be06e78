"""Every event makes its letters, or concerns nobody outside for a stated reason; there is no third way."""

import ast
from pathlib import Path

import pytest

import claims
from notifications import contexts
from notifications.concerns import CONCERNS, INTERNAL
from notifications.contexts import LetterContext
from notifications.drafting import FIELD_TITLES, STAGE_WORDS
from states.guards import CORRECTABLE_FIELDS
from states.stages import Stage, Trigger
from states.table import MOVES

WRITERS = {"append": 2, "append_to_claim": 2, "first_of_claim": 1, "record": 2}
"""The functions that write an event, with the place of the trigger among their arguments."""


def _written_triggers() -> set[str]:
    """The triggers that stand as words in the use cases' calls."""
    found = {"file"}
    for path in Path(claims.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WRITERS:
                place = WRITERS[node.func.id]
                words = node.args[place : place + 1]
                found |= {
                    each.value
                    for each in words
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                }
    return found


def test_the_use_cases_write_events_as_this_test_reads_them() -> None:
    assert {"cycle_opened", "notice_published", "list_published"} <= _written_triggers()


@pytest.mark.parametrize("trigger", sorted({str(each) for each in Trigger} | _written_triggers()))
def test_every_trigger_makes_a_letter_or_says_why_not(trigger: str) -> None:
    assert (trigger in CONCERNS) != (trigger in INTERNAL)


def test_every_move_of_a_claim_concerns_its_applicant() -> None:
    assert {str(each) for each in Trigger} <= set(CONCERNS)


def test_every_kind_of_letter_has_its_event() -> None:
    kinds = {
        each.kind
        for each in vars(contexts).values()
        if isinstance(each, type) and issubclass(each, LetterContext) and "kind" in vars(each)
    }
    assert {concern.letter.kind for row in CONCERNS.values() for concern in row} == kinds


def test_everything_that_a_correction_may_name_has_words() -> None:
    assert set(FIELD_TITLES) == set(CORRECTABLE_FIELDS)


def test_every_stage_that_a_letter_may_name_has_words() -> None:
    named = {Trigger.RETURN_FOR_CORRECTION, Trigger.REJECT, Trigger.WITHDRAW}
    stages = {move.source for move in MOVES if move.trigger in named}
    stages |= {move.target for move in MOVES if move.trigger is Trigger.RESUBMIT}
    assert stages <= set(STAGE_WORDS)
    assert Stage.PAID not in STAGE_WORDS
