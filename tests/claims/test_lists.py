"""Official lists: what they hold, who may have them, and how two copies are known to be the same."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import journey as j
import openpyxl
import pytest
from world import COMPANY, INSTITUTE, YEAR, turn_into_rehearsal, who

from claims.desk import Desk, open_desk
from claims.errors import NotAllowed, UnknownOrganisation, UnknownResolution
from claims.lists.awards import notice_list, resolved_list
from claims.lists.official import Column, OfficialList, Sort
from claims.lists.payments import payout_list
from claims.lists.privacy import PersonalDataListed, require_nothing_personal
from claims.lists.townships import filed_list, unfiled_list
from claims.lists.workbook import workbook
from claims.money import payouts
from claims.review.meetings import Vote, record_vote
from claims.sheets import read_rows
from config.settings import Settings
from states.stages import Stage

LIST = OfficialList(
    title="2026年度标准化奖补议定名单",
    office="嵊泗县市场监督管理局",
    facts=(("会议纪要编号", "嵊标协〔2026〕3号"),),
    columns=(Column("申报编号", Sort.CODE), Column("申报单位"), Column("审定金额（元）", Sort.YUAN)),
    rows=(("SB-2026-0001", "=SUM(A1:A9)", 200_000), ("SB-2026-0002", "乙单位", 50_000)),
    made_on=date(2026, 5, 13),
    rehearsal=False,
    signatures=("主持人",),
)


def _cells(content: bytes) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row if cell.value is not None] for row in book.worksheets[0].iter_rows()]


def test_a_list_says_how_many_and_how_much_in_figures_and_words() -> None:
    assert LIST.summary == "共2件，合计250,000元（人民币贰拾伍万元整）"
    assert replace(LIST, columns=LIST.columns[:2], rows=(("a", "b"),), unit="家").summary == "共1家"


def test_its_digest_is_over_what_it_says_and_not_over_the_day_of_the_copy() -> None:
    assert replace(LIST, made_on=date(2027, 1, 1)).sha256 == LIST.sha256
    changed = [
        replace(LIST, title="另一名单"),
        replace(LIST, facts=()),
        replace(LIST, rows=LIST.rows[::-1]),
        replace(LIST, columns=(*LIST.columns[:2], Column("金额", Sort.YUAN))),
    ]
    assert len({each.sha256 for each in [LIST, *changed]}) == 5


def test_the_workbook_prints_on_a4_with_its_head_on_every_page_and_computes_nothing() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(LIST)))
    [sheet] = book.worksheets
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert sheet.print_title_rows == "$4:$4"
    assert [cell.value for cell in sheet[4]] == ["序号", "申报编号", "申报单位", "审定金额（元）"]
    assert sheet.cell(5, 3).value == "=SUM(A1:A9)"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0, "as many pages down as it takes, one across"
    assert "&P" in sheet.oddFooter.center.text
    said = _cells(workbook(LIST))
    assert ["合计", 250_000] in said
    assert [LIST.summary] in said
    assert [f"内容摘要（SHA-256）：{LIST.sha256}"] in said
    assert workbook(LIST) == workbook(LIST)


def test_a_rehearsals_workbook_says_so_first() -> None:
    assert str(_cells(workbook(replace(LIST, rehearsal=True)))[0][0]).startswith("【演练】")
    assert "演练" not in str(_cells(workbook(LIST)))


@pytest.mark.parametrize(
    "text",
    ["联系 13812345678", "0580-5081234", "33092219800101123X", "6228 4804 0256 4896 021", "wang@example.org"],
)
def test_a_list_with_what_belongs_to_a_person_is_not_given_out(text: str) -> None:
    with pytest.raises(PersonalDataListed):
        require_nothing_personal(replace(LIST, rows=(("SB-2026-0001", text, 1),)))


@pytest.mark.parametrize(
    "text", ["GB/T 20556-2006", "DB3309/T 112-2024", "舟市监〔2024〕112号", "ISO 9001:2015"]
)
def test_numbers_of_standards_and_files_belong_to_nobody(text: str) -> None:
    require_nothing_personal(replace(LIST, rows=(("SB-2026-0001", text, 1),)))


# Awards


def test_what_was_resolved_is_listed_as_it_stands_and_then_as_it_was_frozen(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.PUBLIC_NOTICE)
    vote = Vote(date(2025, 3, 10), present=7, in_favour=6, against=0, abstained=1)
    with sqlite_desk.transaction() as tx:
        record_vote(tx, j.RESOLUTION, YEAR, vote, actor=j.coordinator(sqlite_desk))
        before = resolved_list(tx, j.RESOLUTION, viewer=who(tx, "xu"))
        with pytest.raises(UnknownResolution):
            notice_list(tx, j.RESOLUTION)
    assert [row[0] for row in before.rows] == [number]
    assert before.total == 100_000
    assert ("公示期", "尚未公布") in before.facts
    assert ("会议表决", "2025年3月10日，出席7人，同意6人，反对0人，弃权1人") in before.facts
    with sqlite_desk.transaction() as tx:
        j.publish(tx, j.RESOLUTION, actor=j.coordinator(sqlite_desk))
        after, public = resolved_list(tx, j.RESOLUTION), notice_list(tx, j.RESOLUTION)
    assert after.rows == before.rows == public.rows
    assert ("公示期", "2025年3月10日至2025年3月17日") in public.facts


@pytest.mark.parametrize("name", ["lin", "zhou", "qian"])
def test_what_was_resolved_is_for_the_offices(sqlite_desk: Desk, name: str) -> None:
    j.brought_to(sqlite_desk, Stage.PUBLIC_NOTICE)
    with sqlite_desk.reading() as tx, pytest.raises(NotAllowed):
        resolved_list(tx, j.RESOLUTION, viewer=who(tx, name))


# Money


def test_accounts_stand_in_full_for_finance_alone_and_only_once_the_batch_is_released(
    sqlite_desk: Desk, tmp_path: Path
) -> None:
    j.payable(sqlite_desk, 2)
    account = j.form(1).account
    with j.later(10):
        with sqlite_desk.transaction() as tx:
            code = payouts.propose(tx, YEAR, actor=j.finance(sqlite_desk)).batch
            proposed = payout_list(tx, code, viewer=who(tx, "deng"))
        with sqlite_desk.transaction() as tx:
            payouts.release(tx, code, actor=j.other_finance(sqlite_desk))
            released = {name: payout_list(tx, code, viewer=who(tx, name)) for name in ("feng", "xu", "tang")}
            with pytest.raises(NotAllowed):
                payout_list(tx, code, viewer=who(tx, "li"))
    assert account not in str(proposed)
    assert ("放行", "待复核放行") in proposed.facts
    assert [account in str(each) for each in released.values()] == [True, False, False]
    assert released["feng"].summary == "共2笔，合计200,000元（人民币贰拾万元整）"


def test_the_banks_sheet_prints_its_sum_and_digest_and_is_still_read_row_by_row(
    sqlite_desk: Desk, tmp_path: Path
) -> None:
    j.payable(sqlite_desk, 2)
    with j.later(10):
        code = j.released(sqlite_desk)
        with sqlite_desk.reading() as tx:
            payouts.export_file(tx, code, tmp_path / "sheet.xlsx")
            digest = payouts.batch(tx, code)["sha256"]
    sheet = openpyxl.load_workbook(tmp_path / "sheet.xlsx").worksheets[0]
    assert code in sheet.oddHeader.center.text
    assert "共2笔，合计200,000元（人民币贰拾万元整）" in sheet.oddFooter.left.text
    assert digest in sheet.oddFooter.left.text
    assert (sheet.print_title_rows, sheet.page_setup.fitToHeight) == ("$1:$1", 0)
    assert len(read_rows(tmp_path / "sheet.xlsx").rows) == 2


# Townships


def test_a_townships_lists_hold_what_was_filed_and_who_has_not(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.DEPARTMENT_CHECK)
    draft = j.filed(sqlite_desk, 2)
    with sqlite_desk.reading() as tx:
        filed = filed_list(tx, "菜园镇人民政府", YEAR, viewer=who(tx, "zhou"))
        unfiled = unfiled_list(tx, "菜园镇", YEAR, viewer=who(tx, "zhou"))
    assert [row[0] for row in filed.rows] == [number]
    assert filed.rows[0][5:] == ("2025年3月10日", "部门核查", 100_000)
    assert [row[0] for row in unfiled.rows] == [j.form(2).unit_name]
    assert draft in str(unfiled.rows[0][2])
    assert j.form(1).contact not in str(filed)
    assert unfiled.summary == "共1家"


@pytest.mark.parametrize(("name", "township"), [("wu", "菜园镇"), ("lin", "菜园镇"), ("qian", "菜园镇")])
def test_a_townships_lists_are_for_itself_and_the_offices(
    sqlite_desk: Desk, name: str, township: str
) -> None:
    with sqlite_desk.reading() as tx:
        assert filed_list(tx, township, YEAR, viewer=who(tx, "sun")).rows == ()
        for read in (filed_list, unfiled_list):
            with pytest.raises(NotAllowed):
                read(tx, township, YEAR, viewer=who(tx, name))
        with pytest.raises(UnknownOrganisation):
            filed_list(tx, COMPANY[0], YEAR)


def test_lists_of_a_rehearsal_say_so(sqlite_world_settings: Settings) -> None:
    turn_into_rehearsal(sqlite_world_settings)
    with open_desk(sqlite_world_settings) as desk, desk.reading() as tx:
        assert filed_list(tx, INSTITUTE[2], YEAR).rehearsal
