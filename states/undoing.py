"""What may be undone, by whom, and how long: a decision whose letters have not left yet."""

from dataclasses import dataclass
from datetime import datetime

from states.errors import NotYoursToUndo, Refusal, UndoOver
from states.facts import Actor
from states.stages import Trigger

UNDOABLE = frozenset(
    {
        Trigger.ACCEPT,
        Trigger.CLEAR,
        Trigger.ENDORSE,
        Trigger.APPROVE,
        Trigger.REMAND,
        Trigger.RETURN_FOR_CORRECTION,
        Trigger.REJECT,
        Trigger.RECONSIDER,
        Trigger.REVOKE,
    },
)
"""Decisions of the offices. What applicants say they take back themselves; money, once paid, is reclaimed."""


@dataclass(frozen=True, slots=True)
class LastStep:
    """The last event of a claim. `until`: so long its letters are held, None where they are not (or no longer)."""

    number: str
    trigger: str
    by: str
    until: datetime | None


def objection_to_undo(last: LastStep, actor: Actor, now: datetime) -> Refusal | None:
    """Why this person may not take back the last step, or None.

    Undoing is no move of the table: it leads nowhere but to where the claim stood, it is the actor's own, and it is
    over once anybody has been told.
    """
    if last.trigger not in UNDOABLE or last.until is None or now >= last.until:
        return UndoOver(last.number)
    return None if last.by == actor.name else NotYoursToUndo(last.number, last.by)
