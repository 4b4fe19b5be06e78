"""Document numbers (发文字号): each kind of letter counts by itself in each year, in order, without gap or double.

The count is raised in the transaction that queues the letters and stays locked until it ends, so that a letter
that is not queued in the end takes no number with it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from claims.desk import Tx
from claims.models import DocumentCount, DocumentNumber, Letter
from config.series import Series, load_series


@dataclass(frozen=True, slots=True)
class Imprint:
    """What tells a letter from all others: its document number, and the code it is checked by."""

    number: str
    check_code: str


@dataclass(frozen=True, slots=True)
class Number:
    """A document number as it is counted. `word` is the 代字 of its series now."""

    kind: str
    year: int
    number: int
    word: str

    def __str__(self) -> str:
        return Series(self.word).number(self.year, self.number)


def next_numbers(tx: Tx, letters: Sequence[tuple[str, int]]) -> list[Number]:
    """The next numbers for letters, told by their kind and the year that they bear, in the order in which they come."""
    counted = Counter(letters)
    # In one order, so that two who number at once wait for each other and never in a circle.
    firsts = {each: _raise_count(tx, *each, counted[each]) - counted[each] + 1 for each in sorted(counted)}
    series, found = load_series(), []
    for kind, year in letters:
        found.append(Number(kind, year, firsts[kind, year], series[kind].word))
        firsts[kind, year] += 1
    return found


def enter(tx: Tx, letters: Sequence[tuple[int, Number, date, str]]) -> None:
    """Write down which letter, by its id, has which number, bears which day and which check code: once for all."""
    rows = [
        {
            "letter_id": letter_id,
            "kind": number.kind,
            "year": number.year,
            "number": number.number,
            "word": number.word,
            "dated_on": dated_on,
            "check_code": code,
        }
        for letter_id, number, dated_on, code in letters
    ]
    if rows:
        tx.session.execute(insert(DocumentNumber), rows)


def imprint_of(tx: Tx, letter_id: int) -> Imprint | None:
    """What a letter bears; None for one without a document number, such as a text message."""
    row = tx.session.get(DocumentNumber, letter_id)
    if row is None:
        return None
    return Imprint(Series(row.word).number(row.year, row.number), row.check_code or "")


def queued_letter(tx: Tx, event_id: int, recipient: str, kind: str) -> int | None:
    """The letter of this event and kind to this recipient; None where none has been queued."""
    return tx.session.scalars(
        select(Letter.id).where(
            Letter.event_id == event_id, Letter.recipient == recipient, Letter.kind == kind
        ),
    ).one_or_none()


def _raise_count(tx: Tx, kind: str, year: int, by: int) -> int:
    """The last number of a series after `by` more."""
    dialect = postgresql if tx.session.get_bind().dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(DocumentCount)
        .values(kind=kind, year=year, last=by)
        .on_conflict_do_update(
            index_elements=["kind", "year"],
            set_={"last": DocumentCount.last + by},
        )
        .returning(DocumentCount.last)
    )
    last: int = tx.session.scalars(statement).one()
    return last
