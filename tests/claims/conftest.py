"""Desks that tests of one subject share."""

from typing import TYPE_CHECKING

import pytest
from databases import SECRET, Postgres, sqlite_url

from config.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from desk_in_use import Kept


@pytest.fixture(scope="session")
def sqlite_kept(tmp_path_factory: pytest.TempPathFactory, _sqlite_world: "Path") -> "Kept":
    """A desk in use on SQLite, with a backup of it."""
    from desk_in_use import Kept

    home = tmp_path_factory.mktemp("kept")
    (home / "jiangbu.db").write_bytes(_sqlite_world.read_bytes())
    return Kept.of(Settings(home=home, database_url=sqlite_url(home / "jiangbu.db"), secret_key=SECRET))


@pytest.fixture(scope="session")
def postgres_kept(
    tmp_path_factory: pytest.TempPathFactory, postgres: Postgres, _postgres_world: str
) -> "Kept":
    from desk_in_use import Kept

    url = postgres.url(postgres.new(_postgres_world))
    return Kept.of(Settings(home=tmp_path_factory.mktemp("kept"), database_url=url, secret_key=SECRET))


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest) -> "Kept":
    name = {"sqlite": "sqlite_kept", "postgresql": "postgres_kept"}[request.param]
    found: Kept = request.getfixturevalue(name)
    return found
