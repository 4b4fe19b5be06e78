"""A desk of its own for each test, live or for rehearsal, on SQLite: a copy of one that is made once."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from letter_world import MORNING, add_cycle

from claims import clock
from claims.desk import Desk, create_database, open_desk
from config.settings import Settings


def _settings(home: Path) -> Settings:
    return Settings(home=home, database_url=f"sqlite:///{home / 'desk.db'}", secret_key="a key for tests")


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], Path]:
    """The database file of a desk with a cycle, for rehearsal or live."""

    @cache
    def made(rehearsal: bool) -> Path:
        settings = _settings(tmp_path_factory.mktemp("letters"))
        create_database(settings, rehearsal=rehearsal)
        with open_desk(settings) as desk, clock.standing_at(MORNING), desk.transaction() as tx:
            add_cycle(tx)
        return settings.home / "desk.db"

    return made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return _settings(tmp_path)


@pytest.fixture
def desk(settings: Settings, _made: Callable[[bool], Path]) -> Iterator[Desk]:
    """A live desk with a cycle, on the morning of 9 March 2026."""
    yield from _opened(settings, _made(False))


@pytest.fixture
def rehearsal_desk(settings: Settings, _made: Callable[[bool], Path]) -> Iterator[Desk]:
    yield from _opened(settings, _made(True))


def _opened(settings: Settings, made: Path) -> Iterator[Desk]:
    shutil.copyfile(made, settings.home / "desk.db")
    with open_desk(settings) as desk, clock.standing_at(MORNING):
        yield desk
