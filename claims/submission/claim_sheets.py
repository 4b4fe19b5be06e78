"""The import sheet as a workbook: empty with its drop-downs and an example, or given back with what is wrong in it."""

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Self

import xlsxwriter

from claims.desk import Tx
from claims.sheets import Cell, Sheet
from claims.submission.filing_drafts import NO_ORDER
from claims.submission.filing_starts import cycle_open_today
from claims.submission.forms import COLUMNS
from claims.submission.imports import OPTIONAL, REPORT_COLUMN, Imported, RefusedRow
from states.credit_codes import check_character

ROWS_WITH_LISTS = 500
"""How many rows of an empty sheet offer their drop-downs."""
WIDTHS = MappingProxyType(
    {
        "unit_name": 30,
        "uscc": 22,
        "bank": 26,
        "account": 24,
        "item": 34,
        "field": 20,
        "standard_number": 22,
        "title": 34,
    }
    | {"drafters": 40, "remark": 24}
)
USUAL_WIDTH, REPORT_WIDTH = 14, 60
AS_TEXT = frozenset({"uscc", "account", "phone", "standard_number", "rank"})
"""Columns that a spreadsheet program would spoil by taking what is typed for a number or a date."""
AS_DATES = frozenset({"dated_on", "effective_on"})

_MADE_UP = "91330922MA2EXAMP0"
EXAMPLE = MappingProxyType(
    {
        "unit_name": "嵊泗县某某水产有限公司",
        "uscc": _MADE_UP + check_character(_MADE_UP),
        "contact": "张某",
        "phone": "0580-5081234",
        "email": "office@example.org",
        "bank": "某某银行嵊泗支行",
        "account": "201000123456789012",
        "title": "厚壳贻贝苗种运输技术规范",
        "rank": "1",
        "revision": "否",
        "requested_yuan": "100000",
        "remark": "",
        "drafters": "嵊泗县某某水产有限公司；某某研究院",
    }
)
NOTES = (
    "“申报”表每行一件；带 * 的列必填，标准类项目还须填写排名、是否修订和发布日期。",
    "账号、信用代码、电话、标准编号按文本填写，不要让表格软件改成数字或日期。",
    f"前言写明排名不分先后的，“排名”填“{NO_ORDER}”；多个起草单位用“；”分开，按前言顺序。",
    "申请金额以元计，不填则按清单金额；日期填到日，如 2025-05-08。",
    "导入后下载结果表：未导入的单元格标红并附说明，改正后把同一张表再次导入即可，已导入的行不会重复。",
)


def empty_sheet(tx: Tx, township: str) -> bytes:
    """The sheet to fill in: the headers, drop-downs for what is chosen from lists, and an example on a sheet of its own.

    `township` is the only one offered, or with none every township is.
    """
    with _Book() as book:
        book.headers(tuple(COLUMNS.values()))
        book.lists(_lists(tx, township))
        book.example(_example(tx, township))
    return book.content


def marked_sheet(sheet: Sheet, imported: Imported) -> bytes:
    """A sheet as it came, row by row, with what became of each: faulty cells red and explained, all told in one column."""
    headers = tuple(name for name in sheet.headers if name != REPORT_COLUMN)
    refused: defaultdict[int, list[RefusedRow]] = defaultdict(list)
    for each in imported.refused:
        refused[each.row].append(each)
    answers = _answers(imported)
    with _Book() as book:
        book.headers((*headers, REPORT_COLUMN))
        for row in sheet.rows:
            problems = {each.column: each.zh for each in refused[row.number]}
            for place, name in enumerate(headers):
                book.cell(row.number - 1, place, row.values.get(name), problems.get(name, ""))
            told = answers.get(row.number) or "未导入：" + " ".join(problems.values())
            book.cell(row.number - 1, len(headers), told, told if problems else "", comment=False)
    return book.content


def _answers(imported: Imported) -> Mapping[int, str]:
    said = (
        (imported.filed, "已导入"),
        (imported.completed, "已补材料"),
        (imported.unchanged, "此前已导入，无变化"),
    )
    return {
        each.row: f"{word}：{each.number or '试导入'}，{each.stage:zh}"
        for rows, word in said
        for each in rows
    }


def _lists(tx: Tx, township: str) -> Mapping[str, Sequence[str]]:
    """What is chosen from a list, by field."""
    policy = tx.desk.rulebook.policy_on(tx.now.date())
    return {
        "township": [township] if township else [each.township for each in tx.desk.directory.townships()],
        "item": [each.title for each in policy.items.values()],
        "field": [each.title for each in policy.fields.values()],
        "revision": ["是", "否"],
    }


def _example(tx: Tx, township: str) -> Mapping[str, str]:
    lists = _lists(tx, township)
    policy = tx.desk.rulebook.policy_on(tx.now.date())
    cycle = cycle_open_today(tx)
    day = (cycle.results_to if cycle else tx.now.date()).isoformat()
    return {
        **EXAMPLE,
        "standard_number": f"T/ABC 12-{day[:4]}",
        "dated_on": day,
        "effective_on": day,
        "township": lists["township"][0],
        "item": policy.items["lead-group"].title,
        "field": lists["field"][0],
    }


@dataclass
class _Book:
    """A workbook in memory whose cells are what they are given as, never formulas or links."""

    content: bytes = b""
    _file: io.BytesIO = field(default_factory=io.BytesIO)

    def __enter__(self) -> Self:
        self._book = xlsxwriter.Workbook(self._file, {"in_memory": True})
        self._sheet: Any = self._book.add_worksheet("申报")
        self._header = self._book.add_format(
            {"bold": True, "bg_color": "#DBE8F8", "border": 1, "text_wrap": True}
        )
        self._red = self._book.add_format({"bg_color": "#FDECEC", "font_color": "#B0131E", "border": 1})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._red_day = self._book.add_format(
            {"num_format": "yyyy-mm-dd", "bg_color": "#FDECEC", "border": 1}
        )
        self._as_text = self._book.add_format({"num_format": "@"})
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._book.close()
        if kind is None:
            self.content = self._file.getvalue()

    def headers(self, names: Sequence[str]) -> None:
        fields = {column: name for name, column in COLUMNS.items()}
        for place, column in enumerate(names):
            name = fields.get(column, "")
            style = self._as_text if name in AS_TEXT else self._day if name in AS_DATES else None
            width = REPORT_WIDTH if column == REPORT_COLUMN else WIDTHS.get(name, USUAL_WIDTH)
            self._sheet.set_column(place, place, width, style)
            self._sheet.write_string(0, place, column, self._header)
            if name and column not in OPTIONAL:
                self._sheet.write_comment(0, place, "必填")
        self._sheet.freeze_panes(1, 1)

    def cell(self, row: int, place: int, value: Cell | None, problem: str, *, comment: bool = True) -> None:
        """Write a cell; one with a problem is red and says so in its comment, also where it is empty."""
        if isinstance(value, date):
            style = self._red_day if problem else self._day
            self._sheet.write_datetime(row, place, datetime.combine(value, datetime.min.time()), style)
        elif isinstance(value, bool | int | float):
            self._sheet.write(row, place, value, self._red if problem else None)
        elif value is not None:
            self._sheet.write_string(row, place, str(value), self._red if problem else None)
        elif problem:
            self._sheet.write_blank(row, place, None, self._red)
        if problem and comment:
            self._sheet.write_comment(row, place, problem, {"x_scale": 2})

    def lists(self, lists: Mapping[str, Sequence[str]]) -> None:
        """Offer the choices from a sheet of their own: a list written into a cell's rule takes 255 characters only."""
        choices = self._book.add_worksheet("选项")
        places = {name: place for place, name in enumerate(COLUMNS)}
        for column, (name, texts) in enumerate(lists.items()):
            choices.write_string(0, column, COLUMNS[name], self._header)
            for row, text in enumerate(texts, 1):
                choices.write_string(row, column, text)
            letter = "ABCDEFGH"[column]
            rule = {"validate": "list", "source": f"=选项!${letter}$2:${letter}${len(texts) + 1}"}
            self._sheet.data_validation(1, places[name], ROWS_WITH_LISTS, places[name], rule)

    def example(self, values: Mapping[str, str]) -> None:
        sheet = self._book.add_worksheet("填写示例")
        for place, (name, column) in enumerate(COLUMNS.items()):
            sheet.set_column(place, place, WIDTHS.get(name, USUAL_WIDTH))
            sheet.write_string(0, place, column if column in OPTIONAL else f"{column} *", self._header)
            sheet.write_string(1, place, values[name])
        for row, note in enumerate(NOTES, 3):
            sheet.write_string(row, 0, note)
