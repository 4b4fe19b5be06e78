"""A township's pages: what waits, its units and who has not filed, and the sheet by which it files for many."""

import base64
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from starlette.responses import Response

from claims.errors import BadValue
from claims.letters import outbox
from claims.letters.outbox import LetterSummary
from claims.letters.receipts import Received, receipts, unconfirmed
from claims.lists.townships import filed_list, unfiled_list
from claims.publicity.notices import years
from claims.reading import queue, township_units
from claims.reading.queue import Filters, Row, Tab
from claims.reading.township_units import Unit
from claims.sheets import BadSheet, read_rows
from claims.submission.claim_sheets import empty_sheet, marked_sheet
from claims.submission.filing_starts import NoCycleOpen, cycle_open_today
from claims.submission.imports import Imported, RefusedRow, TakenRow, import_sheet
from notifications.list_files import ListForm
from states.errors import Refusal
from web.downloads import list_attachment
from web.guards import TOWNSHIP, Visit
from web.pages.evidence import XLSX, attachment
from web.rendering import render

router = APIRouter()

AskedYear = Annotated[int, Query(ge=1000, le=9999)]

LETTERS_SHOWN = 8
CLAIMS_SHOWN = 12
MISSING_SHOWN = 6


@dataclass(frozen=True, slots=True)
class TownshipPage:
    """One township: what waits for it and until when, who has not filed, and its latest letters.

    `year` is the cycle that takes claims, else the latest one; `deadline` is None where none does. `missing_count`
    units have not filed, of which `missing` are the first. `unread` letters nobody has confirmed.
    """

    template: ClassVar[str] = "township.html"
    township: str
    year: int | None
    deadline: date | None
    counts: dict[Tab, int]
    requested_yuan: int
    waiting: tuple[Row, ...]
    missing: tuple[Unit, ...]
    missing_count: int
    letters: tuple[LetterSummary, ...]
    receipts: dict[int, Received]
    unread: int


@dataclass(frozen=True, slots=True)
class UnitsPage:
    """The township's units in a year, those that have not filed first. `open`: the year still takes claims."""

    template: ClassVar[str] = "township_units.html"
    township: str
    year: int | None
    years: tuple[int, ...]
    open: bool
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class SheetPage:
    """Filing for many units by one sheet; after an import, what became of each of its rows.

    `refused` is by row. `workbook` is the same sheet with its faults marked, in base64: it holds account numbers, so
    the desk gives it back and keeps none. `tried`: nothing was written.
    """

    template: ClassVar[str] = "township_sheet.html"
    township: str
    year: int | None
    deadline: date | None
    problem: str = ""
    taken: tuple[tuple[str, TakenRow], ...] = ()
    refused: tuple[tuple[int, tuple[RefusedRow, ...]], ...] = ()
    workbook: str = ""
    name: str = ""
    tried: bool = False


@router.get("/township")
def township(visit: Annotated[Visit, Depends(TOWNSHIP)]) -> Response:
    actor, name = visit.actor, _township(visit)
    with visit.desk.reading() as tx:
        cycle = cycle_open_today(tx)
        year = cycle.year if cycle else next(iter(years(tx)), None)
        everything = queue.queue(tx, actor, Tab.ALL, Filters(), limit=1)
        letters = outbox.letters(tx, viewer=actor, limit=LETTERS_SHOWN)
        units = township_units.units(tx, name, year) if year else ()
        missing = tuple(each for each in units if each.missing)
        page = TownshipPage(
            township=name,
            year=year,
            deadline=cycle.deadline_on if cycle else None,
            counts=queue.counts(tx, actor),
            requested_yuan=everything.requested_yuan,
            waiting=queue.queue(tx, actor, Tab.MINE, Filters(), limit=CLAIMS_SHOWN).rows,
            missing=missing[:MISSING_SHOWN],
            missing_count=len(missing),
            letters=letters,
            receipts=dict(receipts(tx, [each.id for each in letters])),
            unread=unconfirmed(tx, actor),
        )
    return render(visit, page)


@router.get("/township/units")
def units(visit: Annotated[Visit, Depends(TOWNSHIP)], year: int | None = None) -> Response:
    name = _township(visit)
    with visit.desk.reading() as tx:
        cycle = cycle_open_today(tx)
        known = years(tx)
        wanted = year or (cycle.year if cycle else next(iter(known), None))
        found = township_units.units(tx, name, wanted) if wanted else ()
    is_open = cycle is not None and cycle.year == wanted
    return render(visit, UnitsPage(name, wanted, known, is_open, found))


@router.get("/township/filed.{form}")
def filed(form: ListForm, visit: Annotated[Visit, Depends(TOWNSHIP)], year: AskedYear) -> Response:
    with visit.desk.reading() as tx:
        found = filed_list(tx, _township(visit), year, viewer=visit.actor)
    return list_attachment(visit.desk, found, form)


@router.get("/township/unfiled.{form}")
def unfiled(form: ListForm, visit: Annotated[Visit, Depends(TOWNSHIP)], year: AskedYear) -> Response:
    with visit.desk.reading() as tx:
        found = unfiled_list(tx, _township(visit), year, viewer=visit.actor)
    return list_attachment(visit.desk, found, form)


@router.get("/township/sheet")
def sheet(visit: Annotated[Visit, Depends(TOWNSHIP)]) -> Response:
    return _sheet_page(visit)


@router.get("/township/sheet.xlsx")
def template(visit: Annotated[Visit, Depends(TOWNSHIP)]) -> Response:
    with visit.desk.reading() as tx:
        content = empty_sheet(tx, _township(visit))
    return attachment(content, visit.words.t("标准化奖补申报表.xlsx", "claims.xlsx"), XLSX)


@router.post("/township/sheet")
def take_sheet(
    visit: Annotated[Visit, Depends(TOWNSHIP)],
    file: Annotated[UploadFile | None, File()] = None,
    trial: Annotated[str, Form()] = "",
) -> Response:
    """File what can be filed; `trial` only tells what would become of each row."""
    try:
        if file is None or not file.filename:
            raise BadValue("请先选择文件。", "Choose a file first.")
        return _taken(visit, file.filename, file.file.read(), trial=bool(trial))
    except Refusal as refusal:
        return _sheet_page(visit, refusal)


def _taken(visit: Visit, name: str, content: bytes, *, trial: bool) -> Response:
    with visit.desk.reading() as tx:
        cycle = cycle_open_today(tx)
    if cycle is None:
        raise NoCycleOpen
    suffix = Path(name).suffix.lower()
    if suffix not in {".xlsx", ".csv"}:
        raise BadSheet(
            f"“{name}”不是 .xlsx 或 .csv；请改用这两种格式之一。",
            f"“{name}” is neither .xlsx nor .csv; use one of them.",
        )
    with TemporaryDirectory(prefix="jiangbu-") as folder:
        path = Path(folder) / f"sheet{suffix}"
        path.write_bytes(content)
        imported = import_sheet(visit.desk, path, cycle=cycle.year, actor=visit.actor, dry_run=trial)
        workbook = marked_sheet(read_rows(path), imported)
    page = SheetPage(
        township=_township(visit),
        year=cycle.year,
        deadline=cycle.deadline_on,
        taken=_taken_rows(imported),
        refused=_refused_rows(imported),
        workbook=base64.b64encode(workbook).decode(),
        name=f"{Path(name).stem}{visit.words.t('-校验结果', '-checked')}.xlsx",
        tried=trial,
    )
    return render(visit, page)


def _taken_rows(imported: Imported) -> tuple[tuple[str, TakenRow], ...]:
    """Rows that are claims, each with what became of it now, in the sheet's order."""
    found = [
        *(("filed", each) for each in imported.filed),
        *(("completed", each) for each in imported.completed),
        *(("unchanged", each) for each in imported.unchanged),
    ]
    return tuple(sorted(found, key=lambda each: each[1].row))


def _refused_rows(imported: Imported) -> tuple[tuple[int, tuple[RefusedRow, ...]], ...]:
    rows = dict.fromkeys(each.row for each in imported.refused)
    return tuple((row, tuple(each for each in imported.refused if each.row == row)) for row in rows)


def _sheet_page(visit: Visit, refusal: Refusal | None = None) -> Response:
    with visit.desk.reading() as tx:
        cycle = cycle_open_today(tx)
    page = SheetPage(
        township=_township(visit),
        year=cycle.year if cycle else None,
        deadline=cycle.deadline_on if cycle else None,
        problem=visit.words.refusal(refusal) if refusal else "",
    )
    return render(visit, page, refusal.status if refusal else 200)


def _township(visit: Visit) -> str:
    return visit.actor.office.township if visit.actor.office else ""
