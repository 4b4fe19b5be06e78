"""`jiangbu report` and `jiangbu register`: what leaves the desk as a file; and the diagram of the procedure."""

from enum import StrEnum
from typing import Annotated

import typer

from cli.commands import ANYBODY, command, group
from cli.options import OutFile, Year
from cli.output import Answer
from cli.session import reading

register = group("register", "标准与荣誉登记簿", "the register of standards and honours")


class DiagramFormat(StrEnum):
    MERMAID = "mermaid"
    SVG = "svg"


def report(year: Year, *, out: OutFile) -> Answer:
    """写出年度报告（xlsx）。  Write the year's report as a workbook."""
    from claims.reading.reports import write_report

    with reading() as (tx, _):
        write_report(tx, year, out)
    return Answer({"year": year, "out": str(out)}, f"{out}")


@command(register, "export", allowed=ANYBODY)
def export(*, out: OutFile) -> Answer:
    """写出登记簿（csv 或 xlsx）：历年已奖补的标准与荣誉。  Write the register of all that was awarded."""
    from claims.reading.reports import write_register

    with reading() as (tx, _):
        write_register(tx, out)
    return Answer({"out": str(out)}, f"{out}")


def diagram(
    *,
    form: Annotated[
        DiagramFormat, typer.Option("--format", metavar="mermaid|svg", help="格式")
    ] = DiagramFormat.MERMAID,
) -> Answer:
    """办理流程图，按现用流转表绘制。  The state machine, drawn from the table in use."""
    from states.diagram import mermaid, svg

    drawn = svg() if form is DiagramFormat.SVG else mermaid()
    return Answer({"format": str(form), "diagram": drawn}, drawn.rstrip("\n"))
