"""The security log: one line of JSON for everything that whoever guards the desk wants to know of.

`JIANGBU_HOME/log/security.jsonl` tells who came and from where, what was refused them and what they took along. It
holds neither secrets nor what is in the records; what was decided stands in the audit trail, which this does not
replace. Lines come from several processes, so each is appended whole under a lock; a full file is put aside as `.1`.
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from claims import clock

FOLDER, FILE = "log", "security.jsonl"
LARGEST = 5 * 2**20
"""Bytes of a file before it is put aside."""
KEPT = 20
"""Files put aside; older ones are deleted."""
LONGEST = 200
"""Characters of a fact: an address that somebody made up must not fill the disk."""

_log = logging.getLogger("jiangbu.security")


class Kind(StrEnum):
    """What is told besides the events of accounts, which keep the names they have in the audit trail."""

    DESK_OPENED = "desk_opened"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_THROTTLED = "sign_in_throttled"
    SECOND_FACTOR_OWED = "second_factor_owed"
    SESSION_ENDED = "session_ended"
    SESSION_EXPIRED = "session_expired"
    SESSION_ROTATED = "session_rotated"
    TOKEN_USED = "token_used"  # noqa: S105 - a name
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a name
    PERMISSION_REFUSED = "permission_refused"
    FOREIGN_FORM_REFUSED = "foreign_form_refused"
    UPLOAD_REFUSED = "upload_refused"
    EXPORTED = "exported"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from and what it is called; both empty for the command line and the schedule."""

    address: str = ""
    request: str = ""


HERE = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=HERE)

Fact = str | int | bool


@dataclass(frozen=True, slots=True)
class Note:
    """A line to be written. `actor` is a user's name, empty where nobody has proven to be one."""

    event: str
    actor: str
    facts: dict[str, Fact] = field(default_factory=dict)
    at: datetime = field(default_factory=clock.now)

    def line(self) -> bytes:
        origin = _origin.get()
        told = {
            "at": self.at.isoformat(timespec="milliseconds"),
            "event": self.event,
            "actor": self.actor,
            "address": origin.address,
            "request": origin.request,
            **{name: each[:LONGEST] if isinstance(each, str) else each for name, each in self.facts.items()},
        }
        return (json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    """Inside the block, what is noted comes from there."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def log_file(home: Path) -> Path:
    return home / FOLDER / FILE


def write(home: Path, *notes: Note) -> None:
    """Append the notes. A disk that takes none is told to the program's log and stops nobody's work."""
    if not notes:
        return
    try:
        _append(log_file(home), b"".join(each.line() for each in notes))
    except OSError as error:
        _log.error("the security log cannot be written: %s", error)


def _append(path: Path, lines: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    while True:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if not _is_at(path, descriptor):
                continue  # put aside while we waited
            if os.fstat(descriptor).st_size >= LARGEST:
                _put_aside(path)
                continue
            os.write(descriptor, lines)
            return
        finally:
            os.close(descriptor)


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _put_aside(path: Path) -> None:
    for number in range(KEPT - 1, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        if older.exists():
            older.replace(path.with_name(f"{path.name}.{number + 1}"))
    path.replace(path.with_name(f"{path.name}.1"))
