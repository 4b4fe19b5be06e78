"""`jiangbu notice`: the letters that events have made, and how any of them would read."""

from dataclasses import asdict, dataclass
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from claims.desk import Tx
from claims.identity import people
from claims.identity.visibility import visible_claim
from claims.letters import dead_letters, flood, outbox
from claims.letters.kept import Form
from claims.letters.outbox import LetterStatus, LetterSummary, LetterView
from cli.commands import command, group
from cli.options import Acting, MaybeActing, NeededReason, Reason, Viewing
from cli.output import Answer, Column, blocks, sheet, table, titled
from cli.session import opened, reading
from states.errors import Refusal
from states.facts import SYSTEM, Actor

if TYPE_CHECKING:
    from notifications.archive import ArchivedLetter
    from notifications.letters import WrittenLetter

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
    "bounced": "被退回 bounced",
    "settled": "已另行处理 settled",
    "held": "暂停发送 held",
    "discarded": "已作废 discarded",
    "no_address": "无地址 no_address",
}


PERHAPS_TWICE = "可能重复发送 perhaps sent twice"

HELD_COLUMNS = (
    Column("种类", "Kind"),
    Column("封数", "Letters", right=True),
    Column("最早生成", "Since"),
    Column("其中", "Such as"),
)

Kind = Annotated[str, typer.Argument(metavar="KIND", help="函件种类，见 notice held  the kind of letter")]

FORMS = (".txt", ".html", ".pdf")
KEPT_FORMS = {".pdf": Form.PAPER, ".eml": Form.MAIL}


@dataclass(eq=False)
class UnknownForm(Refusal):
    code = "unknown_form"
    zh = "函件可写为 .txt、.html 或 .pdf，不能写为“{suffix}”。"
    en = "A letter can be written as .txt, .html or .pdf, not as “{suffix}”."
    suffix: str


@dataclass(eq=False)
class NotKept(Refusal):
    code = "not_kept"
    status = 404
    zh = "函件 {letter} 没有“{suffix}”存档；存档有 .pdf（公文）和 .eml（邮件原件），发出之前没有。"
    en = "Of letter {letter} no “{suffix}” is kept; there is .pdf (the paper) and .eml (the mail), and nothing before it leaves."
    letter: int
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
    doubtful: Annotated[
        bool, typer.Option("--doubtful", help="只列可能重复发送的  only those that have perhaps left twice")
    ] = False,
    user: Viewing = None,
) -> Answer:
    """列出函件，新的在前。  List the letters, newest first."""
    with reading(user) as (tx, viewer):
        found = outbox.letters(tx, claim=claim, kind=kind, status=status, doubtful=doubtful, viewer=viewer)
    rows = (
        [
            each.id,
            each.kind,
            each.recipient_name,
            each.claim,
            _state(each),
            _minute(each),
            each.subject,
        ]
        for each in found
    )
    return Answer([each.as_json() for each in found], table(COLUMNS, rows))


@command(app, "show")
def show(
    letter: LetterId,
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            dir_okay=False,
            help="写出存档的 .pdf（公文）或 .eml（邮件原件）  the kept paper or mail, byte for byte",
        ),
    ] = None,
    user: Viewing = None,
) -> Answer:
    """一份函件的全文、存档和发送情况。  A letter as it is kept, and how it fared."""
    from notifications.archive import archived

    with reading(user) as (tx, viewer):
        whole = archived(tx, letter, viewer=viewer)
        kept_file = None if out is None else _kept_file(tx, letter, out, viewer)
    if out is not None and kept_file is not None:
        out.write_bytes(kept_file)
        return Answer(whole.as_json() | {"out": str(out)}, f"{out}")
    found = whole.letter
    head = sheet(
        [
            ("编号", "Id", found.id),
            ("种类", "Kind", found.kind),
            ("发文字号", "Document number", found.document_number),
            ("核验码", "Check code", whole.check_code),
            ("收件单位", "Recipient", f"{found.recipient_name}  {found.shown_address}"),
            ("状态", "Status", _state(found)),
            ("生成时间", "Queued", _minute(found)),
            ("模板版本", "Template", found.template_version),
            *(("存档", "Kept", f"{each.form} sha256:{each.sha256}") for each in whole.copies.values()),
            ("说明", "Note", found.error or whole.unset),
            ("标题", "Subject", found.subject),
        ],
    )
    return Answer(whole.as_json(), blocks(head, found.text))


def _kept_file(tx: Tx, letter: int, out: Path, viewer: Actor | None) -> bytes:
    from notifications.archive import file_of

    form = KEPT_FORMS.get(out.suffix.lower())
    found = None if form is None else file_of(tx, letter, form, viewer=viewer)
    if found is None:
        raise NotKept(letter, out.suffix)
    return found[1]


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
    wording: Annotated[
        Path | None,
        typer.Option(
            "--wording",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="按这份未启用的文字，并与现行的对照  by a text not in use yet, beside the present one",
        ),
    ] = None,
    user: Viewing = None,
) -> Answer:
    """预览函件：已生成的按原样，未生成的按样稿。  How a letter reads for a claim, as written or as a specimen."""
    from notifications.preview import preview, preview_paper
    from notifications.templating.changes import sound_draft_of
    from notifications.templating.files import text_of

    form = out.suffix.lower() if out else None
    if form is not None and form not in FORMS:
        raise UnknownForm(form)
    with reading(user) as (tx, viewer):
        number = visible_claim(tx, claim, viewer).number
        draft = sound_draft_of(tx, kind, text_of(wording, kind)) if wording else None
        letter = preview(tx, kind, number, draft)
        paper = preview_paper(tx, kind, number, draft) if form == ".pdf" else None
        current = preview(tx, kind, number) if draft else None
    data: dict[str, Any] = {
        "kind": kind,
        "claim": claim,
        "subject": letter.subject,
        "text": letter.text,
        "html": letter.html,
    }
    if current is not None:
        data["current"] = {"subject": current.subject, "text": current.text, "html": current.html}
    if out is None:
        text = _whole(letter)
        return Answer(data, text if current is None else f"{text}\n{_differences(current, letter)}")
    out.write_bytes(paper or (letter.html if form == ".html" else letter.text).encode())
    return Answer(data | {"out": str(out)}, f"{out}")


@command(app, "resend")
def resend(letter: LetterId, *, reason: Reason = "", user: MaybeActing = None) -> Answer:
    """重发一份函件（按现在的地址）。  Queue a letter again, to the address known now."""
    with opened() as desk, desk.transaction() as tx:
        actor = SYSTEM if user is None else people.actor(tx, user)
        found = _archived(tx, dead_letters.requeue(tx, letter, reason=reason, actor=actor))
    return _changed(found, "下一次 round 时发出。 It leaves with the next round.")


@command(app, "bounced")
def bounced(letter: LetterId, *, reason: NeededReason, user: Acting) -> Answer:
    """登记一份已发函件被退回。  Record that a letter which had left came back."""
    with opened() as desk, desk.transaction() as tx:
        found = _archived(
            tx, dead_letters.note_bounce(tx, letter, reason=reason, actor=people.actor(tx, user))
        )
    return _changed(
        found,
        "核对地址后用 notice resend 重发，或用 notice settle 办结。 Correct the address and resend, or settle it.",
    )


@command(app, "settle")
def settle(letter: LetterId, *, reason: NeededReason, user: Acting) -> Answer:
    """办结一份未送达的函件，如已送达纸质件。  Nothing more is to be sent of a letter that did not arrive."""
    with opened() as desk, desk.transaction() as tx:
        found = _archived(tx, dead_letters.settle(tx, letter, reason=reason, actor=people.actor(tx, user)))
    return _changed(found)


@command(app, "held")
def held() -> Answer:
    """因数量异常暂停发送的函件，按种类。  Letters that the flood guard holds, by kind."""
    with reading(None) as (tx, _):
        found = flood.held_kinds(tx)
    rows = [[each.kind, each.count, f"{each.since:%Y-%m-%d %H:%M}", each.example] for each in found]
    data = [asdict(each) | {"since": each.since.isoformat()} for each in found]
    return Answer(data, table(HELD_COLUMNS, rows))


@command(app, "release")
def release(kind: Kind, *, reason: NeededReason, user: Acting) -> Answer:
    """恢复发送暂停的一类函件。  Let the held letters of a kind go."""
    with opened() as desk, desk.transaction() as tx:
        count = flood.release(tx, kind, reason=reason, actor=people.actor(tx, user))
    return Answer({"kind": kind, "released": count}, f"{kind}  {count}")


@command(app, "discard")
def discard(kind: Kind, *, reason: NeededReason, user: Acting) -> Answer:
    """作废暂停的一类函件，不再发送。  Discard the held letters of a kind; they never leave."""
    with opened() as desk, desk.transaction() as tx:
        count = flood.discard(tx, kind, reason=reason, actor=people.actor(tx, user))
    return Answer({"kind": kind, "discarded": count}, f"{kind}  {count}")


def _archived(tx: Tx, letter: LetterView) -> "ArchivedLetter":
    from notifications.archive import archived

    return archived(tx, letter.id)


def _changed(whole: "ArchivedLetter", *notes: str) -> Answer:
    letter = whole.letter
    line = f"{letter.id}  {letter.recipient_name}  {STATUS[letter.status]}"
    return Answer(whole.as_json(), line, notes)


def _state(letter: LetterSummary) -> str:
    return f"{STATUS[letter.status]}  {PERHAPS_TWICE}" if letter.doubtful_at else STATUS[letter.status]


def _whole(letter: "WrittenLetter") -> str:
    return f"{letter.subject}\n\n{letter.text}"


def _differences(current: "WrittenLetter", letter: "WrittenLetter") -> str:
    lines = unified_diff(
        _whole(current).splitlines(), _whole(letter).splitlines(), "现行 in use", "新 new", n=1, lineterm=""
    )
    return titled("与现行文字的差别", "How it differs from the wording in use", "\n".join(lines))


def _minute(letter: LetterSummary) -> str:
    return f"{letter.queued_at:%Y-%m-%d %H:%M}"
