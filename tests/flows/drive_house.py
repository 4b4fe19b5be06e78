"""A real `jiangbu up` on a data folder of its own, its clock led from outside, and what can be killed of it."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx
import psutil
from desks import HERE, free_port

from claims import clock
from config.settings import Settings
from flows.environment import prefect_folder
from states.calendar import TZ
from web.prefect_runs import api_url

ROOT = HERE.parents[1]
STARTS_IN_SECONDS = 240
RUN_OF = "PREFECT__FLOW_RUN_ID"
REGISTERED = b"steps are scheduled"


class Victim(StrEnum):
    """Whom a kill meets: one of the three children, or the process of a flow run, which is the runner's child."""

    WEB = "web"
    PREFECT = "prefect"
    RUNNER = "runner"
    RUN = "flow run"


COMMANDS = {"web": Victim.WEB, "flows.server": Victim.PREFECT, "flows": Victim.RUNNER}


@dataclass
class House:
    """`settings` name the data folder and the database; the desk's pages are at `url`."""

    settings: Settings
    port: int = field(default_factory=free_port)
    stopped_in: float = 0.0
    """Seconds from SIGTERM to the end."""
    left_over: int = 0
    """Processes that outlived the desk."""
    process: psutil.Popen = field(init=False)
    _ahead: Path = field(init=False)

    def __post_init__(self) -> None:
        self._ahead = self.settings.home / "ahead"
        # Found here and not by the desk: several that come up at once would find the same one.
        port = prefect_folder(self.settings) / "port"
        port.parent.mkdir(parents=True)
        port.write_text(f"{free_port()}\n")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def prefect(self) -> str:
        return api_url(self.settings.home) or ""

    # Time

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(clock.now().timestamp() + float(self._ahead.read_text()), TZ)

    def lead_to(self, moment: datetime) -> None:
        """From here on it is `moment` and later on the desk; never earlier than it was."""
        ahead = (moment - clock.now()).total_seconds()
        if self._ahead.exists() and ahead <= float(self._ahead.read_text()):
            return
        draft = self._ahead.with_suffix(".new")
        draft.write_text(f"{ahead}")
        draft.rename(self._ahead)

    # Life

    @contextmanager
    def up(self) -> Iterator[None]:
        """The whole desk, from its start to its end by SIGTERM."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("JIANGBU_", "PREFECT_"))
        }
        environment = kept | {
            "JIANGBU_HOME": str(self.settings.home),
            "JIANGBU_DATABASE_URL": self.settings.database_url,
            "JIANGBU_SECRET_KEY": self.settings.secret_key,
            "LED_CLOCK": str(self._ahead),
            "PYTHONPATH": f"{HERE / 'led_clock'}{os.pathsep}{ROOT}",
        }
        command = [sys.executable, "-m", "cli", "up", "--port", str(self.port)]
        with (self.settings.home / "said").open("wb") as said:
            self.process = psutil.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
        try:
            self._wait_until_ready()
            yield
        finally:
            self._stop()

    def _stop(self) -> None:
        everybody, before = self.process.children(recursive=True), time.monotonic()
        self.process.terminate()
        with suppress(psutil.TimeoutExpired):
            self.process.wait(20)
        self.stopped_in = time.monotonic() - before
        self.left_over = len(psutil.wait_procs([self.process, *everybody], timeout=1)[1])
        for each in (self.process, *everybody):
            with suppress(psutil.Error):
                each.kill()

    def said(self) -> str:
        return (self.settings.home / "said").read_text()

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + STARTS_IN_SECONDS
        while "Ctrl-C" not in self.said():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the desk does not come up: {self.said()}")
            time.sleep(0.2)

    # What can be killed

    def processes(self) -> Mapping[Victim, psutil.Process]:
        """The children that are there at this moment."""
        found = {}
        for child in self.process.children():
            try:
                command = child.cmdline()
            except psutil.Error:
                continue
            names = [each for each in command if each in COMMANDS]
            if names and child.status() != psutil.STATUS_ZOMBIE:
                found[COMMANDS[names[-1] if "web" not in names else "web"]] = child
        return found

    def runs(self) -> list[tuple[str, psutil.Process]]:
        """The processes of flow runs, with the runs' ids."""
        runner = self.processes().get(Victim.RUNNER)
        found = []
        for child in [] if runner is None else runner.children(recursive=True):
            try:
                if (run := child.environ().get(RUN_OF)) and child.status() != psutil.STATUS_ZOMBIE:
                    found.append((run, child))
            except psutil.Error:
                continue
        return found

    # Health

    def healthy(self, victim: Victim) -> bool:
        match victim:
            case Victim.WEB:
                return _answers(f"{self.url}/healthz")
            case Victim.PREFECT:
                return _answers(f"{self.prefect}/health")
            case _:
                return self.registrations() > 0

    def registrations(self) -> int:
        """How often a runner has come so far that it takes up runs."""
        return (self.settings.home / "log" / "runner.log").read_bytes().count(REGISTERED)

    # Prefect

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """An answer of Prefect's API; None while it is away."""
        try:
            with httpx.Client(base_url=self.prefect, timeout=10, trust_env=False) as client:
                method = "GET" if body is None else "POST"
                return client.request(method, path, json=body).raise_for_status().json()
        except httpx.HTTPError:
            return None

    def start_run(self, deployment: str) -> str | None:
        """Ask for a run of a deployment by its name, as an administrator might on Prefect's page; its id."""
        found = self.ask("/deployments/filter", {"deployments": {"name": {"any_": [deployment]}}})
        made = self.ask(f"/deployments/{found[0]['id']}/create_flow_run", {}) if found else None
        return None if made is None else str(made["id"])

    def state(self, run: str) -> str:
        """The type of a run's state; empty while Prefect is away."""
        found = self.ask(f"/flow_runs/{run}")
        return "" if found is None else str(found["state_type"])


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False
