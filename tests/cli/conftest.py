"""Shells on an empty desk of either database, on the shared world, and on the rehearsal year."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import world
from shells import Shell

from claims import clock
from cli.demo import prepare_demo
from config.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith("JIANGBU_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def shell(database_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """On an empty database, SQLite and PostgreSQL."""
    return Shell.on(database_settings, monkeypatch)


@pytest.fixture
def sqlite_shell(sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell.on(sqlite_settings, monkeypatch)


@pytest.fixture
def at_work(sqlite_world_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """In the shared world, on the morning of 10 March 2025."""
    with clock.standing_at(world.MORNING):
        yield Shell.on(sqlite_world_settings, monkeypatch)


@pytest.fixture(scope="session")
def _demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("demo")
    prepare_demo(load_settings({"JIANGBU_HOME": str(home)}))
    return home


@pytest.fixture
def demo_settings(_demo_home: Path, tmp_path: Path) -> Settings:
    """A rehearsal year as `jiangbu up --demo` leaves it, a copy for each test."""
    home = tmp_path / "home"
    shutil.copytree(_demo_home, home)
    made = load_settings({"JIANGBU_HOME": str(home)})
    return replace(made, database_url=f"sqlite:///{home / 'jiangbu.db'}")


@pytest.fixture
def demo(demo_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell.on(demo_settings, monkeypatch)
