"""Letters that did not arrive, and what people do about them, each with who did it and why in the log."""

from typing import Any

from sqlalchemy import func, select, update

from claims.desk import Tx
from claims.errors import LetterNotLikeThat, LetterReasonNeeded
from claims.identity.people import require_role
from claims.letters.correspondence import address_of, phone_of
from claims.letters.outbox import LetterStatus, LetterSummary, LetterView, Way, letter, select_letters
from claims.models import Letter
from claims.trail.chains import append
from states.facts import SYSTEM, Actor
from states.stages import Role

RESENDERS = (Role.INTAKE, Role.COORDINATOR, Role.ADMINISTRATOR)
"""Who may have a letter sent again, or knows that one came back."""

DEAD = (LetterStatus.FAILED, LetterStatus.BOUNCED)
"""What needs somebody: sending has been given up, or the letter has come back."""

LEFT = (LetterStatus.SENT, LetterStatus.WRITTEN)

NOT_TO_RESEND = (LetterStatus.SENDING, LetterStatus.HELD, LetterStatus.DISCARDED)
"""One is leaving at this moment; of the others an administrator decides by their kind."""


def dead_letters(tx: Tx, limit: int) -> tuple[tuple[LetterSummary, ...], int]:
    """The latest letters that need somebody, and how many there are in all."""
    dead = Letter.status.in_(map(str, DEAD))
    rows = tx.session.execute(
        select_letters(LetterSummary).where(dead).order_by(Letter.id.desc()).limit(limit)
    )
    count = tx.session.scalars(select(func.count()).select_from(Letter).where(dead)).one()
    return tuple(LetterSummary(*row) for row in rows), count


def requeue(tx: Tx, letter_id: int, *, reason: str = "", actor: Actor = SYSTEM) -> LetterView:
    """Send a letter again, at once, to the address known now. The same message id: where it did arrive, it is not doubled.

    Raises `LetterNotLikeThat` for one that is leaving at this moment, or that the flood guard has held.
    """
    role = Role.SYSTEM if actor is SYSTEM else require_role(actor, RESENDERS, "重发函件", "resend a letter")
    found = letter(tx, letter_id)
    address = _address(tx, found) or found.address
    _write(
        tx,
        found,
        tuple(each for each in LetterStatus if each not in NOT_TO_RESEND),
        address=address,
        status=str(LetterStatus.QUEUED if address else LetterStatus.NO_ADDRESS),
        attempts=0,
        can_wait=False,
        released=True,
        not_before=tx.now,
        error="",
    )
    return _told(tx, "letter_requeued", found, reason, actor, role)


def note_bounce(tx: Tx, letter_id: int, *, reason: str, actor: Actor) -> LetterView:
    """Record that a letter which had left came back, in the words of whoever sent it back."""
    role = require_role(actor, RESENDERS, "登记退信", "record that a letter came back")
    words = required_reason(reason)
    found = letter(tx, letter_id)
    _write(tx, found, LEFT, status=str(LetterStatus.BOUNCED), error=words)
    return _told(tx, "letter_bounced", found, words, actor, role)


def settle(tx: Tx, letter_id: int, *, reason: str, actor: Actor) -> LetterView:
    """Nothing more is to be sent of a letter that did not arrive, such as after it was served on paper."""
    role = require_role(actor, RESENDERS, "办结未送达的函件", "settle a letter that did not arrive")
    words = required_reason(reason)
    found = letter(tx, letter_id)
    not_arrived = (*DEAD, LetterStatus.QUEUED, LetterStatus.NO_ADDRESS)
    _write(tx, found, not_arrived, status=str(LetterStatus.SETTLED))
    return _told(tx, "letter_settled", found, words, actor, role)


def required_reason(reason: str) -> str:
    """The reason without space around it. Raises `LetterReasonNeeded` where there is none."""
    words = reason.strip()
    if not words:
        raise LetterReasonNeeded
    return words


def _address(tx: Tx, found: LetterView) -> str:
    if found.channel == Way.SMS:
        return phone_of(tx, found.claim)
    return address_of(tx, found.recipient, found.claim)


def _write(tx: Tx, found: LetterView, where: tuple[LetterStatus, ...], **values: Any) -> None:
    changed = tx.session.execute(
        update(Letter)
        .where(Letter.id == found.id, Letter.status.in_(map(str, where)))
        .values(**values)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    if changed.scalar_one_or_none() is None:
        raise LetterNotLikeThat(found.id, found.status)


def _told(tx: Tx, trigger: str, before: LetterView, reason: str, actor: Actor, role: Role) -> LetterView:
    data = {
        "letter": before.id,
        "kind": before.kind,
        "recipient": before.recipient,
        "before": before.status,
    }
    append(tx, "letters", trigger, actor=actor.name, role=role, reason=reason, data=data)
    return letter(tx, before.id)
