"""Rotation: the last backups of days, weeks and months stay, and nobody else's files are touched."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.keeping.rotation import backups_in, kept, name_for, rotate
from states.calendar import TZ

NIGHT = datetime(2026, 5, 8, 2, 30, tzinfo=TZ)

moments = st.lists(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001 - given its offset here
        lambda moment: moment.replace(tzinfo=TZ, microsecond=0)
    ),
    max_size=60,
)


def nights(count: int) -> list[datetime]:
    return [NIGHT - timedelta(days=days) for days in range(count)]


def test_a_year_of_nightly_backups_leaves_days_weeks_and_months() -> None:
    assert sorted(moment.date() for moment in kept(nights(400))) == [
        date(2025, 6, 30),
        date(2025, 7, 31),
        date(2025, 8, 31),
        date(2025, 9, 30),
        date(2025, 10, 31),
        date(2025, 11, 30),
        date(2025, 12, 31),
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 12),
        date(2026, 4, 19),
        date(2026, 4, 26),
        date(2026, 4, 30),
        *(date(2026, 5, day) for day in range(2, 9)),
    ]


def test_of_several_on_one_day_the_last_stays() -> None:
    day = [NIGHT + timedelta(hours=hour) for hour in (0, 9, 15)]
    assert kept(day) == {day[-1]}


def test_a_desk_that_was_away_loses_nothing_by_it() -> None:
    before = nights(7)
    years_later = NIGHT.replace(year=2029)
    assert kept([*before, years_later]) >= {*before[:6], years_later}


@given(moments)
def test_the_newest_always_stays_and_rotating_again_changes_nothing(found: list[datetime]) -> None:
    chosen = kept(found)
    assert chosen <= set(found)
    assert len(chosen) <= 7 + 5 + 12
    if found:
        assert max(found) in chosen
    assert kept(chosen) == chosen


@given(moments, st.integers(0, 8))
def test_days_weeks_and_months_each_keep_their_number(found: list[datetime], count: int) -> None:
    days = {moment.date() for moment in found}
    assert len(kept(found, daily=count, weekly=0, monthly=0)) == min(count, len(days))
    assert len(kept(found, daily=0, weekly=0, monthly=count)) == min(
        count, len({(day.year, day.month) for day in days})
    )


def test_only_scheduled_backups_are_removed(tmp_path: Path) -> None:
    others = ("jiangbu.tar", "before-update.tar", "jiangbu-20260508-023000.tar.old", "notes.txt")
    for name in (*others, *map(name_for, nights(20))):
        (tmp_path / name).touch()
    removed = rotate(tmp_path, daily=2, weekly=1, monthly=1)
    assert len(removed) == 18
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {*others, "jiangbu-20260508-023000.tar", "jiangbu-20260507-023000.tar"}


def test_backups_are_found_newest_first(tmp_path: Path) -> None:
    for moment in nights(3):
        (tmp_path / name_for(moment)).touch()
    assert list(backups_in(tmp_path)) == nights(3)
    assert backups_in(tmp_path / "nowhere") == {}


@pytest.mark.parametrize("name", ["jiangbu-20261308-023000.tar", "jiangbu-2026508-023000.tar"])
def test_a_name_with_no_such_moment_is_nobodys(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    assert backups_in(tmp_path) == {}
