"""Amounts in words, as contracts and banks want them."""

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.money.numerals import in_words
from states.policy import Yuan


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        (0, "人民币零元整"),
        (1, "人民币壹元整"),
        (10, "人民币壹拾元整"),
        (16, "人民币壹拾陆元整"),
        (101, "人民币壹佰零壹元整"),
        (110, "人民币壹佰壹拾元整"),
        (1_000, "人民币壹仟元整"),
        (1_004, "人民币壹仟零肆元整"),
        (5_000, "人民币伍仟元整"),
        (10_000, "人民币壹万元整"),
        (10_001, "人民币壹万零壹元整"),
        (50_000, "人民币伍万元整"),
        (85_500, "人民币捌万伍仟伍佰元整"),
        (100_000, "人民币壹拾万元整"),
        (100_010, "人民币壹拾万零壹拾元整"),
        (150_000, "人民币壹拾伍万元整"),
        (200_300, "人民币贰拾万零叁佰元整"),
        (300_000, "人民币叁拾万元整"),
        (305_000, "人民币叁拾万伍仟元整"),
        (1_000_000, "人民币壹佰万元整"),
        (1_010_101, "人民币壹佰零壹万零壹佰零壹元整"),
        (23_456_789, "人民币贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元整"),
        (100_000_000, "人民币壹亿元整"),
    ],
)
def test_amounts_in_financial_numerals(yuan: int, words: str) -> None:
    assert in_words(Yuan(yuan)) == words


@given(st.integers(min_value=0, max_value=10**9))
def test_financial_numerals_read_back_as_the_same_amount(yuan: int) -> None:
    words = in_words(Yuan(yuan))
    assert cn2an.cn2an(words.removeprefix("人民币").removesuffix("元整"), "smart") == yuan
