"""Sheets are hostile input on the way in, and carry no formula on the way out."""

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from claims import sheets
from claims.sheets import BadSheet, Formula, Row, Sheet, read_rows, write_sheet

DAY = datetime(2024, 12, 17, 8, 30)  # noqa: DTZ001 - sheets know no time zones
HEADERS = ("名称", "数", "日期")


def saved(tmp_path: Path, *rows: tuple[Any, ...]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "sheet.xlsx")
    return tmp_path / "sheet.xlsx"


def repacked(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """The same workbook with one part altered."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


# Reading


def test_cells_come_with_their_types(tmp_path: Path) -> None:
    path = saved(
        tmp_path,
        ("文字", "整数", "小数", "日期", "时刻", "是非", "公式", "空"),
        (" 甲 ", 3.0, 2.5, DAY.date(), DAY, True, "=1+1", " "),
    )
    assert read_rows(path).rows == (
        Row(
            2,
            {
                "文字": "甲",
                "整数": 3,
                "小数": 2.5,
                "日期": date(2024, 12, 17),
                "时刻": date(2024, 12, 17),
                "是非": True,
                "公式": Formula("=1+1"),
            },
        ),
    )


def test_a_wrong_note_of_the_sheets_extent_cuts_nothing_off(tmp_path: Path) -> None:
    path = saved(tmp_path, HEADERS, ("甲", 1, None), ("乙", 2, None))
    repacked(path, "xl/worksheets/sheet1.xml", b'ref="A1:C3"', b'ref="A1"')
    assert [row.values["名称"] for row in read_rows(path).rows] == ["甲", "乙"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv_is_read_with_and_without_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "sheet.CSV"
    path.write_text('名称,数\r\n"甲\n乙",1\r\n\r\n丙,2\r\n', encoding=encoding, newline="")
    assert read_rows(path) == Sheet(
        ("名称", "数"), (Row(2, {"名称": "甲\n乙", "数": "1"}), Row(4, {"名称": "丙", "数": "2"}))
    )


def test_headers_may_stand_with_spaces_and_line_breaks_in_them(tmp_path: Path) -> None:
    assert read_rows(saved(tmp_path, (" 名称", "申请\n金额", None), ("甲", 1, None))).headers == (
        "名称",
        "申请金额",
    )


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.xlsx", b"no workbook", "不是可读取的"),
        ("a.xlsx", b"PK\x03\x04 broken", "不是可读取的"),
        ("a.csv", "名称\n甲".encode("gb18030"), "不是 UTF-8"),
        ("a.csv", '名称\n"甲'.encode(), "格式有误"),
        ("a.csv", b"", "第一行应为表头"),
        ("a.csv", "名称,名称\n1,2".encode(), "表头重复：名称"),
        ("a.csv", "名称,\n1,2".encode(), "第 2 行第 2 列"),
        ("a.csv", "名称\n1,2".encode(), "第 2 行第 2 列"),
        ("a.xls", b"", "不是 .xlsx 或 .csv"),
        ("a.csv", b"x" * (sheets.LARGEST_FILE + 1), "超过 10 MB"),
        ("a.csv", b"x\n" * (sheets.MOST_ROWS + 2), "超过 5000 行"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_with_what_to_do(
    tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadSheet, match=why):
        read_rows(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSheet, match=r"gone\.xlsx"):
        read_rows(tmp_path / "gone.xlsx")


def test_a_workbook_that_unpacks_to_too_much_is_not_read(tmp_path: Path) -> None:
    path = saved(tmp_path, HEADERS, ("甲", 1, None))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b" " * (sheets.LARGEST_UNPACKED + 1))
    assert path.stat().st_size < 100_000, "a small file"
    with pytest.raises(BadSheet, match="解压后过大"):
        read_rows(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_with_entities_is_not_read(tmp_path: Path, encoding: str) -> None:
    path = saved(tmp_path, HEADERS, ("甲", 1, None))
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/extra.xml", bomb.encode(encoding))
    with pytest.raises(BadSheet, match="异常内容"):
        read_rows(path)


def test_a_row_far_below_is_not_passed_over(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(HEADERS)
    book.active["A900000"] = "甲"
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(BadSheet, match="超过 5000 行"):
        read_rows(tmp_path / "far.xlsx")


# Writing

TEXTS = st.text(st.characters(exclude_categories=["C"]), max_size=30).map(str.strip)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.integers(0, 10**12)), max_size=5))
def test_what_is_written_is_read_again_as_it_was(tmp_path: Path, rows: list[tuple[str, int]]) -> None:
    for suffix in (".xlsx", ".csv"):
        path = tmp_path / f"sheet{suffix}"
        write_sheet(path, ("名称", "数"), rows)
        found = [
            (str(row.values.get("名称", "")), int(str(row.values["数"]))) for row in read_rows(path).rows
        ]
        assert found == rows


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@SUM", "\t=1", "http://example.org", "007"])
def test_no_text_becomes_a_formula_a_link_or_a_number(tmp_path: Path, text: str) -> None:
    write_sheet(tmp_path / "a.xlsx", ("名称",), [(text,)])
    cell = load_workbook(tmp_path / "a.xlsx").active["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
    write_sheet(tmp_path / "a.csv", ("名称",), [(text,)])
    written = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()[1].strip('"')
    assert not written.startswith(("=", "+", "-", "@", "\t"))


def test_dates_are_dates_and_csv_opens_in_the_right_encoding(tmp_path: Path) -> None:
    write_sheet(tmp_path / "a.xlsx", ("日期",), [(date(2024, 12, 17),)])
    assert read_rows(tmp_path / "a.xlsx").rows[0].values == {"日期": date(2024, 12, 17)}
    write_sheet(tmp_path / "a.csv", ("日期",), [(date(2024, 12, 17),)])
    assert (tmp_path / "a.csv").read_bytes() == "\ufeff日期\r\n2024-12-17\r\n".encode()


def test_a_sheet_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    def rows() -> Any:
        yield ("甲",)
        raise RuntimeError("the power went")

    for suffix in (".xlsx", ".csv"):
        path = tmp_path / f"a{suffix}"
        path.write_text("before")
        with pytest.raises(RuntimeError):
            write_sheet(path, ("名称",), rows())
        assert path.read_text() == "before"
    assert {each.name for each in tmp_path.iterdir()} == {"a.xlsx", "a.csv"}


def test_an_unknown_kind_of_file_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(BadSheet, match=r"不是 \.xlsx"):
        write_sheet(tmp_path / "a.ods", ("名称",), [])
