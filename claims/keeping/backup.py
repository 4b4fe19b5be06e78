"""Backups: one file that holds the records as they stood at one moment, and every paper they name.

The secret key is not in it: whoever finds a backup cannot open bank accounts. See `docs/backup.md`.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import select

from claims import clock
from claims.database import revision_of, snapshot_of
from claims.desk import LIVE, REHEARSAL, Desk, Tx
from claims.keeping import archive, tables
from claims.keeping.archive import Writer
from claims.keeping.rotation import name_for, rotate
from claims.models import Claim, Evidence
from claims.submission.evidence import path_of
from claims.trail import audit
from config.settings import Settings

FORMAT = "jiangbu-backup-1"
MANIFEST, CHECKPOINT = "manifest.json", "checkpoint.json"
TABLE = "tables/{}.jsonl.gz"
PAPER = "evidence/{}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `tables` counts their rows, in the order in which they can be loaded."""

    taken_at: datetime
    made_by: str
    mode: str
    revision: str
    key: str
    tables: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "taken_at": self.taken_at.isoformat(),
            "made_by": self.made_by,
            "mode": self.mode,
            "revision": self.revision,
            "key": self.key,
            "tables": dict(self.tables),
        }


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that is whole and on the disk. `missing` names papers that the desk itself has no longer."""

    path: Path
    seal: str
    manifest: Manifest
    events: int
    evidence: int
    missing: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "out": str(self.path),
            "bytes": self.path.stat().st_size,
            "seal": self.seal,
            "taken_at": self.manifest.taken_at.isoformat(),
            "mode": self.manifest.mode,
            "rows": sum(self.manifest.tables.values()),
            "events": self.events,
            "evidence": self.evidence,
            "missing": list(self.missing),
        }


def back_up(desk: Desk, path: Path) -> BackedUp:
    """Write a backup; an older file of this name gives way once the new one is whole. People go on working meanwhile.

    Papers that are missing or damaged are left out and named: the rest must be saved all the same.
    """
    moment = clock.now()
    with snapshot_of(desk.engine) as session, archive.writing(path, moment) as writer:
        tx = Tx(session, desk, moment)
        manifest, events = _add_records(tx, writer, path.parent)
        papers = [_add_paper(desk.settings, writer, *named) for named in _papers(tx)]
        seal = writer.seal()
    missing = tuple(name for name in papers if name is not None)
    return BackedUp(path, seal, manifest, events, len(papers) - len(missing), missing)


def scheduled_backup(desk: Desk) -> BackedUp:
    """Write today's backup into the data folder, then let go of those that need no longer be kept."""
    folder = desk.settings.backup_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    done = back_up(desk, folder / name_for(clock.now()))
    rotate(folder)
    return done


def _add_records(tx: Tx, writer: Writer, folder: Path) -> tuple[Manifest, int]:
    connection = tx.session.connection()
    found = tables.reflected(connection, tables.carried())
    manifest = Manifest(
        taken_at=tx.now,
        made_by=f"jiangbu {version('jiangbu')}",
        mode=REHEARSAL if tx.desk.rehearsal else LIVE,
        revision=str(revision_of(connection)),
        key=tx.desk.vault.fingerprint,
        tables={name: tables.count(connection, found[name]) for name in tables.carried()},
    )
    checkpoint = audit.checkpoint(tx)
    _add_json(writer, MANIFEST, manifest.as_json())
    _add_json(writer, CHECKPOINT, checkpoint)
    for name in manifest.tables:
        # A member's size stands before it: the table is written beside first.
        with tempfile.TemporaryFile(dir=folder) as file:
            tables.dump(connection, found[name], file)
            size = file.tell()
            file.seek(0)
            writer.add(TABLE.format(name), file, size)
    return manifest, int(checkpoint["events"])


def _add_json(writer: Writer, name: str, data: Mapping[str, Any]) -> None:
    content = (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
    writer.add(name, BytesIO(content), len(content))


def _papers(tx: Tx) -> Iterator[tuple[str, int, str]]:
    """Each paper once: its digest, its size, and under which claim and name it would be missed."""
    rows = tx.session.execute(
        select(Evidence.sha256, Evidence.bytes, Claim.number, Evidence.name)
        .join(Claim, Claim.id == Evidence.claim_id)
        .order_by(Evidence.sha256, Evidence.id)
        .execution_options(yield_per=tables.CHUNK),
    ).tuples()
    for digest, same in groupby(rows, key=lambda row: row[0]):
        _, size, number, name = next(same)
        yield digest, size, f"{number} {name}"


def _add_paper(settings: Settings, writer: Writer, digest: str, size: int, name: str) -> str | None:
    """Put a paper into the archive; answers with its name where the desk has it no longer as it was."""
    path = path_of(settings, digest)
    if not path.is_file() or path.stat().st_size != size:
        return name
    content = path.read_bytes()  # a paper is small by rule, and now also by its size
    if sha256(content).hexdigest() != digest:
        return name
    writer.add(PAPER.format(digest), BytesIO(content), size)
    return None
