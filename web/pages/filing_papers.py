"""The papers of a filing: which are needed and which are not, handing them in, and taking over what is there already."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, File, Form, UploadFile
from starlette.responses import RedirectResponse, Response

from claims.desk import Tx
from claims.errors import EvidenceRefused
from claims.reading.queries import claim_json
from claims.submission import filing_drafts
from claims.submission.evidence import LARGEST, attach
from claims.submission.filing_drafts import Filing
from claims.submission.reuse import EarlierPaper, earlier_papers, take_over
from states.errors import Refusal
from states.policy import EvidenceKind
from web.guards import FILERS, Visit
from web.rendering import render
from web.topics import CHECK, EVIDENCE, Task, tasks

router = APIRouter()

SEE_OTHER = 303
FORM = "application_form"
PLEDGE = "credit_pledge"
PRINTED = (FORM, PLEDGE)
"""Papers that the desk fills in for the unit to print, seal and scan."""


@dataclass(frozen=True, slots=True)
class PapersPage:
    """The checklist of a filing's claim. `earlier` are papers that need not be scanned again, by kind; `unneeded` what
    other items ask for and this one does not. `problem` is what was wrong with the last file, of the kind `kind`.
    """

    template: ClassVar[str] = "apply/papers.html"
    filing: Filing
    tasks: tuple[Task, ...]
    papers: tuple[Mapping[str, Any], ...]
    earlier: Mapping[str, EarlierPaper]
    unneeded: tuple[EvidenceKind, ...]
    printed: tuple[str, ...] = PRINTED
    largest: int = LARGEST
    problem: str = ""
    kind: str = ""


@router.get("/apply/{key}/evidence")
def show(key: str, visit: Annotated[Visit, Depends(FILERS)]) -> Response:
    return _page(visit, key)


@router.post("/apply/{key}/evidence")
def upload(
    key: str,
    visit: Annotated[Visit, Depends(FILERS)],
    file: Annotated[UploadFile | None, File()] = None,
    kind: Annotated[str, Form()] = "",
) -> Response:
    name = file.filename or "" if file else ""
    content = file.file.read() if file else b""

    def add(tx: Tx, number: str) -> object:
        if not name:
            raise EvidenceRefused(
                visit.words.t("（未选择文件）", "(no file)"), "请先选择文件", "choose a file first"
            )
        return attach(tx, number, kind, name, content, actor=visit.actor)

    return _carried_out(visit, key, kind, add)


@router.post("/apply/{key}/evidence/{kind}/earlier")
def reuse(key: str, kind: str, visit: Annotated[Visit, Depends(FILERS)]) -> Response:
    return _carried_out(visit, key, kind, lambda tx, number: take_over(tx, number, kind, actor=visit.actor))


def _carried_out(visit: Visit, key: str, kind: str, use_case: Callable[[Tx, str], object]) -> Response:
    try:
        with visit.desk.transaction() as tx:
            use_case(tx, filing_drafts.filing(tx, key, actor=visit.actor).claim or key)
    except Refusal as refusal:
        if refusal.status == 404:  # noqa: PLR2004 - not found
            raise
        return _page(visit, key, refusal=refusal, kind=kind)
    return RedirectResponse(f"/apply/{key}/{EVIDENCE}#paper-{kind}", SEE_OTHER)


def _page(visit: Visit, key: str, *, refusal: Refusal | None = None, kind: str = "") -> Response:
    words, actor = visit.words, visit.actor
    with visit.desk.reading() as tx:
        found = filing_drafts.filing(tx, key, actor=actor)
        if found.claim is None:
            return RedirectResponse(f"/apply/{found.key}/{CHECK}", SEE_OTHER)
        papers = claim_json(tx, found.claim, actor)["evidence"]
        earlier = earlier_papers(tx, found.claim, actor=actor)
    required = [each for each in papers if each["required"]]
    page = PapersPage(
        filing=found,
        tasks=tasks(words, found, (sum(bool(each["files"]) for each in required), len(required))),
        papers=tuple(papers),
        earlier={
            each["kind"]: earlier[each["kind"]]
            for each in papers
            if each["kind"] in earlier and not each["files"]
        },
        unneeded=_unneeded(found),
        problem=words.refusal(refusal) if refusal else "",
        kind=kind,
    )
    return render(visit, page, refusal.status if refusal else 200)


def _unneeded(found: Filing) -> tuple[EvidenceKind, ...]:
    """What other items of the same policy ask for, each kind once."""
    item = found.judged.item
    if item is None:
        return ()
    own = {each.kind for each in item.evidence}
    others = {each.kind: each for other in found.judged.policy.items.values() for each in other.evidence}
    return tuple(each for kind, each in others.items() if kind not in own)
