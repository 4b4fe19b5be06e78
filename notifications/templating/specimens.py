"""Contexts made up from their types, one for every way in which facts can be there or not: what a template is tried on."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from itertools import product
from typing import Any, get_args, get_type_hints

from notifications.contexts import LetterContext, Table
from notifications.templating.facts import LETTERS, Fact, Sort, facts_of
from states.calendar import Due
from states.policy import Yuan

DAY = date(2026, 5, 8)

_HEAD = ("申报编号", "申报单位")
_VARIANTS: Mapping[Sort, tuple[Any, ...]] = {
    Sort.TEXT: ("某项内容",),
    Sort.NUMBER: (0, 30),
    Sort.MONEY: (Yuan(100_000),),
    Sort.DAY: (DAY,),
    Sort.DEADLINE: (Due(DAY), Due(DAY, provisional=True)),
    Sort.YES_NO: (False, True),
    Sort.LIST: ((), ("第一项", "第二项")),
    Sort.TABLE: (Table(_HEAD, ()), Table(_HEAD, (("SB-2026-0001", "某单位"), ("SB-2026-0002", "某单位")))),
}


def specimens(kind: str) -> Iterator[LetterContext]:
    """Contexts of a kind with its facts in all combinations; the first has as little as there can be."""
    context, facts = LETTERS[kind], facts_of(kind)
    types = get_type_hints(context)
    variants = (_variants(fact, types[name]) for name, fact in facts.items())
    for values in product(*variants):
        yield context(**dict(zip(facts, values, strict=True)))


def _variants(fact: Fact, hint: Any) -> tuple[Any, ...]:
    found = (_record(fact, hint),) if fact.sort is Sort.RECORD else _VARIANTS[fact.sort]
    return (None, *found) if fact.optional else found


def _record(fact: Fact, hint: Any) -> Any:
    (made_by,) = (each for each in get_args(hint) or (hint,) if each is not type(None))
    types = get_type_hints(made_by)
    return made_by(
        **{each.name: _variants(fact.parts[each.name], types[each.name])[-1] for each in fields(made_by)}
    )
