"""A desk that has been in use for some weeks, and what stands in its records, for tests of backup and restore."""

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import world
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from journey import brought_to, payable, released
from sqlalchemy import select
from world import who

from claims import clock
from claims.desk import Desk, open_desk
from claims.identity import linked, second_factors
from claims.identity.people import declare_interest, make_token
from claims.identity.sign_ins import authenticate, open_session
from claims.keeping import archive
from claims.keeping.backup import BackedUp, back_up
from claims.models import Base
from claims.policy.policies import confirm_reading, open_readings
from claims.timing.due import settle_due
from config.settings import Settings
from notifications.derive import derive
from states.stages import Stage

WEEKS_LATER = world.MORNING.replace(month=4)


@dataclass(frozen=True)
class Kept:
    """A desk in use and a backup of it. Tests share both and change neither."""

    settings: Settings
    backup: BackedUp

    @property
    def path(self) -> Path:
        return self.backup.path

    @classmethod
    def of(cls, settings: Settings) -> "Kept":
        with open_desk(settings) as desk:
            use(desk)
            with clock.standing_at(WEEKS_LATER):
                return cls(settings, back_up(desk, settings.home / "kept.tar"))


def use(desk: Desk) -> None:
    """Claims at every step, a released batch, letters, seals, people who sign in: a row in most tables."""
    with clock.standing_at(world.MORNING):
        payable(desk, 2)
        brought_to(desk, Stage.COORDINATION_APPROVAL, 3)
        brought_to(desk, Stage.DEPARTMENT_CHECK, 4)
        brought_to(desk, Stage.DRAFT, 5)
    with clock.standing_at(WEEKS_LATER):
        released(desk)
        settle_due(desk)
        derive(desk, limit=30)
        with desk.transaction() as tx:
            reading = open_readings(tx, desk.rulebook.policy_on(tx.now.date()))[0]
            confirm_reading(tx, reading.code, actor=who(tx, "xu"), reason="按附件2的表注理解")
            declare_interest(tx, "li", world.COMPANY[1], "亲属任职")
            make_token(tx, "guo")
            open_session(tx, "guo")
            code = _code(second_factors.begin(tx, "tang").secret)
            second_factors.confirm(tx, "tang", code)
            linked.link(tx, "li", "https://id.example.org", "a3f9", actor=who(tx, "li"))
        assert not authenticate(desk, "feng", "a wrong password")


def _code(secret: str) -> str:
    key = base64.b32decode(secret.replace(" ", ""))
    return TOTP(key, 6, SHA1(), 30).generate(int(clock.outside().timestamp())).decode()


def rows(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, as the records' own types, in the order of their keys."""
    with open_desk(settings) as desk, desk.engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def papers(home: Path) -> dict[str, bytes]:
    """The bytes of every paper that a data folder holds, by its place."""
    folder = home / "evidence"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def resealed(path: Path, out: Path, changes: Mapping[str, Callable[[bytes], bytes | None]]) -> Path:
    """The backup with members changed, or left out for None, under a seal that holds: what no accident does."""
    with archive.opened(path) as found, archive.writing(out, WEEKS_LATER) as writer:
        for name, file in found.members():
            content = changes.get(name, bytes)(file.read())
            if content is not None:
                writer.add(name, BytesIO(content), len(content))
        writer.seal()
    return out


def kill_when_it_waits(script: str, settings: Settings, *arguments: object) -> None:
    """Run a script of the desk in a process of its own, and kill it once it says that it has come so far."""
    environment = {
        **os.environ,
        "JIANGBU_HOME": str(settings.home),
        "JIANGBU_DATABASE_URL": settings.database_url,
        "JIANGBU_SECRET_KEY": settings.secret_key,
    }
    command = [sys.executable, "-c", WAITING + script, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"waiting\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


WAITING = """
import sys, time
from pathlib import Path
from config.settings import load_settings
def wait(*_, **__):
    print("waiting", flush=True)
    time.sleep(60)
"""
