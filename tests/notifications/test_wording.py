"""Dates, amounts and names as a Chinese authority writes them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import wording
from states.calendar import Due
from states.policy import Yuan


@pytest.mark.parametrize(
    ("yuan", "figures"),
    [
        (0, "0元"),
        (8_000, "8000元"),
        (9_999, "9999元"),
        (10_000, "1万元"),
        (15_000, "1.5万元"),
        (85_500, "8.55万元"),
        (100_001, "10.0001万元"),
        (123_456, "12.3456万元"),
        (300_000, "30万元"),
        (1_000_000, "100万元"),
    ],
)
def test_amounts_in_wan_lose_no_yuan(yuan: int, figures: str) -> None:
    assert wording.figures(Yuan(yuan)) == figures


@given(st.integers(min_value=0, max_value=10**9))
def test_figures_read_back_as_the_same_amount(yuan: int) -> None:
    figures = wording.figures(Yuan(yuan))
    whole, _, decimals = figures.removesuffix("元").removesuffix("万").partition(".")
    factor = 10_000 if figures.endswith("万元") else 1
    assert int(whole) * factor + int(decimals.ljust(4, "0")) == yuan


def test_an_amount_gives_figures_and_words_without_a_gap() -> None:
    assert wording.amount(Yuan(300_000)) == "30万元（人民币叁拾万元整）"


def test_no_letter_names_a_negative_amount() -> None:
    with pytest.raises(ValueError, match="negative"):
        wording.amount(Yuan(-1))


def test_dates_have_no_leading_zeros() -> None:
    assert wording.day(date(2026, 5, 8)) == "2026年5月8日"


def test_a_provisional_date_says_so() -> None:
    assert wording.deadline(Due(date(2026, 5, 20), provisional=False)) == "2026年5月20日"
    assert wording.deadline(Due(date(2027, 1, 7), provisional=True)).startswith("2027年1月7日（暂定")


@pytest.mark.parametrize(
    ("names", "listed"),
    [((), ""), (("甲",), "甲"), (("甲", "乙"), "甲和乙"), (("甲", "乙", "丙"), "甲、乙和丙")],
)
def test_names_are_listed_as_one_would_say_them(names: tuple[str, ...], listed: str) -> None:
    assert wording.listing(names) == listed


@pytest.mark.parametrize(
    ("given_name", "printed"),
    [
        ("嵊泗县\n贻贝行业协会", "嵊泗县 贻贝行业协会"),
        ("  两头\t空白　", "两头 空白"),
        ("甲\u2028乙\u2029丙\x00丁\x1b[31m", "甲 乙 丙 丁 [31m"),
        ("倒\u202e序\u200b字", "倒 序 字"),
    ],
)
def test_a_name_cannot_break_a_line(given_name: str, printed: str) -> None:
    assert wording.one_line(given_name) == printed


def test_only_the_last_four_digits_of_an_account_are_told() -> None:
    assert wording.account_tail("**** 6021") == "6021"
    assert wording.account_tail("6228480402564896021") == "6021"
