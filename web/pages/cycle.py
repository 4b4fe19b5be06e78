"""The year's board: numbers, stages, money, what falls due, and what the schedule did."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from claims import board
from claims.board import Board
from claims.overviews import cycle_list
from claims.reports import write_report
from states.stages import Role
from web.guards import BOARD, Visit, Year
from web.pages.evidence import XLSX, attachment
from web.prefect_runs import PrefectAway, RunView, api_url, recent_runs, upcoming_runs
from web.rendering import render

router = APIRouter()

SEE_OTHER = 303
RUNS = 12
COMING = 6


@dataclass(frozen=True, slots=True)
class CyclePage:
    """A cycle at a glance. `runs` and `coming` are None where Prefect is away, and for those who are no administrator."""

    template: ClassVar[str] = "cycle.html"
    board: Board
    years: tuple[int, ...]
    runs: tuple[RunView, ...] | None
    coming: tuple[RunView, ...] | None
    prefect: str | None
    asked_prefect: bool


@dataclass(frozen=True, slots=True)
class NoCyclePage:
    """No cycle is planned yet; says how to plan one."""

    template: ClassVar[str] = "no_cycle.html"


@router.get("/cycle")
def latest(visit: Annotated[Visit, Depends(BOARD)]) -> Response:
    with visit.desk.reading() as tx:
        cycles = cycle_list(tx)
    if not cycles:
        return render(visit, NoCyclePage())
    return RedirectResponse(f"/cycle/{cycles[-1]['year']}", SEE_OTHER)


@router.get("/cycle/{year}")
def cycle(year: Year, visit: Annotated[Visit, Depends(BOARD)]) -> Response:
    with visit.desk.reading() as tx:
        found = board.board(tx, year)
        years = tuple(each["year"] for each in reversed(cycle_list(tx)))
    # Prefect has no users of its own: its runs and its address are the administrator's business.
    asked = Role.ADMINISTRATOR in visit.actor.roles
    url = (visit.desk.settings.prefect_api_url or api_url(visit.desk.settings.home)) if asked else None
    runs = recent_runs(url, RUNS)
    coming = upcoming_runs(url, COMING) if not isinstance(runs, PrefectAway) else runs
    return render(
        visit,
        CyclePage(
            board=found,
            years=years,
            runs=None if isinstance(runs, PrefectAway) else runs,
            coming=None if isinstance(coming, PrefectAway) else coming,
            prefect=url.removesuffix("/api") if url else None,
            asked_prefect=asked,
        ),
    )


@router.get("/cycle/{year}/report.xlsx")
def report(year: Year, visit: Annotated[Visit, Depends(BOARD)]) -> Response:
    with TemporaryDirectory() as folder:
        path = Path(folder, f"report-{year}.xlsx")
        with visit.desk.reading() as tx:
            write_report(tx, year, path)
        return attachment(path.read_bytes(), path.name, XLSX)
