"""The desk stands still, its clock is set back, two of them run at once: each thing happens once, late where it is late."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from functools import partial

import journey as j
import pytest
from at_once import at_once
from letterbox import events
from sqlalchemy import func, select

from claims import clock
from claims.desk import Desk, open_desk
from claims.models import DueSlot, EventRow, Letter
from config.settings import Settings
from notifications.round import run_round
from states.calendar import TZ
from states.stages import Stage, Trigger

STOPPED = datetime(2025, 4, 28, 18, tzinfo=TZ)
AGAIN = STOPPED + timedelta(days=9)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    with clock.standing_at(moment):
        yield


def busy(desk: Desk) -> dict[str, list[str]]:
    """On 24 April: a notice that ends on the 30th, drafts, a correction, a submission and a check."""
    listed = j.published(desk, 2)
    drafts = [j.filed(desk, serial) for serial in (3, 4)]
    corrected = j.brought_to(desk, Stage.MARKET_SUPERVISION_REVIEW, 5)
    missing = {"missing": ["title"], "reason": "名称有误"}
    j.do(desk, corrected, Trigger.RETURN_FOR_CORRECTION, j.reviewer(desk), **missing)
    submitted = j.brought_to(desk, Stage.SUBMITTED, 6)
    checked = j.brought_to(desk, Stage.DEPARTMENT_CHECK, 7)
    return {
        "listed": listed,
        "drafts": drafts,
        "corrected": [corrected],
        "submitted": [submitted],
        "checked": [checked],
    }


def slots(desk: Desk) -> dict[str, tuple[str, datetime | None]]:
    with desk.reading() as tx:
        rows = tx.session.execute(select(DueSlot.key, DueSlot.outcome, DueSlot.finished_at)).tuples()
        return {key: (outcome, finished_at) for key, outcome, finished_at in rows}


def of_kind(desk: Desk, kind: str) -> list[str]:
    with desk.reading() as tx:
        return list(
            tx.session.scalars(select(DueSlot.outcome).where(DueSlot.kind == kind).order_by(DueSlot.due_at))
        )


def doubled(desk: Desk) -> dict[tuple[str, str, str], int]:
    """Letters of one kind to one recipient that say the same."""
    with desk.reading() as tx:
        found = tx.session.execute(select(Letter.kind, Letter.recipient, Letter.text)).tuples()
        return {each: times for each, times in Counter(found).items() if times > 1}


def written(desk: Desk) -> tuple[int, int]:
    """How many events and letters there are."""
    with desk.reading() as tx:
        counted = [tx.session.scalar(select(func.count()).select_from(each)) for each in (EventRow, Letter)]
    return counted[0] or 0, counted[1] or 0


def test_nine_days_still_across_the_close_and_a_notices_end(desk: Desk) -> None:
    with j.on(date(2025, 4, 24)):
        run_round(desk)
        claims = busy(desk)
    with at(STOPPED):
        run_round(desk)
    with at(AGAIN):
        results = run_round(desk)
        assert run_round(desk) == ()
    assert len({each.slot for each in results}) == len(results)
    for kind, outcomes in {
        "close_submissions": ["late"],
        "end_notice": ["late"],
        "remind_drafts": ["skipped"] * 3,
        "remind_townships": ["skipped"] * 3,
        "prompt_payout": ["pending"],
    }.items():
        assert of_kind(desk, kind) == outcomes, kind
    assert Counter(of_kind(desk, "deem_accepted"))["late"] == 1
    assert Counter(of_kind(desk, "lapse"))["late"] == 2
    assert {j.stage_of(desk, each) for each in claims["listed"]} == {Stage.FINANCE_PAYOUT}
    assert {j.stage_of(desk, each) for each in claims["drafts"]} == {Stage.LAPSED}
    assert {j.stage_of(desk, each) for each in claims["submitted"]} == {Stage.DEPARTMENT_CHECK}
    assert {j.stage_of(desk, each) for each in claims["corrected"]} == {Stage.CORRECTION}, "due on 13 May"
    assert doubled(desk) == {}
    with desk.reading() as tx:
        late = tx.session.scalars(select(DueSlot.detail).where(DueSlot.outcome == "late")).all()
    assert late
    assert set(late) == {"done late"}
    j.require_whole(desk)


def test_the_morning_after_a_standstill_asks_and_reminds_once(sqlite_desk: Desk) -> None:
    with j.on(date(2025, 4, 24)):
        run_round(sqlite_desk)
        busy(sqlite_desk)
    for hours in (0, 12, 14, 15, 16, 17, 20):
        with at(AGAIN + timedelta(hours=hours)):
            run_round(sqlite_desk)
    assert len(events(sqlite_desk, "payout_prompted")) == 1
    assert len(events(sqlite_desk, "cycle_closed")) == 1
    assert doubled(sqlite_desk) == {}


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2025, 5, 1, 0, 30, tzinfo=TZ),
        datetime(2025, 5, 1, 3, 30, tzinfo=TZ),
        datetime(2025, 5, 7, 9, 30, tzinfo=TZ),
    ],
    ids=["over the close", "over the backup", "over the morning's letters"],
)
def test_a_clock_set_back_an_hour_repeats_nothing(sqlite_desk: Desk, moment: datetime) -> None:
    with j.on(date(2025, 4, 24)):
        run_round(sqlite_desk)
        busy(sqlite_desk)
    with at(moment - timedelta(hours=2)):
        run_round(sqlite_desk)
    with at(moment):
        run_round(sqlite_desk)
        before = slots(sqlite_desk), written(sqlite_desk)
    with at(moment - timedelta(hours=1)):
        repeated = run_round(sqlite_desk)
    with at(moment):
        repeated += run_round(sqlite_desk)
    assert {each.outcome for each in repeated} <= {"skipped"}, "at most yesterday's, which are needless"
    after = slots(sqlite_desk)
    assert {key: after[key] for key in before[0]} == before[0]
    assert written(sqlite_desk) == before[1]
    assert doubled(sqlite_desk) == {}
    j.require_whole(sqlite_desk)


def test_two_runners_on_one_postgresql_do_no_slot_twice(
    postgres_desk: Desk, postgres_world_settings: Settings
) -> None:
    """Each has its own connections, as two machines would; all of a busy month falls due under both."""
    with j.on(date(2025, 4, 24)):
        claims = busy(postgres_desk)
    with ExitStack() as stack:
        runners = [stack.enter_context(open_desk(postgres_world_settings)) for _ in range(2)]
        results = []
        for day in (date(2025, 4, 25), date(2025, 5, 1), date(2025, 5, 7), date(2025, 5, 14)):
            for hour in (0, 3, 9):
                with j.on(day, hour):
                    answers = at_once(*(partial(run_round, runner) for runner in runners))
                    assert all(isinstance(each, tuple) for each in answers), answers
                    results += [each for answer in answers for each in answer]
                    run_round(postgres_desk)
    settled = Counter(each.slot for each in results if each.outcome != "pending")
    assert [slot for slot, times in settled.items() if times > 1] == []
    assert [each for each in results if each.outcome == "pending"] == []
    for name, trigger in (
        ("listed", "end_notice"),
        ("drafts", "lapse"),
        ("submitted", "accept"),
        ("corrected", "lapse"),
    ):
        assert [j.triggers_of(postgres_desk, each).count(trigger) for each in claims[name]] == [1] * len(
            claims[name]
        )
    assert doubled(postgres_desk) == {}
    j.require_whole(postgres_desk)
