"""`jiangbu resolution`: lists approved under the minutes, and their publication."""

from typing import Annotated, Any

import typer

from claims.publicity.resolutions import publish
from claims.reading.overviews import resolution_json, resolution_list
from cli.commands import OFFICES, command, group
from cli.lists import write_list
from cli.options import Acting, OutFile, Viewing
from cli.output import Answer, Column, blocks, sheet, table
from cli.session import acting, reading

app = group("resolution", "会议纪要与公示名单", "lists approved under the minutes")

Ref = Annotated[str, typer.Argument(metavar="REF", help="会议纪要编号  the number of the minutes")]

COLUMNS = (
    Column("纪要", "Resolution"),
    Column("年度", "Cycle"),
    Column("件数", "Claims", right=True),
    Column("金额（元）", "Yuan", right=True),
    Column("公示日", "Published"),
    Column("公示至", "Ends"),
)
LINES = (
    Column("申报件", "Claim"),
    Column("申报单位", "Applicant"),
    Column("标准（文号）", "Standard"),
    Column("名称", "Title"),
    Column("金额（元）", "Yuan", right=True),
)


@command(app, "list", allowed=OFFICES)
def list_resolutions() -> Answer:
    """列出会议纪要名单。  List the resolutions."""
    with reading() as (tx, _):
        data = resolution_list(tx)
    return Answer(data, table(COLUMNS, map(_row, data)))


@command(app, "show", allowed=OFFICES)
def show(ref: Ref) -> Answer:
    """名单内容：未公布的按现状，已公布的按冻结时。  The list, as it stands or as it was frozen."""
    with reading() as (tx, _):
        data = resolution_json(tx, ref)
    keys = ("claim", "unit", "standard", "title", "yuan")
    lines = table(LINES, ([line[key] for key in keys] for line in data["lines"]))
    digest = sheet([("名单摘要", "SHA-256", data["sha256"])]) if data["sha256"] else ""
    return Answer(data, blocks(table(COLUMNS, [_row(data)]), lines, digest))


@command(app, "export")
def export(
    ref: Ref,
    *,
    out: OutFile,
    public: Annotated[
        bool, typer.Option("--public", help="公示名单（已公布的）  the list as published, for everybody")
    ] = False,
    user: Viewing = None,
) -> Answer:
    """导出议定名单或公示名单（xlsx 或 pdf，可打印）。  Write the list to print: a workbook or the paper."""
    from claims.lists.awards import notice_list, resolved_list

    if public:
        return write_list(lambda tx, _: notice_list(tx, ref), out, user)
    return write_list(lambda tx, viewer: resolved_list(tx, ref, viewer=viewer), out, user)


@command(app, "publish")
def publish_list(ref: Ref, *, user: Acting) -> Answer:
    """冻结并公布名单，公示期自次日起算。  Freeze the list and publish it; the window starts."""
    with acting(user) as (tx, actor):
        published = publish(tx, ref, actor=actor)
    text = sheet(
        [
            ("纪要", "Resolution", published.resolution),
            ("件数", "Claims", published.claims),
            ("金额（元）", "Yuan", published.total_yuan),
            ("公示日", "Published", published.published_on),
            ("公示至", "Ends", published.ends_on),
            ("名单摘要", "SHA-256", published.sha256),
        ],
    )
    return Answer(published.as_json(), text)


def _row(each: dict[str, Any]) -> list[Any]:
    return [
        each["resolution"],
        str(each["cycle"]),
        each["claims"],
        each["total_yuan"],
        each["published_on"],
        each["ends_on"],
    ]
