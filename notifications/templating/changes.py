"""Changing the wording of a letter: checked whole, then kept and put into use; or going back to what was in use before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from claims.desk import Tx
from claims.letters import wordings
from claims.letters.wordings import COUNTY, PACKAGED, KeptVersion
from notifications.paper.faces import faces
from notifications.templating import checking
from notifications.templating.facts import known_kind
from notifications.templating.findings import Finding
from notifications.templating.in_use import templates_in_use
from notifications.templating.templates import LetterTemplate, Templates, of_the_county, packaged
from states.errors import Refusal
from states.facts import Actor


@dataclass(eq=False)
class WordingRefused(Refusal):
    """The text has faults; what was in use stays in use."""

    code = "wording_refused"
    zh = "函件 {kind} 的新文字未启用，现行文字继续使用。{zh_detail}"
    en = "The new wording of {kind} is not put into use; the present one stays. {en_detail}"
    kind: str
    zh_detail: str
    en_detail: str

    @classmethod
    def over(cls, kind: str, findings: Sequence[Finding]) -> Self:
        return cls(
            kind,
            "".join(each.message("zh") for each in findings),
            " ".join(each.message("en") for each in findings),
        )


@dataclass(eq=False)
class WordingUnchanged(Refusal):
    code = "wording_unchanged"
    status = 409
    zh = "函件 {kind} 现行的就是这一文字，无须启用。"
    en = "{kind} is written by this text already; there is nothing to put into use."
    kind: str


@dataclass(frozen=True, slots=True)
class WordingChanged:
    """The version in use from now on, and what its author may wish to look at."""

    kept: KeptVersion
    warnings: tuple[Finding, ...]


def template_of(tx: Tx, kind: str, number: int | None = None) -> LetterTemplate:
    """The template in use, or an earlier version of it; 0 is the program's own. Raises `UnknownWording`."""
    if number is None:
        return templates_in_use(tx)[known_kind(kind)]
    if number == 0:
        return packaged(known_kind(kind))
    kept = wordings.version_of(tx, known_kind(kind), number)
    return LetterTemplate(kept.version, kept.text)


def draft_of(tx: Tx, kind: str, text: str) -> LetterTemplate:
    """A text as the version it would be. Raises `UnknownLetterKind`."""
    current = templates_in_use(tx)[known_kind(kind)]
    return of_the_county(kind, current.version.number + 1, checking.normalised(text))


def sound_draft_of(tx: Tx, kind: str, text: str) -> LetterTemplate:
    """A draft by which letters can be written. Raises `WordingRefused` where there are none."""
    draft = draft_of(tx, kind, text)
    if faults := checking.misfits(kind, draft.text):
        raise WordingRefused.over(kind, faults)
    return draft


def check(tx: Tx, kind: str, text: str) -> tuple[Finding, ...]:
    """All that is to be said of a text before it is put into use, by line. Raises `UnknownLetterKind`."""
    current = templates_in_use(tx)[known_kind(kind)]
    return checking.check(draft_of(tx, kind, text), current, faces(tx.desk.settings.fonts_folder))


def put_into_use(
    tx: Tx, kind: str, text: str, *, seen: int | None, actor: Actor, reason: str
) -> WordingChanged:
    """Write letters of a kind by this text from now on, in mail and on paper.

    `seen` is the number of the version that the author had before them, None where they looked at no other. Raises
    `WordingRefused` with line and cure, `WordingUnchanged`, `WordingMoved`, `NotAllowed`, `UnknownLetterKind`.
    """
    current, draft = templates_in_use(tx)[known_kind(kind)], draft_of(tx, kind, text)
    findings = check(tx, kind, text)
    serious = [each for each in findings if each.serious]
    if serious:
        raise WordingRefused.over(kind, serious)
    if current.version.source is COUNTY and current.text == draft.text:
        raise WordingUnchanged(kind)
    kept = _keep(tx, COUNTY, draft, current, seen, actor, reason)
    return WordingChanged(kept, findings)


def go_back(tx: Tx, kind: str, number: int, *, seen: int | None, actor: Actor, reason: str) -> WordingChanged:
    """Put an earlier version into use again, as a new one; 0 is the program's own text. Raises as `put_into_use`."""
    current = templates_in_use(tx)[known_kind(kind)]
    earlier = wordings.version_of(tx, kind, number) if number else None
    if earlier is not None and earlier.version.source is COUNTY:
        return put_into_use(tx, kind, earlier.text, seen=seen, actor=actor, reason=reason)
    if current.version.source is PACKAGED and not _is_set_aside(tx, kind):
        raise WordingUnchanged(kind)
    return WordingChanged(_keep(tx, PACKAGED, packaged(kind), current, seen, actor, reason), ())


def tell_of_set_aside(tx: Tx, templates: Templates) -> None:
    """Let administrators know, once for a version, which wording stands aside."""
    for each in templates.set_aside:
        problems = [found.message("zh") for found in each.findings]
        wordings.note_set_aside(tx, each.kind, each.number, packaged(each.kind).name, problems)


def _keep(
    tx: Tx,
    source: wordings.Source,
    template: LetterTemplate,
    current: LetterTemplate,
    seen: int | None,
    actor: Actor,
    reason: str,
) -> KeptVersion:
    return wordings.put_version_into_use(
        tx,
        source,
        template.text,
        replaces=current.version,
        seen=current.version.number if seen is None else seen,
        actor=actor,
        reason=reason,
    )


def _is_set_aside(tx: Tx, kind: str) -> bool:
    return any(each.kind == kind for each in templates_in_use(tx).set_aside)
