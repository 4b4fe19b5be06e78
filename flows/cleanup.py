"""Runs that a crash left behind. Their processes are gone, but Prefect still counts them as running and
keeps their slots, so that a step with a limit would never run again.
"""

from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Crashed

from flows.agenda import TAG

_HELD = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]


async def bury_dead_runs(client: PrefectClient) -> list[FlowRun]:
    """Mark what is left over as crashed, which gives back its slots, and answer with it.

    To be called by the only runner of these deployments, before it takes up any run.
    """
    dead: list[FlowRun] = []
    while found := await _held_runs(client):
        for run in found:
            message = "中断：上次停止时未办完。 Left over from an interruption."
            await client.set_flow_run_state(run.id, Crashed(message=message), force=True)
        dead += found
    return dead


async def _held_runs(client: PrefectClient) -> list[FlowRun]:
    return await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_HELD))),
        deployment_filter=DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG])),
    )


async def retire_old_deployments(client: PrefectClient, served: set[UUID]) -> None:
    """Delete deployments of ours that an older version served: their runs would only pile up."""
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
    for deployment in await client.read_deployments(deployment_filter=ours):
        if deployment.id not in served:
            await client.delete_deployment(deployment.id)
