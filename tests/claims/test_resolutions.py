"""Lists approved under the minutes: frozen when they are published, and what is paid later is what they say."""

import hashlib
from datetime import date

import journey as j
import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from world import YEAR

from claims.desk import Desk
from claims.errors import BadValue, EmptyResolution, NotAllowed, UnknownResolution
from claims.models import Claim, Cycle, DueSlot, EventRow, PublishedLine, Resolution
from claims.publicity.resolutions import Published, publish
from claims.timing.cycles import Plan, open_cycle, plan_cycle
from claims.timing.due import settle_due
from states.errors import ResolutionPublished, TooEarly
from states.events import canonical
from states.facts import SYSTEM
from states.stages import Stage, Trigger


def published(desk: Desk, ref: str = j.RESOLUTION) -> Published:
    with desk.transaction() as tx:
        return publish(tx, ref, actor=j.coordinator(desk))


def test_publishing_freezes_the_list_and_starts_the_window(desk: Desk) -> None:
    numbers = [j.brought_to(desk, Stage.PUBLIC_NOTICE, serial) for serial in (1, 2)]
    answer = published(desk).as_json()
    with desk.reading() as tx:
        lines = [
            {column.name: value for column, value in zip(PublishedLine.__table__.columns, row, strict=True)}
            for row in tx.session.execute(select(PublishedLine.__table__).order_by(PublishedLine.position))
        ]
        event = tx.session.scalars(select(EventRow).where(EventRow.trigger == "list_published")).one()
    assert answer == {
        "resolution": j.RESOLUTION,
        "published_on": "2025-03-10",
        "ends_on": "2025-03-17",
        "claims": 2,
        "total_yuan": 200_000,
        "sha256": hashlib.sha256(canonical(lines).encode()).hexdigest(),
    }
    assert [line["claim"] for line in lines] == numbers
    assert answer["sha256"] in event.data
    assert all(j.triggers_of(desk, number)[-1] == "notice_published" for number in numbers)


def test_the_published_list_cannot_be_changed_in_the_database(desk: Desk) -> None:
    j.published(desk)
    for statement in (update(PublishedLine).values(yuan=1), delete(PublishedLine)):
        with pytest.raises(IntegrityError), desk.transaction() as tx:
            tx.session.execute(statement)


def test_the_window_is_counted_in_working_days_without_the_day_of_publication(sqlite_desk: Desk) -> None:
    """Five working days from 28 March 2025: Qingming, 4 April, is a holiday."""
    with j.on(date(2025, 3, 28)):
        j.brought_to(sqlite_desk, Stage.PUBLIC_NOTICE)
        assert published(sqlite_desk).ends_on == date(2025, 4, 7)


def test_the_length_of_the_window_is_the_cycles_own(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        tx.session.execute(update(Cycle).where(Cycle.year == YEAR).values(notice_days=7))
    j.brought_to(sqlite_desk, Stage.PUBLIC_NOTICE)
    assert published(sqlite_desk).ends_on == date(2025, 3, 19)


def test_a_list_is_published_once_and_by_the_coordinator(sqlite_desk: Desk) -> None:
    j.brought_to(sqlite_desk, Stage.PUBLIC_NOTICE)
    with sqlite_desk.transaction() as tx, pytest.raises(NotAllowed):
        publish(tx, j.RESOLUTION, actor=j.reviewer(sqlite_desk))
    published(sqlite_desk)
    with pytest.raises(ResolutionPublished):
        published(sqlite_desk)


def test_a_list_that_everybody_has_left_is_not_published(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.PUBLIC_NOTICE)
    j.do(sqlite_desk, number, Trigger.WITHDRAW, j.owner(sqlite_desk, number))
    with pytest.raises(EmptyResolution):
        published(sqlite_desk)
    with pytest.raises(UnknownResolution):
        published(sqlite_desk, "〔2025〕99号")


def test_a_claim_that_left_before_publication_stands_on_no_list(sqlite_desk: Desk) -> None:
    first, second = (j.brought_to(sqlite_desk, Stage.PUBLIC_NOTICE, serial) for serial in (1, 2))
    j.do(sqlite_desk, first, Trigger.REVOKE, j.coordinator(sqlite_desk), reason="经查材料不实")
    assert published(sqlite_desk).claims == 1
    with sqlite_desk.reading() as tx:
        assert tx.session.scalars(select(PublishedLine.claim)).all() == [second]
    assert j.balances(sqlite_desk)["published"] == 100_000


def test_minutes_of_one_cycle_take_no_claim_of_another(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        plan_cycle(tx, Plan(2024, date(2024, 3, 1), date(2024, 4, 30), 1_000_000))
        open_cycle(tx, 2024)
        tx.session.add(Resolution(ref="〔2024〕1号", cycle=2024, opened_by="xu", opened_at=tx.now))
    number = j.brought_to(sqlite_desk, Stage.COORDINATION_APPROVAL)
    with pytest.raises(BadValue):
        j.do(sqlite_desk, number, Trigger.APPROVE, j.coordinator(sqlite_desk), resolution="〔2024〕1号")


def test_no_one_ends_a_notice_before_its_time_and_no_person_at_all(sqlite_desk: Desk) -> None:
    [number] = j.published(sqlite_desk)
    with j.on(date(2025, 3, 17), hour=23), pytest.raises(TooEarly):
        j.do(sqlite_desk, number, Trigger.END_NOTICE, SYSTEM)


def test_a_notice_that_ended_while_the_desk_was_away_ends_when_it_is_back(sqlite_desk: Desk) -> None:
    numbers = j.published(sqlite_desk, 2)
    with j.later(45):
        results = settle_due(sqlite_desk)
    assert j.settled(results, "end_notice") == {j.RESOLUTION: "late"}
    assert {j.stage_of(sqlite_desk, number) for number in numbers} == {Stage.FINANCE_PAYOUT}
    with sqlite_desk.reading() as tx:
        due_on = tx.session.scalars(select(Claim.due_on).distinct()).one()
        assert due_on is not None
        assert due_on > date(2025, 4, 24), "the time to pay runs from the real end"
        assert (
            tx.session.scalars(select(DueSlot).where(DueSlot.kind == "end_notice")).one().detail
            == "done late"
        )
