"""What people write into cells, and what the desk takes it for."""

from datetime import date

import pytest

from claims.sheets import Cell
from claims.submission.cells import form_in
from claims.submission.forms import file_number

D = date(2024, 12, 17)


@pytest.mark.parametrize(
    "cell",
    [
        D,
        "2024-12-17",
        "2024/12/17",
        "2024.12.17",
        "2024年12月17日",
        "20241217",
        20241217,
        "２０２４－１２－１７",
        "2024-12-17 00:00:00",
    ],
)
def test_a_date_in_any_common_spelling(cell: Cell) -> None:
    assert form_in({"发布日期": cell})[0].dated_on == D


@pytest.mark.parametrize(
    "cell", [45643, 2024, "2024", "2024年12月", "24-12-17", "2024-02-30", "12/17/2024", True, 1.5]
)
def test_what_is_no_clear_date_is_asked_about(cell: Cell) -> None:
    form, unread = form_in({"发布日期": cell})
    assert form.dated_on is None
    assert [(each.code, each.column) for each in unread] == [("bad_date", "发布日期")]
    assert "2024-12-17" in unread[0].en


@pytest.mark.parametrize(
    ("cell", "rank"),
    [
        (1, 1),
        ("1", 1),
        ("１", 1),
        ("第一", 1),
        ("第1位", 1),
        ("排名第二", 2),
        ("十", 10),
        ("第十二名", 12),
        ("二十三", 23),
        ("不分先后", None),
    ],
)
def test_a_rank_in_figures_or_words(cell: Cell, rank: int | None) -> None:
    form, unread = form_in({"排名": cell})
    assert (form.rank, unread) == (rank, ())


@pytest.mark.parametrize("cell", ["头名", "第", "一一", "1/5", 1.5, True, "百"])
def test_what_is_no_rank_is_asked_about(cell: Cell) -> None:
    assert [each.code for each in form_in({"排名": cell})[1]] == ["bad_rank"]


@pytest.mark.parametrize(
    "cell",
    [300_000, "300000", "300,000", "300000元", "￥300,000.00", "30万元", "30 万", "30.0万元整", "３０万元"],
)
def test_an_amount_in_yuan_or_with_its_unit(cell: Cell) -> None:
    assert form_in({"申请金额": cell})[0].requested_yuan == 300_000


def test_a_bare_small_figure_is_not_guessed_to_be_in_wan() -> None:
    _, (unclear,) = form_in({"申请金额": 30})
    assert unclear.code == "amount_unit_unclear"
    assert "300000" in unclear.zh
    assert form_in({"申请金额": "15.5万"})[0].requested_yuan == 155_000


@pytest.mark.parametrize("cell", ["三十万", "30,00", 300000.5, "0.00001万", -1, True, "30万美元"])
def test_what_is_no_whole_amount_is_asked_about(cell: Cell) -> None:
    assert [each.code for each in form_in({"申请金额": cell})[1]] == ["bad_amount"]


@pytest.mark.parametrize(
    ("cell", "revision"), [("是", True), ("否", False), (" 否 ", False), (True, True), (False, False)]
)
def test_yes_and_no(cell: Cell, revision: bool) -> None:
    assert form_in({"是否修订": cell})[0].revision is revision


def test_numbers_that_are_names_lose_no_digit() -> None:
    form, unread = form_in(
        {"联系电话": 13800000000, "统一社会信用代码": 913309220000000000, "银行账号": 12345678}
    )
    assert form.phone == "13800000000"
    assert [(each.column, each.code) for each in unread] == [
        ("统一社会信用代码", "not_text"),
        ("银行账号", "not_text"),
    ]


def test_drafters_are_separated_by_semicolons_of_either_width() -> None:
    assert form_in({"起草单位": "甲所；乙局; 丙（集团）；"})[0].drafters == ("甲所", "乙局", "丙（集团）")


@pytest.mark.parametrize(
    "text", ["舟政发〔2025〕12号", "舟政发[2025]12 号", "舟政发【２０２５】12号", "舟政发（2025）12号"]
)
def test_a_documents_number_has_one_spelling(text: str) -> None:
    assert file_number(text) == "舟政发〔2025〕12号"
