"""Values of a YAML file with the lines they stand in: what cannot be used is refused by file, line and cure.

The tree of nodes is read instead of finished values, since only nodes know their lines. Scalars stay text until
a type is asked of them, so that nothing (`no`, `1_000`, `2024-1-1`) turns into something by accident.
"""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

MANY = 8
"""How many choices a refusal offers at most where none is near."""


@dataclass(eq=False)
class RulebookError(Exception):
    """A file of the rulebook that cannot be used: where, and what to write instead. `line` counts from 1."""

    file: str
    line: int
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.file} 第 {self.line} 行：{self.zh}\n{self.file}, line {self.line}: {self.en}"


def mapping_of(file: str, what: str, node: Node | None) -> dict[str, tuple[Node, int]]:
    if not isinstance(node, MappingNode):
        raise RulebookError(
            file,
            line_of(node),
            f"“{what}”须为“名称: 内容”的形式。",
            f"“{what}” must hold “name: content” pairs.",
        )
    nodes: dict[str, tuple[Node, int]] = {}
    for key, value in node.value:
        name = text_of(file, what, key)
        if name in nodes:
            raise RulebookError(
                file,
                line_of(key),
                f"“{name}”重复，第 {nodes[name][1]} 行已有；请合并或改名。",
                f"“{name}” stands twice, first in line {nodes[name][1]}; merge the two or rename one.",
            )
        nodes[name] = (value, line_of(key))
    return nodes


def text_of(file: str, key: str, node: Node) -> str:
    text = str(node.value).strip() if isinstance(node, ScalarNode) and not _is_null(node) else ""
    if not text:
        raise RulebookError(
            file, line_of(node), f"“{key}”须写明内容。", f"“{key}” must hold a text or a number."
        )
    return text


def number_of(file: str, key: str, node: Node, least: int) -> int:
    text = text_of(file, key, node)
    if not re.fullmatch(r"-?[0-9]+", text) or int(text) < least:
        raise RulebookError(
            file,
            line_of(node),
            f"“{key}”须为不小于 {least} 的整数，不带单位和分隔符，现为“{text}”。",
            f"“{key}” must be a whole number of at least {least}, without unit or separator; it says “{text}”.",
        )
    return int(text)


def day_of(file: str, key: str, node: Node) -> date:
    text = text_of(file, key, node)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RulebookError(
            file,
            line_of(node),
            f"“{text}”不是日期；请写如 2026-05-01。",
            f"“{text}” is no day; write for example 2026-05-01.",
        ) from error


def known_name(file: str, node: Node, name: str, known: Collection[str], what: tuple[str, str]) -> str:
    if name in known:
        return name
    near = difflib.get_close_matches(name, known, n=3) or list(known)[:MANY]
    raise RulebookError(
        file,
        line_of(node),
        f"没有名为“{name}”的{what[0]}；可写：{'、'.join(near)}{' 等' if len(near) == MANY else ''}。",
        f"There is no {what[1]} named “{name}”; write {', '.join(near)}{' …' if len(near) == MANY else ''}.",
    )


def _is_null(node: ScalarNode) -> bool:
    return str(node.tag).endswith(":null")


def line_of(node: Node | None) -> int:
    return node.start_mark.line + 1 if node is not None and node.start_mark is not None else 1
