"""Sheets in and out: `.xlsx` and UTF-8 `.csv`, read as hostile input and written so that no cell becomes a formula."""

import csv
import io
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter
from openpyxl import load_workbook
from xlsxwriter.worksheet import Worksheet

from claims.errors import BadValue

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_UNPACKED = 32 * 1024 * 1024
"""What a workbook may unpack to: some ten times the largest sheet that is taken."""
MOST_ROWS = 5_000
LAST_ROW = 1_048_576
"""The last row that a workbook can have; empty rows up to it are looked through."""
BLOCK = 64 * 1024
WIDEST = 40
A4 = 9
"""As workbooks number the paper."""

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that computes its value, or failed to: what it shows depends on the program that opens it."""

    text: str

    def __str__(self) -> str:
        return self.text


Cell = str | int | float | bool | date | Formula


@dataclass(eq=False)
class BadSheet(BadValue):
    """A file that cannot be taken as a whole; the sentence says what to do with it."""

    code = "bad_sheet"


@dataclass(frozen=True, slots=True)
class Row:
    """One row under the header. `number` is the sheet's own; `values` holds what is filled in, text trimmed."""

    number: int
    values: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    headers: tuple[str, ...]
    rows: tuple[Row, ...]


def read_rows(path: Path) -> Sheet:
    """Read the first sheet of a file: one header row, then the rows that are not empty.

    Raises `BadSheet` for what is no such file, is too large, or has headers missing, doubled or unclear.
    """
    try:
        content = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None
    except OSError as error:
        raise BadSheet(
            f"“{path.name}”无法读取：{error.strerror}。", f"“{path.name}” cannot be read: {error.strerror}."
        ) from error
    if content is None:
        raise BadSheet("文件超过 10 MB，请拆分后导入。", "The file is larger than 10 MB; split it.")
    reader = {".xlsx": _xlsx, ".csv": _csv}.get(path.suffix.lower())
    if reader is None:
        raise _unknown_suffix(path)
    return _sheet(reader(content))


def _sheet(rows: Iterator[Sequence[Cell | None]]) -> Sheet:
    headers = [_header(cell) for cell in next(rows, ())]
    while headers and not headers[-1]:
        headers.pop()
    if not headers:
        raise BadSheet("第一行应为表头，但为空。", "The first row must hold the headers, but it is empty.")
    doubled = [name for name, count in Counter(headers).items() if count > 1 and name]
    if doubled:
        raise BadSheet(
            f"表头重复：{'、'.join(doubled)}；每列只保留一个。",
            f"Headers stand twice: {', '.join(doubled)}; keep one column of each.",
        )
    return Sheet(tuple(filter(None, headers)), tuple(_filled(headers, rows)))


def _filled(headers: Sequence[str], rows: Iterator[Sequence[Cell | None]]) -> Iterator[Row]:
    for number, cells in enumerate(islice(rows, LAST_ROW), 2):
        filled = {place: cell for place, cell in enumerate(map(_trimmed, cells)) if cell is not None}
        if not filled:
            continue
        if number > MOST_ROWS + 1:
            raise BadSheet(
                f"超过 {MOST_ROWS} 行，请拆分后导入。",
                f"There are more than {MOST_ROWS} rows; split the file.",
            )
        stray = next((place for place in filled if place >= len(headers) or not headers[place]), None)
        if stray is not None:
            raise BadSheet(
                f"第 {number} 行第 {stray + 1} 列有内容，但该列没有表头；请删除该列或填写表头。",
                f"Row {number} holds something in column {stray + 1}, which has no header; delete it or name the column.",
            )
        yield Row(number, {headers[place]: cell for place, cell in filled.items()})


def _header(cell: Cell | None) -> str:
    return "" if cell is None else "".join(str(cell).split())


def _trimmed(cell: Cell | None) -> Cell | None:
    return (cell.strip() or None) if isinstance(cell, str) else cell


# Workbooks


def _xlsx(content: bytes) -> Iterator[Sequence[Cell | None]]:
    try:
        _refuse_bombs(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        try:
            sheet: Any = book.worksheets[0]
            # What a file says of its own extent may be wrong, and would cut rows and columns off.
            sheet.reset_dimensions()
            for cells in sheet.iter_rows():
                yield [_cell(each) for each in cells]
        finally:
            book.close()
    except BadSheet:
        raise
    except Exception as error:
        # The library fails on malformed workbooks in as many ways as there are parts; all mean the same here.
        raise BadSheet(
            "文件不是可读取的 .xlsx 工作簿；请用表格软件打开并另存为 .xlsx，或另存为 UTF-8 的 .csv。",
            "The file is no .xlsx workbook that can be read; open it in a spreadsheet program and save it again.",
        ) from error


def _refuse_bombs(content: bytes) -> None:
    """Unpack once to nowhere, counting: what an archive says of its sizes is not to be believed."""
    unpacked = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            with archive.open(name) as part:
                tail = b""
                while block := part.read(BLOCK):
                    unpacked += len(block)
                    # Entities can grow without bound; no workbook needs a document type, whatever its encoding.
                    joined = (tail + block).replace(b"\0", b"").upper()
                    if unpacked > LARGEST_UNPACKED or b"<!DOCTYPE" in joined or b"<!ENTITY" in joined:
                        raise BadSheet(
                            "工作簿解压后过大或含有异常内容，未予读取；请把数据复制到新的工作簿后再导入。",
                            "The workbook unpacks to too much or holds something unusual and was not read; copy the data "
                            "into a new one.",
                        )
                    tail = block[-BLOCK // 1024 :]


def _cell(cell: Any) -> Cell | None:
    value = cell.value
    if value is None:
        return None
    if cell.data_type in {"f", "e"}:
        return Formula(str(value))
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float | bool | date) else str(value)


# Text with commas


def _csv(content: bytes) -> Iterator[Sequence[Cell | None]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadSheet(
            "CSV 不是 UTF-8 编码；请另存为“CSV UTF-8（逗号分隔）”，或直接导入 .xlsx。",
            "The CSV file is not in UTF-8; save it as “CSV UTF-8”, or import the .xlsx.",
        ) from error
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), strict=True):
            yield [_unguarded(each) for each in cells]
    except csv.Error as error:
        raise BadSheet(
            f"CSV 格式有误（{error}）；请用表格软件重新另存。",
            f"The CSV file is malformed ({error}); save it again from a spreadsheet program.",
        ) from error


def _guarded(text: str) -> str:
    """Text that a spreadsheet program would compute is marked as text, as those programs themselves do."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_SIGNS) else text


# Writing


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands on every page of a sheet when it is printed, and in none of its cells, so that it can be read back."""

    head: str
    foot: str


def write_sheet(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell | None]],
    printed: Printed | None = None,
) -> None:
    """Write a sheet of one header row and these rows; the suffix of `path` chooses `.xlsx` or `.csv`.

    Text stays text, whatever it looks like. The file appears whole or not at all. `printed` is for `.xlsx`.
    """
    writer: Callable[[Path, Sequence[str], Iterable[Sequence[Cell | None]], Printed | None], None] | None = {
        ".xlsx": _write_xlsx,
        ".csv": _write_csv,
    }.get(path.suffix.lower())
    if writer is None:
        raise _unknown_suffix(path)
    with tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".sheet-") as folder:
        draft = Path(folder) / path.name
        writer(draft, columns, rows, printed)
        draft.replace(path)


def _write_xlsx(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell | None]], printed: Printed | None
) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        bold = book.add_format({"bold": True})
        for place, name in enumerate(columns):
            sheet.write_string(0, place, name, bold)
        sheet.freeze_panes(1, 0)
        widths = [width_of(name) for name in columns]
        for number, cells in enumerate(rows, 1):
            for place, cell in enumerate(cells):
                if cell is None or cell == "":
                    continue
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, datetime.combine(cell, datetime.min.time()), day)
                elif isinstance(cell, str | Formula):
                    # Not `write`, which makes formulas, links and numbers of text that looks like them.
                    sheet.write_string(number, place, str(cell))
                else:
                    sheet.write(number, place, cell)
                widths[place] = max(widths[place], width_of(str(cell)))
        for place, width in enumerate(widths):
            sheet.set_column(place, place, min(width, WIDEST) + 2)
        if printed is not None:
            _set_up(sheet, printed)


def _set_up(sheet: Worksheet, printed: Printed) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&C{_plain(printed.head)}")
    sheet.set_footer(f"&L{_plain(printed.foot)}&R第 &P 页　共 &N 页")


def _plain(text: str) -> str:
    """In heads and feet `&` begins an order; doubled, it is itself."""
    return text.replace("&", "&&")


def width_of(text: str) -> int:
    """In columns of a terminal: Chinese characters take two."""
    return sum(1 if sign.isascii() else 2 for sign in text)


def _write_csv(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell | None]], _printed: Printed | None
) -> None:
    # With a byte-order mark, or spreadsheet programs take the file for one of the local code page.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for cells in rows:
            writer.writerow([_text(cell) for cell in cells])


def _text(cell: Cell | None) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    return _guarded(cell) if isinstance(cell, str) else str(cell)


def _unknown_suffix(path: Path) -> BadSheet:
    return BadSheet(
        f"“{path.name}”不是 .xlsx 或 .csv；请改用这两种格式之一。",
        f"“{path.name}” is neither .xlsx nor .csv; use one of them.",
    )
