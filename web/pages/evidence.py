"""Papers of a claim: added by the applicant's side, handed out as files that can do nothing in a browser."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, UploadFile
from starlette.responses import Response

from claims.desk import Tx
from claims.evidence import attach, open_evidence
from web.guards import FILERS, SIGNED_IN, Visit
from web.pages.actions import carried_out
from web.security import SANDBOX

router = APIRouter()

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/claims/{number}/evidence/{sha256}")
def download(number: str, sha256: str, visit: Annotated[Visit, Depends(SIGNED_IN)]) -> Response:
    with visit.desk.reading() as tx:
        paper = open_evidence(tx, number, sha256, visit.actor)
    return attachment(paper.content, paper.name, paper.media_type)


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
