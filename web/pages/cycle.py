"""The year's board: numbers, stages, money, what falls due, and what the schedule did."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from claims.desk import Tx
from claims.letters.alerts import Alerts, alerts
from claims.publicity.notices import years
from claims.reading import board
from claims.reading.board import Board
from claims.reading.reports import write_report
from notifications.templating.in_use import templates_in_use
from notifications.templating.templates import SetAside
from states.stages import Role
from web.guards import BOARD, Visit, Year
from web.pages.evidence import XLSX, attachment
from web.prefect_runs import PrefectAway, RunView, api_url, recent_runs, upcoming_runs
from web.rendering import render

router = APIRouter()

SEE_OTHER = 303
RUNS = 10
PLANNED = 60
"""So many of the runs that Prefect has planned ahead hold the next one of every flow of the day."""


@dataclass(frozen=True, slots=True)
class CyclePage:
    """A cycle at a glance. `runs` are those that have begun, `coming` the next of each flow; both are None where Prefect is away, and for those who are no administrator. `alerts` is what needs an
    administrator, None for others, and `set_aside` the wording of letters that does.
    """

    template: ClassVar[str] = "cycle.html"
    board: Board
    years: tuple[int, ...]
    runs: tuple[RunView, ...] | None
    coming: tuple[RunView, ...] | None
    prefect: str | None
    asked_prefect: bool
    alerts: Alerts | None
    set_aside: tuple[SetAside, ...]


@dataclass(frozen=True, slots=True)
class NoCyclePage:
    """No cycle is planned yet; says how to plan one, and what needs an administrator."""

    template: ClassVar[str] = "no_cycle.html"
    alerts: Alerts | None
    set_aside: tuple[SetAside, ...]


@router.get("/cycle")
def latest(visit: Annotated[Visit, Depends(BOARD)]) -> Response:
    with visit.desk.reading() as tx:
        known = years(tx)
        trouble, aside = _alerts(tx, visit), _set_aside(tx, visit)
    if not known:
        return render(visit, NoCyclePage(trouble, aside))
    return RedirectResponse(f"/cycle/{known[0]}", SEE_OTHER)


@router.get("/cycle/{year}")
def cycle(year: Year, visit: Annotated[Visit, Depends(BOARD)]) -> Response:
    with visit.desk.reading() as tx:
        found = board.board(tx, year)
        known = years(tx)
        trouble, aside = _alerts(tx, visit), _set_aside(tx, visit)
    # Prefect has no users of its own: its runs and its address are the administrator's business.
    asked = Role.ADMINISTRATOR in visit.actor.roles
    url = (visit.desk.settings.prefect_api_url or api_url(visit.desk.settings.home)) if asked else None
    runs = recent_runs(url, RUNS)
    coming = upcoming_runs(url, PLANNED) if not isinstance(runs, PrefectAway) else runs
    return render(
        visit,
        CyclePage(
            board=found,
            years=known,
            runs=None if isinstance(runs, PrefectAway) else runs,
            coming=None if isinstance(coming, PrefectAway) else _next_of_each(coming),
            prefect=url.removesuffix("/api") if url else None,
            asked_prefect=asked,
            alerts=trouble,
            set_aside=aside,
        ),
    )


def _alerts(tx: Tx, visit: Visit) -> Alerts | None:
    return alerts(tx) if Role.ADMINISTRATOR in visit.actor.roles else None


def _set_aside(tx: Tx, visit: Visit) -> tuple[SetAside, ...]:
    """Wording of letters that fits the program no longer: an administrator's business like the alerts."""
    return templates_in_use(tx).set_aside if Role.ADMINISTRATOR in visit.actor.roles else ()


def _next_of_each(runs: tuple[RunView, ...]) -> tuple[RunView, ...]:
    """Of the planned runs, which come in the order of their time, the next of each flow."""
    found: dict[str, RunView] = {}
    for run in runs:
        found.setdefault(run.flow, run)
    return tuple(found.values())


@router.get("/cycle/{year}/report.xlsx")
def report(year: Year, visit: Annotated[Visit, Depends(BOARD)]) -> Response:
    with TemporaryDirectory() as folder:
        path = Path(folder, f"report-{year}.xlsx")
        with visit.desk.reading() as tx:
            write_report(tx, year, path)
        return attachment(path.read_bytes(), path.name, XLSX)
