"""A real Prefect server and real runners in a temporary data folder, as the product starts them."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from desks import HERE, PATIENCE, settings_at, until

from flows.children import Child, Ward
from flows.environment import prefect_environment, prefect_folder, server_environment


@dataclass
class Prefect:
    home: Path
    port: int
    wards: list[Ward] = field(default_factory=list)

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def start(self) -> None:
        settings = settings_at(self.home)
        folder = prefect_folder(settings)
        folder.mkdir(parents=True, exist_ok=True)
        server = Child(
            "prefect",
            (sys.executable, "-m", "flows.server", str(self.port)),
            server_environment(settings, os.environ, self.port),
            folder,
            f"{self.api_url}/health",
        )
        self._start(server)
        until(lambda: self.wards[-1].probe() or time.sleep(0.3), 90)

    def start_runner(self, schedule: str, **environment: str) -> Ward:
        return self.start_script("stand_in_runner.py", schedule, **environment)

    def start_script(self, script: str, *arguments: str, **environment: str) -> Ward:
        settings = settings_at(self.home)
        path = os.pathsep.join(each for each in (str(HERE), os.environ.get("PYTHONPATH")) if each)
        env = prefect_environment(settings, os.environ, self.api_url) | {"PYTHONPATH": path} | environment
        argv = (sys.executable, str(HERE / script), *arguments)
        return self._start(Child(f"{script}-{len(self.wards)}", argv, env, prefect_folder(settings)))

    def _start(self, child: Child) -> Ward:
        ward = Ward(child, self.home / "log" / f"{child.name}.log")
        ward.start()
        self.wards.append(ward)
        return ward

    def kill_everything(self) -> None:
        """A power cut."""
        for ward in self.wards:
            ward.kill()
        for ward in self.wards:
            if ward.process is not None:
                ward.process.wait()
        self.wards.clear()

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return (
            httpx.post(f"{self.api_url}{path}", json=body or {}, trust_env=False, timeout=20)
            .raise_for_status()
            .json()
        )

    def runs(self, flow: str) -> Sequence[Mapping[str, Any]]:
        """All runs of a flow that have left the state Scheduled, oldest first."""
        wanted = {
            "flows": {"name": {"any_": [flow]}},
            "flow_runs": {"state": {"type": {"not_any_": ["SCHEDULED"]}}},
            "sort": "START_TIME_ASC",
        }
        found: Sequence[Mapping[str, Any]] = self.ask("/flow_runs/filter", wanted)
        return found

    def states(self, flow: str) -> list[str]:
        return [run["state_name"] for run in self.runs(flow)]


def wait_for_end(ward: Ward, seconds: float) -> int:
    assert ward.process is not None
    try:
        return ward.process.wait(seconds * PATIENCE)
    except subprocess.TimeoutExpired:
        raise AssertionError(
            f"{ward.child.name} still runs after {seconds * PATIENCE} s:\n{ward.log.read_text()}"
        ) from None
