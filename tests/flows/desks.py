"""Starting a desk made of stand-ins, and looking at what is left of it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from config.settings import Settings

T = TypeVar("T")
HERE = Path(__file__).parent
PATIENCE = 3
"""What comes to pass does so in the seconds that a test names; a loaded machine is given more."""


def settings_at(home: Path, **others: object) -> Settings:
    values = {
        "home": home,
        "database_url": f"sqlite:///{home}/jiangbu.db",
        "smtp_url": None,
        "now": None,
        "prefect_api_url": None,
    }
    return Settings(secret_key="0" * 32, **(values | others))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(what: Callable[[], T], seconds: float = 15) -> T:
    """Wait for something to become true and answer with it."""
    end = time.monotonic() + seconds * PATIENCE
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError(f"did not come true within {seconds * PATIENCE} s")


def alive(pid: int) -> bool:
    """Whether a process still runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@dataclass
class StandInDesk:
    home: Path
    process: subprocess.Popen[str]

    @classmethod
    def start(cls, home: Path, port: int, manners: Mapping[str, str] | None = None) -> "StandInDesk":
        home.mkdir(exist_ok=True)
        environment = os.environ | {
            f"STAND_IN_{name.upper()}": manner for name, manner in (manners or {}).items()
        }
        command = [sys.executable, str(HERE / "stand_in_desk.py"), str(home), str(port)]
        with (home / "said").open("a") as said:
            return cls(home, subprocess.Popen(command, env=environment, stdout=said, stderr=said, text=True))

    def said(self) -> str:
        return (self.home / "said").read_text()

    def ready(self) -> "StandInDesk":
        until(lambda: "ready" in self.said())
        return self

    def journal(self) -> list[str]:
        """`web started`, `prefect healthy` … in the order it happened."""
        return [line.rpartition(" ")[0] for line in self._lines()]

    def pids(self, name: str) -> list[int]:
        """The processes that a child has been, first to last."""
        return [int(line.rpartition(" ")[2]) for line in self._lines() if line.startswith(f"{name} started")]

    def run(self) -> int:
        """The process of the flow run that a runner in the manner of a parent has started."""
        line = until(lambda: next((each for each in self._lines() if each.startswith("runner run")), None))
        return int(line.split()[2])

    def _lines(self) -> list[str]:
        path = self.home / "journal"
        return path.read_text().splitlines() if path.exists() else []

    def everyone(self) -> list[int]:
        return [pid for name in ("web", "prefect", "runner") for pid in self.pids(name)]

    def end_leftovers(self) -> None:
        """A test that failed shall not leave its processes to the machine."""
        for pid in filter(alive, self.everyone()):
            os.kill(pid, signal.SIGKILL)

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(15)
