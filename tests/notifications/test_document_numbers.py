"""Document numbers: in order, without gap or double, each kind by itself in each year."""

from datetime import date, datetime

import pytest
from letter_world import add_claim, submit
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from claims import clock
from claims.desk import Desk
from claims.letters import outbox
from claims.letters.numbering import imprint_of, queued_letter
from claims.letters.outbox import LetterDraft, Words
from claims.models import DocumentNumber
from config.series import load_series
from notifications.derive import derive
from notifications.preview import KINDS
from states.calendar import TZ


def draft(event_id: int, recipient: str, kind: str = "receipt", on: date = date(2026, 3, 9)) -> LetterDraft:
    return LetterDraft(
        event_id=event_id,
        event_hash="hash",
        kind=kind,
        recipient=recipient,
        recipient_name=recipient,
        address="",
        claim=None,
        township="",
        dated_on=on,
        words=lambda _: Words("", "", ""),
        template_hash="",
        template_version="",
    )


def event(desk: Desk) -> int:
    with desk.transaction() as tx:
        return submit(tx, add_claim(tx, 1))


def numbers(desk: Desk, kind: str = "receipt") -> list[tuple[int, int]]:
    """Year and number of the letters of a kind, in the order they were queued."""
    with desk.reading() as tx:
        rows = tx.session.scalars(
            select(DocumentNumber).where(DocumentNumber.kind == kind).order_by(DocumentNumber.letter_id)
        )
        return [(row.year, row.number) for row in rows]


def test_every_kind_of_letter_has_a_series_and_no_series_is_left_over() -> None:
    assert set(load_series()) == set(KINDS)


def test_letters_are_numbered_in_the_order_they_are_queued(desk: Desk) -> None:
    at = event(desk)
    for names in ("ab", "c", "def"):
        with desk.transaction() as tx:
            outbox.queue(tx, [draft(at, each) for each in names])
    assert numbers(desk) == [(2026, number) for number in range(1, 7)]


def test_each_kind_and_each_year_counts_by_itself(desk: Desk) -> None:
    at = event(desk)
    with desk.transaction() as tx:
        outbox.queue(tx, [draft(at, "a"), draft(at, "a", "payment"), draft(at, "b", on=date(2027, 1, 4))])
        outbox.queue(tx, [draft(at, "c"), draft(at, "d", on=date(2027, 1, 5))])
    assert sorted(numbers(desk)) == [(2026, 1), (2026, 2), (2027, 1), (2027, 2)]
    assert numbers(desk, "payment") == [(2026, 1)]


def test_a_letter_bears_the_year_it_is_dated_in(desk: Desk) -> None:
    with clock.standing_at(datetime(2026, 12, 31, 23, 50, tzinfo=TZ)):
        event(desk)
    with clock.standing_at(datetime(2027, 1, 1, 0, 10, tzinfo=TZ)):
        derive(desk)
    assert numbers(desk) == [(2026, 1)]


def test_a_letter_that_exists_already_takes_no_number(desk: Desk) -> None:
    at = event(desk)
    for names in ("a", "ab", "abc"):
        with desk.transaction() as tx:
            outbox.queue(tx, [draft(at, each) for each in names])
    assert numbers(desk) == [(2026, 1), (2026, 2), (2026, 3)]


def test_what_is_not_committed_leaves_no_gap(desk: Desk) -> None:
    at = event(desk)

    def queue_and_fail() -> None:
        with desk.transaction() as tx:
            outbox.queue(tx, [draft(at, "lost")])
            raise RuntimeError("power is cut")

    with pytest.raises(RuntimeError, match="power"):
        queue_and_fail()
    with desk.transaction() as tx:
        outbox.queue(tx, [draft(at, "kept")])
    assert numbers(desk) == [(2026, 1)]


def test_a_number_once_given_stays(desk: Desk) -> None:
    event(desk)
    derive(desk)
    for statement in ("UPDATE document_number SET number = 9", "DELETE FROM document_number"):
        with pytest.raises(IntegrityError, match="append only"), desk.engine.begin() as connection:
            connection.execute(text(statement))


def test_the_number_of_a_letter_is_found_by_its_event_and_recipient(desk: Desk) -> None:
    at = event(desk)
    with desk.transaction() as tx:
        outbox.queue(tx, [draft(at, "a"), draft(at, "b")])
    with desk.reading() as tx:
        letter = queued_letter(tx, at, "b", "receipt")
        assert letter is not None
        imprint = imprint_of(tx, letter)
        assert imprint is not None
        assert imprint.number == outbox.letter(tx, letter).document_number == "嵊市监奖收〔2026〕2号"
        assert queued_letter(tx, at, "c", "receipt") is None
