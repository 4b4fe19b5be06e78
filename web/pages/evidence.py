"""Papers of a claim: added by the applicant's side, handed out as files that can do nothing in a browser."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, UploadFile
from starlette.responses import RedirectResponse, Response

from claims.desk import Tx
from claims.errors import BadValue
from claims.review.examination import Verdict, examine
from claims.submission.evidence import attach, open_evidence
from states.errors import Refusal
from web.guards import EXAMINERS, FILERS, SIGNED_IN, Visit
from web.pages.actions import carried_out
from web.pages.claim import DIGEST, SHOWABLE, claim_page
from web.security import SANDBOX, SHOWN

router = APIRouter()

SEE_OTHER = 303
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/claims/{number}/evidence/{sha256}")
def download(number: str, sha256: str, visit: Annotated[Visit, Depends(SIGNED_IN)]) -> Response:
    with visit.desk.reading() as tx:
        paper = open_evidence(tx, number, sha256, visit.actor)
    return attachment(paper.content, paper.name, paper.media_type)


@router.get("/claims/{number}/evidence/{sha256}/shown")
def shown(number: str, sha256: str, visit: Annotated[Visit, Depends(SIGNED_IN)]) -> Response:
    """A paper within the claim's page, for what browsers show by themselves; anything else is a file to keep."""
    with visit.desk.reading() as tx:
        paper = open_evidence(tx, number, sha256, visit.actor)
    if paper.media_type not in SHOWABLE:
        return attachment(paper.content, paper.name, paper.media_type)
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(paper.name, safe='')}", **SHOWN}
    return Response(paper.content, media_type=paper.media_type, headers=headers)


@router.post("/claims/{number}/examination")
def look(
    number: str,
    visit: Annotated[Visit, Depends(EXAMINERS)],
    kind: Annotated[str, Form()] = "",
    verdict: Annotated[str, Form()] = "",
    paper: Annotated[str, Form()] = "",
    note: Annotated[str | None, Form()] = None,
) -> Response:
    """Note a verdict on a paper, or that it has been opened, and go on looking at `paper`."""
    try:
        with visit.desk.transaction() as tx:
            if verdict not in set(Verdict):
                raise BadValue("请选择核对结果。", "Choose what you found.")
            examine(tx, number, kind, Verdict(verdict), actor=visit.actor, note=note)
    except Refusal as refusal:
        if refusal.status == 404:  # noqa: PLR2004 - not found
            raise
        return claim_page(visit, number, refusal=refusal, paper=paper)
    opened = f"?paper={paper}" if DIGEST.fullmatch(paper) else ""
    return RedirectResponse(f"/claims/{quote(number)}{opened}#evidence", SEE_OTHER)


@router.post("/claims/{number}/evidence")
def upload(
    number: str,
    visit: Annotated[Visit, Depends(FILERS)],
    file: Annotated[UploadFile, File()],
    kind: Annotated[str, Form()] = "",
) -> Response:
    content = file.file.read()

    def add(tx: Tx) -> object:
        return attach(tx, number, kind, file.filename or "", content, actor=visit.actor)

    return carried_out(visit, number, add, "evidence_added")


def attachment(content: bytes, name: str, media_type: str) -> Response:
    """A file to keep, never to show: its content came from elsewhere."""
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Security-Policy": SANDBOX,
        },
    )
