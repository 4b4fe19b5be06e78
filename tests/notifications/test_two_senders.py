"""Two senders at once on PostgreSQL: each letter leaves once, and a flood is told of once."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from letter_world import MORNING, add_cycle
from post_office import Post, letters, sending_to, serving, with_letters
from sqlalchemy import func, select

from claims import clock
from claims.desk import Desk, create_database, open_desk
from claims.models import EventRow
from config.settings import Settings
from notifications.delivery import deliver

LETTERS = 70
"""More than one lease holds."""


@pytest.fixture
def busy(postgres_settings: Settings) -> Iterator[Desk]:
    """A desk with letters waiting, none of them to be put on paper."""
    create_database(postgres_settings, rehearsal=False)
    with open_desk(replace(postgres_settings, papers=False)) as desk, clock.standing_at(MORNING):
        with desk.transaction() as tx:
            add_cycle(tx)
        with_letters(desk, *(f"unit-{serial}@example.org" for serial in range(LETTERS)))
        yield desk


def _at_once(work: Callable[[], Any], times: int) -> list[Any]:
    start = Barrier(times)

    def begin() -> Any:
        start.wait(30)
        return work()

    with ThreadPoolExecutor(times) as pool:
        return [each.result() for each in [pool.submit(copy_context().run, begin) for _ in range(times)]]


def test_two_senders_share_the_letters_and_none_leaves_twice(busy: Desk) -> None:
    server = Post()
    with serving(server) as port:
        desk = sending_to(busy, f"smtp://127.0.0.1:{port}")
        told = _at_once(lambda: deliver(desk), 2)
    assert all(each.sent for each in told), "both had their share"
    assert sum(each.sent for each in told) == LETTERS
    assert set(Counter(mail["Message-ID"] for mail in server.mails).values()) == {1}
    assert len(server.mails) == LETTERS
    assert {(each.status, each.doubtful_at) for each in letters(desk)} == {("sent", None)}


def test_a_flood_that_two_senders_meet_is_told_of_once(busy: Desk) -> None:
    desk = replace(busy, settings=replace(busy.settings, flood_limit=LETTERS - 1))
    assert [each.leased for each in _at_once(lambda: deliver(desk), 2)] == [0, 0]
    with desk.reading() as tx:
        told = tx.session.scalar(select(func.count()).where(EventRow.trigger == "letters_held"))
    assert told == 1
    assert {each.status for each in letters(desk)} == {"held"}
