"""Rehearsing a cycle from the administrator's page: what is asked of Prefect, and what is read of the outcome."""

from pathlib import Path
from typing import Any

import pytest
import world
from sqlalchemy import update
from visitors import SignIn, words_of

from claims.desk import Desk
from claims.models import Cycle
from claims.timing import rehearsals
from claims.timing.rehearsals import MOST_CLAIMS, Rehearsed
from web import prefect_runs
from web.pages import rehearsal
from web.prefect_runs import RunView

URL = "/cycle/2025/rehearsal"


@pytest.fixture
def prefect(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What Prefect is asked to run; nothing has run yet."""
    asked: list[dict[str, Any]] = []

    def start(_url: str | None, title: str, parameters: dict[str, Any]) -> None:
        asked.append({"title": title, **parameters})

    monkeypatch.setattr(rehearsal, "start_run", start)
    monkeypatch.setattr(rehearsal, "last_run", lambda _url, _title: None)
    return asked


def run(state: str, state_zh: str) -> RunView:
    return RunView(
        "rehearse-2025-100-seed1", "年度演练", state, state_zh, None, None, None, "http://127.0.0.1:1/x"
    )


def finish(desk: Desk, folder: Path, violations: tuple[str, ...] = ()) -> None:
    drawn = folder / "drawn"
    drawn.mkdir()
    (drawn / "stages.svg").write_text("<svg/>")
    report = {
        "claims": 62,
        "paid_yuan": 1_975_000,
        "violations": violations,
        "slots": {"done": 408, "late": 1},
    }
    found = Rehearsed(2025, 60, 1, "2025-03-01", "2025-04-30", 2_000_000, world.MORNING.isoformat(), report)
    rehearsals.folder_of(desk.settings, 2025).parent.mkdir(exist_ok=True)
    rehearsals.keep(desk.settings, found, drawn)


def test_a_rehearsal_is_handed_to_the_schedule_with_the_cycle_and_its_size(
    prefect: list[dict[str, Any]], sign_in: SignIn
) -> None:
    visitor = sign_in("guo")
    page = visitor.read(URL)
    assert "2025年3月1日 — 2025年4月30日" in page
    assert "200.00 万元" in page
    assert f'href="{URL}"' in visitor.get("/cycle/2025").text
    answer = visitor.post(URL, {"claims": "60", "seed": "7"})
    assert (answer.status_code, answer.headers["location"]) == (303, URL)
    assert prefect == [{"title": "年度演练", "cycle": 2025, "claims": 60, "seed": 7}]


@pytest.mark.parametrize("claims", ["0", str(MOST_CLAIMS + 1), "-5"])
def test_a_size_out_of_bounds_starts_nothing(
    prefect: list[dict[str, Any]], sign_in: SignIn, claims: str
) -> None:
    answer = sign_in("guo").post(URL, {"claims": claims, "seed": "1"})
    assert answer.status_code == 422
    assert f"1 至 {MOST_CLAIMS}" in words_of(answer.text)
    assert prefect == []


def test_while_one_is_under_way_no_second_is_started(
    prefect: list[dict[str, Any]], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "last_run", lambda _url, _title: run("running", "运行中"))
    visitor = sign_in("guo")
    assert "一次演练正在进行" in visitor.read(URL)
    assert visitor.post(URL, {"claims": "60", "seed": "1"}).status_code == 409
    assert prefect == []


def test_one_that_did_not_come_to_its_end_is_told_of(
    prefect: list[dict[str, Any]], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "last_run", lambda _url, _title: run("crashed", "中断"))
    assert "上一次演练未完成（中断）" in sign_in("guo").read(URL)


def test_without_prefect_the_page_says_so_and_promises_nothing(sign_in: SignIn) -> None:
    visitor = sign_in("guo")
    assert "没有应答" in visitor.read(URL)
    answer = visitor.post(URL, {"claims": "60", "seed": "1"})
    assert answer.status_code == 409
    assert "jiangbu simulate" in words_of(answer.text)


def test_what_a_rehearsal_came_to_is_shown_with_its_charts(
    prefect: list[dict[str, Any]], sign_in: SignIn, rehearsal_desk: Desk, tmp_path: Path
) -> None:
    finish(rehearsal_desk, tmp_path)
    visitor = sign_in("guo")
    page = visitor.read(URL)
    assert "各项检查都成立" in page
    assert "197.50 万元" in page
    chart = visitor.get(f"{URL}/stages.svg")
    assert chart.text == "<svg/>"
    assert "sandbox" in chart.headers["content-security-policy"]


def test_what_did_not_hold_is_named(
    prefect: list[dict[str, Any]], sign_in: SignIn, rehearsal_desk: Desk, tmp_path: Path
) -> None:
    finish(rehearsal_desk, tmp_path, ("2025-05-01 a letter went twice",))
    assert "a letter went twice" in sign_in("guo").read(URL)


@pytest.mark.parametrize("name", ["outcome.json", "..%2F..%2Fjiangbu.db", "money.svg", "x"])
def test_nothing_but_its_charts_can_be_read_of_the_folder(
    rehearsal_desk: Desk, sign_in: SignIn, tmp_path: Path, name: str
) -> None:
    finish(rehearsal_desk, tmp_path)
    assert sign_in("guo").get(f"{URL}/{name}").status_code == 404


def test_a_window_that_cannot_be_rehearsed_is_refused_with_what_to_do(
    prefect: list[dict[str, Any]], sign_in: SignIn, rehearsal_desk: Desk
) -> None:
    with rehearsal_desk.transaction() as tx:
        tx.session.execute(update(Cycle).values(deadline_on=world.PLAN.opens_on))
    visitor = sign_in("guo")
    assert "不少于 7 天" in visitor.read(URL)
    assert visitor.post(URL, {"claims": "60", "seed": "1"}).status_code == 409
    assert prefect == []


def test_a_year_that_nobody_planned_is_no_page(prefect: list[dict[str, Any]], sign_in: SignIn) -> None:
    assert sign_in("guo").get("/cycle/2031/rehearsal").status_code == 404


def test_the_page_and_the_flow_call_the_deployment_by_one_name() -> None:
    from flows.rehearsal import TITLE

    assert prefect_runs.REHEARSAL == TITLE
