"""Document numbers when several queue letters at one moment, on SQLite and on PostgreSQL."""

from datetime import date
from threading import Thread

from sqlalchemy import select
from world import bring_to

from claims.desk import Desk
from claims.letters import outbox
from claims.letters.outbox import LetterDraft, Words
from claims.models import DocumentNumber, EventRow
from states.stages import Stage

KINDS = ("receipt", "payment", "lapse")


def draft(event_id: int, recipient: str, kind: str) -> LetterDraft:
    return LetterDraft(
        event_id=event_id,
        event_hash="hash",
        kind=kind,
        recipient=recipient,
        recipient_name=recipient,
        address="",
        claim=None,
        township="",
        dated_on=date(2026, 3, 9),
        words=lambda _: Words("", "", ""),
        template_hash="",
        template_version="",
    )


def test_several_who_queue_at_once_give_no_number_twice_and_leave_none_out(desk: Desk) -> None:
    with desk.transaction() as tx:
        bring_to(tx, Stage.SUBMITTED)
        event = tx.session.scalars(select(EventRow.id)).first()
    assert event is not None
    failures: list[Exception] = []

    def queue(name: str, kinds: tuple[str, ...]) -> None:
        try:
            for number in range(5):
                with desk.transaction() as tx:
                    outbox.queue(tx, [draft(event, f"{name}{number}", kind) for kind in kinds])
        except Exception as error:  # noqa: BLE001 - handed to the test, which fails with it
            failures.append(error)

    orders = {"a": KINDS, "b": KINDS[::-1], "c": KINDS, "d": KINDS[::-1]}
    threads = [Thread(target=queue, args=each) for each in orders.items()]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    with desk.reading() as tx:
        given = sorted((row.kind, row.number) for row in tx.session.scalars(select(DocumentNumber)))
    assert given == sorted((kind, number) for kind in KINDS for number in range(1, 21))
