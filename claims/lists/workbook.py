"""An official list as a workbook to print: page set up, head repeated, sum and digest below, and nothing that computes."""

import io
from datetime import datetime, time

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from claims.lists.official import REHEARSAL_BANNER, SERIAL, Cell, OfficialList, Sort, day
from claims.sheets import A4, width_of

NARROWEST, WIDEST = 8, 36
ROW_HEIGHT = 18
SIGNING = "＿" * 6


def workbook(found: OfficialList) -> bytes:
    """The list as `.xlsx`. Text stays text whatever it looks like, and the sum is a number: there is no formula."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        # The day of the copy, not the moment of writing: the same list is the same file.
        made = datetime.combine(found.made_on, time.min)
        book.set_properties({"title": found.title, "author": found.office, "created": made})
        _Sheet(book, found).write()
    return buffer.getvalue()


class _Sheet:
    """One sheet being written from the top down; `line` is the next free row."""

    def __init__(self, book: xlsxwriter.Workbook, found: OfficialList) -> None:
        self.found = found
        self.sheet: Worksheet = book.add_worksheet("名单")
        self.line = 0
        self.last = len(found.columns)
        cell = {"border": 1, "valign": "vcenter", "font_name": "宋体", "font_size": 10}
        plain = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
        self.title = book.add_format({**plain, "bold": True, "font_size": 16, "align": "center"})
        self.banner = book.add_format({**plain, "bold": True, "font_color": "#C00000", "align": "center"})
        self.plain = book.add_format({**plain, "text_wrap": True})
        self.small = book.add_format({**plain, "font_size": 8})
        self.head = book.add_format(
            {**cell, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#F2F2F2"}
        )
        self.sum = book.add_format({**cell, "bold": True})
        self.sum_yuan = book.add_format({**cell, "bold": True, "num_format": "#,##0"})
        self.cells = {
            Sort.TEXT: book.add_format({**cell, "text_wrap": True}),
            Sort.CODE: book.add_format({**cell, "align": "center"}),
            Sort.YUAN: book.add_format({**cell, "num_format": "#,##0"}),
        }

    def write(self) -> None:
        found = self.found
        if found.rehearsal:
            self._across(REHEARSAL_BANNER, self.banner)
        self._across(found.title, self.title, 28)
        self._across(f"编制单位：{found.office}　　编制日期：{day(found.made_on)}", self.plain)
        for name, text in found.facts:
            self._across(f"{name}：{text}", self.plain)
        head = self.line
        self._row([SERIAL, *(column.title for column in found.columns)], [self.head] * (self.last + 1))
        formats = [self.cells[Sort.CODE], *(self.cells[column.sort] for column in found.columns)]
        for number, cells in enumerate(found.rows, 1):
            self._row([number, *cells], formats)
        self._sum()
        self._across(found.summary, self.plain)
        self._across(f"内容摘要（SHA-256）：{found.sha256}", self.small)
        if found.signatures:
            self._across("　　".join(f"{each}：{SIGNING}" for each in found.signatures), self.plain, 30)
        self._set_up(head)

    def _sum(self) -> None:
        if self.found.total is None:
            return
        cells: list[Cell] = ["合计", *("" for _ in self.found.columns)]
        formats = [self.sum] * (self.last + 1)
        for place, column in enumerate(self.found.columns, 1):
            if column.sort is Sort.YUAN:
                cells[place], formats[place] = self.found.total, self.sum_yuan
        self._row(cells, formats)

    def _set_up(self, head: int) -> None:
        sheet = self.sheet
        for place, width in enumerate(self._widths()):
            sheet.set_column(place, place, width)
        sheet.freeze_panes(head + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.center_horizontally()
        sheet.repeat_rows(head)
        sheet.fit_to_pages(1, 0)
        sheet.print_area(0, 0, self.line - 1, self.last)
        sheet.set_footer("&C第 &P 页　共 &N 页")

    def _widths(self) -> list[int]:
        found = self.found
        widths = [6]
        for place, column in enumerate(found.columns):
            texts = [column.title, *(_shown(row[place]) for row in found.rows)]
            longest = max(map(width_of, texts)) + 2
            widths.append(longest if column.sort is not Sort.TEXT else min(max(longest, NARROWEST), WIDEST))
        return widths

    def _across(self, text: str, style: Format, height: int = ROW_HEIGHT) -> None:
        self.sheet.merge_range(self.line, 0, self.line, self.last, "", style)
        self.sheet.write_string(self.line, 0, text, style)
        self.sheet.set_row(self.line, height)
        self.line += 1

    def _row(self, cells: list[Cell], formats: list[Format]) -> None:
        for place, (cell, style) in enumerate(zip(cells, formats, strict=True)):
            if isinstance(cell, int):
                self.sheet.write_number(self.line, place, cell, style)
            elif cell:
                # Not `write`, which makes formulas, links and numbers of text that looks like them.
                self.sheet.write_string(self.line, place, cell, style)
            else:
                self.sheet.write_blank(self.line, place, None, style)
        self.line += 1


def _shown(cell: Cell) -> str:
    return f"{cell:,}" if isinstance(cell, int) else cell
