"""What a year ends with, and what the next one begins with: the report, and the call to plan the next cycle."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from claims.desk import Tx
from claims.facts import load_cycle
from claims.leftovers import clear_leftovers, flush_folder, held
from claims.models import Claim, Cycle
from claims.money import ledger
from claims.money.ledger import Account
from claims.timing import slots
from claims.timing.slots import MORNING, Settled, asked, skipped
from claims.trail.chains import append

REPORT_DAY = (1, 10)
"""In the year after the deadline, when the year's payments are made."""

CALL_DAYS = (45, 14)
"""How many days before the next cycle would open, a year after this one, it must have been planned."""

_DRAFT = ".report-"


def report_at(cycle: Cycle) -> datetime:
    return slots.at(date(cycle.deadline_on.year + 1, *REPORT_DAY), MORNING)


def calls_at(cycle: Cycle) -> Iterator[tuple[int, datetime]]:
    """The mornings on which administrators are asked for the next cycle, unless it is planned by then."""
    for days in CALL_DAYS:
        yield days, slots.at(_a_year_later(cycle.opens_on) - timedelta(days=days), MORNING)


def write_year_report(tx: Tx, year: int) -> None:
    """Write the year's report into the data folder and announce it."""
    # Workbooks take long to import, and this is done once a year.
    from claims.reading.reports import township_figures, write_report

    folder = tx.desk.settings.reports_folder
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"report-{year}.xlsx"
    with _replacing(path) as draft:
        write_report(tx, year, draft)
        digest = hashlib.sha256(draft.read_bytes()).hexdigest()
    balances = ledger.balances(tx, year)
    append(
        tx,
        f"cycle/{year}",
        "year_reported",
        actor="system",
        role="system",
        data={
            "file": f"{folder.name}/{path.name}",
            "sha256": digest,
            "submitted": tx.session.scalar(
                select(func.count()).where(Claim.cycle == year, Claim.submitted_at.is_not(None))
            ),
            "budget_yuan": -balances[Account.APPROPRIATED],
            "paid_yuan": balances[Account.PAID],
            "open_yuan": balances[Account.RESERVED] + balances[Account.PUBLISHED],
            "townships": township_figures(tx, year),
        },
    )


def call_next_year(tx: Tx, year: int) -> Settled:
    """Ask administrators to plan the cycle after this one, unless it is planned."""
    cycle, following = load_cycle(tx, year), year + 1
    if tx.session.get(Cycle, following) is not None:
        return skipped(f"{following} is planned")
    append(
        tx,
        f"cycle/{year}",
        "next_cycle_wanted",
        actor="system",
        role="system",
        data={"cycle": following, "usual_opening": _a_year_later(cycle.opens_on).isoformat()},
    )
    return asked(f"administrators, to plan {following}")


def _a_year_later(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, day=28)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place once it is whole and on the disk."""
    clear_leftovers(path.parent, f"{_DRAFT}*")
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=_DRAFT, suffix=path.suffix)
    os.close(descriptor)
    draft = Path(name)
    try:
        with held(draft):
            yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(path)
        flush_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)
