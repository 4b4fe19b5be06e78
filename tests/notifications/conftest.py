"""A desk of its own for each test, live or for rehearsal, on SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from letter_world import MORNING, add_cycle

from claims import clock
from claims.desk import Desk, create_database, open_desk
from config.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path, database_url=f"sqlite:///{tmp_path / 'desk.db'}", secret_key="a key for tests"
    )


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    """A live desk with a cycle, on the morning of 9 March 2026."""
    yield from _opened(settings, rehearsal=False)


@pytest.fixture
def rehearsal_desk(settings: Settings) -> Iterator[Desk]:
    yield from _opened(settings, rehearsal=True)


def _opened(settings: Settings, *, rehearsal: bool) -> Iterator[Desk]:
    create_database(settings, rehearsal=rehearsal)
    with open_desk(settings) as desk, clock.standing_at(MORNING):
        with desk.transaction() as tx:
            add_cycle(tx)
        yield desk
