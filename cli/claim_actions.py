"""`jiangbu claim act`, `act-many`, `disclose` and `municipal`: what offices decide and record on claims."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from claims.identity import people
from claims.reading.queries import claim_json, numbers_at
from claims.review.batches import ItemOutcome, ItemResult, act_many
from claims.review.decisions import act
from claims.review.disclosures import disclose
from claims.review.municipal import record_municipal_decision
from cli import claim_text
from cli.commands import batch_answer, command
from cli.options import Acting, AnyCycle, NeededReason, Number, Reason, StageName, VersionSeen, day, parts
from cli.output import Answer, Column, table
from cli.session import acting, opened
from states.stages import Stage, Trigger

app = typer.Typer()

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
    version: VersionSeen = None,
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
    return batch_answer([each.as_json() for each in results], text, [said], done, refused)


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


@command(app, "municipal")
def municipal(
    number: Number,
    *,
    amount: Annotated[
        int,
        typer.Option("--amount", metavar="YUAN", help="市级核定金额，整元  whole yuan, as the city decided"),
    ],
    document: Annotated[
        str, typer.Option("--document", metavar="REF", help="市级文件编号  the number of the city's document")
    ],
    on: Annotated[date, typer.Option("--on", parser=day, metavar="DATE", help="核定日期  decided on")],
    user: Acting,
) -> Answer:
    """登记市级核定金额，县级金额不超过它（限有“最高”的项目）。  Record what the city decided; a ceiling of the county follows it."""
    with acting(user) as (tx, actor):
        recorded = record_municipal_decision(
            tx, number, yuan=amount, document=document, decided_on=on, actor=actor
        )
    return Answer(
        recorded.as_json(),
        f"{recorded.number}  {recorded.yuan:,} 元  {recorded.document}  {recorded.decided_on}",
    )
