"""The year's report agrees with the books to the yuan, and neither it nor the register shows a person."""

from pathlib import Path

import journey as j
import pytest
from openpyxl import load_workbook
from world import YEAR

from claims.desk import Desk
from claims.errors import BadValue, UnknownCycle
from claims.reading.reports import REGISTER_COLUMNS, Table, write_register, write_report, year_report
from claims.sheets import read_rows
from states.stages import Stage, Trigger


def a_year(desk: Desk, folder: Path) -> list[str]:
    """One paid, one whose payment failed, one clawed back in part, one rejected, one draft."""
    numbers = j.payable(desk, 3)
    with j.later(10):
        code = j.released(desk)
        j.answer(desk, code, folder / "answer.csv", SB_2025_0002="失败")
        j.reconciled(desk, code, folder / "answer.csv")
        said = {"reason": "虚假材料", "amount_yuan": 40_000}
        j.do(desk, numbers[2], Trigger.RECLAIM, j.coordinator(desk), **said)
        j.do(desk, numbers[2], Trigger.RECLAIM, j.finance(desk))
        rejected = j.brought_to(desk, Stage.SUBMITTED, 4, township="枸杞乡")
        j.do(desk, rejected, Trigger.REJECT, j.intake(desk), reason="不属县域单位")
        draft = j.filed(desk, 5)
    return [*numbers, rejected, draft]


@pytest.fixture
def tables(sqlite_desk: Desk, tmp_path: Path) -> dict[str, Table]:
    a_year(sqlite_desk, tmp_path)
    with sqlite_desk.reading() as tx:
        return {table.title: table for table in year_report(tx, YEAR)}


def test_every_grouping_sums_to_what_the_books_say(sqlite_desk: Desk, tables: dict[str, Table]) -> None:
    books = j.balances(sqlite_desk)
    for title in ("按奖补项目", "按乡镇", "按领域"):
        *rows, total = tables[title].rows
        assert total == ("合计", 4, 400_000, 3, 300_000, 2, 200_000, 40_000)
        for column in range(1, len(total)):
            assert sum(int(row[column]) for row in rows) == total[column]
    assert total[6] == books["paid"] + books["returned"]


def test_the_overview_shows_the_accounts_and_the_stages(tables: dict[str, Table]) -> None:
    rows = {row[0]: row[1:] for row in tables["2025年度概况"].rows}
    assert rows["资金：年度预算"] == ("", 2_000_000)
    assert rows["资金：已公示未拨付"] == ("", 100_000)
    assert rows["环节：已拨付"] == (1, 100_000)
    assert rows["环节：不予支持"] == (1, 100_000)
    assert "环节：草稿" not in rows, "a draft is its maker's own business"


def test_every_item_township_and_field_has_its_row_even_where_nobody_came(tables: dict[str, Table]) -> None:
    assert [len(tables[title].rows) for title in ("按奖补项目", "按乡镇", "按领域")] == [
        26 + 1,
        7 + 1,
        17 + 1,
    ]


def test_the_workbook_holds_the_tables_and_no_phone_person_or_account(
    sqlite_desk: Desk, tables: dict[str, Table], tmp_path: Path
) -> None:
    with sqlite_desk.reading() as tx:
        write_report(tx, YEAR, tmp_path / "report.xlsx")
        write_register(tx, tmp_path / "register.csv")
    book = load_workbook(tmp_path / "report.xlsx")
    assert book.sheetnames == list(tables)
    text = "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    text += (tmp_path / "register.csv").read_text(encoding="utf-8-sig")
    secrets = (j.form(1).account, j.form(1).phone, j.form(1).contact, j.form(1).email, "****")
    assert [each for each in secrets if each in text] == []
    assert "SB-2025-0001" in text


@pytest.mark.parametrize("name", ["register.csv", "register.xlsx"])
def test_the_register_lists_what_was_paid_and_stands(sqlite_desk: Desk, tmp_path: Path, name: str) -> None:
    a_year(sqlite_desk, tmp_path)
    with sqlite_desk.reading() as tx:
        write_register(tx, tmp_path / name)
    sheet = read_rows(tmp_path / name)
    assert sheet.headers == REGISTER_COLUMNS
    assert [str(row.values["申报编号"]) for row in sheet.rows] == ["SB-2025-0001"]
    assert str(sheet.rows[0].values["县级奖补（元）"]) == "100000"
    assert str(sheet.rows[0].values["拨付日期"]) == "2025-03-20"


def test_a_report_is_a_workbook_of_a_cycle_that_there_is(sqlite_desk: Desk, tmp_path: Path) -> None:
    with sqlite_desk.reading() as tx:
        with pytest.raises(BadValue):
            write_report(tx, YEAR, tmp_path / "report.csv")
        with pytest.raises(UnknownCycle):
            write_report(tx, 1999, tmp_path / "report.xlsx")
