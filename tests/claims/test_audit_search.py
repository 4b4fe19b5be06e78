"""Searching the log: by claim, person, event and day; newest first, page by page."""

from datetime import date

import pytest
import world
from world import MORNING

from claims.desk import Desk
from claims.trail.audit_search import Wanted, search
from states.stages import Stage

TODAY = MORNING.date()


@pytest.fixture
def number(desk: Desk) -> str:
    with desk.transaction() as tx:
        world.bring_to(tx, Stage.SUBMITTED)
        return world.bring_to(tx, Stage.COORDINATION_APPROVAL)


@pytest.mark.parametrize(
    ("wanted", "last"),
    [
        ({"actor": "qian"}, "clear"),
        ({"trigger": "accept"}, "accept"),
        ({"from_on": TODAY, "to_on": TODAY}, "endorse"),
        ({"from_on": TODAY, "trigger": "submit"}, "submit"),
        ({"stream": "cycle/", "to_on": date(2025, 3, 1)}, "cycle_opened"),
        ({"stream": "user/li"}, "role_given"),
        ({"from_on": date(2025, 3, 11)}, None),
        ({"stream": "SB-2025-0"}, "endorse"),
        ({"stream": "%"}, None),
    ],
)
def test_the_log_is_narrowed_by_what_is_asked(
    desk: Desk, number: str, wanted: dict[str, object], last: str | None
) -> None:
    with desk.reading() as tx:
        events = search(tx, Wanted(**wanted)).events  # type: ignore[arg-type]
    assert (events[0].trigger if events else None) == last


def test_a_claims_number_finds_its_events_and_no_others(desk: Desk, number: str) -> None:
    with desk.reading() as tx:
        events = search(tx, Wanted(stream=number)).events
    assert {each.stream for each in events} == {number}
    assert [each.seq for each in events] == list(range(len(events), 0, -1))


def test_pages_follow_each_other_without_gap_or_repeat(desk: Desk, number: str) -> None:
    with desk.reading() as tx:
        whole = [each.id for each in search(tx, Wanted(), limit=1_000).events]
        paged: list[int] = []
        before = None
        while True:
            page = search(tx, Wanted(), before=before, limit=7)
            paged += [each.id for each in page.events]
            before = page.before
            if before is None:
                break
    assert paged == whole
    assert len(whole) > 7
