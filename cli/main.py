"""`jiangbu`: the command line of the desk. Each command turns its words into one call and its result into output."""

import os
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli import (
    audit,
    backup,
    claim,
    claim_actions,
    claim_filing,
    cycle,
    desk,
    meeting,
    notice,
    objection,
    org,
    papers,
    payout,
    policy,
    resolution,
    schedule,
    simulate,
    township,
    up,
    user,
    wording,
)
from cli.commands import OFFICES, command, guarded, speak_utf8
from cli.demo import sheet as demo_sheet
from states.stages import Role

DAILY = "日常  Every day"
SET_UP = "建立与运行  Setting up and running"
MONEY = "资金与公示  Money and publicity"
RECORDS = "函件、报表与审计  Letters, reports, audit"

EXAMPLES = """\
[bold]示例  Examples[/bold]

jiangbu init --rehearsal --demo                                  演练年度  a rehearsal year to look at

jiangbu claim import 申报表.xlsx --cycle 2026 --as 菜园镇 --evidence 材料/

jiangbu claim act SB-2026-0001 accept --as intake               受理  accept a claim

jiangbu claim show SB-2026-0001 --as reviewer --json            可办事项  what the reviewer may do, for programs

jiangbu policy quote lead-national --rank 1                     应得多少、为何  how much, and why

退出码  Exit status: 0 已办 done · 1 规则拒绝 refused by a rule · 2 用法有误 wrong usage · 3 环境未就绪 not ready
"""

PANELS = (DAILY, MONEY, SET_UP, RECORDS)


class _ByPanel(TyperGroup):
    """The help goes panel by panel, in the order of what people look for."""

    def list_commands(self, ctx: Any) -> list[str]:
        def place(name: str) -> int:
            return PANELS.index(getattr(self.get_command(ctx, name), "rich_help_panel", SET_UP))

        return sorted(super().list_commands(ctx), key=place)


app = typer.Typer(
    cls=_ByPanel,
    name="jiangbu",
    help="标准化奖补工作台：从申报到拨付，每一元都有依据。  The award desk: every claim from filing to payout, explained to the yuan.",
    epilog=EXAMPLES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def choose(
    ctx: typer.Context,
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="只输出一份 JSON 文档  print one JSON document")
    ] = False,
) -> None:
    ctx.obj = as_json


for each in (claim_filing.app, claim_actions.app):
    claim.app.add_typer(each)

command(app, "init", rich_help_panel=SET_UP)(desk.init)
app.command("up", rich_help_panel=SET_UP)(guarded(up.up))
app.command("web", rich_help_panel=SET_UP)(guarded(up.web))
app.command("flows", rich_help_panel=SET_UP)(guarded(up.flows))
command(app, "status", allowed=OFFICES, rich_help_panel=SET_UP)(desk.status)
command(app, "simulate", rich_help_panel=SET_UP)(simulate.simulate)
command(app, "due", allowed=OFFICES, rich_help_panel=DAILY)(schedule.due)
command(app, "round", allowed=(Role.ADMINISTRATOR,), rich_help_panel=DAILY)(schedule.round_)
command(app, "report", allowed=OFFICES, rich_help_panel=RECORDS)(papers.report)
command(app, "backup", allowed=(Role.ADMINISTRATOR,), rich_help_panel=RECORDS)(backup.backup)
command(app, "restore", rich_help_panel=RECORDS)(backup.restore)
command(app, "diagram", rich_help_panel=RECORDS)(papers.diagram)

for panel, groups in {
    SET_UP: (user.app, org.app, policy.app, demo_sheet.app),
    DAILY: (cycle.app, claim.app, township.app),
    MONEY: (meeting.app, resolution.app, objection.app, payout.app),
    RECORDS: (notice.app, wording.app, papers.register, audit.app),
}.items():
    for each in groups:
        app.add_typer(each, rich_help_panel=panel)


def run() -> None:
    """The entry point of the installed command. Whatever it and its children write is their user's alone."""
    os.umask(0o077)
    speak_utf8()
    app(prog_name="jiangbu")
