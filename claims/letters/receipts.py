"""Letters read on the desk: that one has been received is confirmed once, by somebody of the office it went to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from claims.desk import Tx
from claims.errors import NotAllowed
from claims.identity.people import require_role
from claims.letters.outbox import NOT_SHOWN, Way, letter
from claims.models import Letter, LetterReceipt
from claims.once import insert_once
from claims.trail.chains import append
from states.facts import Actor
from states.stages import FILERS


@dataclass(frozen=True, slots=True)
class Received:
    """Who confirmed that a letter was received, and when."""

    letter: int
    by: str
    at: datetime


def confirm_receipt(tx: Tx, letter_id: int, *, actor: Actor) -> Received:
    """Confirm a letter to the actor's own office; again, it answers with the confirmation that stands.

    Raises `UnknownLetter` also for a letter to somebody else, and `NotAllowed` for whoever letters are not written to.
    """
    role = require_role(actor, FILERS, "确认收到函件", "confirm that a letter was received")
    found = letter(tx, letter_id, viewer=actor)
    if actor.office is None or found.recipient != actor.office.code:
        raise NotAllowed(actor.name, "确认他人的函件", "confirm somebody else's letter", FILERS)
    new = {"letter_id": letter_id, "received_by": actor.name, "received_at": tx.now}
    if insert_once(tx, LetterReceipt, "letter_id", new):
        data = {"letter": letter_id, "kind": found.kind, "recipient": found.recipient}
        append(tx, "letters", "letter_received", actor=actor.name, role=role, data=data)
    return receipts(tx, (letter_id,))[letter_id]


def receipts(tx: Tx, letters: Collection[int]) -> Mapping[int, Received]:
    """The confirmations of these letters, by letter."""
    rows = tx.session.scalars(select(LetterReceipt).where(LetterReceipt.letter_id.in_(letters)))
    return {row.letter_id: Received(row.letter_id, row.received_by, row.received_at) for row in rows}


def unconfirmed(tx: Tx, actor: Actor) -> int:
    """How many letters to the actor's office nobody has confirmed yet."""
    confirmed = select(LetterReceipt.letter_id)
    office = actor.office.code if actor.office else ""
    count = tx.session.scalar(
        select(func.count())
        .select_from(Letter)
        .where(
            Letter.recipient == office,
            Letter.channel == str(Way.MAIL),
            Letter.status.not_in(map(str, NOT_SHOWN)),
            Letter.id.not_in(confirmed),
        ),
    )
    return int(count or 0)
