"""The engine and the transaction. SQLite by default, PostgreSQL by URL, the same promises on both."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from claims.errors import DatabaseNotReady

PRIVATE = 0o600
BUSY_TIMEOUT_MS = 15_000
STATEMENT_TIMEOUT_MS = 60_000
CONNECTIONS = {"pool_size": 10, "max_overflow": 30}
"""As many as the web has threads: whoever is let in works, and is not turned away after waiting for a connection."""


def open_engine(url: str) -> Engine:
    """An engine whose write transactions cannot end in "locked" half-way, on either database."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and not parsed.database.startswith((":memory:", "file:")):
            _keep_private(Path(parsed.database))
            engine = create_engine(parsed, **CONNECTIONS)
        else:
            engine = create_engine(parsed)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    return create_engine(
        parsed,
        pool_pre_ping=True,
        **CONNECTIONS,
        connect_args={"options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC"},
    )


def _keep_private(path: Path) -> None:
    """Nobody else on this machine reads the records, also in a folder that was there before and is open to all.

    SQLite gives its journals the mode of the database.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(OSError):  # what cannot be opened, SQLite complains of
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE))
        path.chmod(PRIVATE)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling begins late and DEFERRED; SQLAlchemy's recipe takes it over.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    # A reader that turns writer in mid-transaction is refused at once in spite of the busy timeout; whoever
    # only reads says so, and never waits for a writer.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN DEFERRED" if reading else "BEGIN IMMEDIATE")


@contextmanager
def session_of(engine: Engine, *, reading: bool = False) -> Iterator[Session]:
    """One transaction: committed at the end, rolled back where an error leaves the block."""
    bind = engine.execution_options(reading=True) if reading else engine
    with Session(bind, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def snapshot_of(engine: Engine) -> Iterator[Session]:
    """All records as they stand at one moment, however long the look takes. Nothing is written, nobody waits."""
    options: dict[str, Any] = {"reading": True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with Session(engine.execution_options(**options)) as session, session.begin():
        yield session


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", "claims:migrations")
    return config


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_alembic())


def migrate(bind: Engine | Connection, revision: str = "head") -> None:
    """Bring the database to a form of the records, the newest by default; nothing to do where it is there or newer.

    On a connection it belongs to the transaction under way there, and is undone with it.
    """
    config = _alembic()
    config.attributes["bind"] = bind
    command.upgrade(config, revision)


def known_revisions() -> frozenset[str]:
    """The forms of the records that this program knows."""
    return frozenset(each.revision for each in _scripts().walk_revisions())


def revision_of(connection: Connection) -> str | None:
    """The form that the database has; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    """Whether the database has the newest form; False also for an empty one."""
    with engine.connect() as connection:
        return revision_of(connection) == _scripts().get_current_head()


@contextmanager
def reaching() -> Iterator[None]:
    """Inside the block, a database that cannot be reached is told as `DatabaseNotReady`."""
    try:
        yield
    except OperationalError as error:
        raise DatabaseNotReady(
            f"数据库无法连接：{error.orig}。请检查 JIANGBU_DATABASE_URL。",
            f"The database cannot be reached: {error.orig}. Check JIANGBU_DATABASE_URL.",
        ) from error


def require_current(engine: Engine) -> None:
    """Raise `DatabaseNotReady` with what to do where the database cannot be worked with."""
    with reaching():
        current = is_current(engine)
    if not current:
        raise DatabaseNotReady(
            "数据库尚未建立或版本较旧；请运行 jiangbu init。",
            "The database is not set up, or is of an older form; run jiangbu init.",
        )
