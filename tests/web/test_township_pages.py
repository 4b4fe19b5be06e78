"""A township's day: who has not filed, the sheet that goes out and comes back with its faults marked, its letters."""

import base64
import io
import re
from dataclasses import replace

import openpyxl
import pytest
import world
from sqlalchemy import select
from visitors import SignIn, Visitor, words_of

from claims import clock
from claims.desk import Desk
from claims.identity.people import add_unit
from claims.models import EventRow, Letter
from claims.submission.forms import COLUMNS
from claims.timing.cycles import open_cycle, plan_cycle
from notifications.round import run_round

ROW = {
    "申报单位": world.INSTITUTE[0],
    "统一社会信用代码": world.INSTITUTE[1],
    "所属乡镇": "菜园镇",
    "联系人": "林某",
    "联系电话": "0580-5081234",
    "开户银行": "浙江嵊泗农村商业银行营业部",
    "银行账号": "201000123456789012",
    "奖补项目": "牵头制定团体标准",
    "领域": "海洋科技",
    "标准编号": "T/SSYB 1-2024",
    "名称": "贻贝养殖规范",
    "排名": "1",
    "是否修订": "否",
    "发布日期": "2024-12-17",
}


def filled(book: bytes, *rows: dict[str, object]) -> bytes:
    """The desk's own empty sheet with rows typed into it."""
    workbook = openpyxl.load_workbook(io.BytesIO(book))
    sheet = workbook.worksheets[0]
    headers = {cell.value: cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, 2):
        for column, value in row.items():
            sheet.cell(number, headers[column], value)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def send(visitor: Visitor, book: bytes, name: str = "菜园镇.xlsx", **more: str) -> str:
    answer = visitor.post("/township/sheet", more, files={"file": (name, book)})
    assert answer.status_code == 200, words_of(answer.text)
    return answer.text


def workbook_in(page: str) -> openpyxl.Workbook:
    """The workbook that a page offers for download."""
    (encoded,) = re.findall(r'href="data:[^;"]+;base64,([^"]+)"', page)
    return openpyxl.load_workbook(io.BytesIO(base64.b64decode(encoded)))


@pytest.fixture
def township(sign_in: SignIn) -> Visitor:
    return sign_in("zhou")


@pytest.fixture
def empty_sheet(township: Visitor) -> bytes:
    return township.get("/township/sheet.xlsx").content


@pytest.fixture
def field(rehearsal_desk: Desk) -> str:
    return rehearsal_desk.rulebook.versions[0].fields["marine-technology"].title


def test_the_empty_sheet_has_the_headers_lists_and_an_example(empty_sheet: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(empty_sheet))
    sheet, choices, example = (book[name] for name in ("申报", "选项", "填写示例"))
    assert [cell.value for cell in sheet[1]] == list(COLUMNS.values())
    assert {rule.formula1.split("!")[0] for rule in sheet.data_validations.dataValidation} == {"选项"}
    assert [cell.value for cell in choices["A"] if cell.value] == ["所属乡镇", "菜园镇"]
    assert "牵头制定国家标准" in {cell.value for cell in choices["B"]}
    assert example["A2"].value == "嵊泗县某某水产有限公司"


def test_the_example_of_the_sheet_would_be_taken(township: Visitor, empty_sheet: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(empty_sheet))
    example = book["填写示例"]
    row = {
        head.value.removesuffix(" *"): cell.value for head, cell in zip(example[1], example[2], strict=True)
    }
    page = words_of(send(township, filled(empty_sheet, row), trial="yes"))
    assert "1 行通过，0 行须改正。" in page


def test_good_rows_come_in_and_bad_ones_come_back_marked(
    township: Visitor, empty_sheet: bytes, field: str
) -> None:
    good = {**ROW, "领域": field}
    bad = {**good, "标准编号": "T/SSYB 2-2024", "银行账号": 201000123456789012, "联系电话": "abc"}
    page = send(township, filled(empty_sheet, good, bad))
    said = words_of(page)
    assert "1 行通过，1 行须改正。" in said
    assert "SB-2025-0001" in said
    assert "号码以数字格式填写" in said
    sheet = workbook_in(page).worksheets[0]
    headers = {cell.value: cell for cell in sheet[1]}
    account, phone, name = (sheet.cell(3, headers[each].column) for each in ("银行账号", "联系电话", "名称"))
    for cell in (account, phone):
        assert cell.fill.start_color.rgb == "FFFDECEC"
        assert cell.comment is not None
    assert name.comment is None
    assert name.value == "贻贝养殖规范"
    assert sheet.cell(2, headers["校验结果"].column).value == "已导入：SB-2025-0001，草稿"
    assert "不是电话号码" in sheet.cell(3, headers["校验结果"].column).value


def test_the_marked_sheet_is_mended_and_comes_in_again(
    township: Visitor, empty_sheet: bytes, field: str
) -> None:
    good = {**ROW, "领域": field}
    bad = {**good, "标准编号": "T/SSYB 2-2024", "联系电话": "abc"}
    book = workbook_in(send(township, filled(empty_sheet, good, bad)))
    headers = {cell.value: cell.column for cell in book.worksheets[0][1]}
    book.worksheets[0].cell(3, headers["联系电话"], "13800000000")
    out = io.BytesIO()
    book.save(out)
    said = words_of(send(township, out.getvalue(), "菜园镇-校验结果.xlsx"))
    assert "2 行通过，0 行须改正。" in said
    assert "此前已导入" in said


def test_a_trial_writes_nothing(township: Visitor, empty_sheet: bytes, field: str) -> None:
    book = filled(empty_sheet, {**ROW, "领域": field})
    assert "可以导入" in words_of(send(township, book, trial="yes"))
    assert "已导入" in words_of(send(township, book))


def test_what_a_cell_says_never_becomes_a_formula(township: Visitor, empty_sheet: bytes, field: str) -> None:
    book = filled(empty_sheet, {**ROW, "领域": field, "备注": "=1+1"})
    sheet = workbook_in(send(township, book)).worksheets[0]
    values = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert values == []


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.pdf", b"%PDF", "不是 .xlsx 或 .csv"),
        ("a.xlsx", b"no", "不是可读取的 .xlsx"),
        ("", b"", "请先选择文件"),
    ],
)
def test_a_file_that_is_no_sheet_is_named(township: Visitor, name: str, content: bytes, says: str) -> None:
    files = {"file": (name, content)} if name else None
    answer = township.post("/township/sheet", {}, files=files)
    assert answer.status_code == 422
    assert says in words_of(answer.text)


def test_a_row_for_another_township_is_refused(township: Visitor, empty_sheet: bytes, field: str) -> None:
    unit = {"申报单位": world.COMPANY[0], "统一社会信用代码": world.COMPANY[1], "所属乡镇": world.COMPANY[2]}
    said = words_of(send(township, filled(empty_sheet, {**ROW, "领域": field, **unit})))
    assert "0 行通过，1 行须改正。" in said


# Who has not filed


def test_a_unit_that_filed_before_and_one_with_a_draft_are_named(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    assert "没有已知应报而未报的单位" in sign_in("zhou").read("/township")
    with rehearsal_desk.transaction() as tx:
        number = world.add_draft(tx)
    page = sign_in("zhou").read("/township/units")
    assert f"有 1 件草稿未提交： {number}" in page
    assert "应报未报" in page
    with rehearsal_desk.transaction() as tx:
        world.submit(tx, number)
    page = sign_in("zhou").read("/township/units")
    assert f"已提交 1 件 {number}" in page
    with rehearsal_desk.transaction() as tx:
        plan_cycle(
            tx,
            replace(
                world.PLAN,
                year=2026,
                opens_on=world.PLAN.opens_on.replace(year=2026),
                deadline_on=world.PLAN.deadline_on.replace(year=2026),
            ),
        )
    clock.pin(world.MORNING.replace(year=2026))
    with rehearsal_desk.transaction() as tx:
        open_cycle(tx, 2026)
    assert "2025 年度申报过" in sign_in("zhou").read("/township")


def test_a_drafter_whose_rank_is_paid_is_known_to_qualify(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    with rehearsal_desk.transaction() as tx:
        add_unit(tx, "嵊泗县水产养殖服务中心", world.uscc(7, "12"), "菜园镇")
        form = world.a_form(item="lead-national", standard_number="GB/T 40001-2024", requested_yuan=300_000)
        world.add_draft(tx, form)
    page = sign_in("zhou").read("/township/units")
    assert "第 2 起草单位，可报“参与制定国家标准”15.00 万元" in page
    assert "嵊泗县水产养殖服务中心" not in sign_in("wu").read("/township/units")


def test_a_filing_begun_shows_in_its_township_without_what_was_typed(sign_in: SignIn) -> None:
    visitor = sign_in("lin")
    key = visitor.post("/apply").headers["location"]
    visitor.post(f"{key}/unit/typed", {"contact": "林某某"})
    page = sign_in("zhou").read("/township/units")
    assert "已开始填写，尚未成件" in page
    assert "林某某" not in page


# Letters


def test_a_letter_is_confirmed_once_and_by_its_own_office(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    run_round(rehearsal_desk)
    with rehearsal_desk.reading() as tx:
        letter = tx.session.scalars(select(Letter.id).where(Letter.township == "菜园镇")).first()
    zhou = sign_in("zhou")
    assert "1 件待确认" in zhou.read("/township")
    assert "确认收到" in zhou.read(f"/notices/{letter}")
    for name, status in (("wu", 404), ("lin", 404), ("guo", 403)):
        assert sign_in(name).post(f"/notices/{letter}/receipt").status_code == status
    for _ in range(2):
        assert zhou.post(f"/notices/{letter}/receipt").status_code == 303
    page = zhou.read(f"/notices/{letter}")
    assert "已确认收到 2025年3月10日 09:30 zhou" in page
    assert "只需确认一次" not in page
    with rehearsal_desk.reading() as tx:
        events = tx.session.scalars(select(EventRow).where(EventRow.trigger == "letter_received")).all()
    assert [(each.actor, each.role) for each in events] == [("zhou", "township")]
    assert "已确认 3月10日 09:30" in sign_in("guo").read("/notices")
