"""The values that a template names, each with what it is: so that none is printed as a computer would write it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Self

from jinja2 import nodes

from notifications.templating.facts import TAKES, Fact, Sort
from notifications.templating.findings import Notes

_TEXT, _NUMBER, _YES_NO = Fact(Sort.TEXT), Fact(Sort.NUMBER), Fact(Sort.YES_NO)
_LOOP = Fact(Sort.RECORD, parts={"index": _NUMBER, "first": _YES_NO, "last": _YES_NO})
_COMPARISONS = frozenset({"eq", "ne", "lt", "lteq", "gt", "gteq"})
_SYNTAX: Mapping[type[nodes.Node], str] = {
    nodes.Call: "函数调用 a call",
    nodes.Getitem: "方括号取值 […]",
    nodes.Assign: "{% set %}",
    nodes.AssignBlock: "{% set %}",
    nodes.Macro: "{% macro %}",
    nodes.CallBlock: "{% call %}",
    nodes.FilterBlock: "{% filter %}",
    nodes.With: "{% with %}",
    nodes.Import: "{% import %}",
    nodes.FromImport: "{% from %}",
    nodes.Extends: "{% extends %}",
    nodes.Block: "{% block %}",
    nodes.ScopedEvalContextModifier: "{% autoescape %}",
    nodes.Test: "is",
    nodes.Concat: "~",
    nodes.BinExpr: "算式 arithmetic",
    nodes.UnaryExpr: "算式 arithmetic",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What can be named at a place, and which of the optional facts are known to be there."""

    facts: Mapping[str, Fact]
    sure: frozenset[str] = frozenset()
    loop: str = ""

    def where(self, test: nodes.Node) -> Self:
        """Where this condition holds."""
        return replace(self, sure=self.sure | _present(test))

    def where_not(self, test: nodes.Node) -> Self:
        return self.where(nodes.Not(test))

    def inside(self, name: str) -> Self:
        """In a loop over texts, each called `name`."""
        return replace(self, facts={**self.facts, name: _TEXT, "loop": _LOOP}, loop=name)


def value_of(node: nodes.Node, scope: Scope, notes: Notes) -> Fact | None:
    """What an expression gives; None where it has been refused."""
    match node:
        case nodes.Name(name=name):
            return _named(node, name, scope, notes)
        case nodes.Getattr(node=inner, attr=part):
            fact = value_of(inner, scope, notes)
            return fact and _part(node, fact, part, notes)
        case nodes.Filter():
            return _filtered(node, scope, notes)
        case nodes.CondExpr(test=test, expr1=one, expr2=other) if other is not None:
            look_at(test, scope, notes)
            first = value_of(one, scope.where(test), notes)
            return value_of(other, scope.where_not(test), notes) and first
        case nodes.Const(value=str() | int() as value) if not isinstance(value, bool):
            return _TEXT if isinstance(value, str) else _NUMBER
    refuse(node, notes)
    return None


def look_at(test: nodes.Node, scope: Scope, notes: Notes) -> None:
    """A condition; whether there is an optional fact may be asked here and nowhere else."""
    match test:
        case nodes.Name():
            value_of(test, scope.where(test), notes)
        case nodes.Not(node=inner):
            look_at(inner, scope, notes)
        case nodes.And(left=left, right=right):
            look_at(left, scope, notes)
            look_at(right, scope.where(left), notes)
        case nodes.Or(left=left, right=right):
            look_at(left, scope, notes)
            look_at(right, scope.where_not(left), notes)
        case nodes.Compare(expr=first, ops=rest) if all(each.op in _COMPARISONS for each in rest):
            for each in (first, *(each.expr for each in rest)):
                value_of(each, scope, notes)
        case _:
            value_of(test, scope, notes)


def _present(test: nodes.Node) -> frozenset[str]:
    """The facts that are there where a condition holds."""
    match test:
        case nodes.Name(name=name):
            return frozenset({name})
        case nodes.And(left=left, right=right):
            return _present(left) | _present(right)
        case nodes.Not(node=nodes.Not(node=inner)):
            return _present(inner)
    return frozenset()


def _named(node: nodes.Node, name: str, scope: Scope, notes: Notes) -> Fact | None:
    fact = scope.facts.get(name)
    if fact is None:
        close = get_close_matches(name, scope.facts, n=1)
        known = list(scope.facts)
        notes.found(
            node.lineno,
            "unknown_fact",
            f"本函件没有名为 {name} 的内容{f'，是否为 {close[0]}？' if close else '。'}可用：{'、'.join(known)}。",
            f"This letter knows no {name}{f'; is it {close[0]}?' if close else '.'} There are: {', '.join(known)}.",
        )
        return None
    if name not in {scope.loop, "loop"}:
        notes.told.add(name)
    if fact.optional and name not in scope.sure:
        notes.found(
            node.lineno,
            "perhaps_absent",
            f"{name} 可能没有；请写在 {{% if {name} %}}…{{% endif %}} 之内。",
            f"There may be no {name}; write it inside {{% if {name} %}}…{{% endif %}}.",
        )
    return fact


def _part(node: nodes.Node, fact: Fact, part: str, notes: Notes) -> Fact | None:
    if part in fact.parts:
        return fact.parts[part]
    known = [f".{each}" for each in fact.parts]
    notes.found(
        node.lineno,
        "unknown_part",
        f"不能取 .{part}；{'可用：' + '、'.join(known) if known else '此内容须整体写出'}。",
        f"There is no .{part}; {'there are: ' + ', '.join(known) if known else 'this is written as a whole'}.",
    )
    return None


def _filtered(node: nodes.Filter, scope: Scope, notes: Notes) -> Fact | None:
    if node.name not in TAKES or node.node is None or node.args or node.kwargs:
        notes.found(
            node.lineno,
            "unknown_filter",
            f"没有名为 {node.name} 的写法，或不能带参数；可用：{'、'.join(TAKES)}。特殊字符由程序自动转义，无须另写。",
            f"There is no filter {node.name}, or it takes no arguments; there are: {', '.join(TAKES)}. Escaping is done by itself.",
        )
        return None
    fact = value_of(node.node, scope, notes)
    if fact is not None and fact.sort not in TAKES[node.name]:
        written_otherwise(node.node, fact, notes)
        return None
    return fact and (_NUMBER if node.name == "count" else _TEXT)


def written_otherwise(node: nodes.Node, fact: Fact, notes: Notes) -> None:
    """A value in a way that is not its own: say which is."""
    name = _name_of(node)
    how = fact.sort.written(name)
    notes.found(
        node.lineno,
        "written_otherwise",
        f"{name} 在函件中写作 {how}。",
        f"In a letter {name} is written {how}.",
    )


def refuse(node: nodes.Node, notes: Notes) -> None:
    said = next((text for sort, text in _SYNTAX.items() if isinstance(node, sort)), type(node).__name__)
    notes.found(
        first_line(node),
        "not_allowed",
        f"函件文字中不能使用：{said}。只能写文字、{{{{ 内容 }}}}、{{% if %}}、{{% for %}} 和程序自带的片段。",
        f"A letter cannot use: {said}. It holds text, {{{{ facts }}}}, {{% if %}}, {{% for %}} and the program's parts.",
    )


def first_line(node: nodes.Node) -> int:
    """The line on which a node begins to show."""
    if isinstance(node, nodes.Output) and isinstance(node.nodes[0], nodes.TemplateData):
        blank = re.match(r"\s*", node.nodes[0].data)
        return node.nodes[0].lineno + (blank[0].count("\n") if blank else 0)
    # Some statements do not know where they stand; what is in them does.
    return node.lineno or next((each.lineno for each in node.find_all(nodes.Node) if each.lineno), 1)


def _name_of(node: nodes.Node) -> str:
    match node:
        case nodes.Name(name=name):
            return str(name)
        case nodes.Getattr(node=inner, attr=part):
            return f"{_name_of(inner)}.{part}"
        case nodes.Filter(node=inner) if inner is not None:
            return _name_of(inner)
    return "…"
