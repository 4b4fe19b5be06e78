"""The unified social credit code (统一社会信用代码): eighteen signs, of which the last checks the others.

Format and check as in GB 32100-2015: signs 1 and 2 say who registered what kind of unit, 3 to 8 where, 9 to 17
which one.
"""

from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18

_VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
_MODULUS = len(ALPHABET)
_WEIGHTS = tuple(pow(3, place, _MODULUS) for place in range(LENGTH - 1))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a code, as the end of a sentence, without full stop."""

    zh: str
    en: str


def check_character(first17: str) -> str:
    """The sign that closes a code of these seventeen; KeyError for a sign that no code has."""
    total = sum(_VALUES[sign] * weight for sign, weight in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[-total % _MODULUS]


def check(code: str) -> Problem | None:
    """What is wrong with a code written in capitals, or None.

    The right check character is not told: which of the eighteen signs is mistyped cannot be known from here.
    """
    if len(code) != LENGTH:
        return Problem(
            f"应为{LENGTH}位，现为{len(code)}位，请对照营业执照或登记证书填写",
            f"it must have {LENGTH} signs and has {len(code)}; copy it from the licence or certificate",
        )
    strange = "".join(dict.fromkeys(sign for sign in code if sign not in _VALUES))
    if strange:
        return Problem(
            f"含有代码中不会出现的字符“{strange}”（不使用 I、O、S、V、Z），请对照营业执照或登记证书填写",
            f"it holds “{strange}”, which no code has (I, O, S, V and Z are not used); "
            "copy it from the licence or certificate",
        )
    if check_character(code[:-1]) != code[-1]:
        return Problem(
            "校验位不符，至少有一位填错，请对照营业执照或登记证书逐位核对",
            "its check character does not fit, so at least one sign is wrong; "
            "compare it sign by sign with the licence or certificate",
        )
    return None
