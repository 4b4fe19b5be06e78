"""A desk from its backup: everything in one transaction, checked before it is committed, or nothing at all."""

import gzip
import json
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from claims import clock
from claims.database import known_revisions, migrate, open_engine, reaching, session_of
from claims.desk import LIVE, Tx, desk_on
from claims.errors import (
    BackupDamaged,
    BackupInconsistent,
    BackupTooNew,
    KeyDiffers,
    LiveTime,
    TargetNotEmpty,
)
from claims.keeping import archive, tables
from claims.keeping.archive import Archive
from claims.keeping.backup import CHECKPOINT, FORMAT, MANIFEST, PAPER, TABLE, Manifest
from claims.models import Claim, Evidence
from claims.money import ledger
from claims.submission.evidence import keep, path_of
from claims.trail import audit
from claims.trail.chains import append
from claims.vault import Vault
from config.settings import SECRET_KEY_FILE, Settings
from states.facts import SYSTEM
from states.stages import Role

MOST_PROBLEMS = 5
"""How many problems a refusal spells out; the rest is counted."""

Members = Iterator[tuple[str, IO[bytes]]]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a desk was restored from, and what is wrong with it: `missing` papers, `problems` of chains and books."""

    path: Path
    taken_at: datetime
    mode: str
    rows: int
    events: int
    evidence: int
    missing: tuple[str, ...]
    problems: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "file": str(self.path),
            "taken_at": self.taken_at.isoformat(),
            "mode": self.mode,
            "rows": self.rows,
            "events": self.events,
            "evidence": self.evidence,
            "missing": list(self.missing),
            "problems": list(self.problems),
        }


def restore(
    settings: Settings, path: Path, *, other_key: bool = False, despite_problems: bool = False
) -> Restored:
    """Fill an empty database and data folder from a backup of either database.

    Seal, counts, papers, chains and books are checked before anything is committed. Raises `BackupDamaged`,
    `BackupTooNew`, `KeyDiffers` (unless `other_key`), `LiveTime`, `TargetNotEmpty`, `BackupInconsistent` (unless
    `despite_problems`); `DatabaseNotReady` where the database cannot be reached.
    """
    with archive.opened(path) as found, _reading(path):
        members = found.members()
        manifest = _manifest(path, members)
        _require_fit(settings, path, manifest, other_key=other_key)
        engine = open_engine(settings.database_url)
        try:
            with reaching(), session_of(engine) as session:
                connection = session.connection()
                if not tables.is_empty(connection):
                    raise TargetNotEmpty(engine.url.render_as_string())
                tx = Tx(session, desk_on(engine, settings, manifest.mode), clock.now())
                return _fill(tx, found, manifest, members, despite_problems=despite_problems)
        finally:
            engine.dispose()


_UNREADABLE = (
    tarfile.HeaderError,
    gzip.BadGzipFile,
    zlib.error,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    SQLAlchemyError,
)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Inside the block, what cannot be read although its seal holds is told as `BackupDamaged`."""
    try:
        yield
    except _UNREADABLE as error:
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        raise BackupDamaged(str(path), f"内容无法读取：{said}", f"it cannot be read: {said}") from error


def _manifest(path: Path, members: Members) -> Manifest:
    told = json.load(_next(members, MANIFEST))
    if told["format"] != FORMAT or told["revision"] not in known_revisions():
        raise BackupTooNew(str(path), str(told["made_by"]))
    return Manifest(
        taken_at=datetime.fromisoformat(told["taken_at"]),
        made_by=told["made_by"],
        mode=told["mode"],
        revision=told["revision"],
        key=told["key"],
        tables=told["tables"],
    )


def _next(members: Members, name: str) -> IO[bytes]:
    """The content of the next member, which must be this one."""
    found, content = next(members, ("", None))
    if content is None or found != name:
        raise ValueError(f"{name} is missing")
    return content


def _require_fit(settings: Settings, path: Path, manifest: Manifest, *, other_key: bool) -> None:
    if settings.now is not None and manifest.mode == LIVE:
        raise LiveTime
    if not other_key and Vault(settings.secret_key).fingerprint != manifest.key:
        raise KeyDiffers(str(path), str(settings.home / SECRET_KEY_FILE))


def _fill(
    tx: Tx,
    found: Archive,
    manifest: Manifest,
    members: Members,
    *,
    despite_problems: bool,
) -> Restored:
    connection = tx.session.connection()
    migrate(connection, manifest.revision)
    checkpoint = json.load(_next(members, CHECKPOINT))
    _load_tables(connection, manifest.tables, members)
    evidence = _keep_papers(tx.desk.settings, members)
    migrate(connection)
    checked = audit.verify(tx, checkpoint)
    problems = (
        *(f"{each.stream} #{each.seq}: {each.problem}" for each in checked.problems),
        *ledger.imbalances(tx),
    )
    if problems and not despite_problems:
        raise BackupInconsistent(str(found.path), _shortened(problems))
    _record(tx, found, manifest, problems)
    return Restored(
        path=found.path,
        taken_at=manifest.taken_at,
        mode=manifest.mode,
        rows=sum(manifest.tables.values()),
        events=checked.events,
        evidence=evidence,
        missing=tuple(_missing(tx.session, tx.desk.settings)),
        problems=problems,
    )


def _load_tables(connection: Connection, counts: Mapping[str, int], members: Members) -> None:
    found = tables.reflected(connection, counts)
    for name, count in counts.items():
        loaded = tables.load(connection, found[name], _next(members, TABLE.format(name)))
        if loaded != count:
            raise ValueError(f"table {name} has {loaded} rows instead of {count}")


def _keep_papers(settings: Settings, members: Members) -> int:
    count = 0
    for name, file in members:
        digest, content = name.rpartition("/")[2], file.read()
        if name != PAPER.format(digest) or sha256(content).hexdigest() != digest:
            raise ValueError(f"{name} is not what its name says")
        keep(settings, digest, content)
        count += 1
    return count


def _record(tx: Tx, found: Archive, manifest: Manifest, problems: tuple[str, ...]) -> None:
    """The log itself says that it was cut here: what happened after the backup is not in it."""
    told = {"seal": found.seal, "taken_at": manifest.taken_at.isoformat(), "problems": list(problems)}
    append(tx, "desk", "restored", actor=SYSTEM.name, role=str(Role.SYSTEM), data=told)


def _missing(session: Session, settings: Settings) -> Iterator[str]:
    rows = session.execute(
        select(Claim.number, Evidence.name, Evidence.sha256)
        .join(Claim, Claim.id == Evidence.claim_id)
        .order_by(Claim.number, Evidence.id)
        .execution_options(yield_per=tables.CHUNK),
    ).tuples()
    for number, name, digest in rows:
        if not path_of(settings, digest).is_file():
            yield f"{number} {name}"


def _shortened(problems: tuple[str, ...]) -> tuple[str, ...]:
    more = len(problems) - MOST_PROBLEMS
    return problems[:MOST_PROBLEMS] + ((f"… +{more}",) if more > 0 else ())
