"""Records of what is owed to others: letters, their document numbers and receipts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from claims.models.base import Base


class OwedLetters(Base):
    """An event whose letters are still to be derived: written with it, removed with the letters' writing.

    A row of its own, not a mark on the event or a cursor over ids, so that no event is passed over when
    transactions commit out of order.
    """

    __tablename__ = "owed_letters"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)


class HeldAction(Base):
    """A decision whose letters wait `until` then, so that it can be undone. `before` is what it found, as JSON."""

    __tablename__ = "held_action"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)
    until: Mapped[datetime] = mapped_column(index=True)
    before: Mapped[dict[str, Any]]


class Letter(Base):
    """One letter to one recipient, by mail or as a text message (`channel`).

    Its status: queued, sending, sent, written (as a file), failed, bounced, settled (in another way), held (by the
    flood guard), discarded, or no_address. `begun_at`: it is being handed over and nobody knows yet how that ended;
    `doubtful_at`: it may have left twice; `released`: an administrator lets it past the flood guard.
    """

    __tablename__ = "letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[str]
    channel: Mapped[str] = mapped_column(default="mail")
    recipient: Mapped[str]
    recipient_name: Mapped[str]
    address: Mapped[str]
    claim: Mapped[str | None]
    township: Mapped[str] = mapped_column(default="")
    document_number: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    template_hash: Mapped[str]
    template_version: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    can_wait: Mapped[bool] = mapped_column(default=False)
    released: Mapped[bool] = mapped_column(default=False)
    not_before: Mapped[datetime]
    queued_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    doubtful_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        UniqueConstraint("event_id", "recipient", "kind"),
        Index("ix_letter_status_not_before", "status", "not_before"),
        Index("ix_letter_claim", "claim"),
        Index("ix_letter_recipient", "recipient", "id", "channel", "status"),
        Index("ix_letter_sent_at", "sent_at"),
    )


class OwedPaper(Base):
    """The words of a letter whose paper is still to be set: written with it, removed once its bytes are kept.

    `problem` tells why it could not be set so far.
    """

    __tablename__ = "owed_paper"
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True, autoincrement=False)
    words: Mapped[dict[str, Any]]
    problem: Mapped[str] = mapped_column(default="")


class LetterCopy(Base):
    """The bytes of a letter in the form in which it left. Append only: the bytes themselves cannot be changed."""

    __tablename__ = "letter_copy"
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True, autoincrement=False)
    form: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes]
    template_version: Mapped[str]
    __table_args__ = (CheckConstraint("form IN ('mail', 'paper', 'sms')", name="form"),)


class LetterReceipt(Base):
    """That a letter has been received, confirmed once by somebody of the office it was written to."""

    __tablename__ = "letter_receipt"
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True, autoincrement=False)
    received_by: Mapped[str]
    received_at: Mapped[datetime]


class WordingVersion(Base):
    """A text that a kind of letter was ever written by, numbered by kind. `source`: the county's, or the program's own.

    Append only, like the log.
    """

    __tablename__ = "wording_version"
    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str]
    text: Mapped[str]
    sha256: Mapped[str]
    author: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("source IN ('packaged', 'county')", name="source"),
    )


class DocumentCount(Base):
    """How far the document numbers of a kind of letter have come in a year."""

    __tablename__ = "document_count"
    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class DocumentNumber(Base):
    """The document number of a letter. `word` is the 代字 it was given under, whatever the series is called later.

    With it stand, as unchangeable, the day that the letter bears and its check code (not of the oldest letters).
    """

    __tablename__ = "document_number"
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str]
    year: Mapped[int]
    number: Mapped[int]
    word: Mapped[str]
    dated_on: Mapped[date | None]
    check_code: Mapped[str | None] = mapped_column(index=True, unique=True)
    __table_args__ = (UniqueConstraint("kind", "year", "number"),)
