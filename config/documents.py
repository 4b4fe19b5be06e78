"""Reading the YAML of the rulebook, the directory and the workday tables.

Every value is asked for by name and type. What is missing, misspelt, of the wrong type or asked for by nobody is
refused with the file, the line and what to write instead: these files are edited by people of the office.
"""

import difflib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import NoReturn, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node, SequenceNode

from config.nodes import RulebookError, day_of, known_name, line_of, mapping_of, number_of, text_of

__all__ = ["RulebookError", "Section", "document"]

Choice = TypeVar("Choice", bound=StrEnum)

_TRUTH = {"true": True, "false": False}

SLIP = 0.85
"""How alike a word must be to count as a misspelling: `county_yaun` is one, `title_en` none of `title`."""


@dataclass(slots=True)
class Section:
    """A mapping of a file, read key by key. Made by `document` and by other sections only."""

    file: str
    line: int
    _nodes: Mapping[str, tuple[Node, int]]
    _asked: set[str] = field(default_factory=set)

    def __contains__(self, key: str) -> bool:
        self._asked.add(key)
        return key in self._nodes

    def line_of(self, key: str) -> int:
        return self._nodes[key][1] if key in self._nodes else self.line

    def refuse(self, key: str, zh: str, en: str) -> NoReturn:
        """Refuse the value under a key, or the section where the key is missing."""
        raise RulebookError(self.file, self.line_of(key), zh, en)

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty; line breaks at its ends do not belong to it."""
        if default is not None and key not in self:
            return default
        return text_of(self.file, key, self._node(key))

    def number(self, key: str, *, least: int) -> int:
        """A whole number written in plain digits, not below `least`."""
        return number_of(self.file, key, self._node(key), least)

    def numbers(self, key: str, *, least: int) -> tuple[int, ...]:
        return tuple(number_of(self.file, key, node, least) for node in self._list(key))

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        if default is not None and key not in self:
            return default
        text = self.text(key)
        if text not in _TRUTH:
            self.refuse(key, f"“{key}”须为 true 或 false。", f"“{key}” must be true or false.")
        return _TRUTH[text]

    def day(self, key: str) -> date:
        return day_of(self.file, key, self._node(key))

    def choice(self, key: str, kind: type[Choice]) -> Choice:
        return kind(self.reference(key, [str(each) for each in kind]))

    def reference(self, key: str, known: Collection[str], what: str = "", what_en: str = "") -> str:
        """A name that must be among `known`; `what` says what kind of thing is named."""
        return known_name(
            self.file,
            self._node(key),
            text_of(self.file, key, self._node(key)),
            known,
            (what or f"“{key}”", what_en or f"“{key}”"),
        )

    def references(
        self,
        key: str,
        known: Collection[str],
        what: str,
        what_en: str,
        default: tuple[str, ...] | None = None,
    ) -> tuple[str, ...]:
        """A list of names that must be among `known`, none named twice."""
        if default is not None and key not in self:
            return default
        nodes = self._list(key)
        names = self._unlike(key, nodes)
        return tuple(
            known_name(self.file, node, name, known, (what, what_en))
            for node, name in zip(nodes, names, strict=True)
        )

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts, none twice."""
        if default is not None and key not in self:
            return default
        return self._unlike(key, self._list(key))

    def days(self, key: str) -> tuple[date, ...]:
        """A list of days in their order, none twice."""
        nodes = self._list(key)
        days = tuple(day_of(self.file, key, node) for node in nodes)
        for (earlier, later), node in zip(pairwise(days), nodes[1:], strict=True):
            if later <= earlier:
                raise RulebookError(
                    self.file,
                    line_of(node),
                    f"日期须从早到晚排列且不重复：{later} 应在 {earlier} 之后。",
                    f"Days stand in their order, none twice: {later} must come after {earlier}.",
                )
        return days

    def texts_by_name(self, key: str) -> dict[str, str]:
        """A mapping of names to texts."""
        nodes = mapping_of(self.file, key, self._node(key))
        return {name: text_of(self.file, name, node) for name, (node, _) in nodes.items()}

    @contextmanager
    def section(self, key: str) -> Iterator["Section"]:
        """A mapping under a key. All of its keys must have been asked for when it is left."""
        with _read(self.file, key, self._node(key), self.line_of(key)) as section:
            yield section

    def sections(self, key: str) -> Iterator["Section"]:
        """A list of mappings. All keys of one must have been asked for when the next is taken."""
        for node in self._list(key):
            with _read(self.file, key, node, line_of(node)) as section:
                yield section

    def sections_by_name(self, key: str) -> Iterator[tuple[str, "Section"]]:
        """A mapping of names to mappings."""
        for name, (node, line) in mapping_of(self.file, key, self._node(key)).items():
            with _read(self.file, name, node, line) as section:
                yield name, section

    def _node(self, key: str) -> Node:
        if key not in self:
            strangers = [each for each in self._nodes if each not in self._asked]
            for near in difflib.get_close_matches(key, strangers, n=1, cutoff=SLIP):
                self.refuse(near, f"不认识“{near}”；应写作“{key}”。", f"“{near}” is unknown; write “{key}”.")
            self.refuse(key, f"缺少“{key}”，请补上。", f"“{key}” is missing; add it.")
        return self._nodes[key][0]

    def _list(self, key: str) -> list[Node]:
        node = self._node(key)
        if not isinstance(node, SequenceNode):
            self.refuse(key, f"“{key}”须为列表，如 [甲, 乙]。", f"“{key}” must be a list, such as [a, b].")
        return list(node.value)

    def _unlike(self, key: str, nodes: list[Node]) -> tuple[str, ...]:
        seen: dict[str, None] = {}
        for node in nodes:
            text = text_of(self.file, key, node)
            if text in seen:
                raise RulebookError(
                    self.file,
                    line_of(node),
                    f"“{text}”重复，请删去一处。",
                    f"“{text}” stands twice; remove one.",
                )
            seen[text] = None
        return tuple(seen)

    def _refuse_unknown(self) -> None:
        for key, (_, line) in self._nodes.items():
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, n=1) or sorted(self._asked)
                raise RulebookError(
                    self.file,
                    line,
                    f"不认识“{key}”；可写：{'、'.join(near)}。",
                    f"“{key}” is unknown; write {', '.join(near)}.",
                )


@contextmanager
def document(path: Path | Traversable, name: str) -> Iterator[Section]:
    """The top of a YAML file, called `name` in refusals. All keys must have been asked for when it is left."""
    try:
        node = YAML(typ="safe").compose(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise RulebookError(
            name,
            mark.line + 1 if mark else 1,
            f"不是有效的 YAML（{error.problem}）；请检查缩进、冒号和引号。",
            f"This is no valid YAML ({error.problem}); check indentation, colons and quotes.",
        ) from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise RulebookError(
            name, 1, "文件须为 UTF-8 编码的 YAML。", "The file must be YAML in UTF-8."
        ) from error
    with _read(name, name, node, 1) as section:
        yield section


@contextmanager
def _read(file: str, what: str, node: Node | None, line: int) -> Iterator[Section]:
    section = Section(file, line, mapping_of(file, what, node))
    yield section
    section._refuse_unknown()  # noqa: SLF001 - a section's own front door
