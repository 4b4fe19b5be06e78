"""`jiangbu claim`: claims in from a sheet, looked at, and moved by their triggers."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from claims import people
from claims.batches import ItemOutcome, ItemResult, act_many
from claims.decisions import act
from claims.disclosures import disclose
from claims.queries import claim_json, claim_list, explanation_json, history_json, numbers_at
from cli import claim_text
from cli.commands import REFUSED, command, group
from cli.options import Acting, AnyCycle, CycleYear, InFile, NeededReason, Number, Reason, Viewing, parts
from cli.output import Answer, Column, blocks, table
from cli.session import acting, opened, reading
from states.stages import Stage, Trigger

TAKEN = {"filed": "收件 filed", "completed": "补齐 completed", "unchanged": "未变 unchanged"}

app = group("claim", "申报件", "claims: import, look at, act on")

Amount = Annotated[
    int | None,
    typer.Option("--amount", metavar="YUAN", help="金额，整元  whole yuan (endorse, approve, reclaim)"),
]
Departments = Annotated[
    list[str] | None,
    typer.Option(
        "--department", metavar="NAME", help="受理时请其核查的部门，可重复  departments to ask (accept)"
    ),
]
Missing = Annotated[
    list[str] | None,
    typer.Option(
        "--missing",
        metavar="KIND",
        help="须补正的材料或栏目，可重复  what must be corrected (return_for_correction)",
    ),
]
ResolutionRef = Annotated[
    str | None,
    typer.Option("--resolution", metavar="REF", help="会议纪要编号  number of the minutes (approve)"),
]
Clause = Annotated[str, typer.Option("--clause", metavar="TEXT", help="依据条款  the clause (reject)")]
TriggerName = Annotated[Trigger, typer.Argument(metavar="TRIGGER", help="操作  " + ", ".join(Trigger))]
StageName = Annotated[
    Stage | None, typer.Option("--stage", metavar="S", help="环节  one of: " + ", ".join(Stage))
]


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
    from claims.imports import import_sheet as file_rows

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
    return _batch_answer(data, blocks(filed, refused), messages, done, wrong)


def _batch_answer(data: Any, text: str, messages: list[str], done: int, refused: int) -> Answer:
    """A batch in which nothing at all could be done counts as refused; otherwise its report is the result."""
    if refused and not done:
        said = (
            "error[all_refused]: 全部未通过，未写入任何内容；原因逐项列明。",
            "All were refused, for the reasons given one by one.",
        )
        return Answer(data, text, (*said, *messages), REFUSED)
    return Answer(data, text, tuple(messages))


@command(app, "list")
def list_claims(
    *,
    cycle: AnyCycle = None,
    stage: StageName = None,
    township: Annotated[
        str | None, typer.Option("--township", metavar="T", help="乡镇，如 菜园镇  township")
    ] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="只列逾期的  only what is overdue")] = False,
    user: Viewing = None,
) -> Answer:
    """列出申报件。  List claims."""
    with reading(user) as (tx, viewer):
        data = claim_list(tx, cycle=cycle, stage=stage, township=township, overdue=overdue, viewer=viewer)
    return Answer(data, claim_text.claims(data))


@command(app, "show")
def show(number: Number, *, user: Viewing = None) -> Answer:
    """一件的全部情况，以及 --as 用户现在可办的事项。  One claim, and what the user named by --as may do now."""
    with reading(user) as (tx, viewer):
        data = claim_json(tx, number, viewer)
    return Answer(data, claim_text.claim(data))


@command(app, "history")
def history(number: Number, *, user: Viewing = None) -> Answer:
    """一件的办理经过（审计链）。  The claim's chain of events."""
    with reading(user) as (tx, viewer):
        data = history_json(tx, number, viewer)
    return Answer(data, claim_text.history(data))


@command(app, "explain")
def explain(number: Number, *, user: Viewing = None) -> Answer:
    """金额为何如此：逐步计算、依据条款、谁作的决定。  Why the amount is what it is, to the yuan."""
    with reading(user) as (tx, viewer):
        data = explanation_json(tx, number, viewer)
    return Answer(data, claim_text.explanation(data))


@command(app, "attach")
def attach(
    number: Number,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="材料种类，见 claim show  kind of evidence")],
    file: InFile,
    *,
    user: Acting,
) -> Answer:
    """附一份材料（PDF、JPEG、PNG、OFD，不超过 20 MB）。  Attach a file of evidence."""
    from claims.filing import attach as attach_file

    with acting(user) as (tx, actor):
        attach_file(tx, number, kind, file.name, file.read_bytes(), actor=actor)
        data = claim_json(tx, number, actor)
    return Answer(data, claim_text.claim(data))


@command(app, "act")
def act_on(
    number: Number,
    trigger: TriggerName,
    *,
    user: Acting,
    reason: Reason = "",
    clause: Clause = "",
    amount: Amount = None,
    department: Departments = None,
    missing: Missing = None,
    resolution: ResolutionRef = None,
    version: Annotated[
        int | None,
        typer.Option(
            "--version", metavar="N", help="所见版本，已变则拒绝  the version seen; refused if it has changed"
        ),
    ] = None,
) -> Answer:
    """对一件办理一个操作。  Pull a trigger of a claim."""
    with acting(user) as (tx, actor):
        act(
            tx,
            number,
            trigger,
            actor=actor,
            reason=reason,
            clause=clause,
            amount_yuan=amount,
            departments=parts(department or ()),
            missing=parts(missing or ()),
            resolution=resolution,
            version=version,
        )
        data = claim_json(tx, number, actor)
    return Answer(data, claim_text.claim(data))


@command(app, "act-many")
def act_on_many(
    trigger: TriggerName,
    *,
    user: Acting,
    numbers: Annotated[
        Path | None,
        typer.Option(
            "--numbers",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            allow_dash=True,
            help="每行一个编号的文件，- 为标准输入  one number a line, - for standard input",
        ),
    ] = None,
    stage: StageName = None,
    cycle: AnyCycle = None,
    reason: Reason = "",
    clause: Clause = "",
    amount: Amount = None,
    department: Departments = None,
    missing: Missing = None,
    resolution: ResolutionRef = None,
) -> Answer:
    """对多件办理同一操作：逐件记录结果，中断后可重来。  The same for many claims, each by itself, resumable."""
    if (numbers is None) == (stage is None or cycle is None):
        raise typer.BadParameter(
            "给出 --numbers，或同时给出 --stage 和 --cycle。 Give --numbers, or --stage with --cycle."
        )
    with opened() as desk:
        with desk.reading() as tx:
            actor = people.actor(tx, user)
            chosen = (
                _listed(numbers) if numbers is not None else numbers_at(tx, cycle or 0, stage or Stage.DRAFT)
            )
        results = list(
            act_many(
                desk,
                trigger,
                chosen,
                actor=actor,
                reason=reason,
                clause=clause,
                amount_yuan=amount,
                departments=parts(department or ()),
                missing=parts(missing or ()),
                resolution=resolution,
            ),
        )
    return _acted_on_many(results)


def _listed(numbers: Path) -> list[str]:
    text = sys.stdin.read() if str(numbers) == "-" else numbers.read_text(encoding="utf-8-sig")
    return text.split()


def _acted_on_many(results: list[ItemResult]) -> Answer:
    columns = (
        Column("编号", "Number"),
        Column("结果", "Outcome"),
        Column("环节", "Stage"),
        Column("说明", "Message"),
    )
    text = table(
        columns,
        (
            [each.number, each.outcome, each.stage, each.refusal and each.refusal.message()]
            for each in results
        ),
    )
    refused = sum(each.outcome is ItemOutcome.REFUSED for each in results)
    done = len(results) - refused
    said = f"办成 {done}、退回 {refused}。 {done} done, {refused} refused."
    return _batch_answer([each.as_json() for each in results], text, [said], done, refused)


@command(app, "disclose")
def disclose_interest(
    number: Number,
    office: Annotated[
        str, typer.Argument(metavar="OFFICE", help="列为起草单位的机关  the office among the drafters")
    ],
    *,
    may_act: Annotated[
        list[str],
        typer.Option("--user", metavar="NAME", help="该单位可办理本件的人员，可重复  who of it may act"),
    ],
    user: Acting,
    reason: NeededReason,
) -> Answer:
    """登记起草单位披露并指定办理人。  Record that an office is among the drafters, and name who of it may act."""
    with acting(user) as (tx, actor):
        disclosed = disclose(tx, number, office, parts(may_act), actor=actor, reason=reason)
    return Answer(
        disclosed.as_json(), f"{disclosed.number}  {disclosed.office}: {'、'.join(disclosed.users)}"
    )
