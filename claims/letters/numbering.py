"""Document numbers (发文字号): each kind of letter counts by itself in each year, in order, without gap or double.

The count is raised in the transaction that queues the letters and stays locked until it ends, so that a letter
that is not queued in the end takes no number with it.
"""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from claims.desk import Tx
from claims.models import DocumentCount, DocumentNumber, Letter
from config.series import Series, load_series


def give_numbers(tx: Tx, letters: Sequence[tuple[int, str, int]]) -> None:
    """Give each letter, told by its id, its kind and the year that it bears, the next number of its series."""
    counted: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for letter_id, kind, year in sorted(letters):
        counted[kind, year].append(letter_id)
    series = load_series()
    rows = []
    # In one order, so that two who number at once wait for each other and never in a circle.
    for (kind, year), letter_ids in sorted(counted.items()):
        last = _raise_count(tx, kind, year, len(letter_ids))
        rows += [
            {"letter_id": each, "kind": kind, "year": year, "number": number, "word": series[kind].word}
            for number, each in enumerate(letter_ids, start=last - len(letter_ids) + 1)
        ]
    if rows:
        tx.session.execute(insert(DocumentNumber), rows)


def document_number(tx: Tx, event_id: int, recipient: str, kind: str) -> str | None:
    """The number of the letter of this event and kind to this recipient; None where none has been queued."""
    row = tx.session.scalars(
        select(DocumentNumber)
        .join(Letter, Letter.id == DocumentNumber.letter_id)
        .where(Letter.event_id == event_id, Letter.recipient == recipient, Letter.kind == kind),
    ).one_or_none()
    return None if row is None else Series(row.word).number(row.year, row.number)


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
