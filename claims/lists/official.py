"""An official list as a value: what it says, how much it comes to, and the digest by which two copies are compared."""

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import Enum

from claims.money.numerals import in_words
from states.events import canonical
from states.policy import Yuan

Cell = str | int

SERIAL = "序号"
REHEARSAL_BANNER = "【演练】本表为系统演练生成，不具有任何效力。"


class Sort(Enum):
    """How a column stands: running text, a number or code that is never parted, an amount."""

    TEXT = "text"
    CODE = "code"
    YUAN = "yuan"


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    sort: Sort = Sort.TEXT


@dataclass(frozen=True, slots=True)
class OfficialList:
    """A list as it stands on paper and in a sheet. At most one column holds amounts, in whole yuan.

    `facts` stand above it, each with its name; `unit` is the word that its rows are counted by; `signatures` are
    the offices or people who sign below. `made_on` and `rehearsal` are of the copy, not of its content.
    """

    title: str
    office: str
    facts: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    made_on: date
    rehearsal: bool
    unit: str = "件"
    signatures: tuple[str, ...] = ()

    @property
    def total(self) -> Yuan | None:
        """The sum of its amounts; None where it holds none."""
        places = [place for place, column in enumerate(self.columns) if column.sort is Sort.YUAN]
        return Yuan(sum(int(row[places[0]]) for row in self.rows)) if places else None

    @property
    def summary(self) -> str:
        """共2件，合计200,000元（人民币贰拾万元整）."""
        counted = f"共{len(self.rows)}{self.unit}"
        return counted if self.total is None else f"{counted}，合计{self.total:,}元（{in_words(self.total)}）"

    @property
    def sha256(self) -> str:
        """Over title, facts, columns and rows: the same for every copy in every form, on whatever day it was made."""
        content = {
            "title": self.title,
            "facts": self.facts,
            "columns": [column.title for column in self.columns],
            "rows": self.rows,
        }
        return hashlib.sha256(canonical(content).encode()).hexdigest()


def day(value: date) -> str:
    """2026年5月8日."""
    return f"{value.year}年{value.month}月{value.day}日"
