"""Letters to the coordination body about its sittings."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from notifications.contexts.base import LetterContext, Table
from states.calendar import Due
from states.policy import Yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingAgenda(LetterContext):
    """Calls the body to a sitting. `total` is what is proposed in all, `available` what the budget still holds."""

    kind: ClassVar[str] = "meeting_agenda"
    cycle: int
    held_on: date
    begins: str
    place: str
    claims: Table
    total: Yuan
    budget: Yuan
    available: Yuan


@dataclass(frozen=True, slots=True)
class Votes:
    """How the body voted: all of `present` have voted or abstained."""

    held_on: date
    present: int
    in_favour: int
    against: int
    abstained: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingResolution(LetterContext):
    """What the body resolved, as it was published. `vote` is None where none was recorded."""

    kind: ClassVar[str] = "meeting_resolution"
    resolution: str
    cycle: int
    vote: Votes | None
    claims: Table
    total: Yuan
    published_on: date
    ends: Due
