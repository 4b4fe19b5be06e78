"""`jiangbu notice`: the letters that events have made, and how any of them would read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from claims.identity import people
from claims.identity.visibility import visible_claim
from claims.letters import outbox
from claims.letters.outbox import LetterStatus, LetterSummary
from cli.commands import command, group
from cli.options import MaybeActing, Viewing
from cli.output import Answer, Column, blocks, sheet, table
from cli.session import opened, reading
from states.errors import Refusal
from states.facts import SYSTEM

app = group("notice", "函件", "letters: written, sent, previewed")

LetterId = Annotated[int, typer.Argument(metavar="ID", help="函件编号，见 notice list  the letter")]

COLUMNS = (
    Column("编号", "Id", right=True),
    Column("种类", "Kind"),
    Column("收件单位", "Recipient"),
    Column("申报件", "Claim"),
    Column("状态", "Status"),
    Column("生成时间", "Queued"),
    Column("标题", "Subject"),
)
STATUS = {
    "queued": "待发 queued",
    "sending": "发送中 sending",
    "sent": "已发 sent",
    "written": "已写入文件 written",
    "failed": "失败 failed",
    "no_address": "无地址 no_address",
}


FORMS = (".txt", ".html", ".pdf")


@dataclass(eq=False)
class UnknownForm(Refusal):
    code = "unknown_form"
    zh = "函件可写为 .txt、.html 或 .pdf，不能写为“{suffix}”。"
    en = "A letter can be written as .txt, .html or .pdf, not as “{suffix}”."
    suffix: str


@command(app, "list")
def list_letters(
    *,
    claim: Annotated[
        str | None, typer.Option("--claim", metavar="NUMBER", help="申报编号  only this claim")
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND")] = None,
    status: Annotated[
        LetterStatus | None, typer.Option("--status", metavar="STATUS", help=", ".join(LetterStatus))
    ] = None,
    user: Viewing = None,
) -> Answer:
    """列出函件，新的在前。  List the letters, newest first."""
    with reading(user) as (tx, viewer):
        found = outbox.letters(tx, claim=claim, kind=kind, status=status, viewer=viewer)
    rows = (
        [
            each.id,
            each.kind,
            each.recipient_name,
            each.claim,
            STATUS[each.status],
            _minute(each),
            each.subject,
        ]
        for each in found
    )
    return Answer([each.as_json() for each in found], table(COLUMNS, rows))


@command(app, "show")
def show(letter: LetterId, *, user: Viewing = None) -> Answer:
    """一份函件的全文和发送情况。  A letter's words, and how it fared."""
    with reading(user) as (tx, viewer):
        found = outbox.letter(tx, letter, viewer=viewer)
    head = sheet(
        [
            ("编号", "Id", found.id),
            ("种类", "Kind", found.kind),
            ("收件单位", "Recipient", f"{found.recipient_name}  {found.address}"),
            ("状态", "Status", STATUS[found.status]),
            ("生成时间", "Queued", _minute(found)),
            ("说明", "Note", found.error),
            ("标题", "Subject", found.subject),
        ],
    )
    return Answer(found.whole_json(), blocks(head, found.text))


@command(app, "preview")
def preview_letter(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="函件种类，写错时列出可用的  the kind of letter")
    ],
    *,
    claim: Annotated[str, typer.Option("--claim", metavar="NUMBER", help="申报编号  the claim")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", dir_okay=False, help="写入 .txt、.html 或 .pdf 文件  a file to write"
        ),
    ] = None,
    user: Viewing = None,
) -> Answer:
    """预览函件：已生成的按原样，未生成的按样稿。  How a letter reads for a claim, as written or as a specimen."""
    from notifications.preview import preview, preview_paper

    form = out.suffix.lower() if out else None
    if form is not None and form not in FORMS:
        raise UnknownForm(form)
    with reading(user) as (tx, viewer):
        number = visible_claim(tx, claim, viewer).number
        letter = preview(tx, kind, number)
        paper = preview_paper(tx, kind, number) if form == ".pdf" else None
    data = {"kind": kind, "claim": claim, "subject": letter.subject, "text": letter.text, "html": letter.html}
    if out is None:
        return Answer(data, f"{letter.subject}\n\n{letter.text}")
    out.write_bytes(paper or (letter.html if form == ".html" else letter.text).encode())
    return Answer(data | {"out": str(out)}, f"{out}")


@command(app, "resend")
def resend(letter: LetterId, *, user: MaybeActing = None) -> Answer:
    """重发一份函件（按现在的地址）。  Queue a letter again, to the address known now."""
    with opened() as desk, desk.transaction() as tx:
        actor = SYSTEM if user is None else people.actor(tx, user)
        found = outbox.requeue(tx, letter, actor=actor)
    note = "下一次 round 时发出。 It leaves with the next round."
    return Answer(found.whole_json(), f"{found.id}  {found.recipient_name}  {STATUS[found.status]}", (note,))


def _minute(letter: LetterSummary) -> str:
    return f"{letter.queued_at:%Y-%m-%d %H:%M}"
