"""The runner: registers the schedule with Prefect and carries out the runs that fall due."""

import asyncio
import logging
from typing import Any

from prefect.client.orchestration import PrefectClient, get_client
from prefect.runner import Runner
from prefect.settings import get_current_settings

from flows import alerts, rehearsal
from flows.cleanup import bury_dead_runs, retire_old_deployments
from flows.errors import CannotStart
from flows.schedule import AT_START, SCHEDULE
from flows.tether import lead_runs

_API_PATIENCE = 120
_POLL_SECONDS = 5.0
_AT_ONCE = 3
_log = logging.getLogger("jiangbu.runner")


class DrainingRunner(Runner):
    """A runner that, told to stop, takes up nothing new and lets what runs come to its end.

    Prefect 3.8.8 means to do so, but its handler never awaits its own stop: the running flow is killed and
    its slot stays taken. The attributes touched here are private to that version, which is pinned; a test
    shows that a flow ends and its slot is free.
    """

    def __init__(self) -> None:
        super().__init__(
            name="jiangbu",
            # The default pauses the deployments and deletes what is scheduled.
            pause_on_shutdown=False,
            limit=_AT_ONCE,
            query_seconds=_POLL_SECONDS,
            # Taken up ahead of its time, a run begins up to 0.4 s before it is due.
            prefetch_seconds=0,
        )
        # Prefect's own place is one for all users of the machine: whoever comes second may not write there, and
        # what a killed runner leaves stays for ever.
        self._tmp_dir = get_current_settings().home / "runner"

    def handle_sigterm(self, *_args: Any, **_kwargs: Any) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._drain)

    def _drain(self) -> None:
        _log.info("stopping: no new runs, waiting for those in progress")
        self.stopping = True
        self._scheduled_run_poller.stopping = True
        # Ends the polling; leaving the runner's context then waits for the group of the runs.
        self._loops_task_group.cancel_scope.cancel()


def serve(*, sole: bool) -> None:
    """Serve the schedule until SIGTERM.

    `sole`: Prefect serves this runner alone, so whatever seems to run is dead, and what is not ours to serve is old.
    """
    lead_runs()
    asyncio.run(_serve(sole=sole))


async def _serve(*, sole: bool) -> None:
    runner = DrainingRunner()
    async with get_client() as client:
        await _api(client)
        # Before the dead are buried, so that each of them is told of.
        told_of = await runner.aadd_deployment(await alerts.deployment())
        await alerts.watch_over_runs(client, told_of)
        if sole:
            for run in await bury_dead_runs(client):
                _log.warning("%s was left over from an interruption and counts as crashed", run.name)
        on_demand = await runner.aadd_deployment(await rehearsal.deployment())
        served = {entry: await runner.aadd_deployment(await entry.deployment()) for entry in SCHEDULE}
        if sole:
            await retire_old_deployments(client, {told_of, on_demand, *served.values()})
        await client.create_flow_run_from_deployment(served[AT_START])
    _log.info("%d steps are scheduled", len(served))
    await runner.start()


async def _api(client: PrefectClient) -> None:
    """Wait until Prefect answers; without our own server it may come up later than we."""
    for _ in range(_API_PATIENCE):
        if await client.api_healthcheck() is None:
            return
        await asyncio.sleep(1)
    raise CannotStart(
        f"连接不到流程服务 {client.api_url}；请确认它已启动（JIANGBU_PREFECT_API_URL）。",
        f"Prefect does not answer at {client.api_url}; see that it runs (JIANGBU_PREFECT_API_URL).",
    )
