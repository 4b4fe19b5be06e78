"""What the template of a letter may hold: text, facts written out, conditions, lists. Everything else is refused.

The sandbox stops what would do harm when it runs; this stops it before, and says where it stands and what to write
instead.
"""

from collections.abc import Mapping

from jinja2 import TemplateSyntaxError, nodes

from notifications.templating import environment
from notifications.templating.facts import Fact, Sort
from notifications.templating.findings import Notes
from notifications.templating.values import (
    Scope,
    first_line,
    look_at,
    refuse,
    value_of,
    written_otherwise,
)

PARTS = ("parts/claimed.jinja", "parts/reasons.jinja")
"""What letters may include."""

BLOCKS = ("subject", "body")


def read(text: str, facts: Mapping[str, Fact]) -> Notes:
    """Read a template against all that its kind of letter can tell."""
    notes = Notes()
    try:
        tree = environment.for_letters().parse(text)
    except TemplateSyntaxError as error:
        _unreadable(error.lineno, str(error.message), notes)
    except RecursionError:
        _unreadable(0, "too deep", notes)
    else:
        _whole(tree, Scope(facts), notes)
    return notes


def _whole(tree: nodes.Template, scope: Scope, notes: Notes) -> None:
    found = [each.name for each in tree.body if isinstance(each, nodes.Block)]
    for name in BLOCKS:
        if found.count(name) != 1:
            notes.found(
                0,
                "block_missing",
                f"须有且只有一段 {{% block {name} %}}…{{% endblock %}}。",
                f"There must be one {{% block {name} %}}…{{% endblock %}}, and only one.",
            )
    for each in tree.body:
        if isinstance(each, nodes.Block) and each.name in BLOCKS and not each.required:
            _statements(each.body, scope, notes)
        elif not _is_blank(each):
            notes.found(
                first_line(each),
                "outside_blocks",
                "这一行不在 subject、body 两段之内，不会写进函件；请移入其中或删去。",
                "This stands outside the blocks subject and body, so no letter would show it; move it inside or remove it.",
            )


def _statements(body: list[nodes.Node], scope: Scope, notes: Notes) -> None:
    for node in body:
        match node:
            case nodes.Output(nodes=printed):
                for each in printed:
                    _printed(each, scope, notes)
            case nodes.If():
                _if(node, scope, notes)
            case nodes.For():
                _for(node, scope, notes)
            case nodes.Include():
                _include(node, scope, notes)
            case _:
                refuse(node, notes)


def _printed(node: nodes.Node, scope: Scope, notes: Notes) -> None:
    if isinstance(node, nodes.TemplateData):
        return
    fact = value_of(node, scope, notes)
    if fact is not None and not fact.sort.printable:
        written_otherwise(node, fact, notes)


def _if(node: nodes.If, scope: Scope, notes: Notes) -> None:
    look_at(node.test, scope, notes)
    _statements(node.body, scope.where(node.test), notes)
    otherwise = scope.where_not(node.test)
    for each in node.elif_:
        look_at(each.test, otherwise, notes)
        _statements(each.body, otherwise.where(each.test), notes)
        otherwise = otherwise.where_not(each.test)
    _statements(node.else_, otherwise, notes)


def _for(node: nodes.For, scope: Scope, notes: Notes) -> None:
    fact = value_of(node.iter, scope, notes)
    plain = isinstance(node.target, nodes.Name) and not node.recursive and node.test is None
    if scope.loop or not plain or (fact is not None and fact.sort is not Sort.LIST):
        lists = [name for name, each in scope.facts.items() if each.sort is Sort.LIST]
        notes.found(
            node.lineno,
            "loop_refused",
            f"{{% for %}} 只能逐项写一组文字，不能套用；本函件可用：{'、'.join(lists) or '无'}。名单请写 [[名称]]。",
            f"{{% for %}} goes through one list of texts and stands in no other; here: {', '.join(lists) or 'none'}. A table is written [[name]].",
        )
    name = node.target.name if isinstance(node.target, nodes.Name) else ""
    _statements(node.body, scope.inside(name), notes)
    _statements(node.else_, scope, notes)


def _include(node: nodes.Include, scope: Scope, notes: Notes) -> None:
    name = node.template.value if isinstance(node.template, nodes.Const) else None
    if name not in PARTS or not node.with_context:
        notes.found(
            node.lineno,
            "include_refused",
            f"只能引用程序自带的片段：{'、'.join(PARTS)}；其他文字请直接写在这里。",
            f"Only the parts of the program can be included: {', '.join(PARTS)}; write any other text here.",
        )
        return
    part = Notes(line=notes.line or node.lineno)
    _statements(environment.for_letters().parse(environment.source(name)).body, scope, part)
    notes.findings += part.findings
    notes.told |= part.told


def _is_blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(each, nodes.TemplateData) and not each.data.strip() for each in node.nodes
    )


def _unreadable(line: int, said: str, notes: Notes) -> None:
    notes.found(
        line,
        "syntax",
        f"写法有误，程序读不懂：{said}。请核对 {{{{ }}}}、{{% %}} 是否成对，{{% endif %}}、{{% endfor %}}、{{% endblock %}} 是否齐全。",
        f"This cannot be read: {said}. See that {{{{ }}}} and {{% %}} are closed, and that no endif, endfor or endblock is missing.",
    )
