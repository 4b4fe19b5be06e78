"""Restore: an empty desk becomes the one that was backed up, wholly or not at all."""

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
import world
from databases import SECRET, sqlite_url
from desk_in_use import WEEKS_LATER, Kept, kill_when_it_waits, papers, resealed, rows
from journey import coordinator, do, intake
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError
from world import who

from claims import clock
from claims.database import migrate, open_engine
from claims.desk import Desk, create_database, open_desk
from claims.errors import (
    BackupDamaged,
    BackupInconsistent,
    BackupTooNew,
    DatabaseNotReady,
    KeyDiffers,
    LiveTime,
    TargetNotEmpty,
)
from claims.identity.people import users
from claims.keeping import archive, tables
from claims.keeping.backup import Manifest, back_up
from claims.keeping.restore import restore
from claims.models import Claim, EventRow, Evidence, PayoutLine
from claims.money import ledger
from claims.submission.evidence import open_evidence
from claims.trail import audit
from claims.vault import Vault
from claims.verify import root_of
from config.settings import Settings
from notifications.derive import derive
from states.stages import Stage, Trigger

DAYS_LATER = WEEKS_LATER.replace(day=20)


@contextmanager
def restored(settings: Settings, kept: Kept) -> Iterator[Desk]:
    """The desk that comes out of a backup, ten days after it."""
    with clock.standing_at(DAYS_LATER):
        restore(settings, kept.path)
        with open_desk(settings) as desk:
            yield desk


def a_claim_at(desk: Desk, stage: Stage) -> str:
    with desk.reading() as tx:
        return tx.session.scalars(select(Claim.number).where(Claim.stage == stage)).first() or ""


# What comes back


def test_either_database_takes_back_every_row_of_either(kept: Kept, database_settings: Settings) -> None:
    before = rows(kept.settings)
    with restored(database_settings, kept):
        after = rows(database_settings)
    assert after.pop("web_session") == after.pop("sign_in_failure") == []
    assert before.pop("web_session")
    assert before.pop("sign_in_failure")
    for name in ("event", "stream_head", "owed_letters"):
        (new,) = [row for row in after[name] if row not in before[name]]
        after[name].remove(new)
    assert after == before
    assert papers(database_settings.home) == papers(kept.settings.home)


def test_a_restored_desk_is_whole_and_its_log_says_what_it_was_restored_from(
    sqlite_kept: Kept, database_settings: Settings
) -> None:
    with restored(database_settings, sqlite_kept) as desk, desk.reading() as tx:
        assert audit.verify(tx).problems == ()
        assert ledger.imbalances(tx) == []
        told = tx.session.scalars(select(EventRow).where(EventRow.trigger == "restored")).one()
        assert sqlite_kept.backup.seal in told.data
        assert (told.stream, told.actor, told.at[:10]) == ("desk", "system", "2025-04-20")


def test_work_goes_on_where_it_stood(sqlite_kept: Kept, database_settings: Settings) -> None:
    with restored(database_settings, sqlite_kept) as desk:
        checked = a_claim_at(desk, Stage.COORDINATION_APPROVAL)
        do(
            desk,
            checked,
            Trigger.RETURN_FOR_CORRECTION,
            coordinator(desk),
            missing=("title",),
            reason="请核对",
        )
        with desk.transaction() as tx:
            draft = world.add_draft(tx)
            world.submit(tx, draft)
        assert do(desk, draft, Trigger.ACCEPT, intake(desk)) is Stage.DEPARTMENT_CHECK
        assert derive(desk) > 0
        with desk.transaction() as tx:
            audit.seal(tx)
        with desk.reading() as tx:
            assert audit.verify(tx).problems == ()


def test_accounts_open_and_papers_are_read_on_a_restored_desk(
    sqlite_kept: Kept, sqlite_settings: Settings
) -> None:
    with restored(sqlite_settings, sqlite_kept) as desk, desk.reading() as tx:
        line = tx.session.scalars(select(PayoutLine)).first()
        assert line is not None
        assert desk.vault.digest(desk.vault.open(line.account_sealed)) == line.account_digest
        paper = tx.session.execute(
            select(Claim.number, Evidence.sha256).join(Claim, Claim.id == Evidence.claim_id)
        ).first()
        assert paper is not None
        assert open_evidence(tx, *paper, who(tx, "tang")).content.startswith(b"%PDF")


def test_what_is_append_only_is_so_after_a_restore(sqlite_kept: Kept, database_settings: Settings) -> None:
    with restored(database_settings, sqlite_kept) as desk:
        for statement in (
            "UPDATE event SET reason = 'another'",
            "DELETE FROM ledger_entry",
            "UPDATE published_line SET yuan = 1",
            "DELETE FROM checkpoint",
        ):
            with pytest.raises(DBAPIError, match="append only"), desk.engine.begin() as connection:
                connection.execute(text(statement))


def test_a_rehearsal_comes_back_as_a_rehearsal(rehearsal_desk: Desk, tmp_path: Path) -> None:
    path = back_up(rehearsal_desk, tmp_path / "backup.tar").path
    there = Settings(tmp_path / "there", sqlite_url(tmp_path / "there.db"), SECRET, now=world.MORNING)
    assert restore(there, path).mode == "rehearsal"
    with open_desk(there) as desk:
        assert desk.rehearsal


def test_a_paper_that_the_backup_lacks_is_named_and_all_else_comes_back(
    sqlite_kept: Kept, sqlite_settings: Settings, tmp_path: Path
) -> None:
    with archive.opened(sqlite_kept.path) as found:
        lost = next(name for name, _ in found.members() if name.startswith("evidence/"))
    path = resealed(sqlite_kept.path, tmp_path / "lacking.tar", {lost: lambda _: None})
    done = restore(sqlite_settings, path)
    assert done.missing
    assert all(name.startswith("SB-2025-") and name.endswith(".pdf") for name in done.missing)
    assert done.evidence == sqlite_kept.backup.evidence - 1


def _backup_of_the_first_form(there: Settings, path: Path) -> None:
    """What the first version of the program would have kept of a desk with two people."""
    engine = open_engine(there.database_url)
    migrate(engine, "0001")
    with engine.begin() as connection, archive.writing(path, WEEKS_LATER) as writer:
        for statement in (
            "INSERT INTO meta VALUES ('mode', 'live')",
            "INSERT INTO user_account VALUES (7, 'guo', NULL, '', '-', true, '2024-01-02 03:04:05')",
            "INSERT INTO user_account VALUES (9, 'tang', NULL, '', '-', false, '2024-01-02 03:04:05')",
        ):
            connection.execute(text(statement))
        names = set(inspect(connection).get_table_names()) - {"alembic_version", *tables.LEFT_EMPTY}
        metadata = next(iter(tables.reflected(connection, names).values())).metadata
        ordered = [each for each in metadata.sorted_tables if each.name in names]
        counts = {each.name: tables.count(connection, each) for each in ordered}
        manifest = Manifest(WEEKS_LATER, "jiangbu 0.1", "live", "0001", Vault(SECRET).fingerprint, counts)
        heads = {"format": audit.FORMAT, "root": root_of({}), "heads": {}}
        for name, content in (("manifest.json", manifest.as_json()), ("checkpoint.json", heads)):
            data = json.dumps(content).encode()
            writer.add(name, BytesIO(data), len(data))
        for each in ordered:
            file = BytesIO()
            tables.dump(connection, each, file)
            size = file.tell()
            file.seek(0)
            writer.add(f"tables/{each.name}.jsonl.gz", file, size)
        writer.seal()
    engine.dispose()


def test_a_backup_of_an_older_form_of_the_records_is_brought_up_to_date(
    sqlite_settings: Settings, database_settings: Settings, tmp_path: Path
) -> None:
    older = replace(sqlite_settings, database_url=sqlite_url(tmp_path / "older.db"))
    _backup_of_the_first_form(older, tmp_path / "older.tar")
    assert restore(database_settings, tmp_path / "older.tar").rows == 3
    with open_desk(database_settings) as desk, desk.reading() as tx:
        guo, tang = users(tx)
        assert (guo.name, guo.active, tang.name, tang.active) == ("guo", True, "tang", False)
        assert guo.created_at == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


# What is refused, and leaves nothing behind


def assert_untouched(settings: Settings, kept: Kept) -> None:
    """Nothing stands in the way of a restore."""
    assert restore(settings, kept.path).events == kept.backup.events


def test_a_desk_with_records_is_not_overwritten(sqlite_kept: Kept, database_settings: Settings) -> None:
    create_database(database_settings, rehearsal=False)
    before = rows(database_settings)
    with pytest.raises(TargetNotEmpty) as refused:
        restore(database_settings, sqlite_kept.path)
    assert rows(database_settings) == before
    assert "JIANGBU_HOME" in refused.value.message()


def test_a_password_in_the_address_of_the_database_is_not_told(
    postgres_settings: Settings, sqlite_kept: Kept
) -> None:
    create_database(postgres_settings, rehearsal=False)
    told = replace(
        postgres_settings,
        database_url=postgres_settings.database_url.replace("postgres@", "postgres:geheim@"),
    )
    with pytest.raises(TargetNotEmpty) as refused:
        restore(told, sqlite_kept.path)
    assert "geheim" not in refused.value.message()


def test_a_flipped_byte_is_found_wherever_it_lies(
    sqlite_kept: Kept, sqlite_settings: Settings, tmp_path: Path
) -> None:
    whole = sqlite_kept.path.read_bytes()
    path = tmp_path / "flipped.tar"
    for place in [0, 155, *range(600, len(whole), len(whole) // 40), len(whole) - 66, len(whole) - 1]:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(BackupDamaged):
            restore(sqlite_settings, path)
    assert not sqlite_settings.evidence_folder.exists()
    assert_untouched(sqlite_settings, sqlite_kept)


@pytest.mark.parametrize("left", [0, 1, 65, 512, 0.5, -512, -1])
def test_a_backup_cut_short_is_none(
    left: float, sqlite_kept: Kept, sqlite_settings: Settings, tmp_path: Path
) -> None:
    whole = sqlite_kept.path.read_bytes()
    path = tmp_path / "short.tar"
    path.write_bytes(whole[: int(left * len(whole)) if 0 < left < 1 else int(left)])
    with pytest.raises(BackupDamaged):
        restore(sqlite_settings, path)


def _granted_more(content: bytes) -> bytes:
    lines = gzip.decompress(content).decode().splitlines()
    place = json.loads(lines[0]).index("granted_yuan")
    claims = [json.loads(line) for line in lines[1:]]
    for claim in claims:
        if claim[place] is not None:
            claim[place] += 1
    return gzip.compress("\n".join([lines[0], *map(json.dumps, claims), ""]).encode())


def test_records_that_do_not_fit_their_log_come_back_only_where_that_is_wanted(
    sqlite_kept: Kept, sqlite_settings: Settings, tmp_path: Path
) -> None:
    path = resealed(sqlite_kept.path, tmp_path / "forged.tar", {"tables/claim.jsonl.gz": _granted_more})
    with pytest.raises(BackupInconsistent) as refused:
        restore(sqlite_settings, path)
    assert "granted_yuan" in refused.value.message()
    done = restore(sqlite_settings, path, despite_problems=True)
    assert len(done.problems) == 2
    with open_desk(sqlite_settings) as desk, desk.reading() as tx:
        told = tx.session.scalars(select(EventRow).where(EventRow.trigger == "restored")).one()
        assert "granted_yuan" in told.data


def _one_less(content: bytes) -> bytes:
    return gzip.compress(b"".join(gzip.decompress(content).splitlines(keepends=True)[:-1]))


@pytest.mark.parametrize(
    ("member", "change"),
    [
        ("manifest.json", lambda _: None),
        ("checkpoint.json", lambda _: b"[]"),
        ("tables/declared_interest.jsonl.gz", _one_less),
        ("tables/claim.jsonl.gz", lambda _: b"no gzip"),
        ("tables/cycle.jsonl.gz", lambda _: None),
        ("tables/cycle.jsonl.gz", lambda _: gzip.compress(b'["year"]\n[2025]\n')),
        ("tables/meta.jsonl.gz", lambda content: gzip.compress(gzip.decompress(content) * 2)),
    ],
    ids=[
        "no manifest",
        "no checkpoint",
        "a row less",
        "no table",
        "table gone",
        "columns gone",
        "rows twice",
    ],
)
def test_what_a_seal_cannot_vouch_for_is_checked_all_the_same(
    member: str,
    change: Callable[[bytes], bytes | None],
    sqlite_kept: Kept,
    sqlite_settings: Settings,
    tmp_path: Path,
) -> None:
    path = resealed(sqlite_kept.path, tmp_path / "forged.tar", {member: change})
    with pytest.raises(BackupDamaged):
        restore(sqlite_settings, path)
    assert_untouched(sqlite_settings, sqlite_kept)


def test_a_paper_under_a_false_name_reaches_no_folder(
    sqlite_kept: Kept, sqlite_settings: Settings, tmp_path: Path
) -> None:
    for name in ("evidence/../../outside", f"evidence/{'0' * 64}"):
        with archive.writing(tmp_path / "forged.tar", WEEKS_LATER) as writer:
            with archive.opened(sqlite_kept.path) as found:
                for member, file in found.members():
                    content = file.read()
                    if not member.startswith("evidence/"):
                        writer.add(member, BytesIO(content), len(content))
            writer.add(name, BytesIO(b"%PDF"), 4)
            writer.seal()
        with pytest.raises(BackupDamaged):
            restore(sqlite_settings, tmp_path / "forged.tar")
        assert not sqlite_settings.evidence_folder.exists()


def test_a_backup_of_a_newer_program_is_left_to_it(
    sqlite_kept: Kept, sqlite_settings: Settings, tmp_path: Path
) -> None:
    for old, new in ((b'"revision": "', b'"revision": "9'), (b"jiangbu-backup-1", b"jiangbu-backup-2")):
        change = {"manifest.json": lambda content, old=old, new=new: content.replace(old, new)}
        path = resealed(sqlite_kept.path, tmp_path / "newer.tar", change)
        with pytest.raises(BackupTooNew, match="jiangbu"):
            restore(sqlite_settings, path)


def test_another_key_is_refused_unless_the_old_one_is_lost(
    sqlite_kept: Kept, sqlite_settings: Settings
) -> None:
    other = replace(sqlite_settings, secret_key="quite another secret key")
    with pytest.raises(KeyDiffers) as refused:
        restore(other, sqlite_kept.path)
    assert str(other.home / "secret_key") in refused.value.message()
    restore(other, sqlite_kept.path, other_key=True)
    with open_desk(other) as desk, desk.reading() as tx:
        sealed = tx.session.scalars(select(PayoutLine.account_sealed)).all()
        with pytest.raises(DatabaseNotReady):
            desk.vault.open(sealed[0])


def test_live_records_are_not_restored_into_borrowed_time(
    sqlite_kept: Kept, sqlite_settings: Settings
) -> None:
    with pytest.raises(LiveTime):
        restore(replace(sqlite_settings, now=world.MORNING), sqlite_kept.path)


def test_a_restore_killed_half_way_can_be_done_again(sqlite_kept: Kept, database_settings: Settings) -> None:
    script = """
from claims.keeping import restore
restore.audit.verify = wait
restore.restore(load_settings(), Path(sys.argv[1]))
"""
    kill_when_it_waits(script, database_settings, sqlite_kept.path)
    with pytest.raises(DatabaseNotReady), open_desk(database_settings):
        pass
    assert_untouched(database_settings, sqlite_kept)
