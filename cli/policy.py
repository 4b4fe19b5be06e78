"""`jiangbu policy`: the lists as data, what an item is worth and why, and the readings that need a named person."""

from pathlib import Path
from typing import Annotated, Any

import typer

from claims.policy import policies
from claims.policy.policy_check import policy_check
from cli.claim_text import SEVERITY, steps
from cli.commands import ANYBODY, REFUSED, command, group
from cli.options import Acting, NeededReason
from cli.output import Answer, Column, blocks, sheet, table, titled
from cli.session import acting, reading
from config.rulebook import load_rulebook
from config.settings import county_workdays_folder

app = group("policy", "奖补政策", "the policy: items, amounts, readings")

Code = Annotated[str, typer.Argument(metavar="CODE", help="奖补项目代码，见 policy list  the item")]
Version = Annotated[
    str | None,
    typer.Option("--policy-version", metavar="V", help="政策版本，默认现行  default: the one in force"),
]

ITEMS = (
    Column("代码", "Code"),
    Column("奖补项目", "Title"),
    Column("市级（元）", "City", right=True),
    Column("县级（元）", "County", right=True),
    Column("最高", "Ceiling"),
    Column("已确认", "Confirmed"),
)
DIFFERENCES = (Column("位置", "Place"), Column("原", "Before"), Column("现", "After"))
VERSIONS = (
    Column("版本", "Version"),
    Column("状态", "Status"),
    Column("自", "From"),
    Column("摘要", "SHA-256"),
)


@command(app, "list", allowed=ANYBODY)
def list_items(*, version: Version = None) -> Answer:
    """26 个奖补项目及金额。  The 26 items with their amounts."""
    with reading() as (tx, _):
        data = policies.policy_items(tx, version)
    keys = ("code", "title", "municipal_yuan", "county_yuan", "is_ceiling", "confirmed")
    return Answer(data, table(ITEMS, ([each[key] for key in keys] for each in data)))


@command(app, "show", allowed=ANYBODY)
def show(code: Code, *, version: Version = None) -> Answer:
    """一个项目的条款、条件和材料。  One item: clause, conditions, evidence."""
    with reading() as (tx, _):
        data = policies.policy_item(tx, code, version)
    head = sheet(
        [
            ("代码", "Code", data["code"]),
            ("奖补项目", "Title", f"{data['title']}  {data['title_en']}"),
            ("条款", "Clause", data["clause_text"]),
            ("市级（元）", "City, yuan", data["municipal_yuan"]),
            ("县级（元）", "County, yuan", data["county_yuan"]),
            ("最高", "Ceiling", data["is_ceiling"]),
            ("排名", "Ranks", "–".join(dict.fromkeys(map(str, data["ranks"] or ())))),
            ("日期依据", "Judged by", data["dated_by"]),
            ("已确认", "Confirmed", data["confirmed"]),
            ("解读", "Reading", data["reading"]),
        ],
    )
    papers = sheet(
        (each["title"], each["kind"], "必备 required" if each["required"] else "可选 optional")
        for each in data["evidence"]
    )
    return Answer(data, blocks(head, titled("材料", "Evidence", papers)))


@command(app, "check")
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]",
            exists=True,
            file_okay=False,
            help="布局同 config/ 的目录，默认随程序的数据  a folder laid out as config/ (default: the data in use)",
        ),
    ] = None,
) -> Answer:
    """检查政策、名录和工作日数据：有误时指出文件、行和改法。  Check the data: a mistake is named with file, line and cure."""
    report = policy_check(data=folder, county=county_workdays_folder())
    notices = "\n".join(f"· [{each.code}] {each.zh}\n  {each.en}" for each in report.notices)
    counted = sheet(("", name, count) for name, count in report.counts.items())
    if report.ok:
        text = blocks(
            counted, titled("待落实", "For the county to settle", notices), "数据无误。 All is in order."
        )
        return Answer(report.as_json(), text)
    said = [
        line
        for each in report.problems
        for line in (
            f"error[rulebook_invalid]: {each.file} 第 {each.line} 行：{each.zh}",
            f"{each.file}, line {each.line}: {each.en}",
        )
    ]
    return Answer(report.as_json(), "", tuple(said), REFUSED)


@command(app, "hash")
def digest() -> Answer:
    """各版本内容的摘要。  The hash of each version's content."""
    data = policies.rulebook_hash(load_rulebook())
    return Answer(data, blocks(_versions(data), sheet([("全部", "All", data["hash"])])))


def _versions(data: dict[str, Any]) -> str:
    keys = ("version", "status", "effective_from", "hash")
    return table(VERSIONS, ([each[key] for key in keys] for each in data["versions"]))


@command(app, "diff")
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="原版本  the earlier version")],
    after: Annotated[str, typer.Argument(metavar="B", help="新版本  the later version")],
) -> Answer:
    """两个版本的逐项差别。  Where two versions differ."""
    data = policies.policy_diff(load_rulebook(), before, after)
    rows = ([each["place"], each["before"], each["after"]] for each in data)
    return Answer(data, table(DIFFERENCES, rows, empty="没有差别。 No difference."))


@command(app, "confirm")
def confirm(code: Code, *, user: Acting, reason: NeededReason, version: Version = None) -> Answer:
    """由具名人员确认清单留空处的解读。  A named person confirms a reading that the list leaves open."""
    with acting(user) as (tx, actor):
        confirmed = policies.confirm_reading(tx, code, actor=actor, reason=reason, version=version)
    text = f"{confirmed.item}  已由 {confirmed.confirmed_by} 确认  confirmed by {confirmed.confirmed_by}"
    return Answer(confirmed.as_json(), text)


@command(app, "quote", allowed=ANYBODY)
def quote(
    code: Code,
    *,
    rank: Annotated[
        int | None, typer.Option("--rank", metavar="N", help="排名  rank among the drafters")
    ] = None,
    revision: Annotated[bool, typer.Option("--revision", help="修订标准  a revised standard")] = False,
    requested: Annotated[
        int | None, typer.Option("--requested", metavar="YUAN", help="申报金额  requested")
    ] = None,
    municipal_decided: Annotated[
        int | None,
        typer.Option("--municipal-decided", metavar="YUAN", help="市级核定金额  what the city decided"),
    ] = None,
    version: Version = None,
) -> Answer:
    """应得多少、为何：逐步计算，逐步有据。  What the county would pay, each step with its clause."""
    with reading() as (tx, _):
        data = policies.quote_json(
            tx,
            code,
            rank=rank,
            revision=revision,
            requested_yuan=requested,
            municipal_decided_yuan=municipal_decided,
            version=version,
        )
    findings = "\n".join(
        f"{SEVERITY[each['severity']]} [{each['code']}] {each['message']}" for each in data["findings"]
    )
    result = sheet(
        [
            ("奖补项目", "Item", data["code"]),
            ("符合条件", "Eligible", data["eligible"]),
            ("县级（元）", "County, yuan", data["county_yuan"]),
            ("市级清单（元）", "City, by the list", data["municipal_yuan"]),
        ],
    )
    return Answer(data, blocks(result, steps(data["steps"]), titled("审查意见", "Findings", findings)))


@command(app, "identify", allowed=ANYBODY)
def identify(
    number: Annotated[str, typer.Argument(metavar="STANDARD", help='标准编号  a number, "GB/T 20556-2006"')],
) -> Answer:
    """标准编号对应哪些奖补项目，为何。  Which items a standard's number points to, and why."""
    with reading() as (tx, _):
        data = policies.identify_json(tx, number)
    text = sheet(
        [
            ("标准编号", "Number", data["number"]),
            ("奖补项目", "Items", data["items"]),
            ("依据", "Reason", data["reason"]),
        ],
    )
    return Answer(data, blocks(text, data["reason_en"]))
