"""Telling administrators of a run that did not end well: Prefect sees it, and runs a flow that raises the alert.

No hook of the run itself would do: a run that is killed says nothing any more.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect import Flow, flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State
from prefect.deployments.runner import RunnerDeployment
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.types.entrypoint import EntrypointType

from claims.desk import open_desk
from claims.letters.alerts import FailedRun, RunState, in_trouble, note_recovery, report_failed_run
from config.settings import load_settings
from flows.agenda import TAG
from flows.report import desk_links
from flows.tether import tether_to_runner
from notifications.round import DISPATCH, run_round

WATCHED = "值守"
"""Tags the deployments whose runs are watched over. Not the alert's own: one that fails would raise the next."""

AUTOMATION = "运行异常告警 jiangbu"
TITLE = "运行异常告警"

STATES = {"Failed": RunState.FAILED, "Crashed": RunState.CRASHED, "TimedOut": RunState.TIMED_OUT}
"""What Prefect calls the states that are no good end."""

_OWN_WORDS = "StepFailed: "
"""Behind this the message of a state is ours and names codes; any other may quote a record."""

_TIMEOUT = 300.0
_RETRIES, _RETRY_AFTER = 3, 15


@flow(
    name="alert",
    flow_run_name="alert-{name}",
    retries=_RETRIES,
    retry_delay_seconds=_RETRY_AFTER,
    timeout_seconds=_TIMEOUT,
    persist_result=False,
)
def alert(run: str, step: str, title: str, name: str, state: str, message: str = "") -> None:
    """任务运行失败、中断或超时时告知管理员。Tells administrators of a run that failed, crashed or ran out of time."""
    tether_to_runner()
    settings = load_settings()
    failed = FailedRun(run, step, title, name, STATES[state], message.partition(_OWN_WORDS)[2])
    with open_desk(settings) as desk:
        with desk.transaction() as tx:
            report_failed_run(tx, failed)
        run_round(desk, kinds=frozenset({DISPATCH}))
    create_markdown_artifact(
        f"**{title}** `{name}`：{state}\n\n{failed.reason}\n\n{desk_links(settings)}",
        key="alert",
        description=f"{TITLE}：{title} {state}",
    )


def recovered(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001 - Prefect names them
    """Called when a run has gone through: whatever its step failed at before is over."""
    with open_desk(load_settings()) as desk:
        with desk.reading() as tx:
            if not in_trouble(tx, flow.name):
                return
        with desk.transaction() as tx:
            note_recovery(tx, flow.name)


async def deployment() -> RunnerDeployment:
    """As registered with Prefect: without a schedule, run by the automation."""
    return await alert.ato_deployment(
        name=TITLE,
        description=alert.description,
        tags=[TAG, "告警"],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


async def watch_over_runs(client: PrefectClient, alert_deployment: UUID) -> None:
    """Have Prefect run the alert for each watched run that does not end well, once a run.

    What stands there already is left as it is, so that no event is missed while it is made anew.
    """
    wanted = _automation(alert_deployment)
    known = await client.read_automations_by_name(AUTOMATION)
    if known and _told(known[0]) == _told(wanted):
        return
    if known:
        await client.update_automation(known[0].id, wanted)
    else:
        await client.create_automation(wanted)


def _automation(alert_deployment: UUID) -> AutomationCore:
    return AutomationCore(
        name=AUTOMATION,
        description=alert.description or "",
        enabled=True,
        trigger=EventTrigger(
            expect={f"prefect.flow-run.{name}" for name in STATES},
            match={"prefect.resource.id": "prefect.flow-run.*"},
            match_related={
                "prefect.resource.role": "tag",
                "prefect.resource.id": f"prefect.tag.{WATCHED}",
            },
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[
            RunDeployment(
                source="selected",
                deployment_id=alert_deployment,
                parameters={
                    "run": _template("flow_run.id"),
                    "step": _template("flow.name"),
                    "title": _template("deployment.name"),
                    "name": _template("flow_run.name"),
                    "state": _template("flow_run.state.name"),
                    "message": _template("flow_run.state.message or ''"),
                },
            )
        ],
    )


def _template(expression: str) -> dict[str, str]:
    return {"__prefect_kind": "jinja", "template": "{{ " + expression + " }}"}


def _told(automation: AutomationCore) -> dict[str, Any]:
    """What an automation says, without what Prefect adds of its own."""
    told = automation.model_dump(mode="json", include={"name", "enabled", "trigger", "actions"})
    told["trigger"].pop("id", None)
    return {**told, "trigger": {key: _sorted(value) for key, value in told["trigger"].items()}}


def _sorted(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value
