"""The working days of each announced year, from tables of our own. A year without a table counts provisionally.

The county may add a year, or put its own table in the place of ours, by a file in its data folder.
"""

from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from config.documents import Section, document
from states.calendar import SATURDAY, Holidays, Workdays


def load_workdays(folder: Path | Traversable | None = None) -> Workdays:
    """The county's tables, or those of another folder: one file a year. Raises `RulebookError`."""
    return _packaged() if folder is None else _load(folder)


def with_county(tables: Workdays, folder: Path | None) -> Workdays:
    """The tables with those of `folder` (which need not exist) on top, year by year. Raises `RulebookError`."""
    if folder is None or not folder.is_dir():
        return tables
    return Workdays({**tables.years, **_load(folder).years})


@cache
def _packaged() -> Workdays:
    return _load(resources.files("config") / "workdays")


def _load(folder: Path | Traversable) -> Workdays:
    files = sorted(
        (each for each in folder.iterdir() if each.name.endswith(".yaml")), key=lambda each: each.name
    )
    return Workdays(dict(_year(file, f"{folder.name}/{file.name}") for file in files))


def _year(file: Path | Traversable, name: str) -> tuple[int, Holidays]:
    with document(file, name) as top:
        year = top.number("year", least=2000)
        if file.name != f"{year}.yaml":
            top.refuse(
                "year", f"{year} 年的表须存为 {year}.yaml。", f"The table of {year} must be {year}.yaml."
            )
        top.text("notice")
        off = _days_off(top, year)
        worked = _days_of(top, "worked", year)
        for day in worked:
            if day in off or day.weekday() < SATURDAY:
                top.refuse(
                    "worked",
                    f"{day} 不是调休上班的周末；worked 只列改为上班的周六、周日。",
                    f"{day} is no weekend day turned into a working day; worked lists only those.",
                )
    return year, Holidays(off, frozenset(worked))


def _days_off(top: Section, year: int) -> frozenset[date]:
    """The days off of a year. One stands in a single holiday only, since a slip of the pen repeats days."""
    days: set[date] = set()
    for holiday in top.sections("off"):
        holiday.text("name")
        for day in _days_of(holiday, "days", year):
            if day in days:
                holiday.refuse(
                    "days",
                    f"{day} 已列入另一个节日；请删去一处。",
                    f"{day} stands with another holiday already; remove one.",
                )
            days.add(day)
    return frozenset(days)


def _days_of(section: Section, key: str, year: int) -> tuple[date, ...]:
    days = section.days(key)
    for day in days:
        if day.year != year:
            section.refuse(
                key,
                f"{day} 不在 {year} 年；请移到该年的表。",
                f"{day} is not in {year}; move it to its own table.",
            )
    return days
