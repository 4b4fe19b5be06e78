"""`jiangbu init` and `jiangbu status`: making the desk, and how it stands."""

from importlib.metadata import version
from typing import Annotated, Any

import typer

from claims.desk import create_database
from claims.reading.overviews import status_json
from cli.cycle import stages_text
from cli.output import Answer, Column, blocks, sheet, table, titled
from cli.schedule import OUTCOMES
from cli.session import opened
from config.settings import load_settings
from states.stages import Stage

PARTS = ("jiangbu", "prefect", "sqlalchemy", "transitions")
STEPS = (Column("到期事项", "Slot"), Column("到期时间", "Due"), Column("结果", "Outcome"))
OVERDUE = (Column("编号", "Number"), Column("环节", "Stage"), Column("期限", "Due"))
MODES = {"live": "正式 live", "rehearsal": "演练 rehearsal"}
SHORT = 12


def init(
    *,
    rehearsal: Annotated[
        bool, typer.Option("--rehearsal", help="建为演练库，建后不可更改  for rehearsal; it stays so")
    ] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="建演练库并放入一个演练年度  for rehearsal, with a year to look at")
    ] = False,
) -> Answer:
    """建立或更新数据库，载入政策和单位名录。  Create or update the database; load policy and directory."""
    settings = load_settings()
    hints: tuple[str, ...] = ()
    if demo:
        from cli.demo import prepare_demo

        hints = tuple(prepare_demo(settings))
    else:
        create_database(settings, rehearsal=rehearsal)
    data = _status()
    text = sheet(
        [
            ("数据目录", "Data folder", data["home"]),
            ("数据库", "Database", f"{data['database']['backend']}  {MODES[data['mode']]}"),
            ("政策版本", "Policy", f"{data['policy']['version']}  {data['policy']['hash'][:SHORT]}"),
        ],
    )
    return Answer(data, text, hints)


def status() -> Answer:
    """版本、数据库、政策、上一步和下一步、逾期事项。  Versions, database, policy, steps done and to come, what is overdue."""
    data = _status()
    return Answer(data, _text(data))


def _status() -> dict[str, Any]:
    from notifications.templating.in_use import templates_in_use

    with opened() as desk, desk.reading() as tx:
        return {
            "versions": {name: version(name) for name in PARTS},
            "home": str(desk.settings.home.absolute()),
            "database": {"backend": desk.engine.dialect.name, "migrations": "current"},
            **status_json(tx),
            "wording_set_aside": [each.as_json() for each in templates_in_use(tx).set_aside],
        }


def _text(data: dict[str, Any]) -> str:
    policy = data["policy"]
    head = sheet(
        [
            ("版本", "Versions", [f"{name} {number}" for name, number in data["versions"].items()]),
            ("数据目录", "Data folder", data["home"]),
            ("数据库", "Database", f"{data['database']['backend']}  {MODES[data['mode']]}"),
            ("现在", "Now", data["now"][:16]),
            ("政策", "Policy", f"{policy['version']}  {policy['status']}  {policy['hash'][:SHORT]}"),
            ("节假日已公布至", "Holidays known to", str(data["workdays_announced_to"])),
            ("函件", "Letters", [f"{name} {count}" for name, count in data["letters"].items()]),
        ],
    )
    overdue = data["overdue"]
    late = table(
        OVERDUE,
        (
            [each["number"], f"{Stage(each['stage']):zh} {each['stage']}", each["due_on"]]
            for each in overdue["claims"]
        ),
        empty="",
    )
    waiting = f"{overdue['slots']} 项到期未办，运行 jiangbu round 或 jiangbu up。 slots are due now: run jiangbu round."
    return blocks(
        head,
        stages_text(data["stages"]),
        titled("最近办结", "Last steps", _steps(data["last_steps"])),
        titled("下一步", "Next steps", _steps(data["next_steps"])),
        titled("逾期申报件", "Overdue claims", late),
        titled("已停用的函件文字", "Wording set aside", _set_aside(data["wording_set_aside"])),
        waiting if overdue["slots"] else "",
    )


def _set_aside(found: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{each['kind']} 第 {each['number']} 版与现行程序不符，现按程序自带文字发出；用 wording check、wording use 修改启用。 "
        f"Version {each['number']} fits this program no longer; letters go out in the program's own words."
        for each in found
    )


def _steps(steps: list[dict[str, Any]]) -> str:
    rows = ([each["slot"], each["due_at"][:16], OUTCOMES[each["outcome"]]] for each in steps)
    return table(STEPS, rows, empty="")
