"""Real Prefect, real runner: what the versions in the lock file promise, and what a crash leaves behind.

In the order of the file, on one server: the last test cuts its power.
"""

import asyncio
import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from desks import settings_at, until
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefects import Prefect, wait_for_end
from sqlalchemy import text

from claims.desk import Desk, create_database, open_desk
from claims.identity import people
from claims.letters.alerts import RunState, StepInTrouble, note_recovery
from claims.letters.alerts import alerts as found_alerts
from claims.letters.outbox import letters
from claims.timing.cycles import Plan, plan_cycle
from claims.timing.due import SlotResult
from claims.timing.rehearsals import chart, folder_of, last_rehearsal
from flows import agenda, alerts, rehearsal
from flows.environment import DESK_URL_FILE, prefect_folder
from flows.schedule import SCHEDULE
from flows.server import CONTENT_POLICY
from flows.steps import STEPS
from states.calendar import TZ
from states.stages import Role
from web.prefect_runs import PrefectAway, last_run, recent_runs, start_run, upcoming_runs

pytestmark = pytest.mark.slow

FIRST_OF_MAY = datetime(2030, 5, 1, tzinfo=TZ)


def test_a_scheduled_run_executes_and_says_what_it_did(prefect: Prefect) -> None:
    # With versions that do not fit together the server is healthy and registers all, and nothing is ever run.
    create_database(settings_at(prefect.home), rehearsal=True)
    (prefect_folder(settings_at(prefect.home)) / DESK_URL_FILE).write_text("http://127.0.0.1:8000\n")
    runner = prefect.start_runner("round")

    def scheduled_and_done() -> list[str]:
        return [
            run["name"]
            for run in prefect.runs("round")
            if run["auto_scheduled"] and run["state_name"] == "Completed"
        ]

    name = until(scheduled_and_done, 60)[0]
    assert name.startswith("round-20")
    for run in prefect.runs("round"):
        if run["start_time"]:
            begun, due = (datetime.fromisoformat(run[each]) for each in ("start_time", "expected_start_time"))
            assert begun >= due, "a deadline that is not over yet would not be found due"

    wanted = {"artifacts": {"key": {"any_": ["round"]}}, "limit": 1, "sort": "ID_DESC"}
    (table,) = prefect.ask("/artifacts/filter", wanted)
    assert table["description"].startswith("例行办理：")
    assert "[年度看板](http://127.0.0.1:8000/cycle)" in table["description"]
    assert set(json.loads(table["data"])[0]) == {"到期事项", "类别", "应办时间", "结果", "说明"}

    recent = recent_runs(prefect.api_url, 50)
    assert not isinstance(recent, PrefectAway)
    assert name in [run.name for run in recent if run.state_zh == "完成" and run.flow == "例行办理"]
    upcoming = upcoming_runs(prefect.api_url, 3)
    assert not isinstance(upcoming, PrefectAway)
    assert [run.state for run in upcoming] == ["scheduled"] * 3

    runner.ask_to_stop()
    assert wait_for_end(runner, 20) == 0


def test_the_run_that_closes_a_year_is_called_after_it(prefect: Prefect) -> None:
    assert wait_for_end(prefect.start_script("stand_in_close.py"), 30) == 0
    (run,) = prefect.runs("close-submissions")
    assert run["name"] == "close-submissions-2026"
    assert "2026" in run["tags"]
    assert run["state_name"] == "Completed"


def test_prefects_pages_are_told_to_ask_nobody_else(prefect: Prefect) -> None:
    page = httpx.get(f"http://127.0.0.1:{prefect.port}/v2/runs", trust_env=False)
    assert page.headers["content-security-policy"] == CONTENT_POLICY
    assert "connect-src 'self'" in CONTENT_POLICY


def test_a_page_from_elsewhere_cannot_reach_prefect_under_its_own_name(prefect: Prefect) -> None:
    strange = httpx.get(f"{prefect.api_url}/health", headers={"Host": "evil.example"}, trust_env=False)
    assert strange.status_code == 400
    foreign = httpx.get(
        f"{prefect.api_url}/health", headers={"Origin": "http://evil.example"}, trust_env=False
    )
    assert "access-control-allow-origin" not in foreign.headers


def test_a_runner_told_to_stop_lets_a_run_end_and_keeps_the_schedule(
    prefect: Prefect, tmp_path: Path
) -> None:
    journal = tmp_path / "naps"
    runner = prefect.start_runner("nap", NAP_SECONDS="4", NAP_JOURNAL=str(journal))
    until(journal.exists, 40)
    runner.ask_to_stop()
    assert wait_for_end(runner, 20) == 0
    assert [line.split()[0] for line in journal.read_text().splitlines()] == ["begun", "ended"]
    assert prefect.states("nap") == ["Completed"]
    ours = prefect.ask("/deployments/filter", {"deployments": {"tags": {"all_": ["jiangbu"]}}})
    served = {each["name"]: each for each in ours}
    assert set(served) == {"午休", alerts.TITLE, rehearsal.TITLE}, (
        "a deployment that is no longer served is retired"
    )
    deployment = served["午休"]
    assert deployment["paused"] is False
    assert deployment["global_concurrency_limit"]["active_slots"] == 0


def test_a_plan_stands_in_prefect_and_a_changed_plan_replaces_it(prefect: Prefect) -> None:
    async def deploy() -> None:
        for entry in SCHEDULE:
            await (await entry.deployment()).aapply()

    with temporary_settings({PREFECT_API_URL: prefect.api_url}):
        asyncio.run(deploy())
        with get_client(sync_client=True) as client:
            agenda.arrange(
                client, [_slot("close_submissions", FIRST_OF_MAY), _slot("open_cycle", FIRST_OF_MAY)]
            )
            assert _moments(client) == {
                "close-submissions-2030": FIRST_OF_MAY,
                "open-cycle-2030": FIRST_OF_MAY,
            }
            later = FIRST_OF_MAY + timedelta(days=7)
            for _ in range(2):  # the second time there is nothing to do
                agenda.arrange(client, [_slot("close_submissions", later)])
                assert _moments(client) == {"close-submissions-2030": later}
            # What Prefect plans by itself bears names of chance until it is arranged.
            until(lambda: any(agenda.MOMENT not in run.tags for run in agenda.ahead(client)), 60)
            agenda.arrange(client, [_slot("close_submissions", later)])
            names = {run.name.rpartition("-20")[0] for run in agenda.ahead(client)}
            assert names & set(STEPS)
            assert names <= {*STEPS, "nap"}


def _slot(kind: str, due_at: datetime) -> SlotResult:
    return SlotResult(f"{kind}:2030", kind, 2030, "cycle/2030", due_at, "pending", None)


def _moments(client: SyncPrefectClient) -> dict[str, datetime | None]:
    return {
        run.name: run.next_scheduled_start_time for run in agenda.ahead(client) if agenda.MOMENT in run.tags
    }


def test_after_a_power_cut_dead_runs_are_buried_and_the_step_runs_again(
    prefect: Prefect, tmp_path: Path
) -> None:
    journal = tmp_path / "naps"
    prefect.start_runner("nap", NAP_SECONDS="600", NAP_JOURNAL=str(journal))
    until(journal.exists, 40)
    prefect.kill_everything()

    prefect.start()
    assert prefect.states("nap")[-1] == "Running", "Prefect still believes in the dead run"
    journal.unlink()
    runner = prefect.start_runner("nap", NAP_SECONDS="0", NAP_JOURNAL=str(journal))
    until(lambda: prefect.states("nap")[-2:] == ["Crashed", "Completed"], 40)
    runner.process.send_signal(signal.SIGTERM)
    assert wait_for_end(runner, 20) == 0


def test_a_run_that_fails_is_told_to_administrators_once_within_a_minute(prefect: Prefect) -> None:
    with a_desk(prefect) as desk:
        runner = prefect.start_runner("stumble")
        until(lambda: "stumble" in told_of(desk), 60)
        (run,) = prefect.runs("stumble")
        assert told_of(desk)["stumble"].name == run["name"]
        until(lambda: prefect.states("alert")[-1:] == ["Completed"], 30)
        # A second report of the same run, as after a crash of Prefect, changes nothing.
        prefect.ask(
            f"/deployments/{alert_deployment(prefect)}/create_flow_run",
            {"parameters": given_to_alert(prefect)},
        )
        until(lambda: prefect.states("alert")[-2:] == ["Completed"] * 2, 30)
        assert told_of(desk)["stumble"].count == 1
        assert letters_about(desk, "绊倒") == 1
        assert "王某" not in str(prefect.ask("/artifacts/filter", {"limit": 50}))
        assert "王某" not in told_of(desk)["stumble"].reason
    runner.ask_to_stop()
    assert wait_for_end(runner, 20) == 0


def test_a_run_that_was_killed_is_told_of_and_the_step_recovers_by_going_through(
    prefect: Prefect, tmp_path: Path
) -> None:
    journal = tmp_path / "naps"
    with a_desk(prefect) as desk:
        with desk.transaction() as tx:
            note_recovery(tx, "nap")  # of the power cut
        before = letters_about(desk, "午休")
        runner = prefect.start_runner("nap", NAP_SECONDS="600", NAP_JOURNAL=str(journal))
        until(journal.exists, 40)
        runner.kill()
        assert wait_for_end(runner, 5) == -signal.SIGKILL
        again = prefect.start_runner("nap", NAP_SECONDS="45", NAP_JOURNAL=str(journal))
        until(lambda: "nap" in told_of(desk), 60)
        assert told_of(desk)["nap"].state == RunState.CRASHED
        until(lambda: letters_about(desk, "午休") == before + 1)
        until(lambda: "nap" not in told_of(desk), 90)
        again.ask_to_stop()
        assert wait_for_end(again, 60) == 0
        automations = [each["name"] for each in prefect.ask("/automations/filter")]
        assert automations.count(alerts.AUTOMATION) == 1


def test_a_rehearsal_asked_for_on_the_page_is_run_and_can_be_read_there(prefect: Prefect) -> None:
    settings = settings_at(prefect.home)
    with a_desk(prefect) as desk, desk.transaction() as tx:
        plan_cycle(tx, Plan(2031, date(2031, 2, 3), date(2031, 3, 14), 600_000))
        before = tx.session.scalar(text("SELECT count(*) FROM claim"))
    runner = prefect.start_runner("nap", NAP_SECONDS="0", NAP_JOURNAL=str(prefect.home / "naps"))
    until(lambda: "Completed" in prefect.states("nap")[-1:], 60)
    assert start_run(prefect.api_url, rehearsal.TITLE, {"cycle": 2031, "claims": 5, "seed": 3}) is None
    found = until(lambda: last_rehearsal(settings, 2031), 100)
    assert (found.claims, found.opens_on, found.budget_yuan) == (5, "2031-02-03", 600_000)
    assert found.violations == []
    assert chart(settings, 2031, "money") is not None
    until(lambda: getattr(last_run(prefect.api_url, rehearsal.TITLE), "state", "") == "completed", 30)
    folder = folder_of(settings, 2031).parent
    assert [each.name for each in folder.iterdir()] == ["2031"], "the made-up county is gone"
    with a_desk(prefect) as desk, desk.reading() as tx:
        assert tx.session.scalar(text("SELECT count(*) FROM claim")) == before
    runner.ask_to_stop()
    assert wait_for_end(runner, 30) == 0


@contextmanager
def a_desk(prefect: Prefect) -> Iterator[Desk]:
    settings = settings_at(prefect.home)
    create_database(settings, rehearsal=True)
    with open_desk(settings) as desk:
        with desk.transaction() as tx:
            if "boss" not in {each.name for each in people.users(tx)}:
                people.add_user(tx, "boss", Role.ADMINISTRATOR, email="boss@example.org")
        yield desk


def told_of(desk: Desk) -> dict[str, StepInTrouble]:
    """The steps in trouble, by the flow that their last run was named after."""
    with desk.reading() as tx:
        return {TITLES[each.title]: each for each in found_alerts(tx).steps if each.title in TITLES}


TITLES = {"绊倒": "stumble", "午休": "nap"}


def letters_about(desk: Desk, title: str) -> int:
    with desk.reading() as tx:
        return sum(f"“{title}”" in each.subject for each in letters(tx))


def alert_deployment(prefect: Prefect) -> str:
    (found,) = prefect.ask("/deployments/filter", {"deployments": {"name": {"any_": [alerts.TITLE]}}})
    return str(found["id"])


def given_to_alert(prefect: Prefect) -> dict[str, str]:
    given: dict[str, str] = prefect.runs("alert")[-1]["parameters"]
    return given


def test_while_prefect_is_away_the_page_is_told_so(prefect: Prefect) -> None:
    prefect.kill_everything()
    assert recent_runs(prefect.api_url) == PrefectAway(prefect.api_url, "ConnectError")
    assert upcoming_runs(None) == PrefectAway(None, "never started")
