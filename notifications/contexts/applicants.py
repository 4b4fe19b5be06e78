"""Letters to applicants."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from notifications.contexts.base import ClaimLetter, LetterContext, Table
from states.calendar import Due
from states.policy import Yuan


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
