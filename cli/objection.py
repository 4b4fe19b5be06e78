"""`jiangbu objection`: what is said against a claim during its public notice, and the answer."""

from typing import Annotated

import typer

from claims.publicity.objections import Decision, decide_objection, file_objection, objections
from cli.commands import ANYBODY, command, group
from cli.options import Acting, NeededReason, Number, Viewing
from cli.output import Answer, Column, table
from cli.session import acting, opened, reading

app = group("objection", "公示异议", "objections during the public notice")

OUTCOMES = {"open": "待答复 open", "upheld": "成立 upheld", "dismissed": "不成立 dismissed"}
COLUMNS = (
    Column("编号", "Id", right=True),
    Column("申报件", "Claim"),
    Column("结论", "Outcome"),
    Column("提出时间", "Filed"),
    Column("内容", "Text"),
    Column("答复", "Answer"),
)


@command(app, "file", allowed=ANYBODY)
def file(
    number: Number,
    *,
    by: Annotated[
        str,
        typer.Option("--by", metavar="NAME", help="实名，仅协调机构可见  seen by the coordination body only"),
    ],
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="异议内容  what the objection is")],
) -> Answer:
    """对公示中的申报件提出异议（实名）。  File an objection, signed by name; it holds up this claim only."""
    with opened() as desk, desk.transaction() as tx:
        filed = file_objection(tx, number, by=by, text=text)
    return Answer(
        filed.as_json(), f"异议 {filed.id} 已收到（{filed.number}）。  Objection {filed.id} is filed."
    )


@command(app, "list")
def list_objections(*, user: Viewing = None) -> Answer:
    """列出异议。  List the objections."""
    with reading(user) as (tx, viewer):
        data = objections(tx, viewer)
    rows = (
        [
            each["id"],
            each["claim"],
            OUTCOMES[each["outcome"]],
            each["filed_at"][:16],
            each["text"],
            each["reason"],
        ]
        for each in data
    )
    return Answer(data, table(COLUMNS, rows))


@command(app, "decide")
def decide(
    objection: Annotated[int, typer.Argument(metavar="ID")],
    outcome: Annotated[Decision, typer.Argument(metavar="upheld|dismissed", help="成立或不成立")],
    *,
    user: Acting,
    reason: NeededReason,
) -> Answer:
    """答复异议；成立的须发回或撤销，不成立的期满继续。  Decide an objection: upheld leads to remand or revocation."""
    with acting(user) as (tx, actor):
        decided = decide_objection(tx, objection, outcome, actor=actor, reason=reason)
    return Answer(decided.as_json(), f"异议 {decided.id}（{decided.number}）：{OUTCOMES[decided.outcome]}")
