"""Credit codes: the check character finds what a hand mistypes."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from states.credit_codes import ALPHABET, check, check_character

first17 = st.text(ALPHABET, min_size=17, max_size=17)


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91330100799655058B", "91440300708461136T"])
def test_published_codes_are_right(code: str) -> None:
    assert check(code) is None


@given(first17)
def test_every_seventeen_signs_are_closed_by_one_character(first: str) -> None:
    right = [sign for sign in ALPHABET if check(first + sign) is None]
    assert right == [check_character(first)]


@given(first17, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_one_sign_mistyped_is_found(first: str, place: int, sign: str) -> None:
    code = first + check_character(first)
    assume(code[place] != sign)
    assert check(code[:place] + sign + code[place + 1 :]) is not None


@given(first17, st.integers(0, 16))
def test_two_neighbours_exchanged_are_found(first: str, place: int) -> None:
    code = first + check_character(first)
    assume(code[place] != code[place + 1])
    exchanged = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert check(exchanged) is not None


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("9135010", "应为18位，现为7位", "must have 18 signs and has 7"),
        ("91350100MOOO1OOY43", "含有代码中不会出现的字符“O”", "it holds “O”"),
        ("91350100m000100y43", "含有代码中不会出现的字符“my”", "it holds “my”"),
        ("91350100M000100Y44", "校验位不符", "check character does not fit"),
        ("", "现为0位", "has 0"),
    ],
)
def test_a_problem_says_what_is_wrong_and_what_to_do(code: str, zh: str, en: str) -> None:
    problem = check(code)
    assert problem is not None
    assert zh in problem.zh
    assert "请对照" in problem.zh
    assert en in problem.en
    assert not problem.zh.endswith("。")


def test_the_right_check_character_is_not_given_away() -> None:
    problem = check("91350100M000100Y44")
    assert problem is not None
    assert "Y43" not in problem.zh + problem.en
