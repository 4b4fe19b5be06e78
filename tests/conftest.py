"""What all tests share: reviewed snapshots, databases of both kinds, and a desk at work in a small world.

`…_settings` lead to an empty database, `world_settings` to one where a year is open and everybody has an account
(see `world.py`). What is named neither `sqlite_` nor `postgres_` runs on both.
"""

import gc
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from databases import SECRET, Postgres, postgres_server, sqlite_url
from snapshots import Snapshots

from config.settings import Settings

if TYPE_CHECKING:
    from claims.desk import Desk

BOTH = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept-snapshots",
        action="store_true",
        help="write what the product says now as what it shall say; read the difference before committing it",
    )


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: looking it through again and again took a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture
def snapshots(request: pytest.FixtureRequest) -> Snapshots:
    """Reviewed texts under `snapshots/` beside the test file."""
    return Snapshots(request.path.parent / "snapshots", accept=request.config.getoption("--accept-snapshots"))


# Empty databases


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with postgres_server() as server:
        yield server


@pytest.fixture
def sqlite_settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database_url=sqlite_url(tmp_path / "jiangbu.db"), secret_key=SECRET)


@pytest.fixture
def postgres_settings(tmp_path: Path, postgres: Postgres) -> Iterator[Settings]:
    yield from _on_postgres(tmp_path, postgres, "template0")


@pytest.fixture(params=BOTH)
def database_settings(request: pytest.FixtureRequest) -> Settings:
    return _chosen(request, {"sqlite": "sqlite_settings", "postgresql": "postgres_settings"})


# The world


@pytest.fixture(scope="session")
def _sqlite_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import world

    home = tmp_path_factory.mktemp("world")
    path = home / "world.db"
    world.create(Settings(home=home, database_url=sqlite_url(path), secret_key=SECRET))
    return path


@pytest.fixture(scope="session")
def _postgres_world(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> str:
    import world

    name = postgres.new()
    home = tmp_path_factory.mktemp("world")
    world.create(Settings(home=home, database_url=postgres.url(name), secret_key=SECRET))
    return name


@pytest.fixture
def sqlite_world_settings(tmp_path: Path, _sqlite_world: Path) -> Settings:
    path = tmp_path / "jiangbu.db"
    shutil.copyfile(_sqlite_world, path)
    return Settings(home=tmp_path, database_url=sqlite_url(path), secret_key=SECRET)


@pytest.fixture
def postgres_world_settings(tmp_path: Path, postgres: Postgres, _postgres_world: str) -> Iterator[Settings]:
    yield from _on_postgres(tmp_path, postgres, _postgres_world)


@pytest.fixture(params=BOTH)
def world_settings(request: pytest.FixtureRequest) -> Settings:
    return _chosen(request, {"sqlite": "sqlite_world_settings", "postgresql": "postgres_world_settings"})


@pytest.fixture
def desk(world_settings: Settings) -> Iterator["Desk"]:
    """The world's live desk, on the morning of 10 March 2025 (`world.MORNING`)."""
    yield from _opened(world_settings)


@pytest.fixture
def sqlite_desk(sqlite_world_settings: Settings) -> Iterator["Desk"]:
    yield from _opened(sqlite_world_settings)


@pytest.fixture
def postgres_desk(postgres_world_settings: Settings) -> Iterator["Desk"]:
    yield from _opened(postgres_world_settings)


@pytest.fixture
def rehearsal_desk(sqlite_world_settings: Settings) -> Iterator["Desk"]:
    """The world as a rehearsal, standing at `world.MORNING` for every thread."""
    import world

    from claims.desk import open_desk

    world.turn_into_rehearsal(sqlite_world_settings)
    with open_desk(replace(sqlite_world_settings, now=world.MORNING)) as desk:
        yield desk


def _on_postgres(home: Path, postgres: Postgres, template: str) -> Iterator[Settings]:
    name = postgres.new(template)
    yield Settings(home=home, database_url=postgres.url(name), secret_key=SECRET)
    postgres.drop(name)


def _chosen(request: pytest.FixtureRequest, by_database: dict[str, str]) -> Settings:
    settings: Settings = request.getfixturevalue(by_database[request.param])
    return settings


def _opened(settings: Settings) -> Iterator["Desk"]:
    import world

    from claims import clock
    from claims.desk import open_desk

    with open_desk(settings) as desk, clock.standing_at(world.MORNING):
        yield desk
