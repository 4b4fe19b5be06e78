"""The restore drill: backups prove themselves, or the report says why not."""

from datetime import timedelta

import pytest
import world
from desk_in_use import kill_when_it_waits
from journey import filed
from sqlalchemy import select

from claims import clock
from claims.desk import Desk
from claims.keeping.backup import scheduled_backup
from claims.keeping.drill import restore_drill
from claims.models import Evidence
from claims.submission.evidence import path_of

NEXT_DAY = world.MORNING + timedelta(days=1)


def _names(desk: Desk) -> set[str]:
    return {each.name for each in desk.settings.home.iterdir()}


def test_a_good_backup_passes_and_the_drill_leaves_nothing(desk: Desk) -> None:
    filed(desk)
    scheduled_backup(desk)
    before = _names(desk)
    with clock.standing_at(NEXT_DAY):
        report = restore_drill(desk)
    assert report.ok, report.problems
    assert report.restored is not None
    assert report.restored.evidence > 0
    assert report.as_json()["restored"]["missing"] == []
    assert _names(desk) == before


def test_the_newest_backup_is_tried(sqlite_desk: Desk) -> None:
    scheduled_backup(sqlite_desk)
    with clock.standing_at(NEXT_DAY):
        newest = scheduled_backup(sqlite_desk).path
        assert restore_drill(sqlite_desk).backup == newest


def test_a_desk_without_backups_is_told_so(sqlite_desk: Desk) -> None:
    report = restore_drill(sqlite_desk)
    assert not report.ok
    assert "backups" in report.problems[0]


def test_a_damaged_backup_is_found(sqlite_desk: Desk) -> None:
    path = scheduled_backup(sqlite_desk).path
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    report = restore_drill(sqlite_desk)
    assert (report.ok, report.restored) == (False, None)
    assert path.name in report.problems[0]


def test_backups_that_have_stopped_are_found(sqlite_desk: Desk) -> None:
    scheduled_backup(sqlite_desk)
    with clock.standing_at(world.MORNING + timedelta(days=3)):
        report = restore_drill(sqlite_desk)
    assert report.problems == ("最近的备份是2025年3月10日的 / the newest backup is of 2025-03-10",)


def test_papers_that_a_backup_lacks_are_found(sqlite_desk: Desk) -> None:
    number = filed(sqlite_desk)
    with sqlite_desk.reading() as tx:
        digest = tx.session.scalars(select(Evidence.sha256)).first() or ""
    path_of(sqlite_desk.settings, digest).unlink()
    scheduled_backup(sqlite_desk)
    (problem,) = restore_drill(sqlite_desk).problems
    assert number in problem


@pytest.mark.slow
def test_what_a_killed_drill_left_goes_with_the_next(sqlite_desk: Desk) -> None:
    scheduled_backup(sqlite_desk)
    script = """
from claims.keeping import restore
from claims.desk import open_desk
from claims.keeping.drill import restore_drill
restore.audit.verify = wait
with open_desk(load_settings()) as desk:
    restore_drill(desk)
"""
    before = _names(sqlite_desk)
    kill_when_it_waits(script, sqlite_desk.settings)
    assert _names(sqlite_desk) > before
    assert restore_drill(sqlite_desk).ok
    assert _names(sqlite_desk) == before
