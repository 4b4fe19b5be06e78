"""The outbox: letters owed by events, letters written, and who is sending which of them now.

A letter exists once for an event, a recipient and a kind. A lease is committed before its letter is sent; should
the sender die, the lease runs out and the letter goes again under the same message id, by which a mail system
drops the repeat.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from claims.desk import Tx
from claims.errors import UnknownLetter
from claims.identity.people import require_role
from claims.letters.correspondence import address_of
from claims.letters.numbering import give_numbers
from claims.models import EventRow, HeldAction, Letter, OwedLetters
from claims.trail.chains import append
from states.calendar import TZ
from states.facts import SYSTEM, Actor
from states.stages import Role

LEASE = timedelta(minutes=10)
"""How long a sender may take before another takes its letters over."""


RESENDERS = (Role.INTAKE, Role.COORDINATOR, Role.ADMINISTRATOR)


class LetterStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    WRITTEN = "written"
    FAILED = "failed"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True, slots=True)
class OwedEvent:
    """An event whose letters are still to be derived."""

    event_id: int
    stream: str
    seq: int
    trigger: str
    source: str | None
    target: str | None
    actor: str
    role: str
    at: datetime
    reason: str
    data: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class LetterDraft:
    """A letter to be queued. `recipient` is an organisation's code; an empty `address` leaves it for paper.

    `dated_on` is the day it bears, whose year it is numbered in.
    """

    event_id: int
    event_hash: str
    kind: str
    recipient: str
    recipient_name: str
    address: str
    claim: str | None
    township: str
    dated_on: date
    subject: str
    text: str
    html: str
    template_hash: str


@dataclass(frozen=True, slots=True)
class LeasedLetter:
    """A letter that is ours to send until the lease runs out. `attempts` counts this one too."""

    id: int
    kind: str
    recipient_name: str
    address: str
    subject: str
    text: str
    html: str
    message_id: str
    queued_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class LetterSummary:
    """A letter as lists show it."""

    id: int
    kind: str
    recipient: str
    recipient_name: str
    address: str
    claim: str | None
    township: str
    event_id: int
    subject: str
    status: str
    attempts: int
    queued_at: datetime
    sent_at: datetime | None
    error: str

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "recipient": self.recipient_name,
            "claim": self.claim,
            "event": self.event_id,
            "status": self.status,
            "queued_at": self.queued_at.isoformat(),
            "sent_at": self.sent_at.isoformat() if self.sent_at else None,
            "subject": self.subject,
            "address": self.address,
            "attempts": self.attempts,
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class LetterView(LetterSummary):
    """A letter with its words and what proves it."""

    text: str
    html: str
    message_id: str
    template_hash: str

    def whole_json(self) -> dict[str, Any]:
        return self.as_json() | {
            "text": self.text,
            "html": self.html,
            "message_id": self.message_id,
            "template_hash": self.template_hash,
        }


# From events to letters


def owed_events(tx: Tx, limit: int, *, after: int = 0) -> tuple[OwedEvent, ...]:
    """Events whose letters are owed, oldest first, beginning behind the event `after`.

    Those that another desk is deriving just now are left to it; decisions that may still be undone wait.
    """
    rows = tx.session.scalars(
        select(EventRow)
        .join(OwedLetters, OwedLetters.event_id == EventRow.id)
        # By what is owed, not by the event's own id: the way there does not grow with the log.
        .where(OwedLetters.event_id > after, OwedLetters.event_id.not_in(_held(tx)))
        .order_by(OwedLetters.event_id)
        .limit(limit)
        .with_for_update(of=OwedLetters, skip_locked=True),
    )
    return _events(rows)


def _held(tx: Tx) -> Select[tuple[int]]:
    return select(HeldAction.event_id).where(HeldAction.until > tx.now)


def events_of(tx: Tx, stream: str) -> tuple[OwedEvent, ...]:
    """All events of a stream in their order, owed or not: what a preview is drawn from."""
    return _events(
        tx.session.scalars(select(EventRow).where(EventRow.stream == stream).order_by(EventRow.seq))
    )


def _events(rows: Iterable[EventRow]) -> tuple[OwedEvent, ...]:
    return tuple(
        OwedEvent(
            event_id=row.id,
            stream=row.stream,
            seq=row.seq,
            trigger=row.trigger,
            source=row.source,
            target=row.target,
            actor=row.actor,
            role=row.role,
            at=datetime.fromisoformat(row.at).astimezone(TZ),
            reason=row.reason,
            data=json.loads(row.data),
            hash=row.hash,
        )
        for row in rows
    )


def queue(tx: Tx, drafts: Sequence[LetterDraft]) -> int:
    """Queue letters and number them; those that exist already (same event, recipient and kind) are left as they are."""
    if not drafts:
        return 0
    dialect = postgresql if tx.session.get_bind().dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(Letter)
        .on_conflict_do_nothing(index_elements=["event_id", "recipient", "kind"])
        .returning(Letter.id, Letter.event_id, Letter.recipient, Letter.kind)
    )
    rows = tx.session.execute(statement, [_row(draft, tx.now) for draft in drafts]).all()
    dated = {(each.event_id, each.recipient, each.kind): each.dated_on for each in drafts}
    give_numbers(tx, [(row.id, row.kind, dated[tuple(row[1:])].year) for row in rows])
    return len(rows)


def settle_owed(tx: Tx, event_ids: Collection[int]) -> None:
    """The letters of these events are written."""
    tx.session.execute(
        delete(OwedLetters)
        .where(OwedLetters.event_id.in_(event_ids))
        .execution_options(synchronize_session=False),
    )


def _row(draft: LetterDraft, now: datetime) -> dict[str, Any]:
    return {
        "event_id": draft.event_id,
        "kind": draft.kind,
        "recipient": draft.recipient,
        "recipient_name": draft.recipient_name,
        "address": draft.address,
        "claim": draft.claim,
        "township": draft.township,
        "subject": draft.subject,
        "text": draft.text,
        "html": draft.html,
        "template_hash": draft.template_hash,
        "message_id": message_id(draft),
        "status": str(LetterStatus.QUEUED if draft.address else LetterStatus.NO_ADDRESS),
        "attempts": 0,
        "not_before": now,
        "queued_at": now,
        "error": "",
    }


def message_id(draft: LetterDraft) -> str:
    """Always the same for one letter, never for two.

    The event's hash stands for the database: it covers the whole chain before it, so another desk, or this one
    after a restored backup has gone another way, never gives the same.
    """
    told = f"{draft.event_hash}/{draft.recipient}/{draft.kind}"
    return f"<{hashlib.sha256(told.encode()).hexdigest()[:40]}@letters.jiangbu>"


# Sending


def lease(tx: Tx, limit: int) -> tuple[LeasedLetter, ...]:
    """Take up to `limit` letters for sending, also those whose sender has not been heard of since its lease."""
    due = (
        select(Letter.id)
        .where(
            Letter.status.in_([str(LetterStatus.QUEUED), str(LetterStatus.SENDING)]),
            Letter.not_before <= tx.now,
        )
        .order_by(Letter.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    rows = tx.session.execute(
        update(Letter)
        .where(Letter.id.in_(select(due.c.id)))
        .values(status=str(LetterStatus.SENDING), attempts=Letter.attempts + 1, not_before=tx.now + LEASE)
        .returning(*(getattr(Letter, each.name) for each in fields(LeasedLetter)))
        .execution_options(synchronize_session=False),
    )
    return tuple(sorted((LeasedLetter(*row) for row in rows), key=lambda each: each.id))


def mark_sent(tx: Tx, letter_id: int, note: str = "") -> None:
    """The mail server has taken the letter; `note` names recipients it refused meanwhile."""
    _mark(tx, letter_id, status=LetterStatus.SENT, sent_at=tx.now, error=note)


def mark_written(tx: Tx, letter_id: int) -> None:
    _mark(tx, letter_id, status=LetterStatus.WRITTEN, sent_at=tx.now, error="")


def mark_failed(tx: Tx, letter_id: int, error: str, retry_at: datetime | None) -> None:
    """Sending failed: for good, or to be tried again at `retry_at`."""
    if retry_at is None:
        _mark(tx, letter_id, status=LetterStatus.FAILED, error=error)
    else:
        _mark(tx, letter_id, status=LetterStatus.QUEUED, error=error, not_before=retry_at)


def requeue(tx: Tx, letter_id: int, *, actor: Actor = SYSTEM) -> LetterView:
    """Send a letter again, to the address known now. The same message id: where it did arrive, it is not doubled."""
    role = Role.SYSTEM if actor is SYSTEM else require_role(actor, RESENDERS, "重发函件", "resend a letter")
    found = letter(tx, letter_id)
    address = address_of(tx, found.recipient, found.claim) or found.address
    tx.session.execute(
        update(Letter)
        .where(Letter.id == letter_id)
        .values(
            address=address,
            status=str(LetterStatus.QUEUED if address else LetterStatus.NO_ADDRESS),
            attempts=0,
            not_before=tx.now,
            error="",
        )
        .execution_options(synchronize_session=False),
    )
    append(
        tx,
        "letters",
        "letter_requeued",
        actor=actor.name,
        role=role,
        data={"letter": letter_id, "kind": found.kind, "recipient": found.recipient, "before": found.status},
    )
    return letter(tx, letter_id)


def _mark(tx: Tx, letter_id: int, *, status: LetterStatus, **values: Any) -> None:
    # Only while it is being sent: whoever comes late with a failure must not undo another's success.
    tx.session.execute(
        update(Letter)
        .where(Letter.id == letter_id, Letter.status == str(LetterStatus.SENDING))
        .values(status=str(status), **values)
        .execution_options(synchronize_session=False),
    )


# Reading


def letter(tx: Tx, letter_id: int, *, viewer: Actor | None = None) -> LetterView:
    """Raises `UnknownLetter`, also for what the viewer may not see."""
    statement = _select(LetterView).where(Letter.id == letter_id, *_visible_to(viewer))
    row = tx.session.execute(statement).one_or_none()
    if row is None:
        raise UnknownLetter(letter_id)
    return LetterView(*row)


def letters(
    tx: Tx,
    *,
    claim: str | None = None,
    kind: str | None = None,
    status: str | None = None,
    township: str | None = None,
    viewer: Actor | None = None,
    before: int | None = None,
    limit: int = 500,
) -> tuple[LetterSummary, ...]:
    """Letters that the viewer may see (without one, all), newest first; `before` is where a page before ended."""
    wanted = {
        Letter.claim: claim,
        Letter.kind: kind,
        Letter.status: status,
        Letter.township: township,
    }
    conditions = [column == value for column, value in wanted.items() if value is not None]
    if before is not None:
        conditions.append(Letter.id < before)
    statement = (
        _select(LetterSummary)
        .where(*conditions, *_visible_to(viewer))
        .order_by(Letter.id.desc())
        .limit(limit)
    )
    return tuple(LetterSummary(*row) for row in tx.session.execute(statement))


def _visible_to(viewer: Actor | None) -> tuple[ColumnElement[bool], ...]:
    """Applicants and townships see what was written to them, the offices see all."""
    if viewer is None or viewer.roles - {Role.APPLICANT, Role.TOWNSHIP}:
        return ()
    return (Letter.recipient == (viewer.office.code if viewer.office else ""),)


def _select(view: type[LetterSummary]) -> Select[Any]:
    return select(*(getattr(Letter, each.name) for each in fields(view)))
