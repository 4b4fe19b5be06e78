"""`jiangbu audit`: the chains of events, verified, exported and sealed."""

import json
from pathlib import Path
from typing import Annotated

import typer

from claims.trail import audit
from cli.commands import CONTROL, REFUSED, command, group
from cli.options import OutFile
from cli.output import Answer, Column, table
from cli.session import reading

app = group("audit", "审计", "the chains of events: verify, export, checkpoint")

COLUMNS = (Column("链", "Chain"), Column("序", "Seq", right=True), Column("问题", "Problem"))


@command(app, "verify", allowed=CONTROL)
def verify(
    *,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="CHECKPOINT",
            exists=True,
            dir_okay=False,
            help="另存的检查点  a checkpoint kept elsewhere",
        ),
    ] = None,
) -> Answer:
    """核验全部审计链、名单和账目；发现问题时退出码为 1。  Verify every chain; exits 1 where it finds a problem."""
    kept = None if against is None else against.read_text(encoding="utf-8")
    try:
        with reading() as (tx, _):
            checked = audit.verify(tx, None if kept is None else json.loads(kept))
    except ValueError as error:
        raise typer.BadParameter(f"{against} 不是检查点文件。 {against} is no checkpoint: {error}") from error
    data = checked.as_json()
    problems = data["problems"]
    if not problems:
        return Answer(
            data, f"审计链完好：{data['events']} 个事件。  The chains are whole: {data['events']} events."
        )
    said = (
        f"error[audit_broken]: 审计链有 {len(problems)} 处问题；请保全数据库并与备份核对。",
        f"The chains show {len(problems)} problem(s); preserve the database and compare it with a backup.",
    )
    rows = ([each["claim"], each["seq"], each["problem"]] for each in problems)
    return Answer(data, table(COLUMNS, rows), said, REFUSED)


@command(app, "export", allowed=CONTROL)
def export(*, out: OutFile) -> Answer:
    """导出审计事件（JSON Lines），可用 claims/verify.py 独立核验。  Export the events for an outsider to verify."""
    count = 0
    with reading() as (tx, _), out.open("w", encoding="utf-8") as file:
        for line in audit.export_lines(tx):
            file.write(line.rstrip("\n") + "\n")
            count += 1
    return Answer({"out": str(out), "events": count}, f"{out}  {count} 个事件 events")


@command(app, "checkpoint", allowed=CONTROL)
def checkpoint(*, out: OutFile) -> Answer:
    """写出检查点，请另存他处，供日后核对。  Write a checkpoint to keep elsewhere and verify against later."""
    with reading() as (tx, _):
        data = audit.checkpoint(tx)
    out.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return Answer(data | {"out": str(out)}, f"{out}")
