"""`jiangbu up` as people meet it: refusals they can act on, and the whole desk on its own feet."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
import typer
from desks import alive, free_port, settings_at, until
from typer.testing import CliRunner

from claims.errors import DatabaseNotReady
from cli.up import flows, up
from flows.environment import environment_alone
from flows.lock import hold
from web.prefect_runs import PrefectAway, api_url, recent_runs

app = typer.Typer()
app.command()(up)
app.command()(flows)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [each for each in os.environ if each.startswith("JIANGBU_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("JIANGBU_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_folder_in_use_is_refused_in_both_languages_with_status_3(home: Path) -> None:
    with hold(home, "http://127.0.0.1:8000"):
        result = CliRunner().invoke(app, ["up", "--port", str(free_port())])
    assert result.exit_code == 3
    assert result.stderr.startswith("error[cannot_start]: 数据目录")
    assert "already running" in result.stderr
    assert f"pid {os.getpid()}, http://127.0.0.1:8000" in result.stderr
    assert result.stdout == ""


def test_without_a_database_nothing_is_started(home: Path) -> None:
    result = CliRunner().invoke(app, ["up", "--port", str(free_port())])
    assert isinstance(result.exception, DatabaseNotReady)
    assert not (home / "log").exists()


class Desk:
    """The whole of it, as `make run` starts it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.said = home.with_suffix(".said")
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "cli", "up", "--demo", "--port", str(self.port)]
        with self.said.open("wb") as said:
            return subprocess.Popen(command, stdout=said, stderr=said)

    def ready(self) -> None:
        until(lambda: "Ctrl-C" in self.said.read_text() or self.process.poll() is not None, 110)
        assert self.process.poll() is None, self.said.read_text()

    def again(self) -> None:
        self.process = self._start()
        self.ready()

    def healthy(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/healthz", trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def children(self) -> dict[str, int]:
        """Child processes by the last words of their commands' first three."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_text().split("\0") for pid in found}
        return {command[4] if command[3] == "cli" else command[3]: pid for pid, command in commands.items()}

    def rounds(self) -> list[str]:
        runs = recent_runs(api_url(self.home), 100)
        return [] if isinstance(runs, PrefectAway) else [r.name for r in runs if r.state == "completed"]

    def stop(self) -> float:
        before = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(20) == 0
        return time.monotonic() - before


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_whole_desk_comes_up_heals_stops_and_goes_on_where_it_was(home: Path) -> None:
    desk = Desk(home)
    try:
        desk.ready()
        assert desk.healthy()
        assert set(desk.children()) == {"web", "flows.server", "flows"}
        first = until(desk.rounds, 60)

        os.kill(desk.children()["web"], signal.SIGKILL)
        until(lambda: not desk.healthy(), 10)
        until(desk.healthy, 30)

        children = desk.children()
        assert desk.stop() < 10
        assert not [pid for pid in children.values() if alive(pid)]
        address = api_url(home)

        desk.again()
        assert desk.healthy()
        assert api_url(home) == address, "Prefect's pages are where they were"
        until(lambda: len(desk.rounds()) > len(first), 60)
        assert set(first) <= set(desk.rounds()), "what was done before is still on show"
    finally:
        if desk.process.poll() is None:
            desk.stop()


def test_the_schedule_alone_is_refused_where_nothing_says_which_prefect_to_serve(home: Path) -> None:
    result = CliRunner().invoke(app, ["flows"])
    assert result.exit_code == 3
    assert "JIANGBU_PREFECT_API_URL" in result.stderr


def test_the_schedule_alone_serves_the_prefect_of_the_settings_and_no_other(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIANGBU_PREFECT_API_URL", "http://10.0.0.5:4200/api")
    monkeypatch.setenv("PREFECT_API_URL", "http://somebody.else/api")
    monkeypatch.setenv("PREFECT_API_KEY", "of somebody else")
    begun: list[tuple[tuple[str, ...], dict[str, str]]] = []

    def begin_anew(_program: str, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
        begun.append((arguments, environment))
        raise SystemExit(0)

    monkeypatch.chdir(home.parent)
    monkeypatch.setattr(os, "execve", begin_anew)
    CliRunner().invoke(app, ["flows"])
    ((arguments, environment),) = begun
    assert arguments[-2:] == ("cli", "flows")
    assert environment["PREFECT_API_URL"] == "http://10.0.0.5:4200/api"
    assert environment["PREFECT_HOME"] == str(home / "prefect")
    assert "PREFECT_API_KEY" not in environment
    assert environment_alone(settings_at(home), environment) is None, "the second time it serves"


def test_settings_name_another_prefect_and_no_server_is_started(tmp_path: Path) -> None:
    from flows.supervisor import household

    elsewhere = "http://10.0.0.5:4200/api"
    settings = settings_at(tmp_path, prefect_api_url=elsewhere)
    children = household(settings, host="127.0.0.1", port=8000, own_port=None, api_url=elsewhere)
    assert [child.name for child in children] == ["web", "runner"]
    assert children[1].env["PREFECT_API_URL"] == elsewhere
    assert children[1].after == ()
