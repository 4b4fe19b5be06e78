"""Whether the rulebook, the directory and the workday tables can be used, and what in them waits for the county."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from claims import clock
from config.directory import load_directory
from config.rulebook import RulebookError, load_rulebook
from config.workdays import load_workdays, with_county
from states.policy import Policy, PolicyStatus


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that works as it is and that the county should settle."""

    code: str
    zh: str
    en: str

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "message": self.zh, "message_en": self.en}


@dataclass(frozen=True, slots=True)
class Report:
    """`problems` name file, line and cure: with any of them no desk opens. `counts` says how much was read."""

    problems: tuple[RulebookError, ...]
    notices: tuple[Notice, ...]
    counts: Mapping[str, int]

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "problems": [
                {"file": each.file, "line": each.line, "message": each.zh, "message_en": each.en}
                for each in self.problems
            ],
            "notices": [each.as_json() for each in self.notices],
            "counts": dict(self.counts),
        }


_Reader = Callable[[Path | Traversable, date, dict[str, int]], Iterator[Notice]]


def policy_check(
    today: date | None = None, *, data: Path | Traversable | None = None, county: Path | None = None
) -> Report:
    """Read all files anew, no database needed. Of each kind of file the first problem is named.

    `data` is a folder laid out as `config/`, so that a changed copy can be checked before it is put in place;
    `county` holds workday tables that stand on top of it, and need not exist.
    """
    on, folder = today or clock.today(), data or resources.files("config")
    problems: dict[str, RulebookError] = {}
    notices: list[Notice] = []
    counts: dict[str, int] = {}
    readers: tuple[_Reader, ...] = (_directory, partial(_workdays, county), _rulebook)
    for read in readers:
        try:
            notices += read(folder, on, counts)
        except RulebookError as error:
            # The rulebook stands on the directory: a problem there is met twice and named once.
            problems[str(error)] = error
    return Report(tuple(problems.values()), tuple(notices), counts)


def _directory(folder: Path | Traversable, _on: date, counts: dict[str, int]) -> Iterator[Notice]:
    counts["offices"] = len(load_directory(folder / "directory.yaml").offices)
    yield from ()


def _workdays(
    county: Path | None, folder: Path | Traversable, on: date, counts: dict[str, int]
) -> Iterator[Notice]:
    workdays = with_county(load_workdays(folder / "workdays"), county)
    counts["workday_years"] = len(workdays.years)
    for year in (on.year, on.year + 1):
        if not workdays.is_announced(year):
            yield Notice(
                "year_not_announced",
                f"{year} 年的放假安排尚未录入，涉及该年的期限均为暂定；国务院办公厅通知公布后请在数据目录加入 workdays/{year}.yaml。",
                f"The holidays of {year} are not entered, so deadlines that touch it are provisional; add "
                f"workdays/{year}.yaml to the data folder when the State Council's notice is out.",
            )


def _rulebook(folder: Path | Traversable, _on: date, counts: dict[str, int]) -> Iterator[Notice]:
    rulebook = load_rulebook(folder / "rulebook", load_directory(folder / "directory.yaml"))
    newest = rulebook.versions[-1]
    counts |= {"versions": len(rulebook.versions), "items": len(newest.items), "fields": len(newest.fields)}
    yield from _unsettled(newest)


def _unsettled(policy: Policy) -> Iterator[Notice]:
    if policy.status is PolicyStatus.DRAFT:
        yield Notice(
            "policy_draft",
            f"{policy.version} 仍为征求意见稿；印发后请改写 status、document 和 effective_from。",
            f"{policy.version} is still a draft; once it is issued, set status, document and effective_from.",
        )
    for item in policy.items.values():
        if not item.confirmed:
            yield Notice(
                "reading_open",
                f"{item.title}（{item.code}）的金额是解读，须由责任人确认（policy confirm {item.code}）后方可审定。",
                f"The amount of {item.code} is a reading: a named person must confirm it (policy confirm "
                f"{item.code}) before its claims can be approved.",
            )
