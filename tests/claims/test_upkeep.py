"""Backups are made each night and proved each month, by one desk at a time, however often and late it is looked."""

from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import journey as j
import pytest
from at_once import at_once
from letterbox import letters, outcomes

from claims.desk import Desk
from claims.keeping.backup import scheduled_backup
from claims.keeping.rotation import backups_in
from claims.timing import due
from claims.timing.due import settle_due
from claims.timing.slots import SlotKind
from states.calendar import TZ


def _round(desk: Desk, day: date, hour: int = 5) -> None:
    with j.on(day, hour):
        settle_due(desk)


def _backups(desk: Desk) -> list[Path]:
    return list(backups_in(desk.settings.backup_folder).values())


def test_each_night_has_its_backup(sqlite_desk: Desk) -> None:
    for day in (10, 11, 12):
        for hour in (2, 3, 4, 23):
            _round(sqlite_desk, date(2025, 3, day), hour)
    assert [path.name for path in _backups(sqlite_desk)] == [
        f"jiangbu-202503{day}-030000.tar" for day in (12, 11, 10)
    ]
    assert outcomes(sqlite_desk, "backup")["backup:2025-03-11"] == ("done", "jiangbu-20250311-030000.tar")


def test_after_an_absence_there_is_one_backup_and_not_one_for_each_night(sqlite_desk: Desk) -> None:
    _round(sqlite_desk, date(2025, 3, 10), hour=2)
    _round(sqlite_desk, date(2025, 3, 19), hour=10)
    assert len(_backups(sqlite_desk)) == 1
    assert outcomes(sqlite_desk, "backup") == {
        "backup:2025-03-10": ("skipped", "a later one has taken its place"),
        "backup:2025-03-19": ("done", "jiangbu-20250319-100000.tar"),
    }


def test_a_clock_set_back_over_midnight_makes_no_second_backup(sqlite_desk: Desk) -> None:
    _round(sqlite_desk, date(2025, 3, 11), hour=3)
    _round(sqlite_desk, date(2025, 3, 10), hour=23)
    assert len(_backups(sqlite_desk)) == 1


def test_the_night_after_the_first_backup_of_a_month_it_is_proved(sqlite_desk: Desk) -> None:
    for day in range(10, 14):
        _round(sqlite_desk, date(2025, 3, day))
    for day in (1, 2, 3):
        _round(sqlite_desk, date(2025, 4, day))
    assert outcomes(sqlite_desk, "restore_drill") == {
        "restore_drill:2025-03": ("done", "jiangbu-20250311-050000.tar can be restored"),
        "restore_drill:2025-04": ("done", "jiangbu-20250402-050000.tar can be restored"),
    }


def test_a_backup_that_cannot_be_restored_is_told_to_administrators(sqlite_desk: Desk) -> None:
    _round(sqlite_desk, date(2025, 3, 10))
    [path] = _backups(sqlite_desk)
    with j.on(date(2025, 3, 11), 4):
        path.write_bytes(path.read_bytes()[:-100])
        settle_due(sqlite_desk, kinds=frozenset({"restore_drill"}))
        settle_due(sqlite_desk, kinds=frozenset({"restore_drill"}))
    assert outcomes(sqlite_desk, "restore_drill") == {
        "restore_drill:2025-03": ("asked", "administrators, to look at the backups"),
    }
    assert path.name in letters(sqlite_desk, "drill_failed")["market-supervision"]


def test_papers_that_are_missing_are_counted_in_the_ledger(sqlite_desk: Desk) -> None:
    j.filed(sqlite_desk)
    next(each for each in sqlite_desk.settings.evidence_folder.rglob("*") if each.is_file()).unlink()
    _round(sqlite_desk, date(2025, 3, 11))
    assert outcomes(sqlite_desk, "backup")["backup:2025-03-11"] == (
        "done",
        "jiangbu-20250311-050000.tar; papers missing: 1",
    )


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """When backups were made."""
    made: list[datetime] = []

    def noting(desk: Desk) -> Any:
        made.append(datetime.now(TZ))  # noqa: TID251 - only counted
        return scheduled_backup(desk)

    rule = due.RULES[SlotKind.BACKUP]
    noted = due.Rule(rule.work, latest_only=rule.latest_only, prepare=noting)
    monkeypatch.setattr(due, "RULES", MappingProxyType({**due.RULES, SlotKind.BACKUP: noted}))
    return made


def test_two_rounds_at_once_make_one_backup(desk: Desk, counted: list[datetime]) -> None:
    with j.on(date(2025, 3, 11), 3):
        at_once(*[partial(settle_due, desk)] * 3)
        settle_due(desk)
    assert len(counted) == 1
    assert outcomes(desk, "backup")["backup:2025-03-11"][0] == "done"
    j.require_whole(desk)


def test_people_go_on_working_while_a_backup_is_made(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed: list[str] = []

    def slow(desk: Desk) -> Any:
        filed.append(j.filed(desk))
        return scheduled_backup(desk)

    rule = due.Rule(due.RULES[SlotKind.BACKUP].work, prepare=slow)
    monkeypatch.setattr(due, "RULES", MappingProxyType({**due.RULES, SlotKind.BACKUP: rule}))
    _round(sqlite_desk, date(2025, 3, 11))
    assert len(filed) == 1
    assert outcomes(sqlite_desk, "backup")["backup:2025-03-11"][0] == "done"


def test_a_backup_that_fails_is_tried_again_and_holds_up_nothing(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_desk: Desk) -> Any:
        raise OSError("disk full")

    works = due.RULES
    rule = due.Rule(works[SlotKind.BACKUP].work, prepare=full)
    monkeypatch.setattr(due, "RULES", MappingProxyType({**works, SlotKind.BACKUP: rule}))
    with j.on(date(2025, 3, 11), 3):
        found = {each.kind: (each.outcome, each.detail) for each in settle_due(sqlite_desk)}
    assert found["backup"] == ("pending", "OSError: disk full")
    assert found["seal_audit"][0] == "done"
    monkeypatch.setattr(due, "RULES", works)
    _round(sqlite_desk, date(2025, 3, 11), hour=4)
    assert outcomes(sqlite_desk, "backup")["backup:2025-03-11"][0] == "done"
