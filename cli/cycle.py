"""`jiangbu cycle`: a year's round of claims, its dates and its money."""

from datetime import date
from typing import Annotated, Any

import typer

from claims.identity import people
from claims.reading.overviews import cycle_json, cycle_list
from claims.timing.cycles import Plan, plan_cycle
from cli.commands import ANYBODY, command, group
from cli.options import MaybeActing, Year, day
from cli.output import Answer, Column, blocks, sheet, table, titled
from cli.session import opened, reading
from states.stages import Role, Stage

app = group("cycle", "年度申报", "the year's round of claims")

COLUMNS = (
    Column("年度", "Year"),
    Column("状态", "Status"),
    Column("开始", "Opens"),
    Column("截止", "Deadline"),
    Column("预算（元）", "Budget", right=True),
    Column("可用（元）", "Available", right=True),
    Column("申报件", "Claims", right=True),
)
STATUS = {"planned": "已安排 planned", "open": "受理中 open", "closed": "已截止 closed"}
ACCOUNTS = {
    "available": "可用",
    "reserved": "已审定",
    "published": "已公示",
    "paid": "已拨付",
    "returned": "已追回",
}


@command(app, "plan")
def plan(
    year: Year,
    *,
    opens: Annotated[date, typer.Option("--opens", parser=day, metavar="DATE", help="开始日  first day")],
    deadline: Annotated[
        date, typer.Option("--deadline", parser=day, metavar="DATE", help="截止日  last day")
    ],
    budget: Annotated[int, typer.Option("--budget", metavar="YUAN", help="预算，整元  in whole yuan")],
    results_from: Annotated[
        date | None,
        typer.Option(
            "--results-from",
            parser=day,
            metavar="DATE",
            help="成果期间起日  results count from (default: last year)",
        ),
    ] = None,
    results_to: Annotated[
        date | None, typer.Option("--results-to", parser=day, metavar="DATE", help="成果期间止日  … to")
    ] = None,
    notice_days: Annotated[
        int | None,
        typer.Option(
            "--notice-days", metavar="N", help="公示工作日  working days of public notice (default: policy)"
        ),
    ] = None,
    user: MaybeActing = None,
) -> Answer:
    """安排年度申报；开放前可以重新安排。  Plan a cycle, or plan it anew as long as it has not opened."""
    wanted = Plan(year, opens, deadline, budget, results_from, results_to, notice_days)
    with opened() as desk, desk.transaction() as tx:
        if user is None:
            plan_cycle(tx, wanted)
        else:
            actor = people.actor(tx, user)
            roles = (Role.ADMINISTRATOR, Role.COORDINATOR)
            role = people.require_role(actor, roles, "安排年度申报", "plan a cycle")
            plan_cycle(tx, wanted, actor=actor.name, role=str(role))
        data = cycle_json(tx, year)
    return Answer(data, _text(data))


@command(app, "list", allowed=ANYBODY)
def list_cycles() -> Answer:
    """列出各年度。  List the cycles."""
    with reading() as (tx, _):
        data = cycle_list(tx)
    rows = (
        [
            str(each["year"]),
            STATUS[each["status"]],
            each["opens_on"],
            each["deadline_on"],
            each["budget_yuan"],
            each["balances"]["available"],
            sum(each["stages"].values()),
        ]
        for each in data
    )
    return Answer(data, table(COLUMNS, rows))


@command(app, "show", allowed=ANYBODY)
def show(year: Year) -> Answer:
    """年度的日期、资金和各环节件数。  A cycle's dates, money and claims by stage."""
    with reading() as (tx, _):
        data = cycle_json(tx, year)
    return Answer(data, _text(data))


def _text(cycle: dict[str, Any]) -> str:
    dates = sheet(
        [
            ("年度", "Year", str(cycle["year"])),
            ("状态", "Status", STATUS[cycle["status"]]),
            ("申报时间", "Window", f"{cycle['opens_on']} – {cycle['deadline_on']}"),
            ("成果期间", "Results", f"{cycle['results_from']} – {cycle['results_to']}"),
            ("公示工作日", "Notice days", cycle["notice_days"]),
            ("政策版本", "Policy", cycle["policy_version"]),
        ],
    )
    money = sheet(
        [("预算", "appropriated", cycle["budget_yuan"])]
        + [(zh, name, cycle["balances"][name]) for name, zh in ACCOUNTS.items()],
    )
    return blocks(dates, titled("资金（元）", "Money (yuan)", money), stages_text(cycle["stages"]))


def stages_text(stages: dict[str, int]) -> str:
    """How many claims stand where, one stage a line."""
    pairs = [(f"{Stage(name):zh}", name, count) for name, count in stages.items()]
    return titled("申报件", "Claims by stage", sheet(pairs))
