"""`jiangbu demo sheet`: an import sheet with its evidence, to walk a claim's whole way with."""

import csv
from pathlib import Path

from claims import clock
from claims.submission.forms import COLUMNS, find_item
from cli.commands import command, group
from cli.demo.papers import packaged, specimen
from cli.demo.people import program
from cli.options import OutFile
from cli.output import Answer, blocks, sheet
from config.rulebook import load_rulebook
from config.settings import load_settings

app = group("demo", "演练材料", "material for rehearsals")

FIRST_ROW = 2


@command(app, "sheet")
def write_demo_sheet(*, out: OutFile) -> Answer:
    """写出可导入的申报表（xlsx 或 csv）和材料目录：真实标准、虚构单位。  Write a sheet to import, with its evidence."""
    from claims.sheets import write_sheet

    rows = list(csv.DictReader(packaged("sheet.csv").splitlines()))
    headers = tuple(COLUMNS.values())
    write_sheet(out, headers, [tuple(row[header] for header in headers) for row in rows])
    evidence = out.with_name(f"{out.stem}-材料")
    for number, row in enumerate(rows, FIRST_ROW):
        _write_evidence(evidence / str(number), row)
    year = (load_settings().now or clock.now()).year
    how = f"{program()} claim import {out} --cycle {year} --as township --evidence {evidence}"
    text = sheet(
        [("申报表", "Sheet", f"{out}"), ("材料", "Evidence", f"{evidence}"), ("导入", "Import", how)]
    )
    data = {
        "out": str(out),
        "evidence": str(evidence),
        "claims": len(rows),
        "township": rows[0][COLUMNS["township"]],
    }
    return Answer(data, blocks(text, HOW_ON))


HOW_ON = """\
各行均属菜园镇，由该镇用户（演练年度为 township）导入；成果期间须含 2016 至 2025 年。
All rows belong to 菜园镇: import them as its user (township in the rehearsal year), into a cycle whose results
count from 2016 to 2025."""


def _write_evidence(folder: Path, row: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    item = find_item(load_rulebook().versions[-1], row[COLUMNS["item"]])
    for kind in item.required_evidence if item else ():
        (folder / f"{kind}.pdf").write_bytes(specimen("Rehearsal specimen", folder.name, kind))
