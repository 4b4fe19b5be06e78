"""How dates, amounts and lists are written in a letter of a Chinese authority."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from claims.money.numerals import in_words
from states.calendar import Due
from states.policy import Yuan

WAN = 10_000

PROVISIONAL = "暂定，所涉年度放假安排公布后如有变化另行通知"


def day(value: date) -> str:
    """2026年5月8日: no leading zeros, no spaces."""
    return f"{value.year}年{value.month}月{value.day}日"


def deadline(due: Due) -> str:
    """The last day of a period; one that rests on a year without a published calendar says so."""
    return f"{day(due.on)}（{PROVISIONAL}）" if due.provisional else day(due.on)


def figures(yuan: Yuan) -> str:
    """30万元, 1.5万元, 8000元: exact to the yuan, with no zero that says nothing."""
    if yuan < 0:
        raise ValueError("a letter names no negative amount")
    if yuan < WAN:
        return f"{yuan}元"
    whole, rest = divmod(yuan, WAN)
    decimals = f"{rest:04}".rstrip("0")
    return f"{whole}.{decimals}万元" if decimals else f"{whole}万元"


def amount(yuan: Yuan) -> str:
    """30万元（人民币叁拾万元整）."""
    return f"{figures(yuan)}（{in_words(yuan)}）"


def listing(names: Sequence[str]) -> str:
    """甲、乙和丙."""
    if len(names) <= 1:
        return "".join(names)
    return f"{'、'.join(names[:-1])}和{names[-1]}"


def account_tail(masked: str) -> str:
    """The last four digits of an account, the only ones that a letter may show."""
    digits = "".join(sign for sign in masked if sign.isdigit())
    return digits[-4:]


# The same names and titles stand in letter after letter.
@lru_cache(maxsize=2_048)
def one_line(text: str) -> str:
    """Text as it may stand inside a sentence: one line, no control or invisible signs.

    Names come from sheets that others filled in; a line break in one must not become a paragraph of ours, nor
    a direction mark turn our sentence round.
    """
    visible = "".join(" " if is_hidden(sign) else sign for sign in text)
    return " ".join(visible.split())


def paragraphs(text: str) -> tuple[str, ...]:
    """The lines of a longer text that somebody wrote, such as a reason, without the empty ones."""
    return tuple(line for line in map(one_line, text.splitlines()) if line)


def width(text: str) -> int:
    """The columns a text takes where Chinese signs take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in {"W", "F", "A"} else 1 for sign in text)


def is_hidden(sign: str) -> bool:
    """Whether a character shows nothing: a control sign, a mark of direction, one that stands for nothing."""
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
