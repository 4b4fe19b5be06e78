"""What a letter of each kind can tell, read from its context's types: names, and how each may be written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from enum import Enum, auto
from functools import cache
from types import MappingProxyType, NoneType
from typing import Any, get_args, get_type_hints

from notifications import contexts
from notifications.contexts import LetterContext, Table
from states.calendar import Due
from states.errors import Refusal
from states.policy import Yuan

LETTERS: Mapping[str, type[LetterContext]] = MappingProxyType(
    {
        each.kind: each
        for each in vars(contexts).values()
        if isinstance(each, type) and issubclass(each, LetterContext) and "kind" in vars(each)
    }
)
"""Every kind of letter with its context."""


@dataclass(eq=False)
class UnknownLetterKind(Refusal):
    code = "unknown_letter_kind"
    status = 404
    zh = "没有名为 {kind} 的函件；可用：{kinds}。"
    en = "There is no kind of letter {kind}; choose from: {kinds:en}."
    kind: str
    kinds: tuple[str, ...]


def known_kind(kind: str) -> str:
    """The kind; raises `UnknownLetterKind` where there is no such letter."""
    if kind not in LETTERS:
        raise UnknownLetterKind(kind, tuple(LETTERS))
    return kind


class Sort(Enum):
    """What a fact is, by which it is known how a template writes it."""

    TEXT = auto()
    NUMBER = auto()
    MONEY = auto()
    DAY = auto()
    DEADLINE = auto()
    YES_NO = auto()
    LIST = auto()
    TABLE = auto()
    RECORD = auto()

    def written(self, name: str) -> str:
        return _WRITTEN[self].replace("NAME", name)

    @property
    def printable(self) -> bool:
        return self in {Sort.TEXT, Sort.NUMBER}


_WRITTEN: Mapping[Sort, str] = {
    Sort.TEXT: "{{ NAME }}",
    Sort.NUMBER: "{{ NAME }}",
    Sort.MONEY: "{{ NAME | amount }}",
    Sort.DAY: "{{ NAME | day }}",
    Sort.DEADLINE: "{{ NAME | deadline }}",
    Sort.YES_NO: "{% if NAME %}…{% else %}…{% endif %}",
    Sort.LIST: "{{ NAME | listing }}",
    Sort.TABLE: "[[NAME]]",
    Sort.RECORD: "{{ NAME.… }}",
}

TAKES: Mapping[str, frozenset[Sort]] = MappingProxyType(
    {
        "day": frozenset({Sort.DAY}),
        "deadline": frozenset({Sort.DEADLINE}),
        "amount": frozenset({Sort.MONEY}),
        "listing": frozenset({Sort.LIST}),
        "count": frozenset({Sort.LIST, Sort.TABLE}),
    }
)
"""What each filter of a letter can be given."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a letter can tell. `optional`: there may be none; `parts` are those of a record."""

    sort: Sort
    optional: bool = False
    parts: Mapping[str, "Fact"] = field(default_factory=dict)


@cache
def facts_of(kind: str) -> Mapping[str, Fact]:
    """All that a letter of this kind can tell, in the order of its context. Raises KeyError for no kind."""
    return _facts(LETTERS[kind])


def _facts(context: type[Any]) -> Mapping[str, Fact]:
    hints = get_type_hints(context)
    return MappingProxyType({each.name: _fact(hints[each.name]) for each in fields(context)})


_SORTS: Mapping[Any, Sort] = {
    str: Sort.TEXT,
    int: Sort.NUMBER,
    Yuan: Sort.MONEY,
    date: Sort.DAY,
    Due: Sort.DEADLINE,
    bool: Sort.YES_NO,
    tuple[str, ...]: Sort.LIST,
    Table: Sort.TABLE,
}


def _fact(hint: Any) -> Fact:
    given = get_args(hint)
    if NoneType in given:
        (rest,) = (each for each in given if each is not NoneType)
        inner = _fact(rest)
        return Fact(inner.sort, optional=True, parts=inner.parts)
    if hint in _SORTS:
        return Fact(_SORTS[hint])
    if is_dataclass(hint) and isinstance(hint, type):
        return Fact(Sort.RECORD, parts=_facts(hint))
    raise TypeError(f"no template knows how to write {hint!r}")
