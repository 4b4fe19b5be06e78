"""Backups: whole under their name or not there, of one moment, without secrets."""

import errno
import gzip
import hashlib
import json
import os
import stat
import subprocess
import tarfile
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import world
from databases import SECRET, sqlite_url
from desk_in_use import Kept, kill_when_it_waits, resealed
from journey import filed
from sqlalchemy import select
from world import who

from claims import clock
from claims.desk import Desk, open_desk
from claims.keeping import archive, tables
from claims.keeping.backup import BackedUp, back_up, scheduled_backup
from claims.keeping.restore import restore
from claims.models import Claim, Evidence
from claims.submission.evidence import attach, path_of
from config.settings import Settings


def members_of(path: Path) -> dict[str, bytes]:
    with archive.opened(path) as found:
        return {name: file.read() for name, file in found.members()}


# What it is


def test_any_tar_reads_a_backup_and_sha256sum_checks_its_seal(kept: Kept) -> None:
    with tarfile.open(kept.path) as tar:
        names = tar.getnames()
        assert {member.mode for member in tar} == {0o600}
    assert names == list(members_of(kept.path))
    assert names[:2] == ["manifest.json", "checkpoint.json"]
    whole = kept.path.read_bytes()
    assert whole[-65:] == f"{hashlib.sha256(whole[:-65]).hexdigest()}\n".encode()
    assert kept.backup.as_json()["seal"] == kept.backup.seal == whole[-65:-1].decode()
    assert subprocess.run(["tar", "-tf", kept.path], check=True, capture_output=True).stderr == b""


def test_a_backup_is_its_owners_alone(kept: Kept) -> None:
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600


def test_a_backup_says_what_it_is_of(kept: Kept) -> None:
    members = members_of(kept.path)
    manifest = json.loads(members["manifest.json"])
    assert manifest["mode"] == "live"
    assert manifest["taken_at"] == "2025-04-10T09:30:00+08:00"
    for name, count in manifest["tables"].items():
        lines = gzip.decompress(members[f"tables/{name}.jsonl.gz"]).decode().splitlines()
        assert len(lines) == count + 1
    assert json.loads(members["checkpoint.json"])["events"] == manifest["tables"]["event"]


def test_neither_key_nor_account_nor_password_lies_open_in_a_backup(kept: Kept) -> None:
    content = b"".join(
        gzip.decompress(data) if name.endswith(".gz") else data
        for name, data in members_of(kept.path).items()
    )
    for secret in (SECRET, "6228480000000", world.PASSWORD):
        assert secret.encode() not in content


def test_a_backup_is_of_one_moment_though_people_go_on_working(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(desk, 1)
    dumped = tables.dump

    def dump_while_somebody_files(connection: Any, table: Any, file: Any) -> None:
        if table.name == "event":
            filed(desk, 2)
        dumped(connection, table, file)

    monkeypatch.setattr(tables, "dump", dump_while_somebody_files)
    done = back_up(desk, tmp_path / "backup.tar")
    with open_desk(desk.settings) as again, again.reading() as tx:
        assert len(tx.session.scalars(select(Claim.id)).all()) == 2
    there = Settings(tmp_path / "there", sqlite_url(tmp_path / "there.db"), SECRET)
    restored = restore(there, done.path)
    assert (restored.problems, restored.missing) == ((), ())
    with open_desk(there) as copy, copy.reading() as tx:
        assert len(tx.session.scalars(select(Claim.id)).all()) == 1


# Papers


def _a_paper_of(desk: Desk) -> tuple[Path, str]:
    with desk.reading() as tx:
        digest = tx.session.scalars(select(Evidence.sha256).order_by(Evidence.sha256)).first() or ""
    return path_of(desk.settings, digest), digest


@pytest.mark.parametrize(
    "harm",
    [
        Path.unlink,
        lambda path: path.write_bytes(path.read_bytes()[:-1] + b"!"),
        lambda path: path.write_bytes(path.read_bytes() * 2),
    ],
    ids=["gone", "altered", "grown"],
)
def test_a_paper_the_desk_has_lost_is_named_and_all_else_is_saved(
    harm: Callable[[Path], Any], sqlite_desk: Desk, tmp_path: Path
) -> None:
    number = filed(sqlite_desk)
    path, digest = _a_paper_of(sqlite_desk)
    harm(path)
    done = back_up(sqlite_desk, tmp_path / "backup.tar")
    (name,) = done.missing
    assert name.startswith(f"{number} ")
    assert f"evidence/{digest}" not in members_of(done.path)
    assert done.evidence > 0


def test_a_paper_of_two_claims_is_kept_once(sqlite_desk: Desk, tmp_path: Path) -> None:
    filed(sqlite_desk, 1)
    once = back_up(sqlite_desk, tmp_path / "backup.tar").evidence
    filed(sqlite_desk, 2)
    assert back_up(sqlite_desk, tmp_path / "backup.tar").evidence == once


def test_memory_does_not_grow_with_the_papers(sqlite_desk: Desk, tmp_path: Path) -> None:
    size = 2 * 1024 * 1024
    with sqlite_desk.transaction() as tx:
        number = world.add_draft(tx)
        kind = next(iter(tx.desk.rulebook.policy_on(tx.now.date()).items["lead-group"].required_evidence))
        for serial in range(12):
            content = b"%PDF-1.7" + bytes([serial]) * size
            attach(tx, number, kind, f"{serial}.pdf", content, actor=who(tx, "lin"))
    tracemalloc.start()
    try:
        done = back_up(sqlite_desk, tmp_path / "backup.tar")
        there = Settings(tmp_path / "there", sqlite_url(tmp_path / "there.db"), SECRET)
        assert restore(there, done.path).evidence == 12
        assert tracemalloc.get_traced_memory()[1] < 8 * size
    finally:
        tracemalloc.stop()


# Whole or not there


BACKUP_KILLED_AT = """
from claims.keeping import archive, backup
from claims.desk import open_desk
{fault}
with open_desk(load_settings()) as desk:
    backup.back_up(desk, Path(sys.argv[1]))
"""


@pytest.mark.parametrize(
    "fault",
    ["backup._papers = wait", "archive.os.fsync = wait", "archive.Writer.seal = wait"],
    ids=["between records and papers", "before it is on the disk", "before it is sealed"],
)
def test_a_backup_killed_while_it_is_written_leaves_nothing_under_its_name(
    fault: str, world_settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    path = folder / "backup.tar"
    kill_when_it_waits(BACKUP_KILLED_AT.format(fault=fault), world_settings, path)
    assert not path.exists()
    with open_desk(world_settings) as desk:
        back_up(desk, path)
    assert [each.name for each in folder.iterdir()] == ["backup.tar"]


def test_the_backup_before_stands_until_the_new_one_is_whole(
    sqlite_world_settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "backup.tar"
    with open_desk(sqlite_world_settings) as desk:
        back_up(desk, path)
    before = path.read_bytes()
    kill_when_it_waits(
        BACKUP_KILLED_AT.format(fault="archive.Writer.seal = wait"), sqlite_world_settings, path
    )
    assert path.read_bytes() == before


def test_a_full_disk_leaves_nothing(
    sqlite_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    folder = tmp_path / "kept"
    folder.mkdir()
    monkeypatch.setattr(archive.Writer, "seal", no_room)
    with pytest.raises(OSError, match="space"):
        back_up(sqlite_desk, folder / "backup.tar")
    assert list(folder.iterdir()) == []


def test_a_backup_under_way_elsewhere_is_not_cleared_away(tmp_path: Path) -> None:
    with archive.writing(tmp_path / "one.tar", world.MORNING) as one:
        with archive.writing(tmp_path / "two.tar", world.MORNING) as two:
            two.seal()
        one.add("a", BytesIO(b"b"), 1)
        one.seal()
    assert members_of(tmp_path / "one.tar") == {"a": b"b"}


# Scheduled


def test_the_scheduled_backup_lies_in_the_data_folder_and_old_ones_go(sqlite_desk: Desk) -> None:
    folder = sqlite_desk.settings.backup_folder
    done: list[BackedUp] = []
    for day in range(10, 20):
        with clock.standing_at(world.MORNING.replace(day=day)):
            done.append(scheduled_backup(sqlite_desk))
    assert done[-1].path == folder / "jiangbu-20250319-093000.tar"
    assert sorted(path.name[8:16] for path in folder.iterdir()) == [
        f"202503{day}" for day in (13, 14, 15, 16, 17, 18, 19)
    ]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_changed_member_needs_a_seal_of_its_own(kept: Kept, tmp_path: Path) -> None:
    path = resealed(kept.path, tmp_path / "other.tar", {"manifest.json": lambda content: content + b" "})
    with archive.opened(path) as found:
        assert found.seal != kept.backup.seal
