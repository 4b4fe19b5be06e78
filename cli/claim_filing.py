"""`jiangbu claim import`, `attach` and `correct`: what goes into claims."""

from pathlib import Path
from typing import Annotated, Any

import typer

from claims.identity import people
from claims.reading.queries import claim_json
from claims.submission.filing import attach as attach_file
from claims.submission.filing import correct as correct_claim
from claims.submission.forms import COLUMNS
from claims.submission.judging import refuse_errors
from cli import claim_text
from cli.commands import batch_answer, command
from cli.options import Acting, CycleYear, InFile, Number, VersionSeen
from cli.output import Answer, Column, blocks, table
from cli.session import acting, opened

app = typer.Typer()

TAKEN = {"filed": "收件 filed", "completed": "补齐 completed", "unchanged": "未变 unchanged"}


@command(app, "import")
def import_sheet(
    file: InFile,
    *,
    cycle: CycleYear,
    user: Acting,
    evidence: Annotated[
        Path | None,
        typer.Option(
            "--evidence",
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="材料目录：DIR/行号/材料种类.扩展名  evidence as DIR/ROW/KIND.EXT",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只检查不写入  check only, write nothing")
    ] = False,
) -> Answer:
    """导入申报表（xlsx 或 UTF-8 csv）；材料齐全的随即提交。  Import a sheet; complete claims are submitted at once."""
    from claims.submission.imports import import_sheet as file_rows

    with opened() as desk:
        with desk.reading() as tx:
            actor = people.actor(tx, user)
        imported = file_rows(desk, file, cycle=cycle, actor=actor, evidence_dir=evidence, dry_run=dry_run)
    data = imported.as_json()
    return _imported(data, dry_run=dry_run)


def _imported(data: dict[str, Any], *, dry_run: bool) -> Answer:
    taken = ((each, what) for name, what in TAKEN.items() for each in data[name])
    filed = table(
        (
            Column("行", "Row", right=True),
            Column("编号", "Number"),
            Column("环节", "Stage"),
            Column("结果", "Outcome"),
        ),
        ([each["row"], each["number"], each["stage"], what] for each, what in taken),
        empty="",
    )
    refused = table(
        (
            Column("行", "Row", right=True),
            Column("栏目", "Column"),
            Column("代码", "Code"),
            Column("说明", "Message"),
        ),
        ([each["row"], each["column"], each["code"], each["message"]] for each in data["refused"]),
        empty="",
    )
    done = sum(len(data[name]) for name in TAKEN)
    wrong = len({each["row"] for each in data["refused"]})
    messages = [f"通过 {done} 行，退回 {wrong} 行。 {done} row(s) taken, {wrong} refused."]
    if dry_run:
        messages.append("仅检查，未写入任何内容。 Checked only; nothing was written.")
    return batch_answer(data, blocks(filed, refused), messages, done, wrong)


@command(app, "attach")
def attach(
    number: Number,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="材料种类，见 claim show  kind of evidence")],
    file: InFile,
    *,
    user: Acting,
) -> Answer:
    """附一份材料（PDF、JPEG、PNG、OFD，不超过 20 MB）。  Attach a file of evidence."""
    with acting(user) as (tx, actor):
        attach_file(tx, number, kind, file.name, file.read_bytes(), actor=actor)
        data = claim_json(tx, number, actor)
    return Answer(data, claim_text.claim(data))


@command(app, "correct")
def correct(
    number: Number,
    *,
    changes: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="栏目=值",
            help="申报表的栏目和新值，可重复  a column of the sheet and its new value",
        ),
    ],
    user: Acting,
    version: VersionSeen = None,
) -> Answer:
    """更正草稿或待补正件的内容。  Correct a draft, or a claim under correction."""
    given = dict(_change(each) for each in changes)
    with acting(user) as (tx, actor):
        correct_claim(tx, number, _values(given), actor=actor, version=version)
        data = claim_json(tx, number, actor)
    return Answer(data, claim_text.claim(data))


def _change(text: str) -> tuple[str, str]:
    column, sign, value = (part.strip() for part in text.partition("="))
    if not sign or column not in COLUMNS.values():
        raise typer.BadParameter(
            f"请写 栏目=值，栏目为：{'、'.join(COLUMNS.values())}。 Write COLUMN=VALUE, as in 排名=2."
        )
    return column, value


def _values(given: dict[str, str]) -> dict[str, Any]:
    """The new values by field of the form, read as the import sheet reads them."""
    from claims.submission.cells import form_in

    form, problems = form_in({column: value for column, value in given.items() if value})
    refuse_errors([each for each in problems if each.column in given])
    return {name: getattr(form, name) for name, column in COLUMNS.items() if column in given}
