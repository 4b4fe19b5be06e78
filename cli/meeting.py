"""`jiangbu meeting`: what is before the coordination body, and calling it together."""

from datetime import date
from typing import Annotated

import typer

from cli.commands import OFFICES, command, group
from cli.options import Acting, Year, day
from cli.output import Answer, Column, blocks, sheet, table
from cli.session import acting, reading

app = group("meeting", "审定会议", "meetings of the coordination body")

COLUMNS = (
    Column("申报件", "Claim"),
    Column("申报单位", "Applicant"),
    Column("标准（文号）", "Standard"),
    Column("建议（元）", "Proposed", right=True),
    Column("累计（元）", "Running", right=True),
)
SHOWN = ("claim", "unit", "standard", "proposed_yuan", "running_yuan")


@command(app, "agenda", allowed=OFFICES)
def show(year: Year) -> Answer:
    """待审定的申报件，逐件累计。  What waits for the body, with the running sum."""
    from claims.reading.agendas import agenda_json

    with reading() as (tx, _):
        data = agenda_json(tx, year)
    head = sheet(
        [("待审定", "Waiting", data["waiting"]), ("可用预算（元）", "Available", data["available_yuan"])]
    )
    rows = ([each[name] for name in SHOWN] for each in data["items"])
    return Answer(data, blocks(head, table(COLUMNS, rows)))


@command(app, "call")
def call(
    year: Year,
    *,
    held_on: Annotated[date, typer.Option("--on", metavar="DATE", parser=day, help="会议日期  the day")],
    begins: Annotated[str, typer.Option("--at", metavar="TIME", help="开始时间，如 14:30  when it begins")],
    place: Annotated[str, typer.Option("--place", metavar="TEXT", help="会议地点  where")],
    user: Acting,
) -> Answer:
    """召集会议，议程函告协调机构。  Convene the body; it gets the agenda by letter."""
    from claims.review.meetings import Sitting, convene

    with acting(user) as (tx, actor):
        found = convene(tx, year, Sitting(held_on, begins, place), actor=actor)
    data = {
        "cycle": year,
        "held_on": held_on.isoformat(),
        "claims": [each.number for each in found.items],
        "total_yuan": found.items[-1].running_yuan,
    }
    note = "议程随下一次 round 发出。 The agenda leaves with the next round."
    return Answer(data, f"{held_on}  {len(found.items)} 件  {data['total_yuan']:,} 元", (note,))
