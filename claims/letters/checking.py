"""Whether a letter is the desk's own: what anybody may hear of it who has its check code, and nothing personal."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from claims.desk import Tx
from claims.letters.kept import Form
from claims.letters.outbox import NOT_SHOWN
from claims.models import DocumentNumber, Letter, LetterCopy
from config.series import Series


@dataclass(frozen=True, slots=True)
class Vouched:
    """A letter that the desk vouches for. `paper_sha256` is of its PDF, None where no paper has been kept."""

    code: str
    number: str
    dated_on: date | None
    subject: str
    recipient_name: str
    paper_sha256: str | None


def vouch(tx: Tx, code: str) -> Vouched | None:
    """The letter that bears this code (as `read_code` gives it).

    None where there is none, or where it was stopped before it left: the desk does not stand for that.
    """
    row = tx.session.execute(
        select(DocumentNumber, Letter.subject, Letter.recipient_name, LetterCopy.sha256)
        .join(Letter, Letter.id == DocumentNumber.letter_id)
        .outerjoin(
            LetterCopy,
            (LetterCopy.letter_id == DocumentNumber.letter_id) & (LetterCopy.form == str(Form.PAPER)),
        )
        .where(
            DocumentNumber.check_code == code,
            Letter.sent_at.is_not(None) | Letter.status.not_in(list(map(str, NOT_SHOWN))),
        )
    ).one_or_none()
    if row is None:
        return None
    given, subject, recipient_name, digest = row
    number = Series(given.word).number(given.year, given.number)
    return Vouched(code, number, given.dated_on, subject, recipient_name, digest)
