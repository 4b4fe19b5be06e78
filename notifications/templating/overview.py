"""How the wording of all letters stands: which version is in use, who put it there, and which is set aside."""

from dataclasses import dataclass
from typing import Any

from claims.desk import Tx
from claims.letters import wordings
from claims.letters.wordings import KeptVersion, TemplateVersion
from notifications.concerns import CONCERNS
from notifications.templating.facts import LETTERS, known_kind
from notifications.templating.in_use import templates_in_use
from notifications.templating.templates import SetAside, packaged

KINDS = tuple(dict.fromkeys((*(each.letter.kind for row in CONCERNS.values() for each in row), *LETTERS)))


@dataclass(frozen=True, slots=True)
class KindOfLetter:
    """A kind of letter with the version it is written by. `changed` is the last change, None where there was none."""

    kind: str
    name: str
    version: TemplateVersion
    changed: KeptVersion | None
    set_aside: SetAside | None

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "name": self.name,
            "source": str(self.version.source),
            "number": self.version.number,
            "sha256": self.version.sha256,
            "changed": self.changed.as_json() if self.changed else None,
            "set_aside": self.set_aside.as_json() if self.set_aside else None,
        }


def kinds_of_letters(tx: Tx) -> tuple[KindOfLetter, ...]:
    """All kinds, in the order of the events that make them."""
    templates = templates_in_use(tx)
    changed = {each.version.kind: each for each in wordings.newest_versions(tx)}
    aside = {each.kind: each for each in templates.set_aside}
    return tuple(
        KindOfLetter(kind, packaged(kind).name, templates[kind].version, changed.get(kind), aside.get(kind))
        for kind in KINDS
    )


def kind_of_letter(tx: Tx, kind: str) -> KindOfLetter:
    """One of them. Raises `UnknownLetterKind`."""
    known_kind(kind)
    return next(each for each in kinds_of_letters(tx) if each.kind == kind)
