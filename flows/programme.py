"""The flows: each a moment of the year that an administrator knows by name.

A flow decides when, never what. All of them call one function, which does whatever is due in our own
database, in order and exactly once; so a run that is lost, doubled, late or out of order does no harm.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import ParamSpec

from prefect import Flow, flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.runtime import deployment, flow_run

from claims.desk import open_desk
from claims.timing.due import SlotResult, slots_ahead
from config.settings import load_settings
from flows import agenda, board
from flows.alerts import recovered
from flows.report import as_table, desk_links, reason, summary, unsettled
from flows.steps import ONCE_A_YEAR, ROUND, STEPS
from flows.tether import tether_to_runner
from notifications.round import run_round

P = ParamSpec("P")

_TIMEOUT = 900.0
_RETRY_AFTER = [10.0, 30.0, 90.0]
_log = logging.getLogger("jiangbu.flows")


class StepFailed(Exception):  # noqa: N818 - read by administrators as the reason of a failed run
    """A run that did not do all it should; the words are safe to show."""


def run_name() -> str:
    """What the run is called: a moment of a cycle keeps its name, any other run gets its step and time."""
    step, name = str(flow_run.flow_name), str(flow_run.name)
    if agenda.MOMENT in flow_run.tags:
        return name
    due: datetime = flow_run.scheduled_start_time or datetime.fromtimestamp(0, UTC)
    return agenda.tick_name(step, due)


def _step(name: str) -> Callable[[Callable[P, None]], Flow[P, None]]:
    return flow(
        name=name,
        flow_run_name=run_name,
        timeout_seconds=_TIMEOUT,
        persist_result=False,
        on_completion=[recovered],
    )


@_step("round")
def do_round() -> None:
    """办理全部到期事项并发出函件。Does all that is due, whatever it is, and sends the letters that follow."""
    _perform(ROUND)
    look_ahead()


@_step("open-cycle")
def open_cycle() -> None:
    """到开放日零时开放年度申报。Opens the year's round of claims at midnight of its first day."""
    _perform("open-cycle")


@_step("close-submissions")
def close_submissions() -> None:
    """截止日过后关闭年度申报。Closes the year's round of claims once the deadline has passed."""
    _perform("close-submissions")


@_step("remind")
def remind() -> None:
    """通知、提醒乡镇和尚未提交的申报单位。Calls and reminds townships, reminds applicants whose drafts are not submitted."""
    _perform("remind")


@_step("remind-corrections")
def remind_corrections() -> None:
    """补正期限届满前提醒尚未补正的申报单位。Reminds applicants of what they still have to correct."""
    _perform("remind-corrections")


@_step("deem-accepted")
def deem_accepted() -> None:
    """受理期限已过的申报件视为受理。Accepts the claims whose intake period has run out."""
    _perform("deem-accepted")


@_step("lapse")
def lapse() -> None:
    """逾期未提交或未补正的申报件失效。Lapses drafts and corrections whose deadline has passed."""
    _perform("lapse")


@_step("end-notices")
def end_notices() -> None:
    """公示期满且无未决异议的转入拨付。Ends public notices that are over and have no open objection."""
    _perform("end-notices")


@_step("dispatch-letters")
def dispatch_letters() -> None:
    """生成并发出待发函件。Writes the letters that recorded events call for, and sends them."""
    _perform("dispatch-letters")


@_step("escalate-overdue")
def escalate_overdue() -> None:
    """每个工作日上午将逾期事项告知责任单位及其上级。Tells offices and their superior what is overdue, each working day."""
    _perform("escalate-overdue")


@_step("prompt-payouts")
def prompt_payouts() -> None:
    """有待拨付的申报件时提请财政部门提出批次。Asks finance to propose a batch where claims wait for payment."""
    _perform("prompt-payouts")


@_step("year-report")
def year_report() -> None:
    """年度终了后生成年度报告。Writes the report on the year once it is over."""
    _perform("year-report")


@_step("call-next-year")
def call_next_year() -> None:
    """下年度申报尚无计划时提请管理员制定。Asks administrators to plan the next cycle where nobody has."""
    _perform("call-next-year")


@_step("recount-deadlines")
def recount_deadlines() -> None:
    """新一年放假安排公布后重算暂定期限。Counts provisional deadlines anew once a year's holidays are announced."""
    _perform("recount-deadlines")


@_step("back-up")
def back_up() -> None:
    """每夜备份数据库和材料并清理旧备份。Backs up records and papers each night and lets old backups go."""
    _perform("back-up")


@_step("restore-drill")
def restore_drill() -> None:
    """每月恢复一次备份，证明其可用。Restores a backup each month, to prove that it can be done."""
    _perform("restore-drill")


@_step("seal-audit")
def seal_audit() -> None:
    """封存前一日的审计链。Seals the audit chains of the day before."""
    _perform("seal-audit")


@task(
    name="settle",
    task_run_name="办理到期事项",
    retries=len(_RETRY_AFTER),
    retry_delay_seconds=_RETRY_AFTER,
    timeout_seconds=_TIMEOUT,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def settle(kinds: frozenset[str] | None) -> tuple[SlotResult, ...]:
    """The one call. An error's own words may quote a record: they go to our log, Prefect learns its kind."""
    try:
        with open_desk(load_settings()) as desk:
            return run_round(desk, kinds=kinds)
    except Exception as error:  # noqa: BLE001 - whatever it is, its words stay with us
        _log.exception("a round could not be done")
        raise StepFailed(f"{type(error).__name__}; see the log of the runner in the data folder") from None


def look_ahead() -> None:
    """Let what is to come stand in Prefect by name, and each year's board as it is now."""
    settings = load_settings()
    with open_desk(settings) as desk, desk.reading() as tx:
        slots, boards = slots_ahead(tx), board.boards(tx)
    with get_client(sync_client=True) as client:
        agenda.arrange(client, slots)
        board.keep_up(client, boards, desk_links(settings))


def _perform(step: str) -> None:
    tether_to_runner()
    results = settle(STEPS[step])
    get_run_logger().info(summary(results))
    _label(results, once_a_year=step in ONCE_A_YEAR)
    create_table_artifact(
        as_table(results),
        key=str(flow_run.flow_name),
        description=f"{_title()}：{summary(results)}\n\n{desk_links(load_settings(), results)}",
    )
    if failed := unsettled(results):
        raise StepFailed("、".join(f"{each.slot} ({reason(each)})" for each in failed))


def _title() -> str:
    """The step in Chinese. It comes first: Prefect's cards show half a line."""
    return deployment.name or flow_run.flow_name or ""


def _label(results: Sequence[SlotResult], *, once_a_year: bool) -> None:
    """Tag the run with the cycles it touched; the yearly step that did its work is called after its year."""
    cycles = sorted({each.cycle for each in results if each.cycle is not None})
    if not cycles:
        return
    name = f"{flow_run.flow_name}-{cycles[-1]}" if once_a_year else None
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, name=name, tags={*flow_run.tags, *map(str, cycles)})
