"""A rehearsal of a planned cycle: started here, run by the schedule, and read here."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Form
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from claims.timing import rehearsals
from claims.timing.cycles import Plan
from claims.timing.rehearsals import CHARTS, MOST_CLAIMS, Rehearsed
from states.errors import Refusal
from web.guards import ADMINISTRATOR, Visit, Year
from web.prefect_runs import REHEARSAL, PrefectAway, RunView, api_url, last_run, start_run
from web.rendering import render
from web.security import SANDBOX

router = APIRouter()

SEE_OTHER = 303
UNDER_WAY = frozenset({"scheduled", "pending", "running", "cancelling"})
USUAL_CLAIMS, LARGEST_SEED = 100, 2**31 - 1


@dataclass(frozen=True, slots=True)
class RehearsalPage:
    """A cycle's plan, how the last run stands, and what the last finished rehearsal of the cycle came to.

    `away`: Prefect does not answer, so that none can be started. `run` is the last rehearsal of any cycle.
    """

    template: ClassVar[str] = "rehearsal.html"
    year: int
    plan: Plan | None
    found: Rehearsed | None
    run: RunView | None
    under_way: bool
    away: bool
    charts: tuple[str, ...]
    most: int
    claims: int
    seed: int
    problem: str


@router.get("/cycle/{year}/rehearsal")
def rehearsal(year: Year, visit: Annotated[Visit, Depends(ADMINISTRATOR)]) -> Response:
    return render(visit, _page(visit, year))


@router.post("/cycle/{year}/rehearsal")
def start(
    year: Year,
    visit: Annotated[Visit, Depends(ADMINISTRATOR)],
    claims: Annotated[int, Form()] = USUAL_CLAIMS,
    seed: Annotated[int, Form()] = 1,
) -> Response:
    t = visit.words.t
    if not (1 <= claims <= MOST_CLAIMS and 0 <= seed <= LARGEST_SEED):
        problem = t("申报件数须为 1 至 {n}。", "The number of claims must be 1 to {n}.", n=MOST_CLAIMS)
        return render(visit, _page(visit, year, claims, seed, problem), 422)
    with visit.desk.reading() as tx:
        rehearsals.plan_to_rehearse(tx, year)
    page = _page(visit, year, claims, seed)
    if page.under_way:
        problem = t("一次演练正在进行，请待其完成。", "A rehearsal is under way; wait for its end.")
        return render(visit, _page(visit, year, claims, seed, problem), 409)
    if start_run(_prefect(visit), REHEARSAL, {"cycle": year, "claims": claims, "seed": seed}) is not None:
        problem = t(
            "流程服务（Prefect）没有应答，未能开始；也可在服务器上运行 jiangbu simulate。",
            "Prefect does not answer, so nothing was started; jiangbu simulate does the like on the server.",
        )
        return render(visit, _page(visit, year, claims, seed, problem), 409)
    return RedirectResponse(f"/cycle/{year}/rehearsal", SEE_OTHER)


@router.get("/cycle/{year}/rehearsal/{chart}")
def chart(year: Year, chart: str, visit: Annotated[Visit, Depends(ADMINISTRATOR)]) -> Response:
    found = rehearsals.chart(visit.desk.settings, year, chart.removesuffix(".svg"))
    if found is None:
        raise HTTPException(404)
    return Response(found, media_type="image/svg+xml", headers={"Content-Security-Policy": SANDBOX})


def _page(
    visit: Visit, year: int, claims: int = USUAL_CLAIMS, seed: int = 1, problem: str = ""
) -> RehearsalPage:
    plan: Plan | None = None
    with visit.desk.reading() as tx:
        try:
            plan = rehearsals.plan_to_rehearse(tx, year)
        except Refusal as refusal:
            if refusal.status == 404:  # noqa: PLR2004 - no such cycle
                raise
            problem = problem or visit.words.refusal(refusal)
    run = last_run(_prefect(visit), REHEARSAL)
    away = isinstance(run, PrefectAway)
    known = None if isinstance(run, PrefectAway) else run
    return RehearsalPage(
        year=year,
        plan=plan,
        found=rehearsals.last_rehearsal(visit.desk.settings, year),
        run=known,
        under_way=known is not None and known.state in UNDER_WAY,
        away=away,
        charts=CHARTS,
        most=MOST_CLAIMS,
        claims=claims,
        seed=seed,
        problem=problem,
    )


def _prefect(visit: Visit) -> str | None:
    settings = visit.desk.settings
    return settings.prefect_api_url or api_url(settings.home)
