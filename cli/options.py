"""Options that many commands share, so that each means the same everywhere."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from states.stages import Stage

Acting = Annotated[
    str, typer.Option("--as", metavar="USER", help="以哪个用户办理  who acts", show_default=False)
]
MaybeActing = Annotated[
    str | None,
    typer.Option(
        "--as", metavar="USER", help="以哪个用户办理（不写则记为系统）  who acts (default: the system)"
    ),
]
Viewing = Annotated[
    str | None,
    typer.Option("--as", metavar="USER", help="按该用户可见的范围显示  show what this user may see"),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="理由  the reason", show_default=False)]
NeededReason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="理由  the reason")]

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="申报编号  the claim's number, SB-2026-0001")]
Year = Annotated[int, typer.Argument(metavar="YEAR", help="年度  the cycle's year", min=2000, max=2999)]
CycleYear = Annotated[int, typer.Option("--cycle", metavar="YEAR", help="年度  the cycle's year")]
AnyCycle = Annotated[int | None, typer.Option("--cycle", metavar="YEAR", help="年度  only this cycle")]

StageName = Annotated[
    Stage | None, typer.Option("--stage", metavar="S", help="环节  one of: " + ", ".join(Stage))
]
VersionSeen = Annotated[
    int | None,
    typer.Option(
        "--version", metavar="N", help="所见版本，已变则拒绝  the version seen; refused if it has changed"
    ),
]

InFile = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)]
OutFile = Annotated[
    Path, typer.Option("--out", metavar="FILE", dir_okay=False, help="写入的文件  the file to write")
]


def day(text: str) -> date:
    """A date as the command line takes it. A ValueError becomes wrong usage."""
    return date.fromisoformat(text)


def parts(values: Iterable[str]) -> tuple[str, ...]:
    """What was given once, many times or separated by commas (Chinese ones too), each once and in order."""
    found = (part.strip() for value in values for part in re.split(r"[,，、;；]", value))
    return tuple(dict.fromkeys(part for part in found if part))
