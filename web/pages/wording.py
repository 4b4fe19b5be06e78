"""The wording of letters: what each kind is written by, tried beside the present text, put into use, or taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Depends, Form, Path
from starlette.responses import RedirectResponse, Response

from claims.desk import Tx
from claims.identity.visibility import visible_claim
from claims.letters import wordings
from claims.letters.wordings import KeptVersion, UnknownWording, WordingMoved
from notifications.preview import preview, preview_paper
from notifications.templating import changes
from notifications.templating.changes import WordingRefused
from notifications.templating.comparing import Pair, pair, side_by_side
from notifications.templating.facts import UnknownLetterKind
from notifications.templating.findings import Finding
from notifications.templating.names import Writable, writables
from notifications.templating.overview import KindOfLetter, kind_of_letter, kinds_of_letters
from notifications.templating.templates import LetterTemplate
from states.errors import Refusal
from web.guards import ADMINISTRATOR, Visit
from web.rendering import render

router = APIRouter()

SEE_OTHER = 303
LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""For a letter shown as mail programs show it: with the styles that it carries, and nothing that acts."""

MEDIA: Mapping[str, str] = MappingProxyType(
    {"txt": "text/plain; charset=utf-8", "html": "text/html; charset=utf-8", "pdf": "application/pdf"}
)

Administrator = Annotated[Visit, Depends(ADMINISTRATOR)]
Text = Annotated[str, Form()]
Seen = Annotated[int, Form(ge=0)]
Version = Annotated[int, Path(ge=0, le=2**31 - 1)]
Shown = Annotated[
    Literal["new-txt", "new-html", "new-pdf", "current-txt", "current-html", "current-pdf"], Form()
]


@dataclass(frozen=True, slots=True)
class WordingsPage:
    """Every kind of letter with the version it is written by, who changed it last, and what stands aside."""

    template: ClassVar[str] = "wordings.html"
    kinds: tuple[KindOfLetter, ...]
    done: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A text tried on a claim: the letter by it, subject first, beside the one by the wording in use."""

    claim: str
    lines: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class WordingPage:
    """One kind of letter: the text being worked on, what is found in it, and how it reads with a claim.

    `seen` is the version that it began from, `found` None where nothing was checked yet; `claims` are those to try.
    """

    template: ClassVar[str] = "wording.html"
    kind: KindOfLetter
    text: str
    seen: int
    claim: str
    claims: tuple[str, ...]
    writables: tuple[Writable, ...]
    versions: tuple[KeptVersion, ...]
    found: tuple[Finding, ...] | None = None
    trial: Trial | None = None
    reason: str = ""
    problem: str = ""

    @property
    def sound(self) -> bool:
        """Whether the text was checked and can be put into use."""
        return self.found is not None and not any(each.serious for each in self.found)


@dataclass(frozen=True, slots=True)
class VersionPage:
    """A version that was once in use (0: the program's own), beside what is in use now. `kept` is None for 0."""

    template: ClassVar[str] = "wording_version.html"
    kind: KindOfLetter
    version: LetterTemplate
    kept: KeptVersion | None
    lines: tuple[Pair, ...]
    reason: str = ""
    problem: str = ""


@router.get("/admin/wording")
def overview(visit: Administrator, done: str = "") -> Response:
    with visit.desk.reading() as tx:
        found = kinds_of_letters(tx)
    return render(visit, WordingsPage(found, done if done in {each.kind for each in found} else ""))


@router.get("/admin/wording/{kind}")
def edit(kind: str, visit: Administrator, base: int | None = None, claim: str = "") -> Response:
    """The text in use, or an earlier one (`base`), to be worked on."""
    with visit.desk.reading() as tx:
        text, seen = changes.template_of(tx, kind, base).text, changes.template_of(tx, kind).version.number
        return render(visit, _page(tx, kind, text, seen, claim))


@router.post("/admin/wording/{kind}/trial")
def try_out(
    kind: str, visit: Administrator, text: Text = "", claim: Text = "", seen: Seen = 0, reason: Text = ""
) -> Response:
    with visit.desk.reading() as tx:
        page = _page(tx, kind, text, seen, claim, reason=reason)
        return render(visit, _tried(tx, visit, page))


@router.post("/admin/wording/{kind}/letter")
def letter(
    kind: str,
    visit: Administrator,
    text: Text = "",
    claim: Text = "",
    show: Shown = "new-pdf",
) -> Response:
    """The letter in one of its forms, by the text that was sent or by the one in use; nothing of it is kept."""
    which, _, form = show.partition("-")
    with visit.desk.reading() as tx:
        current = which == "current"
        by = changes.template_of(tx, kind) if current else changes.sound_draft_of(tx, kind, text)
        number = visible_claim(tx, claim, visit.actor).number
        if form == "pdf":
            content = preview_paper(tx, kind, number, by)
        else:
            written = preview(tx, kind, number, by)
            content = (written.html if form == "html" else f"{written.subject}\n\n{written.text}").encode()
    headers = {"Content-Disposition": f'inline; filename="{kind}.{form}"'}
    if form == "html":
        headers["Content-Security-Policy"] = LETTER_POLICY
    return Response(content, media_type=MEDIA[form], headers=headers)


@router.post("/admin/wording/{kind}")
def use(
    kind: str, visit: Administrator, text: Text = "", claim: Text = "", seen: Seen = 0, reason: Text = ""
) -> Response:
    try:
        with visit.desk.transaction() as tx:
            changes.put_into_use(tx, kind, text, seen=seen, actor=visit.actor, reason=reason)
    except UnknownLetterKind:
        raise
    except Refusal as refusal:
        # Nothing that was written is lost; where somebody was faster, it now stands beside what they wrote.
        with visit.desk.reading() as tx:
            now = changes.template_of(tx, kind).version.number if isinstance(refusal, WordingMoved) else seen
            page = _page(tx, kind, text, now, claim, reason=reason)
            told = "" if isinstance(refusal, WordingRefused) else visit.words.refusal(refusal)
            return render(visit, replace(_tried(tx, visit, page), problem=told), refusal.status)
    return RedirectResponse(f"/admin/wording?done={kind}", SEE_OTHER)


@router.get("/admin/wording/{kind}/versions/{number}")
def version(kind: str, number: Version, visit: Administrator) -> Response:
    with visit.desk.reading() as tx:
        return render(visit, _version_page(tx, kind, number))


@router.post("/admin/wording/{kind}/versions/{number}")
def go_back(kind: str, number: Version, visit: Administrator, seen: Seen = 0, reason: Text = "") -> Response:
    try:
        with visit.desk.transaction() as tx:
            changes.go_back(tx, kind, number, seen=seen, actor=visit.actor, reason=reason)
    except (UnknownLetterKind, UnknownWording):
        raise
    except Refusal as refusal:
        with visit.desk.reading() as tx:
            page = _version_page(tx, kind, number, reason=reason, problem=visit.words.refusal(refusal))
        return render(visit, page, refusal.status)
    return RedirectResponse(f"/admin/wording?done={kind}", SEE_OTHER)


def _page(tx: Tx, kind: str, text: str, seen: int, claim: str, *, reason: str = "") -> WordingPage:
    claims = wordings.claims_to_try(tx, kind)
    return WordingPage(
        kind=kind_of_letter(tx, kind),
        text=text,
        seen=seen,
        claim=claim.strip() or next(iter(claims), ""),
        claims=claims,
        writables=writables(kind),
        versions=wordings.versions_of(tx, kind),
        reason=reason,
    )


def _tried(tx: Tx, visit: Visit, page: WordingPage) -> WordingPage:
    """The page with what is found in its text and, where that is sound, with how it reads."""
    kind = page.kind.kind
    page = replace(page, found=changes.check(tx, kind, page.text))
    if not page.sound or not page.claim:
        return page
    try:
        number = visible_claim(tx, page.claim, visit.actor).number
        current = preview(tx, kind, number)
        new = preview(tx, kind, number, changes.draft_of(tx, kind, page.text))
    except Refusal as refusal:
        return replace(page, problem=visit.words.refusal(refusal))
    lines = (pair(current.subject, new.subject), *side_by_side(current.text, new.text))
    return replace(page, trial=Trial(number, lines))


def _version_page(tx: Tx, kind: str, number: int, *, reason: str = "", problem: str = "") -> VersionPage:
    earlier, now = changes.template_of(tx, kind, number), changes.template_of(tx, kind)
    return VersionPage(
        kind=kind_of_letter(tx, kind),
        version=earlier,
        kept=wordings.version_of(tx, kind, number) if number else None,
        lines=side_by_side(now.text, earlier.text),
        reason=reason,
        problem=problem,
    )
