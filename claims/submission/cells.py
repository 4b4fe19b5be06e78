"""Cells of the import sheet become values of the form, or a problem that says what to write instead."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, NoReturn

from claims.sheets import Cell, Formula
from claims.submission.forms import COLUMNS, ClaimForm, missing, problem
from states.facts import Finding

SMALLEST_BARE_AMOUNT = 1_000
"""Below it, a figure without a unit is taken for 万元 written into a column of yuan, and asked about."""
SAFE_DIGITS = 15
"""Spreadsheet programs keep this many digits of a number and turn the rest to zeros."""


@dataclass
class _Unclear(Exception):  # noqa: N818 - says what to write instead
    code: str
    zh: str
    en: str


def form_in(values: Mapping[str, Cell]) -> tuple[ClaimForm, tuple[Finding, ...]]:
    """The form in a row (values by header), and what in it could not be read; that is left empty in the form."""
    found: dict[str, Any] = {}
    problems = []
    for name, column in COLUMNS.items():
        cell = values.get(column)
        if cell is None:
            found[name] = _EMPTY.get(name, "")
            continue
        try:
            found[name] = _computed(cell) if isinstance(cell, Formula) else _READERS.get(name, _text)(cell)
        except _Unclear as unclear:
            found[name] = _EMPTY.get(name, "")
            problems.append(problem(name, unclear.code, unclear.zh, unclear.en))
    return ClaimForm(**found), tuple(problems)


def missing_of_standard(values: Mapping[str, Cell]) -> tuple[Finding, ...]:
    """What only a standard must say: its rank and whether it is a revision."""
    return tuple(missing(name) for name in ("rank", "revision") if values.get(COLUMNS[name]) is None)


def _computed(cell: Formula) -> NoReturn:
    raise _Unclear(
        "formula",
        f"“{_shown(cell)}”是公式或出错的单元格；请改为数值或文字（复制后“选择性粘贴—数值”）。",
        f"“{_shown(cell)}” is a formula or an error; paste it as a value.",
    )


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool) or not isinstance(cell, int) or cell < 0:
        raise _Unclear(
            "bad_value",
            f"“{_shown(cell)}”不是文字；请把该单元格设为文本格式后重填。",
            f"“{_shown(cell)}” is no text; format the cell as text and fill it in again.",
        )
    if len(str(cell)) > SAFE_DIGITS:
        raise _not_text()
    return str(cell)


def _account(cell: Cell) -> str:
    if not isinstance(cell, str):
        raise _not_text()
    if re.search(r"\d\.?\d*[eE]\+?\d", unicodedata.normalize("NFKC", cell)):
        raise _not_text()
    return cell


def _not_text() -> _Unclear:
    return _Unclear(
        "not_text",
        "号码以数字格式填写，表格软件会丢失末位或前导零；请把该列设为文本格式后重新填写完整号码。",
        "The number was typed as a figure, which loses its last digits or leading zeros; format the column as text and "
        "type it again.",
    )


def _rank(cell: Cell) -> int | None:
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell
    text = _folded(cell)
    if text in {"不分先后", "排名不分先后", "noorder"}:
        return None
    stripped = re.sub(r"^(排名)?第?(.+?)[位名]?$", r"\2", text)
    found = int(stripped) if re.fullmatch(r"\d{1,3}", stripped) else _chinese_number(stripped)
    if found is None:
        raise _Unclear(
            "bad_rank",
            f"排名“{_shown(cell)}”无法识别；请填数字，如 1 或 第一；前言写明不分先后的填“不分先后”。",
            f"The rank “{_shown(cell)}” is not understood; write a figure such as 1, or 不分先后 where the foreword gives "
            "no order.",
        )
    return found


def _chinese_number(text: str) -> int | None:
    """一 to 九十九."""
    digits = "零一二三四五六七八九"
    match = re.fullmatch(rf"(?:(?P<tens>[{digits[1:]}])?(?P<ten>十))?(?P<ones>[{digits[1:]}])?", text)
    if not match or not text:
        return None
    tens = digits.index(match["tens"]) if match["tens"] else int(bool(match["ten"]))
    return tens * 10 + (digits.index(match["ones"]) if match["ones"] else 0)


def _yes_or_no(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    answer = {"是": True, "否": False}.get(_folded(cell))
    if answer is None:
        raise _Unclear(
            "bad_yes_no",
            f"“{_shown(cell)}”应为“是”或“否”；代替旧标准（代替……）的为修订，填“是”。",
            f"“{_shown(cell)}” should be 是 or 否; a standard that replaces an older one is a revision (是).",
        )
    return answer


def _day(cell: Cell) -> date:
    if isinstance(cell, date):
        return cell
    # Eight figures are a date also where they were typed as a number; other numbers may be a day's number in any of
    # two calendars of spreadsheet programs, and are not guessed at.
    text = str(cell) if isinstance(cell, int) and not isinstance(cell, bool) else _folded(cell)
    match = re.fullmatch(
        r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))(?:t?0{1,2}:00(?::00)?)?",
        text,
    )
    try:
        year, month, day = (int(each) for each in (match.groups() if match else ()) if each is not None)
        return date(year, month, day)
    except ValueError:
        raise _Unclear(
            "bad_date",
            f"日期“{_shown(cell)}”无法识别；请填到日，如 2024-12-17 或 2024年12月17日。",
            f"The date “{_shown(cell)}” is not understood; write it to the day, like 2024-12-17.",
        ) from None


def _yuan(cell: Cell) -> int:
    """Whole yuan. A unit may be said: 30万元 and 300000元 are the same amount."""
    text = str(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else _folded(cell)
    match = re.fullmatch(r"[¥￥]?(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,6}))?(万元|万|元)?(整)?", text)
    if match is None:
        raise _Unclear(
            "bad_amount",
            f"申请金额“{_shown(cell)}”无法识别；请填整元，如 300000，或写明单位，如 30万元。",
            f"The amount “{_shown(cell)}” is not understood; write whole yuan, like 300000, or say the unit, like 30万元.",
        )
    whole, part, unit, _ = match.groups()
    factor = 10_000 if unit in {"万", "万元"} else 1
    scaled = int(whole.replace(",", "")) * 10**6 + int((part or "").ljust(6, "0"))
    amount, rest = divmod(scaled * factor, 10**6)
    if rest:
        raise _Unclear(
            "bad_amount",
            f"申请金额“{_shown(cell)}”不是整元；请去掉角分。",
            f"“{_shown(cell)}” is not in whole yuan; leave out the fraction.",
        )
    if unit is None and 0 < amount < SMALLEST_BARE_AMOUNT:
        raise _Unclear(
            "amount_unit_unclear",
            f"申请金额“{_shown(cell)}”单位不明：本列以元计；如为万元，请填 {amount * 10_000} 或 {amount}万元。",
            f"The column is in yuan and “{_shown(cell)}” looks like 万元: write {amount * 10_000} or {amount}万元.",
        )
    return amount


def _drafters(cell: Cell) -> tuple[str, ...]:
    return tuple(filter(None, (each.strip() for each in re.split(r"[；;\n]", _text(cell)))))


def _folded(cell: Cell) -> str:
    return "".join(unicodedata.normalize("NFKC", str(cell)).casefold().split())


def _shown(cell: Cell) -> str:
    text = str(cell)
    return text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004 - enough to find it again


_READERS: Mapping[str, Callable[[Cell], Any]] = MappingProxyType(
    {
        "account": _account,
        "rank": _rank,
        "revision": _yes_or_no,
        "dated_on": _day,
        "effective_on": _day,
        "requested_yuan": _yuan,
        "drafters": _drafters,
    },
)

_EMPTY: Mapping[str, Any] = MappingProxyType(
    {
        "rank": None,
        "revision": False,
        "dated_on": None,
        "effective_on": None,
        "requested_yuan": None,
        "drafters": (),
    },
)
