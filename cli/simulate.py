"""`jiangbu simulate`: whole years of a made-up county in an isolated copy, and whether everything held."""

from pathlib import Path
from typing import Annotated

import typer

from cli.commands import REFUSED
from cli.output import Answer, blocks, say, sheet
from config.settings import load_settings

SHOWN = 20
"""Violations printed for people; all of them stand in the report."""


def simulate(
    *,
    years: Annotated[int, typer.Option("--years", min=1, max=20, help="年数  how many years")] = 3,
    claims: Annotated[
        int, typer.Option("--claims", min=1, max=20_000, help="每年申报件数  claims a year")
    ] = 300,
    seed: Annotated[
        int, typer.Option("--seed", help="随机种子；同一种子得到同一日志  the same seed gives the same log")
    ] = 1,
    outages: Annotated[
        bool, typer.Option("--outages", help="加入停机和崩溃  with outages and crashes")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", file_okay=False, help="日志、报告和图表的目录  for log, report, charts"
        ),
    ] = None,
) -> Answer:
    """在独立的演练副本中完整运行若干年，逐日核查。  Run whole years in an isolated copy, checked after every day."""
    from flows.simulation.run import simulate as run
    from flows.simulation.scenario import Scenario

    scenario = Scenario(years, claims, seed, outages)
    folder = load_settings().home / "simulations" / scenario.name if out is None else out
    report = run(scenario, folder, told=say)
    text = blocks(
        sheet(
            (
                ("年数", "Years", scenario.years),
                ("申报件", "Claims", report.claims),
                ("已拨付（元）", "Paid, yuan", report.paid_yuan),
                ("停机", "Outages", len(report.outages)),
                ("崩溃", "Crashes", report.crashes),
                ("到期事项", "Due slots", [f"{each} {count:,}" for each, count in report.slots.items()]),
                ("用时（秒）", "Seconds", f"{report.seconds:,.1f}"),
                ("违规", "Violations", len(report.violations)),
                ("报告", "Report", str(folder / "report.md")),
            ),
        ),
        "\n".join(report.violations[:SHOWN]),
    )
    return Answer(report.as_json(), text, status=REFUSED if report.violations else 0)
