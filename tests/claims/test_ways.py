"""The work on one claim looks through no table that grows with the years."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import world
from sqlalchemy import Connection, event

from claims import clock
from claims.desk import Desk
from claims.letters import outbox
from claims.money import payouts
from claims.publicity.resolutions import publish
from claims.reading import queue
from claims.reading.queue import Filters, Tab
from claims.timing.due import settle_due
from claims.timing.slots import SlotKind
from states.stages import Stage

GROWING = ("claim", "event", "evidence", "letter", "payout_line", "ledger_entry", "owed_letters", "due_slot")

SMALL_INDEX = "ix_claim_provisional"
"""It holds only the claims whose date is provisional, which are none for most of the year."""


@contextmanager
def plans(desk: Desk) -> Iterator[list[str]]:
    """How SQLite goes about every statement of the block."""
    found: list[tuple[str, Any]] = []

    def note(
        _connection: Connection, _cursor: Any, statement: str, values: Any, _context: Any, many: bool
    ) -> None:
        if not many and statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            found.append((statement, values))

    ways: list[str] = []
    event.listen(desk.engine, "before_cursor_execute", note)
    try:
        yield ways
    finally:
        event.remove(desk.engine, "before_cursor_execute", note)
    with desk.engine.connect() as connection:
        for statement, values in found:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            ways += [f"{row[3]}: {statement}" for row in rows]


def scans(ways: list[str]) -> list[str]:
    tables = tuple(f"SCAN {name}" for name in GROWING)
    return [way for way in ways if way.startswith(tables) and SMALL_INDEX not in way]


def test_a_claim_on_its_way_to_the_public_notice(sqlite_desk: Desk) -> None:
    with plans(sqlite_desk) as ways, sqlite_desk.transaction() as tx:
        world.bring_to(tx, Stage.PUBLIC_NOTICE)
    assert ways
    assert scans(ways) == []


def test_the_end_of_a_notice_its_payment_and_the_letters(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        world.bring_to(tx, Stage.PUBLIC_NOTICE)
        publish(tx, world.MINUTES, actor=world.who(tx, "xu"))
    with plans(sqlite_desk) as ways:
        with clock.standing_at(world.MORNING + timedelta(days=14)):
            settle_due(sqlite_desk, kinds=frozenset({SlotKind.END_NOTICE}))
        with sqlite_desk.transaction() as tx:
            batch = payouts.propose(tx, world.YEAR, actor=world.who(tx, "feng")).batch
        with sqlite_desk.transaction() as tx:
            payouts.release(tx, batch, actor=world.who(tx, "deng"))
        with sqlite_desk.transaction() as tx:
            outbox.settle_owed(tx, [each.event_id for each in outbox.owed_events(tx, 200)])
    assert scans(ways) == []


def test_the_whole_list_is_counted_summed_filtered_and_paged_from_one_index(sqlite_desk: Desk) -> None:
    narrow = Filters("贻贝", "lead-group", "菜园镇", Stage.PAID, world.YEAR)
    for name in ("zhou", "qian", "li", "guo"):
        with plans(sqlite_desk) as ways, sqlite_desk.reading() as tx:
            for filters in (Filters(), narrow):
                queue.queue(tx, world.who(tx, name), Tab.ALL, filters, after="2025-03-14~1")
        through = [way for way in ways if re.match(r"(SCAN|SEARCH) claim\b", way)]
        assert len(through) == 4
        assert [way for way in through if "ix_claim_list" not in way] == [], name


@pytest.mark.parametrize("name", ["lin", "zhou", "sun", "qian", "li", "xu", "feng"])
def test_what_waits_for_somebody_is_found_without_looking_through_all_claims(
    sqlite_desk: Desk, name: str
) -> None:
    with plans(sqlite_desk) as ways, sqlite_desk.reading() as tx:
        viewer = world.who(tx, name)
        queue.counts(tx, viewer)
        for tab in (Tab.MINE, Tab.SOON, Tab.OVERDUE):
            queue.queue(tx, viewer, tab, Filters())
        queue.next_waiting(tx, viewer, "SB-2025-0001")
    # All that somebody may see can only be counted by counting, but from an index alone.
    assert [way for way in scans(ways) if "COVERING INDEX" not in way] == []
    by_actor = [way for way in ways if way.startswith("SEARCH event")]
    assert [way for way in by_actor if "ix_event_actor_role_stream" not in way] == []
