"""The records. Written by use cases only; the same on SQLite and PostgreSQL.

Rules that must hold whoever writes stand here as constraints; `event`, `ledger_entry`, `published_line`,
`checkpoint`, `document_number`, `letter_copy` and `wording_version` are append only, by triggers made in the migration.
"""

from claims.models.base import Base, Meta, Moment, Money
from claims.models.claim import (
    Claim,
    Cycle,
    DepartmentCheckRow,
    Disclosure,
    Evidence,
    Examination,
    FilingDraft,
)
from claims.models.letters import (
    DocumentCount,
    DocumentNumber,
    HeldAction,
    Letter,
    LetterCopy,
    LetterReceipt,
    OwedLetters,
    OwedPaper,
    WordingVersion,
)
from claims.models.money import Balance, LedgerEntry, PayoutBatch, PayoutLine
from claims.models.people import (
    AccessToken,
    AnsweredRequest,
    CalendarKey,
    Confirmation,
    DeclaredInterest,
    Delegation,
    LinkedIdentity,
    Organisation,
    RecoveryCode,
    SecondFactor,
    SignInFailure,
    User,
    UserRole,
    WebSession,
)
from claims.models.publicity import Objection, PublishedLine, Resolution
from claims.models.timing import DueSlot, RunAlert
from claims.models.trail import Checkpoint, EventRow, StreamHead

__all__ = [
    "AccessToken",
    "AnsweredRequest",
    "Balance",
    "Base",
    "CalendarKey",
    "Checkpoint",
    "Claim",
    "Confirmation",
    "Cycle",
    "DeclaredInterest",
    "Delegation",
    "DepartmentCheckRow",
    "Disclosure",
    "DocumentCount",
    "DocumentNumber",
    "DueSlot",
    "EventRow",
    "Evidence",
    "Examination",
    "FilingDraft",
    "HeldAction",
    "LedgerEntry",
    "Letter",
    "LetterCopy",
    "LetterReceipt",
    "LinkedIdentity",
    "Meta",
    "Moment",
    "Money",
    "Objection",
    "Organisation",
    "OwedLetters",
    "OwedPaper",
    "PayoutBatch",
    "PayoutLine",
    "PublishedLine",
    "RecoveryCode",
    "Resolution",
    "RunAlert",
    "SecondFactor",
    "SignInFailure",
    "StreamHead",
    "User",
    "UserRole",
    "WebSession",
    "WordingVersion",
]
