"""A little of what `make drive` does at length: children of a busy desk are killed, and nothing is lost or doubled."""

import json
from datetime import date
from pathlib import Path

import pytest
import world
from drive_checks import Checks, county_of
from drive_requests import Book, Sent
from kill_drive import HOURS, drive

from claims.desk import Desk
from flows.simulation.treasury import Bank


@pytest.mark.slow
def test_a_desk_whose_children_are_killed_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    """On the last day of submissions, with everybody at work."""
    outcome = drive(tmp_path, kills=4, seed=4, days=slice(12, 13), hours=HOURS[1:2], between=(0.1, 1.0))
    assert outcome.problems == ()
    assert len(outcome.kills) == 4
    assert len({each.victim for each in outcome.kills}) >= 2
    assert outcome.claims > 0
    assert outcome.events > outcome.claims
    assert outcome.letters > 0


def test_what_was_answered_and_never_done_or_done_and_never_asked_for_is_found(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        numbers = [world.add_draft(tx) for _ in range(2)]
    book = Book()
    with county_of(sqlite_desk, date(2025, 12, 31)) as county:
        checks = Checks(county, Bank(), book)
        for number in (numbers[0], "SB-2025-0099"):
            book.note(Sent("lin", number, "/claims", {}, 201, json.dumps({"number": number}), tries=1))
        assert list(checks._requests()) == [
            f"('{numbers[1]}', 'file', 'lin') was asked for 0 times and happened 1 times",
            "('SB-2025-0099', 'file', 'lin') was asked for 1 times and happened 0 times",
        ]
