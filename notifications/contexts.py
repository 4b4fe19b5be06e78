"""What each kind of letter says, as values: one frozen class a letter, nothing of the database in it.

Dates are dates and amounts whole yuan; the templates write them out with the filters of `wording`. A field
that may be absent is None and its template asks for it; everything else must be there, or the letter is not
written.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from states.calendar import Due
from states.policy import Yuan


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a list in a letter; how they are drawn is the layout's affair."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterContext:
    """Common to all letters. `on` is the day of the event that the letter tells of, and the letter's date."""

    kind: ClassVar[str]
    addressee: str
    on: date


# To the applicant, about one claim


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLetter(LetterContext):
    """`achievement` names the standard (or the honour) with its number, `policy` the opinion by its title."""

    claim: str
    item: str
    achievement: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(ClaimLetter):
    kind: ClassVar[str] = "receipt"
    requested: Yuan
    answer_by: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance(ClaimLetter):
    """`deemed`: nobody answered in time, so the claim counts as accepted."""

    kind: ClassVar[str] = "acceptance"
    deemed: bool
    departments: tuple[str, ...]
    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentsCleared(ClaimLetter):
    kind: ClassVar[str] = "departments_cleared"
    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class Endorsement(ClaimLetter):
    kind: ClassVar[str] = "endorsement"
    proposed: Yuan
    due: Due | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(ClaimLetter):
    """`missing` is everything at once; nothing may be asked for a second time."""

    kind: ClassVar[str] = "correction"
    stage: str
    missing: tuple[str, ...]
    reasons: tuple[str, ...]
    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionReceipt(ClaimLetter):
    """`recheck`: data changed that the departments had relied on, so they check anew."""

    kind: ClassVar[str] = "correction_receipt"
    stage: str
    recheck: bool
    due: Due | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(ClaimLetter):
    kind: ClassVar[str] = "refusal"
    stage: str
    requested: Yuan
    clause: str
    reasons: tuple[str, ...]
    reconsider_by: Due
    remedies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval(ClaimLetter):
    kind: ClassVar[str] = "approval"
    granted: Yuan
    resolution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicNotice(ClaimLetter):
    """During the public notice there is one remedy, the objection; the letter names no other."""

    kind: ClassVar[str] = "public_notice"
    granted: Yuan
    resolution: str
    published_on: date
    ends: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionNotice(ClaimLetter):
    """Says that there is an objection, never whose it is nor what it says."""

    kind: ClassVar[str] = "objection_notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionAnswer(ClaimLetter):
    kind: ClassVar[str] = "objection_answer"
    upheld: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeEnded(ClaimLetter):
    kind: ClassVar[str] = "notice_ended"
    granted: Yuan
    bank: str
    account_tail: str
    due: Due | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remand(ClaimLetter):
    kind: ClassVar[str] = "remand"
    reasons: tuple[str, ...]
    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(ClaimLetter):
    kind: ClassVar[str] = "payment"
    paid: Yuan
    bank: str
    account_tail: str
    batch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed(ClaimLetter):
    kind: ClassVar[str] = "payment_failed"
    granted: Yuan
    bank: str
    account_tail: str
    batch: str
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse(ClaimLetter):
    """`was_draft`: never submitted; otherwise not corrected in time."""

    kind: ClassVar[str] = "lapse"
    was_draft: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal(ClaimLetter):
    kind: ClassVar[str] = "withdrawal"
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconsideration(ClaimLetter):
    kind: ClassVar[str] = "reconsideration"
    reasons: tuple[str, ...]
    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation(ClaimLetter):
    kind: ClassVar[str] = "revocation"
    reasons: tuple[str, ...]
    remedies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClawbackProposal(ClaimLetter):
    kind: ClassVar[str] = "clawback_proposal"
    reclaimed: Yuan
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clawback(ClaimLetter):
    kind: ClassVar[str] = "clawback"
    reclaimed: Yuan
    remedies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionReminder(ClaimLetter):
    kind: ClassVar[str] = "correction_reminder"
    missing: tuple[str, ...]
    days_left: int
    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMoved(ClaimLetter):
    """A date that had been announced as provisional comes later; `period` names what ends with it."""

    kind: ClassVar[str] = "deadline_moved"
    period: str
    before: date
    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReminder(LetterContext):
    """One letter to a unit, however many drafts it has."""

    kind: ClassVar[str] = "draft_reminder"
    cycle: int
    deadline_on: date
    days_left: int
    drafts: Table


# To a township government


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


# To the coordination body


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


# To an office


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDigest(LetterContext):
    """All that waits for one office, once a working day: what is overdue, what is due soon, and how much there is.

    The tables hold the first of them; `unlisted` is what stands in neither.
    """

    kind: ClassVar[str] = "work_digest"
    waiting: int
    overdue_total: int
    overdue: Table
    soon_total: int
    soon: Table
    unlisted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueReport(LetterContext):
    """What offices have left past their deadlines, to the body above them."""

    kind: ClassVar[str] = "overdue_report"
    claims: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutPrompt(LetterContext):
    kind: ClassVar[str] = "payout_prompt"
    cycle: int
    claims: Table
    total: Yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class YearReport(LetterContext):
    """`unpaid` is granted and not paid yet; `file` lies in the data folder."""

    kind: ClassVar[str] = "year_report"
    cycle: int
    submitted: int
    budget: Yuan
    paid: Yuan
    unpaid: Yuan
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest(LetterContext):
    """`missed`: the cycle's window, which ended on `day`, passed unopened; otherwise it would open about `day`."""

    kind: ClassVar[str] = "plan_request"
    cycle: int
    missed: bool
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillFailed(LetterContext):
    """`backup` is the name of the file that was tried, empty where there was none."""

    kind: ClassVar[str] = "drill_failed"
    backup: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingSetAside(LetterContext):
    """The county's wording of a kind of letter fits the program no longer. `letter` is what letters of it are called."""

    kind: ClassVar[str] = "wording_set_aside"
    letter: str
    number: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFailed(LetterContext):
    """`step` is what the schedule calls it, `ended` how its run ended: 运行失败, 运行中断, 运行超时."""

    kind: ClassVar[str] = "run_failed"
    step: str
    at: str
    ended: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersHeld(LetterContext):
    """More letters of a kind than the work explains, held for an administrator to look at. `example`: one's subject."""

    kind: ClassVar[str] = "letters_held"
    at: str
    example: str
    letters: int
    limit: int
