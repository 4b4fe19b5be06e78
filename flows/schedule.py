"""When each flow runs, and what an administrator reads about it."""

from dataclasses import dataclass

from prefect import Flow
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows import programme
from flows.agenda import TAG
from flows.alerts import WATCHED
from states.calendar import TZ


@dataclass(frozen=True, slots=True)
class Entry:
    """A flow, its Chinese name, its times in Asia/Shanghai, and a word to filter by."""

    flow: Flow[[], None]
    title: str
    cron: str
    kind: str

    async def deployment(self) -> RunnerDeployment:
        """As registered with Prefect. Loaded by module path: a file path would put `flows/` on sys.path."""
        return await self.flow.ato_deployment(
            name=self.title,
            description=self.flow.description,
            tags=[TAG, WATCHED, self.kind],
            schedule=Cron(self.cron, timezone=str(TZ)),
            # Of several runs found at once, as after an outage, one does everything.
            concurrency_limit=ConcurrencyLimitConfig(
                limit=1,
                collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW,
            ),
            entrypoint_type=EntrypointType.MODULE_PATH,
        )


# The moments of a planned year stand in Prefect as runs of their own, at their very time; the daily runs come
# right behind them, minutes apart, and before the round, so that each is done by the flow that bears its name.
# What one of them misses, the next round does.
SCHEDULE: tuple[Entry, ...] = (
    Entry(programme.open_cycle, "开放申报", "1 0 * * *", "年度"),
    Entry(programme.close_submissions, "截止申报", "1 0 * * *", "年度"),
    Entry(programme.lapse, "逾期失效", "2 0 * * *", "期限"),
    Entry(programme.deem_accepted, "视为受理", "2 0 * * *", "期限"),
    Entry(programme.end_notices, "公示期满", "3 0 * * *", "期限"),
    Entry(programme.recount_deadlines, "重算期限", "0 0 * * *", "期限"),
    Entry(programme.seal_audit, "审计封存", "0 2 * * *", "审计"),
    Entry(programme.back_up, "备份", "0 3 * * *", "备份"),
    Entry(programme.restore_drill, "恢复检验", "0 4 * * *", "备份"),
    Entry(programme.remind, "到期提醒", "1 9 * * *", "提醒"),
    Entry(programme.remind_corrections, "补正提醒", "1 9 * * *", "提醒"),
    Entry(programme.escalate_overdue, "督办逾期", "1 9 * * *", "提醒"),
    Entry(programme.prompt_payouts, "提请拨付", "1 9 * * *", "拨付"),
    Entry(programme.year_report, "年度报告", "2 9 * * *", "年度"),
    Entry(programme.call_next_year, "下年计划", "2 9 * * *", "年度"),
    Entry(programme.dispatch_letters, "发送函件", "*/5 * * * *", "函件"),
    Entry(programme.do_round, "例行办理", "4-59/5 * * * *", "例行"),
)
AT_START = SCHEDULE[-1]
"""Also run once when the desk comes up, for what fell due while it was down."""
