"""Rehearsals of a cycle before it comes: which can be run, and what the last one of each cycle came to.

A rehearsal lives through the year with made-up applicants in a folder of its own; nothing of it touches the records.
"""

import json
import shutil
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from claims.desk import Tx
from claims.errors import CannotRehearse
from claims.facts import load_cycle
from claims.timing.cycles import Plan, budget_of
from config.settings import Settings

MOST_CLAIMS = 300
SHORTEST = timedelta(days=7)
"""Made-up applicants file throughout the window, the slow ones in its last days."""

CHARTS = ("stages", "money", "lateness")
_OUTCOME = "outcome.json"


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal was asked for and what it came to. `report` is as `simulate --json` gives it.

    `violations` empty: everything that must hold has held after every day.
    """

    cycle: int
    claims: int
    seed: int
    opens_on: str
    deadline_on: str
    budget_yuan: int
    finished_at: str
    report: dict[str, Any]

    @property
    def violations(self) -> list[str]:
        return list(self.report["violations"])


def plan_to_rehearse(tx: Tx, year: int) -> Plan:
    """The cycle as it is planned. Raises `UnknownCycle`, `CannotRehearse`."""
    cycle = load_cycle(tx, year)
    inside = date(year, 1, 1) <= cycle.opens_on and cycle.deadline_on <= date(year, 12, 31)
    if not inside or cycle.deadline_on - cycle.opens_on < SHORTEST:
        raise CannotRehearse(year)
    return Plan(
        year,
        cycle.opens_on,
        cycle.deadline_on,
        budget_of(tx, year),
        cycle.results_from,
        cycle.results_to,
        cycle.notice_days,
    )


def folder_of(settings: Settings, year: int) -> Path:
    """Where the report and the charts of a cycle's last rehearsal lie."""
    return settings.home / "rehearsals" / str(year)


def keep(settings: Settings, found: Rehearsed, drawn: Path) -> None:
    """Put what a rehearsal has left in the folder `drawn` in the place of the one before."""
    (drawn / _OUTCOME).write_text(json.dumps(asdict(found), ensure_ascii=False), encoding="utf-8")
    place = folder_of(settings, found.cycle)
    shutil.rmtree(place, ignore_errors=True)
    drawn.rename(place)


def last_rehearsal(settings: Settings, year: int) -> Rehearsed | None:
    try:
        return Rehearsed(**json.loads((folder_of(settings, year) / _OUTCOME).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def chart(settings: Settings, year: int, name: str) -> bytes | None:
    """A chart of the last rehearsal as SVG; None where there is none of this name."""
    path = folder_of(settings, year) / f"{name}.svg"
    return path.read_bytes() if name in CHARTS and path.is_file() else None
