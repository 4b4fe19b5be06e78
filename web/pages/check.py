"""Checking a letter, open to all: whoever has the code on it learns whether this office sent it."""

import hashlib
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, File, UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from claims.letters import checking
from claims.letters.checking import Vouched
from claims.letters.codes import grouped, read_code
from web.guards import PUBLIC, Visit
from web.rendering import render

router = APIRouter()

SEE_OTHER = 303
NOT_FOUND, UNREADABLE = 404, 422


@dataclass(frozen=True, slots=True)
class CheckPage:
    """The form, and what became of a code. `typed` stands in the form again; `problem` says that it is no code.

    `unknown` is a code that no letter bears. `same`: whether a file that was compared is the letter's PDF.
    """

    template: ClassVar[str] = "check.html"
    typed: str = ""
    problem: str = ""
    unknown: str = ""
    vouched: Vouched | None = None
    same: bool | None = None


@router.get("/check")
def form(visit: Annotated[Visit, Depends(PUBLIC)], code: str = "") -> Response:
    if not code.strip():
        return render(visit, CheckPage())
    found = read_code(code)
    return _no_code(visit, code) if found is None else RedirectResponse(f"/check/{grouped(found)}", SEE_OTHER)


@router.get("/check/{code}")
def check(code: str, visit: Annotated[Visit, Depends(PUBLIC)]) -> Response:
    return _answer(visit, code)


@router.post("/check/{code}")
def compare(
    code: str,
    visit: Annotated[Visit, Depends(PUBLIC)],
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Hold a reader's PDF against the letter's own. Only its digest is looked at; nothing of it is kept."""
    return _answer(visit, code, hashlib.sha256(file.file.read()).hexdigest() if file and file.size else None)


def _answer(visit: Visit, typed: str, digest: str | None = None) -> Response:
    if not visit.request.app.state.checks.admits(visit.address):
        raise HTTPException(429)
    code = read_code(typed)
    if code is None:
        return _no_code(visit, typed)
    with visit.desk.reading() as tx:
        vouched = checking.vouch(tx, code)
    if vouched is None:
        return render(visit, CheckPage(typed=grouped(code), unknown=grouped(code)), NOT_FOUND)
    same = None if digest is None else digest == vouched.paper_sha256
    return render(visit, CheckPage(typed=grouped(code), vouched=vouched, same=same))


def _no_code(visit: Visit, typed: str) -> Response:
    problem = visit.words.t(
        "核验码为 12 位数字和字母，请核对后重新输入。",
        "A check code has 12 digits and letters; look again and type it anew.",
    )
    return render(visit, CheckPage(typed=typed.strip()[:40], problem=problem), UNREADABLE)
