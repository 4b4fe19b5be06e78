"""What leaves for everybody to read is looked through for what belongs to a person."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from claims.lists.official import OfficialList
from states.errors import Refusal

_PERSONAL = re.compile(
    r"(?<!\d)(?:1[3-9]\d{9}"  # a mobile telephone
    r"|0\d{2,3}-\d{7,8}"  # a telephone with its area
    r"|\d{17}[\dXx]"  # an identity card
    r"|\d(?:[ -]?\d){15,18})(?!\d)"  # an account
    r"|[\w.+-]+@[\w-]+\.[\w.]+"
)


@dataclass(eq=False)
class PersonalDataListed(Refusal):
    code = "personal_data_listed"
    zh = "第 {row} 行“{column}”疑似含有电话、证件号码、账号或邮箱，名单不能公开；请先更正该申报件。"
    en = "Row {row}, “{column}”, seems to hold a telephone, identity or account number or a mail address, so the list is not given out; correct the claim first."
    row: int
    column: str


def require_nothing_personal(found: OfficialList) -> None:
    """Raise `PersonalDataListed` for the first cell that looks like a telephone, an identity card, an account or mail."""
    for row, column in _suspects(found):
        raise PersonalDataListed(row, column)


def _suspects(found: OfficialList) -> Iterator[tuple[int, str]]:
    for number, cells in enumerate(found.rows, 1):
        for column, cell in zip(found.columns, cells, strict=True):
            if isinstance(cell, str) and _PERSONAL.search(cell):
                yield number, column.title
