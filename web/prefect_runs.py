"""Prefect's runs for the administrator's page, asked over its HTTP API. Prefect may be away; the page stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from states.calendar import TZ

_TIMEOUT = 2.0
_TAG = "jiangbu"
_API_URL_FILE = Path("prefect", "api_url")

REHEARSAL = "年度演练"
"""The name under which Prefect knows the rehearsal of a cycle (`flows/rehearsal.py`)."""

STATES = {
    "SCHEDULED": "待运行",
    "PENDING": "准备中",
    "RUNNING": "运行中",
    "COMPLETED": "完成",
    "FAILED": "失败",
    "CRASHED": "中断",
    "CANCELLED": "已取消",
    "CANCELLING": "取消中",
    "PAUSED": "暂停",
}


@dataclass(frozen=True, slots=True)
class RunView:
    """One run of a flow. `flow` is its Chinese name, `name` the run's own; `url` opens it in Prefect."""

    name: str
    flow: str
    state: str
    state_zh: str
    due_at: datetime | None
    started_at: datetime | None
    seconds: float | None
    url: str


@dataclass(frozen=True, slots=True)
class PrefectAway:
    """Prefect does not answer, or was never started on this data folder."""

    api_url: str | None
    reason: str


def api_url(home: Path) -> str | None:
    """Where the Prefect of this data folder is, as `jiangbu up` wrote it down."""
    try:
        return (home / _API_URL_FILE).read_text().strip() or None
    except FileNotFoundError:
        return None


def recent_runs(url: str | None, limit: int = 20) -> tuple[RunView, ...] | PrefectAway:
    """Runs that have begun, the latest first. Those that an identical run made needless are left out."""
    begun = {"state": {"type": {"any_": ["RUNNING", "COMPLETED", "FAILED", "CRASHED", "CANCELLING"]}}}
    return _runs(url, begun, "START_TIME_DESC", limit)


def upcoming_runs(url: str | None, limit: int = 20) -> tuple[RunView, ...] | PrefectAway:
    """Runs that are scheduled, the next first."""
    return _runs(url, {"state": {"type": {"any_": ["SCHEDULED"]}}}, "NEXT_SCHEDULED_START_TIME_ASC", limit)


def last_run(url: str | None, title: str) -> RunView | PrefectAway | None:
    """The latest run of a deployment, begun or not; None where there was none."""
    found = _runs(url, {}, "EXPECTED_START_TIME_DESC", 1, title)
    return found if isinstance(found, PrefectAway) else next(iter(found), None)


def start_run(url: str | None, title: str, parameters: Mapping[str, Any]) -> PrefectAway | None:
    """Ask Prefect to run a deployment now; None where it has taken it."""
    if url is None:
        return PrefectAway(None, "never started")
    try:
        with httpx.Client(base_url=url, timeout=_TIMEOUT, trust_env=False) as client:
            (deployment,) = _ask(client, "/deployments/filter", _named(title))
            answer = client.post(
                f"/deployments/{deployment['id']}/create_flow_run", json={"parameters": dict(parameters)}
            )
            answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL, LookupError, TypeError, ValueError) as error:
        return PrefectAway(url, type(error).__name__)
    return None


def _named(title: str | None) -> dict[str, Any]:
    """The deployments of ours, or the one of this name."""
    wanted: dict[str, Any] = {"tags": {"all_": [_TAG]}}
    return {"deployments": wanted if title is None else wanted | {"name": {"any_": [title]}}}


def _runs(
    url: str | None, wanted: Mapping[str, Any], sort: str, limit: int, title: str | None = None
) -> tuple[RunView, ...] | PrefectAway:
    if url is None:
        return PrefectAway(None, "never started")
    ours = _named(title)
    try:
        # On loopback, whatever proxy is set for the world outside.
        with httpx.Client(base_url=url, timeout=_TIMEOUT, trust_env=False) as client:
            deployments = _ask(client, "/deployments/filter", ours)
            runs = _ask(
                client, "/flow_runs/filter", ours | {"flow_runs": wanted, "sort": sort, "limit": limit}
            )
        titles = {each["id"]: each["name"] for each in deployments}
        return tuple(_view(run, titles, url.removesuffix("/api")) for run in runs)
    except (httpx.HTTPError, httpx.InvalidURL, LookupError, TypeError, ValueError) as error:
        return PrefectAway(url, type(error).__name__)


def _ask(client: httpx.Client, path: str, body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    answer = client.post(path, json=body).raise_for_status().json()
    if not isinstance(answer, list):
        raise TypeError(path)
    return answer


def _view(run: Mapping[str, Any], titles: Mapping[str, str], pages: str) -> RunView:
    state = str(run["state_type"])
    started = _moment(run["start_time"])
    return RunView(
        name=str(run["name"]),
        flow=titles.get(run["deployment_id"], ""),
        state=state.lower(),
        state_zh=STATES.get(state, state),
        due_at=_moment(run["expected_start_time"]),
        started_at=started,
        seconds=None if started is None else round(float(run["total_run_time"]), 1),
        url=f"{pages}/v2/runs/flow-run/{run['id']}",
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(TZ)
