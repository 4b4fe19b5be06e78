"""What a simulation answers with, and what it leaves in its folder: a report and three charts."""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flows.simulation.charts import lateness_chart, money_chart, stages_chart
from flows.simulation.scenario import Outage, Scenario
from flows.simulation.tally import Tally
from flows.simulation.years import Years


@dataclass(frozen=True, slots=True)
class Report:
    """What happened. `violations` empty: everything that must hold has held after every day.

    `refusals` are counted by code, `repeated` letters that left again after a crash, under their own message id;
    `root` is a hash over the whole audit log. `seconds` alone is of this run, all else of the scenario.
    """

    scenario: Scenario
    claims: int
    paid_yuan: int
    outages: tuple[Outage, ...]
    crashes: int
    violations: tuple[str, ...]
    slots: dict[str, int]
    refusals: dict[str, int]
    letters: int
    repeated: int
    events: int
    root: str
    tally: Tally
    slot_lateness: Counter[int]
    seconds: float = 0.0

    def timed(self, seconds: float) -> "Report":
        return replace(self, seconds=round(seconds, 1))

    def as_json(self) -> dict[str, Any]:
        return {
            "years": self.scenario.years,
            "claims": self.claims,
            "paid_yuan": self.paid_yuan,
            "outages": len(self.outages),
            "violations": list(self.violations),
            "slots": self.slots,
            "seconds": self.seconds,
        }


def report_of(years: Years) -> Report:
    """What has come of the years so far."""
    county, inspection, scenario = years.county, years.inspection, years.county.scenario
    ((claims,),) = county.look("SELECT count(*) FROM claim")
    ((paid,),) = county.look("SELECT coalesce(sum(yuan), 0) FROM payout_line WHERE outcome = 'paid'")
    return Report(
        scenario=scenario,
        claims=claims,
        paid_yuan=paid,
        outages=county.outages.within(scenario.first_day, scenario.last_day),
        crashes=county.desk.mishaps.crashes,
        violations=tuple(county.problems),
        slots=years.tally.outcomes(),
        refusals=dict(sorted(county.refusals.items())),
        letters=inspection.post.letters,
        repeated=inspection.post.repeated,
        events=inspection.chains.events,
        root=inspection.chains.root(),
        tally=years.tally,
        slot_lateness=years.tally.slot_lateness(),
    )


def write_report(report: Report, out: Path) -> None:
    """Write `report.md` and the charts beside it. Nothing in them tells how long the run took."""
    charts = {
        "stages.svg": stages_chart(report.tally.days, report.tally.stages, report.outages),
        "money.svg": money_chart(report.tally.days, report.tally.money, report.outages),
        "lateness.svg": lateness_chart(report.tally.lateness, report.slot_lateness),
    }
    for name, drawn in charts.items():
        (out / name).write_text(drawn, encoding="utf-8")
    (out / "report.md").write_text(_text(report), encoding="utf-8")


def _text(report: Report) -> str:
    scenario = report.scenario
    verdict = (
        "没有违规：每一天之后，各项检查都成立。 No violation: everything held after every day."
        if not report.violations
        else f"{len(report.violations)} 项违规。 {len(report.violations)} violations:"
    )
    ended = report.tally.stages[-1] if report.tally.stages else {}
    parts = [
        f"# 模拟 Simulation {scenario.name}",
        verdict,
        "\n".join(f"- {each}" for each in report.violations),
        _table(
            ("", ""),
            (
                ("年度 Years", f"{scenario.first_day.year}–{scenario.last_day.year}"),
                ("申报件 Claims", f"{report.claims:,}"),
                ("已拨付（元） Paid, yuan", f"{report.paid_yuan:,}"),
                ("停机 Outages", f"{len(report.outages)}"),
                ("崩溃 Crashes", f"{report.crashes}"),
                ("事件 Events", f"{report.events:,}"),
                ("函件 Letters", f"{report.letters:,}"),
                ("重发（同一标识） Left again, same id", f"{report.repeated}"),
                ("审计根 Audit root", f"`{report.root}`"),
            ),
        ),
        *(f"![{name}]({name}.svg)" for name in ("stages", "money", "lateness")),
        "## 最终环节 Where claims stand at the end",
        _table(("环节 Stage", "件数 Claims"), ended.items()),
        "## 到期事项 Due slots",
        _table(("结果 Outcome", "件数 Slots"), report.slots.items()),
        "## 被规则拒绝 Refused by a rule",
        _table(("代码 Code", "次数 Times"), report.refusals.items()),
        "## 停机 Outages",
        _table(
            ("起 From", "止 Until"),
            ((f"{each.start:%Y-%m-%d %H:%M}", f"{each.end:%Y-%m-%d %H:%M}") for each in report.outages),
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(head: tuple[str, str], rows: Any) -> str:
    lines = [f"| {left} | {right} |" for left, right in rows]
    return "\n".join([f"| {head[0]} | {head[1]} |", "|---|---:|", *lines]) if lines else "—"
