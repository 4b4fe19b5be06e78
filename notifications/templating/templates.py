"""The template of a letter as a value: its text, which version it is, and what it makes of a context."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, Self

from jinja2 import Template, meta

from claims.letters.wordings import COUNTY, PACKAGED, TemplateVersion, digest
from notifications import wording
from notifications.blocks import Block, blocks_of
from notifications.contexts import LetterContext, Table
from notifications.templating import environment
from notifications.templating.findings import Finding

_SUBJECT = re.compile(r"{% block subject %}(.*?){% endblock %}", re.DOTALL)
_TAG = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)

LAYOUTS = ("layouts/mail.txt.jinja", "layouts/mail.html.jinja")


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """What a kind of letter is written by: the program's text or the county's, in a numbered version."""

    version: TemplateVersion
    text: str

    def title(self, context: LetterContext) -> str:
        """The title in one line. Raises where the template asks for what the context does not have."""
        return wording.one_line(self._block("subject", values_of(context)))

    def body(self, context: LetterContext) -> tuple[Block, ...]:
        values = values_of(context)
        tables = {name: value for name, value in values.items() if isinstance(value, Table)}
        return blocks_of(self._block("body", values), tables)

    @property
    def name(self) -> str:
        """What letters of this kind are called: their title, with … for what differs from letter to letter."""
        subject = _SUBJECT.search(self.text)
        return wording.one_line(_TAG.sub("…", subject[1] if subject else self.version.kind))

    @property
    def hash(self) -> str:
        """SHA-256 over the text, the parts it includes and the layouts: all that made a letter what it is."""
        return _hash(self.version.kind, self.text)

    def _block(self, name: str, values: dict[str, Any]) -> str:
        template = compiled(self.text)
        return environment.joined(template.blocks[name](template.new_context(values)))


@dataclass(frozen=True, slots=True)
class SetAside:
    """A version of the county's that fits this program no longer: the program's own stands in for it, openly."""

    kind: str
    number: int
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "number": self.number,
            "findings": [each.as_json() for each in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates in use: the county's where there is one, for all others the program's."""

    chosen: Mapping[str, LetterTemplate] = field(default_factory=dict)
    set_aside: tuple[SetAside, ...] = ()

    def __getitem__(self, kind: str) -> LetterTemplate:
        return self.chosen.get(kind) or packaged(kind)

    def with_draft(self, draft: LetterTemplate) -> Self:
        """The same with another template for one kind: how a letter would read."""
        return type(self)(MappingProxyType({**self.chosen, draft.version.kind: draft}), self.set_aside)


OF_THE_PROGRAM = Templates()


@cache
def packaged(kind: str, number: int = 0) -> LetterTemplate:
    """The program's own template; `number` is the version under which the county went back to it, 0 if it never left."""
    text = environment.source(f"letters/{kind}.jinja")
    return LetterTemplate(TemplateVersion(kind, PACKAGED, number, digest(text)), text)


def of_the_county(kind: str, number: int, text: str) -> LetterTemplate:
    return LetterTemplate(TemplateVersion(kind, COUNTY, number, digest(text)), text)


def values_of(context: LetterContext) -> dict[str, Any]:
    return {each.name: getattr(context, each.name) for each in fields(context)}


@lru_cache(maxsize=256)
def compiled(text: str) -> Template:
    return environment.for_letters().from_string(text)


@lru_cache(maxsize=256)
def _hash(kind: str, text: str) -> str:
    sources = {f"letters/{kind}.jinja": text}
    waiting = [*LAYOUTS, *_included(text)]
    while waiting:
        name = waiting.pop()
        if name not in sources:
            sources[name] = environment.source(name)
            waiting += _included(sources[name])
    joined = "\0".join(f"{name}\0{sources[name]}" for name in sorted(sources))
    return hashlib.sha256(joined.encode()).hexdigest()


def _included(text: str) -> list[str]:
    tree = environment.for_layouts().parse(text)
    return [each for each in meta.find_referenced_templates(tree) if each]
