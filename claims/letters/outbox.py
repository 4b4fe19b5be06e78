"""The outbox: letters owed by events, and letters written. A letter exists once for an event, a recipient and a kind.

How they leave stands in `sending`, what is done about those that do not arrive in `dead_letters` and `flood`.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, insert, select

from claims.desk import Tx
from claims.errors import UnknownLetter
from claims.letters.codes import code_of
from claims.letters.numbering import Imprint, enter, next_numbers
from claims.letters.phones import masked
from claims.models import EventRow, HeldAction, Letter, OwedLetters, OwedPaper
from states.calendar import TZ
from states.facts import Actor
from states.stages import FILERS


class Way(StrEnum):
    """The form in which a letter leaves."""

    MAIL = "mail"
    SMS = "sms"


class LetterStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    WRITTEN = "written"
    FAILED = "failed"
    BOUNCED = "bounced"
    SETTLED = "settled"
    HELD = "held"
    DISCARDED = "discarded"
    NO_ADDRESS = "no_address"


NOT_SHOWN = (LetterStatus.HELD, LetterStatus.DISCARDED)


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
class Words:
    """What a letter says, and `paper` as the setting reads it; None for what goes on no paper."""

    subject: str
    text: str
    html: str
    paper: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class LetterDraft:
    """A letter to be queued. `recipient` is an organisation's code; an empty `address` leaves it for paper.

    `dated_on` is the day it bears, whose year it is numbered in. `can_wait`: no time runs by it for whoever reads it,
    so it leaves in office hours. `words` are asked for once the letter has its number and code. A text message (`channel`) has a telephone number for an address and no document
    number.
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
    words: Callable[[Imprint], Words]
    template_hash: str
    template_version: str
    channel: Way = Way.MAIL
    can_wait: bool = False


@dataclass(frozen=True, slots=True)
class LetterSummary:
    """A letter as lists show it. `doubtful_at`: when it came to light that it may have left twice."""

    id: int
    kind: str
    channel: str
    recipient: str
    recipient_name: str
    address: str
    claim: str | None
    township: str
    event_id: int
    document_number: str
    subject: str
    status: str
    attempts: int
    queued_at: datetime
    sent_at: datetime | None
    doubtful_at: datetime | None
    error: str

    @property
    def shown_address(self) -> str:
        """The address; of a telephone number only its ends."""
        return masked(self.address) if self.channel == Way.SMS else self.address

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
            "document_number": self.document_number,
            "subject": self.subject,
            "channel": self.channel,
            "address": self.shown_address,
            "attempts": self.attempts,
            "perhaps_twice": self.doubtful_at is not None,
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class LetterView(LetterSummary):
    """A letter with its words and what proves it."""

    text: str
    html: str
    message_id: str
    template_hash: str
    template_version: str

    def whole_json(self) -> dict[str, Any]:
        return self.as_json() | {
            "text": self.text,
            "html": self.html,
            "message_id": self.message_id,
            "template_hash": self.template_hash,
            "template_version": self.template_version,
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
    """Number letters and queue them; those that exist already (same event, recipient and kind) are left as they are."""
    new = _not_queued(tx, drafts)
    if not new:
        return 0
    mails = [key for key, each in new.items() if each.channel is Way.MAIL]
    counted = next_numbers(tx, [(new[key].kind, new[key].dated_on.year) for key in mails])
    numbers = dict(zip(mails, counted, strict=True))
    codes = {key: code_of(tx.desk.vault, message_id(new[key])) for key in mails}
    imprints = {key: Imprint(str(numbers.get(key, "")), codes.get(key, "")) for key in new}
    words = {key: draft.words(imprints[key]) for key, draft in new.items()}
    rows = tx.session.execute(
        insert(Letter).returning(Letter.event_id, Letter.recipient, Letter.kind, Letter.id),
        [_row(draft, words[key], imprints[key], tx.now) for key, draft in new.items()],
    )
    ids = {tuple(key): letter_id for *key, letter_id in rows}
    enter(tx, [(ids[key], numbers[key], new[key].dated_on, codes[key]) for key in mails])
    papers = [
        {"letter_id": ids[key], "words": said.paper, "problem": ""}
        for key, said in words.items()
        if said.paper is not None
    ]
    if papers:
        tx.session.execute(insert(OwedPaper), papers)
    return len(new)


_Key = tuple[int, str, str]


def _not_queued(tx: Tx, drafts: Sequence[LetterDraft]) -> dict[_Key, LetterDraft]:
    """The drafts that are no letters yet, by event, recipient and kind. Who derives an event holds it, so none is
    queued by another meanwhile.
    """
    rows = tx.session.execute(
        select(Letter.event_id, Letter.recipient, Letter.kind).where(
            Letter.event_id.in_({each.event_id for each in drafts})
        )
    )
    queued = {tuple(row) for row in rows}
    new: dict[_Key, LetterDraft] = {}
    for draft in drafts:
        key = (draft.event_id, draft.recipient, draft.kind)
        if key not in queued:
            new.setdefault(key, draft)
    return new


def settle_owed(tx: Tx, event_ids: Collection[int]) -> None:
    """The letters of these events are written."""
    tx.session.execute(
        delete(OwedLetters)
        .where(OwedLetters.event_id.in_(event_ids))
        .execution_options(synchronize_session=False),
    )


def _row(draft: LetterDraft, words: Words, imprint: Imprint, now: datetime) -> dict[str, Any]:
    return {
        "event_id": draft.event_id,
        "kind": draft.kind,
        "channel": str(draft.channel),
        "recipient": draft.recipient,
        "recipient_name": draft.recipient_name,
        "address": draft.address,
        "claim": draft.claim,
        "township": draft.township,
        "document_number": imprint.number,
        "subject": words.subject,
        "text": words.text,
        "html": words.html,
        "template_hash": draft.template_hash,
        "template_version": draft.template_version,
        "message_id": message_id(draft),
        "status": str(LetterStatus.QUEUED if draft.address else LetterStatus.NO_ADDRESS),
        "attempts": 0,
        "can_wait": draft.can_wait,
        "released": False,
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


# Reading


def letter(tx: Tx, letter_id: int, *, viewer: Actor | None = None) -> LetterView:
    """Raises `UnknownLetter`, also for what the viewer may not see."""
    statement = select_letters(LetterView).where(Letter.id == letter_id, *_visible_to(viewer))
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
    doubtful: bool = False,
    viewer: Actor | None = None,
    before: int | None = None,
    limit: int = 500,
) -> tuple[LetterSummary, ...]:
    """Letters that the viewer may see (without one, all), newest first; `before` is where a page before ended.

    `doubtful`: only those that have perhaps left twice.
    """
    wanted = {
        Letter.claim: claim,
        Letter.kind: kind,
        Letter.status: status,
        Letter.township: township,
    }
    conditions = [column == value for column, value in wanted.items() if value is not None]
    if doubtful:
        conditions.append(Letter.doubtful_at.is_not(None))
    if before is not None:
        conditions.append(Letter.id < before)
    statement = (
        select_letters(LetterSummary)
        .where(*conditions, *_visible_to(viewer))
        .order_by(Letter.id.desc())
        .limit(limit)
    )
    return tuple(LetterSummary(*row) for row in tx.session.execute(statement))


def _visible_to(viewer: Actor | None) -> tuple[ColumnElement[bool], ...]:
    """Applicants and townships see the letters that were written to them, the offices see all.

    What a flood guard holds or somebody has discarded is not for its recipient's eyes; texts only say that there is
    a letter.
    """
    if viewer is None or viewer.roles.difference(FILERS):
        return ()
    return (
        Letter.recipient == (viewer.office.code if viewer.office else ""),
        Letter.channel == str(Way.MAIL),
        Letter.status.not_in(map(str, NOT_SHOWN)),
    )


def select_letters(view: type[LetterSummary]) -> Select[Any]:
    """The columns that make up such a view, in its order."""
    return select(*(getattr(Letter, each.name) for each in fields(view)))
