"""Official lists on paper: over many pages with their head, no row lost, and the same in both forms."""

import io
import re
from datetime import date
from functools import cache

import openpyxl
from letter_examples import HOSTILE
from list_examples import long_official_list
from paper_pages import FREE, pages_of
from pypdf import PdfReader

from claims.lists.official import Column, OfficialList
from claims.lists.workbook import workbook
from notifications.paper.lists import list_pdf, list_pictures

HEAD = "序号申报编号申报单位所属乡镇奖补项目标准编号（文号）标准（成果）名称审定金额（元）"


@cache
def _printed(rows: int, *, rehearsal: bool = False, name: str = "") -> tuple[str, ...]:
    found = long_official_list(rows, rehearsal=rehearsal, name=name)
    return tuple(pages_of(PdfReader(io.BytesIO(list_pdf(found, FREE)))))


def test_a_list_of_100_rows_repeats_its_head_on_every_page_and_loses_no_row() -> None:
    pages = _printed(100)
    assert len(pages) >= 5
    assert all(HEAD in page for page in pages)
    found = long_official_list(100)
    assert re.findall(r"SB-2026-\d{4}", "".join(pages)) == [row[0] for row in found.rows]
    said = "".join(pages)
    for number, row in enumerate(found.rows, 1):
        cells = (str(number), *(f"{cell:,}" if isinstance(cell, int) else cell for cell in row))
        assert "".join("".join(cells).split()) in said


def test_every_page_bears_its_number_and_the_digest_and_the_last_what_it_comes_to() -> None:
    pages, found = _printed(100), long_official_list(100)
    for number, page in enumerate(pages, 1):
        assert f"第{number}页共{len(pages)}页" in page
        assert found.sha256 in page
    assert found.summary in pages[-1]
    assert f"合计{found.total:,}" in pages[-1]
    assert "主持人：记录人：登记人：" in pages[-1]


def test_the_workbook_holds_the_same_rows_sum_and_digest_as_the_paper() -> None:
    found, said = long_official_list(100), "".join(_printed(100))
    [sheet] = openpyxl.load_workbook(io.BytesIO(workbook(found))).worksheets
    rows = [[cell.value for cell in row] for row in sheet.iter_rows() if isinstance(row[0].value, int)]
    assert [tuple(row[1:]) for row in rows] == list(found.rows)
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    for text in (found.summary, found.sha256, f"会议纪要编号：{found.facts[0][1]}"):
        assert any(text in cell for cell in cells)
        assert text in said


def test_the_paper_is_an_archive_file_across_a4_and_always_the_same_bytes() -> None:
    content = list_pdf(long_official_list(3), FREE)
    reader = PdfReader(io.BytesIO(content))
    assert reader.xmp_metadata is not None
    assert (reader.xmp_metadata.pdfaid_part, reader.xmp_metadata.pdfaid_conformance) == ("2", "B")
    page = reader.pages[0].mediabox
    assert (round(page.width), round(page.height)) == (842, 595)
    assert content == list_pdf(long_official_list(3), FREE)


def test_a_rehearsal_says_so_on_every_page_and_a_live_list_never() -> None:
    rehearsed = _printed(40, rehearsal=True)
    assert len(rehearsed) > 1
    assert all("【演练】" in page for page in rehearsed)
    assert "演练" not in "".join(_printed(100))


def test_a_name_is_printed_as_it_is_whatever_it_holds() -> None:
    assert "".join(HOSTILE.split()) in "".join(_printed(2, name=HOSTILE))


def test_a_list_without_amounts_has_no_sum_and_one_without_rows_is_still_a_list() -> None:
    units = OfficialList(
        title="未申报单位名单",
        office="嵊泗县市场监督管理局",
        facts=(),
        columns=(Column("单位名称"), Column("掌握的情况")),
        rows=(),
        made_on=date(2026, 5, 1),
        rehearsal=False,
        unit="家",
    )
    [page] = pages_of(PdfReader(io.BytesIO(list_pdf(units, FREE))))
    assert "共0家" in page
    assert "合计" not in page
    assert list_pictures(units, FREE, 30)[0].startswith(b"\x89PNG")
