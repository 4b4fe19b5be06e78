"""Check codes: short, read however they are typed, and made by nobody but the desk."""

import pytest

from claims.letters.codes import ALPHABET, code_of, grouped, read_code
from claims.vault import Vault

VAULT = Vault("a secret key for tests")


def test_a_letter_has_always_the_same_code_and_no_other_letter_has_it() -> None:
    codes = [code_of(VAULT, f"<{number}@letters.jiangbu>") for number in range(3_000)]
    assert len(set(codes)) == len(codes)
    assert code_of(VAULT, "<7@letters.jiangbu>") == codes[7]
    assert all(len(code) == 12 and set(code) <= set(ALPHABET) for code in codes)
    assert set("".join(codes)) == set(ALPHABET)


def test_whoever_has_not_the_key_cannot_tell_a_code() -> None:
    assert code_of(Vault("another key of the desk"), "<7@letters.jiangbu>") != code_of(
        VAULT, "<7@letters.jiangbu>"
    )


def test_a_code_is_printed_in_groups() -> None:
    assert grouped("7K3M9QXD2F8T") == "7K3M-9QXD-2F8T"


@pytest.mark.parametrize(
    "typed",
    ["7K3M-9QXD-2F80", " 7k3m 9qxd 2f8o ", "7K3M9QXD2F8O", "７Ｋ３Ｍ－９ＱＸＤ－２Ｆ８０", "7K3M—9QXD—2F80"],
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "7K3M9QXD2F80"


def test_i_and_l_are_read_as_one() -> None:
    assert read_code("IL11-IL11-IL11") == "1" * 12


@pytest.mark.parametrize(
    "typed", ["", "7K3M-9QXD", "7K3M-9QXD-2F8T-1", "UUUU-UUUU-UUUU", "嵊市监奖收〔2026〕1号"]
)
def test_what_can_be_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None
