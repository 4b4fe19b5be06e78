"""Letters on their way out: who is sending which of them now, and what is known of how it ended.

A lease is committed before its letters are sent, and so is the beginning of each single one. Should the sender die,
the lease runs out and the letters go again under the same message ids, by which a mail system drops a repeat. The one
that had begun may have left already: it is marked as doubtful, and stays so.
"""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, case, literal, null, select, update

from claims.desk import Tx
from claims.letters.outbox import LetterStatus, Way
from claims.letters.quiet import quiet_until
from claims.models import Letter

LEASE = timedelta(minutes=10)
"""How long a sender may take before another takes its letters over."""


@dataclass(frozen=True, slots=True)
class LeasedLetter:
    """A letter that is ours to send until `not_before`. `attempts` are those before."""

    id: int
    kind: str
    channel: str
    recipient_name: str
    address: str
    document_number: str
    subject: str
    text: str
    html: str
    message_id: str
    queued_at: datetime
    attempts: int
    not_before: datetime


def lease(tx: Tx, limit: int, way: Way = Way.MAIL) -> tuple[LeasedLetter, ...]:
    """Take up to `limit` letters for sending, also those whose sender has not been heard of since its lease.

    In quiet hours those that can wait are left. What had begun under another sender becomes doubtful.
    """
    due = (
        select(Letter.id)
        .where(
            Letter.status.in_([str(LetterStatus.QUEUED), str(LetterStatus.SENDING)]),
            Letter.not_before <= tx.now,
            Letter.channel == str(way),
            *((~Letter.can_wait,) if quiet_until(tx.desk, tx.now) else ()),
        )
        .order_by(Letter.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    now = literal(tx.now, Letter.doubtful_at.type)
    rows = tx.session.execute(
        update(Letter)
        .where(Letter.id.in_(select(due.c.id)))
        .values(
            status=str(LetterStatus.SENDING),
            not_before=tx.now + LEASE,
            doubtful_at=case((Letter.begun_at.is_not(None), now), else_=Letter.doubtful_at),
            begun_at=null(),
        )
        .returning(*(getattr(Letter, each.name) for each in fields(LeasedLetter)))
        .execution_options(synchronize_session=False),
    )
    return tuple(sorted((LeasedLetter(*row) for row in rows), key=lambda each: each.id))


def begin(tx: Tx, leased: LeasedLetter, *, traceless: bool) -> bool:
    """Note that this letter is handed over now; False where the lease has run out and it is another's.

    `traceless`: nobody can tell once from twice, as of a file that is written again; it leaves no doubt.
    """
    return _change(tx, leased, begun_at=None if traceless else tx.now, attempts=leased.attempts + 1)


def mark_sent(tx: Tx, letter_id: int, note: str = "") -> None:
    """The server has taken the letter; `note` names recipients it refused meanwhile."""
    _mark_left(tx, letter_id, LetterStatus.SENT, note)


def mark_written(tx: Tx, letter_id: int) -> None:
    _mark_left(tx, letter_id, LetterStatus.WRITTEN, "")


def mark_failed(
    tx: Tx, leased: LeasedLetter, error: str, retry_at: datetime | None, *, doubtful: bool = False
) -> None:
    """Sending failed: for good, or to be tried again at `retry_at`. `doubtful`: it may have arrived all the same."""
    values: dict[str, Any] = {"begun_at": None, "error": error}
    if doubtful:
        values["doubtful_at"] = tx.now
    if retry_at is None:
        _change(tx, leased, status=str(LetterStatus.FAILED), **values)
    else:
        _change(tx, leased, status=str(LetterStatus.QUEUED), not_before=retry_at, **values)


def give_back(tx: Tx, leased: LeasedLetter, error: str, retry_at: datetime) -> None:
    """It was not this letter's turn, or no letter could leave: no attempt of its own is spent."""
    status = str(LetterStatus.QUEUED)
    values = {"status": status, "begun_at": None, "attempts": leased.attempts}
    _change(tx, leased, not_before=retry_at, error=error, **values)


def _mark_left(tx: Tx, letter_id: int, status: LetterStatus, note: str) -> None:
    # Whoever holds the lease by now: that it has left is true in any case, and keeps others from beginning.
    _write(
        tx,
        (Letter.id == letter_id, Letter.status == str(LetterStatus.SENDING)),
        status=str(status),
        sent_at=tx.now,
        begun_at=None,
        error=note,
    )


def _change(tx: Tx, leased: LeasedLetter, **values: Any) -> bool:
    # Only while it is ours: whoever comes late must not undo another's work.
    ours = (
        Letter.id == leased.id,
        Letter.status == str(LetterStatus.SENDING),
        Letter.not_before == leased.not_before,
    )
    return _write(tx, ours, **values)


def _write(tx: Tx, which: tuple[ColumnElement[bool], ...], **values: Any) -> bool:
    result = tx.session.execute(
        update(Letter).where(*which).values(**values).execution_options(synchronize_session=False)
    )
    return isinstance(result, CursorResult) and result.rowcount == 1
