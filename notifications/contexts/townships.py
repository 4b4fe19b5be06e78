"""Letters to township governments."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from notifications.contexts.base import ClaimLetter, LetterContext, Table
from states.calendar import Due
from states.policy import Yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class TownshipCall(LetterContext):
    """`renewed`: an earlier call named other dates, and this one takes its place."""

    kind: ClassVar[str] = "township_call"
    cycle: int
    policy: str
    opens_on: date
    deadline_on: date
    results_from: date
    results_to: date
    renewed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TownshipOpening(LetterContext):
    """The window has opened as the call said it would."""

    kind: ClassVar[str] = "township_opening"
    cycle: int
    opens_on: date
    deadline_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TownshipReminder(LetterContext):
    """`unfiled` are units that should have filed and have not, with what is known of them."""

    kind: ClassVar[str] = "township_reminder"
    cycle: int
    deadline_on: date
    days_left: int
    submitted: int
    drafts: Table
    unfiled: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class TownshipClosing(LetterContext):
    kind: ClassVar[str] = "township_closing"
    cycle: int
    deadline_on: date
    submitted: Table
    unsubmitted: Table
    unfiled: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class TownshipPublished(LetterContext):
    kind: ClassVar[str] = "township_published"
    resolution: str
    published_on: date
    ends: Due
    claims: Table
    total: Yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class TownshipExtended(LetterContext):
    kind: ClassVar[str] = "township_extended"
    resolution: str
    before: date
    ends: Due
    claims: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class TownshipResults(LetterContext):
    """How a public notice came out: what goes on to payment, and what an objection still holds up."""

    kind: ClassVar[str] = "township_results"
    resolution: str
    confirmed: Table
    total: Yuan
    held: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class TownshipPayments(LetterContext):
    """What one batch has paid to units of the township."""

    kind: ClassVar[str] = "township_payments"
    cycle: int
    batch: str
    claims: Table
    total: Yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class TownshipYear(LetterContext):
    """What a year came to in the township; `figures` has a row for each thing that can become of a claim."""

    kind: ClassVar[str] = "township_year"
    cycle: int
    submitted: int
    figures: Table
    paid: Yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class TownshipLapse(ClaimLetter):
    """About one claim, to the township of its unit."""

    kind: ClassVar[str] = "township_lapse"
    unit: str
