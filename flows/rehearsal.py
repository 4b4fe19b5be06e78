"""A rehearsal of a coming cycle, asked for on the administrator's page and run here, one at a time.

As a flow and not in the web's process: it takes a core for a minute or more, stands the clock still while it runs, and
is looked after by the runner like everything that takes time.
"""

import os
import tempfile
from pathlib import Path

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.types.entrypoint import EntrypointType

from claims import clock
from claims.desk import open_desk
from claims.timing.rehearsals import MOST_CLAIMS, Rehearsed, folder_of, keep, plan_to_rehearse
from config.settings import load_settings
from flows.agenda import TAG
from flows.report import desk_links
from flows.tether import tether_to_runner

TITLE = "年度演练"
"""The deployment's name, by which the page finds it (`web/pages/rehearsal.py`)."""

_TIMEOUT = 1800.0
_POLITE = 10
"""The desk's own work goes first."""


@flow(
    name="rehearse",
    flow_run_name="rehearse-{cycle}-{claims}-seed{seed}",
    timeout_seconds=_TIMEOUT,
    persist_result=False,
)
def rehearse(cycle: int, claims: int = 100, seed: int = 1) -> None:
    """按计划的日期和预算演练一个年度。Lives through a planned year with made-up applicants, apart from the records."""
    from flows.simulation.run import simulate
    from flows.simulation.scenario import Scenario

    tether_to_runner()
    os.nice(_POLITE)
    if not 1 <= claims <= MOST_CLAIMS:
        raise ValueError(f"between 1 and {MOST_CLAIMS} claims can be rehearsed")
    settings = load_settings()
    with open_desk(settings) as desk, desk.reading() as tx:
        plan = plan_to_rehearse(tx, cycle)
    folder_of(settings, cycle).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder_of(settings, cycle).parent, prefix=".running-") as place:
        drawn = Path(place, "report")
        report = simulate(Scenario(1, claims, seed, plan=plan), drawn)
        found = Rehearsed(
            cycle=cycle,
            claims=claims,
            seed=seed,
            opens_on=plan.opens_on.isoformat(),
            deadline_on=plan.deadline_on.isoformat(),
            budget_yuan=plan.budget_yuan,
            finished_at=clock.now().isoformat(),
            report=report.as_json(),
        )
        keep(settings, found, drawn)
    create_markdown_artifact(
        f"# {TITLE} {cycle}\n\n申报 {report.claims} 件，拨付 {report.paid_yuan:,} 元，"
        f"违规 {len(report.violations)} 项。\n\n{desk_links(settings)}",
        key=f"rehearsal-{cycle}",
        description=f"{TITLE} {cycle}：违规 {len(report.violations)} 项。",
    )


async def deployment() -> RunnerDeployment:
    """As registered with Prefect: without a schedule, one at a time."""
    return await rehearse.ato_deployment(
        name=TITLE,
        description=rehearse.description,
        tags=[TAG, "演练"],
        concurrency_limit=ConcurrencyLimitConfig(
            limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
        ),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
