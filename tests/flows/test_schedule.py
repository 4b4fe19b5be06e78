"""When the flows run, what they ask for, and what they show. No server: Prefect's own arithmetic, plain calls."""

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from desks import settings_at
from prefect.client.schemas.objects import ConcurrencyLimitStrategy
from prefect.logging import disable_run_logger
from prefect.server.schemas.schedules import CronSchedule
from prefect.settings import get_current_settings

from claims.timing.due import SlotResult
from claims.timing.slots import SlotKind
from flows import programme
from flows.agenda import TAG
from flows.report import KINDS, OUTCOMES, as_table, summary
from flows.runner import DrainingRunner
from flows.schedule import AT_START, SCHEDULE, Entry
from notifications.round import DISPATCH
from states.calendar import TZ

MIDNIGHT = datetime(2026, 5, 9, tzinfo=TZ)


def slot(outcome: str, detail: str = "", cycle: int | None = 2026) -> SlotResult:
    finished = None if outcome == "pending" else MIDNIGHT
    return SlotResult(
        "close_submissions:2026", "close_submissions", cycle, "2026", MIDNIGHT, outcome, finished, detail
    )


def awaited(answer: Coroutine[Any, Any, Any]) -> Any:
    """In a thread of its own: the browser of other tests keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, answer).result()


def next_times(entry: Entry, start: datetime, count: int) -> list[datetime]:
    dates = awaited(CronSchedule(cron=entry.cron, timezone=str(TZ)).get_dates(count, start=start))
    return [datetime.fromtimestamp(each.timestamp(), TZ) for each in dates]


@dataclass
class Rounds:
    """Stands for the use case: keeps what it was asked, gives what it is told to."""

    asked: list[frozenset[str] | None]
    answer: tuple[SlotResult, ...] = ()
    artifacts: list[dict[str, Any]] | None = None

    def run(self, desk: object, *, kinds: frozenset[str] | None = None) -> tuple[SlotResult, ...]:
        self.asked.append(kinds)
        return self.answer


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Rounds:
    rounds = Rounds([])

    @contextmanager
    def no_desk(settings: object) -> Iterator[object]:
        yield settings

    monkeypatch.setattr(programme, "open_desk", no_desk)
    monkeypatch.setattr(programme, "load_settings", lambda: settings_at(tmp_path))
    monkeypatch.setattr(programme, "run_round", rounds.run)
    return rounds


@pytest.fixture
def unattended(rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> Rounds:
    """Flow bodies as plain functions, without a server to report to."""
    monkeypatch.setattr(programme, "settle", programme.settle.fn)
    monkeypatch.setattr(programme, "create_table_artifact", lambda *_args, **_kwargs: None)
    monkeypatch.setattr(programme, "_label", lambda *_args, **_kwargs: None)
    monkeypatch.setattr(programme, "look_ahead", lambda: None)
    return rounds


def test_each_kind_of_due_slot_has_its_flow_and_the_round_does_all(unattended: Rounds) -> None:
    with disable_run_logger():
        for entry in SCHEDULE:
            entry.flow.fn()
    named = [kinds for kinds in unattended.asked if kinds is not None]
    assert sorted(kind for kinds in named for kind in kinds) == sorted([*map(str, SlotKind), DISPATCH])
    assert unattended.asked.count(None) == 1
    assert AT_START.flow is programme.do_round


def test_the_round_comes_every_five_minutes_and_after_the_named_flows_of_midnight() -> None:
    times = next_times(AT_START, MIDNIGHT, 3)
    assert [b - a for a, b in pairwise(times)] == [timedelta(minutes=5)] * 2
    midnight = [e for e in SCHEDULE if next_times(e, MIDNIGHT, 1)[0] - MIDNIGHT < timedelta(minutes=4)]
    assert {e.flow.name for e in midnight} >= {
        "open-cycle",
        "close-submissions",
        "lapse",
        "deem-accepted",
        "end-notices",
    }
    assert times[0] - MIDNIGHT == timedelta(minutes=4)


def test_moments_are_by_the_clock_of_the_county() -> None:
    close = next(entry for entry in SCHEDULE if entry.flow.name == "close-submissions")
    (time,) = next_times(close, MIDNIGHT - timedelta(hours=1), 1)
    assert time == MIDNIGHT + timedelta(minutes=1)
    assert time.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize("entry", SCHEDULE, ids=lambda entry: entry.flow.name)
def test_a_deployment_can_be_loaded_by_name_and_never_runs_twice_at_once(entry: Entry) -> None:
    deployment = awaited(entry.deployment())
    assert deployment.entrypoint == f"flows.programme.{entry.flow.fn.__name__}"
    assert deployment.concurrency_limit == 1
    assert deployment.concurrency_options is not None
    assert deployment.concurrency_options.collision_strategy == ConcurrencyLimitStrategy.CANCEL_NEW
    assert TAG in deployment.tags
    assert entry.flow.persist_result is False
    assert entry.flow.timeout_seconds
    assert "。" in str(entry.flow.description)


def test_a_round_that_cannot_be_done_tells_prefect_the_kind_of_error_and_keeps_its_words(
    rounds: Rounds,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise ConnectionError("parameters: ('622848…', '王某')")

    monkeypatch.setattr(programme, "run_round", broken)
    with pytest.raises(programme.StepFailed, match="ConnectionError") as caught:
        programme.settle.fn(None)
    assert "王某" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert "王某" in caplog.text, "our own log says what happened"


def test_a_slot_that_failed_makes_the_run_fail_under_its_name(unattended: Rounds) -> None:
    unattended.answer = (slot("done"), slot("pending", "OperationalError: parameters: ('王某',)"))
    with disable_run_logger(), pytest.raises(programme.StepFailed) as caught:
        programme.do_round.fn()
    assert str(caught.value) == "close_submissions:2026 (OperationalError)"


def test_the_table_of_a_run_names_codes_and_no_persons() -> None:
    (row,) = as_table([slot("skipped", "own_organisation: wang belongs to the applicant 某公司")])
    assert row == {
        "到期事项": "close_submissions:2026",
        "类别": "截止申报",
        "应办时间": "2026-05-09 00:00",
        "结果": "无需办理",
        "说明": "own_organisation",
    }


def test_a_run_that_found_nothing_due_says_so() -> None:
    assert as_table([])[0]["结果"] == "本次无到期事项"
    assert summary([slot("done"), slot("done"), slot("late")]) == "已办 2 项，迟办 1 项。"


def test_every_kind_and_outcome_has_its_chinese_word() -> None:
    from claims.timing.slots import Outcome

    assert set(KINDS) == set(map(str, SlotKind))
    assert set(OUTCOMES) == set(map(str, Outcome))


def test_the_runner_writes_in_the_data_folder_and_not_where_another_user_may_have_been_before() -> None:
    assert DrainingRunner()._tmp_dir == get_current_settings().home / "runner"
