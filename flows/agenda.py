"""What stands ahead in Prefect, under names that people know.

The moments of planned cycles stand there as scheduled runs of their own (`close-submissions-2026`), and the runs
that Prefect plans by itself are called after their step and time instead of by chance. Our due slots stay the
truth: a moment that is lost here is done by the next round all the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Scheduled

from claims.timing.due import SlotResult
from flows.steps import MOMENTS, ONCE_A_YEAR, STEPS
from states.calendar import TZ

TAG = "jiangbu"
"""On every deployment of ours, so that one we no longer serve can be told from someone else's."""

MOMENT = "时点"
"""Tags the runs that stand for a moment of a cycle."""

STEP_OF: Mapping[str, str] = MappingProxyType(
    {kind: step for step in MOMENTS for kind in STEPS[step] or ()},
)
"""The kinds of slots that are moments of a year, and the step that does each."""

_MOST = 200  # as many as Prefect gives at once; more than a year of moments


@dataclass(frozen=True, slots=True)
class Moment:
    """A step that is to run at a time; several slots may share it."""

    step: str
    name: str
    due_at: datetime
    cycle: int


def moments_of(slots: Iterable[SlotResult]) -> tuple[Moment, ...]:
    """The moments that pending slots give rise to, the next first."""
    found = {
        Moment(step, moment_name(step, slot.cycle, slot.due_at), slot.due_at, slot.cycle)
        for slot in slots
        if slot.cycle is not None and (step := STEP_OF.get(slot.kind)) is not None
    }
    return tuple(sorted(found, key=lambda each: (each.due_at, each.name)))


def moment_name(step: str, cycle: int, due_at: datetime) -> str:
    """`close-submissions-2026`, or with its day for what happens more than once: `end-notices-2026-05-21`."""
    return f"{step}-{cycle}" if step in ONCE_A_YEAR else f"{step}-{due_at.astimezone(TZ):%Y-%m-%d}"


def tick_name(step: str, due_at: datetime) -> str:
    """`round-2026-05-08T09:05`: the step and the moment it is due, in Asia/Shanghai."""
    return f"{step}-{due_at.astimezone(TZ):%Y-%m-%dT%H:%M}"


def arrange(client: SyncPrefectClient, slots: Iterable[SlotResult]) -> None:
    """Bring what stands ahead in Prefect into line with what is due; nothing to do where it is."""
    steps = {each.id: each.name for each in client.read_flows(deployment_filter=_OURS)}
    deployments = {steps[each.flow_id]: each.id for each in client.read_deployments(deployment_filter=_OURS)}
    wanted = {(each.step, each.due_at): each for each in moments_of(slots) if each.step in deployments}
    for run in ahead(client):
        step, due_at = steps[run.flow_id], run.next_scheduled_start_time
        if due_at is None:
            continue
        if MOMENT in run.tags:
            if wanted.pop((step, due_at.astimezone(TZ)), None) is None:
                client.delete_flow_run(
                    run.id
                )  # the plan was changed: it is due at another time, or not at all
        elif run.name != tick_name(step, due_at):
            client.update_flow_run(run.id, name=tick_name(step, due_at))
    for moment in wanted.values():
        client.create_flow_run_from_deployment(
            deployments[moment.step],
            name=moment.name,
            state=Scheduled(scheduled_time=moment.due_at),
            tags=[TAG, MOMENT, str(moment.cycle)],
        )


def ahead(client: SyncPrefectClient) -> list[FlowRun]:
    scheduled = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED]))
    return client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=scheduled),
        deployment_filter=_OURS,
        sort=FlowRunSort.NEXT_SCHEDULED_START_TIME_ASC,
        limit=_MOST,
    )


_OURS = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
