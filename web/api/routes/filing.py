"""What goes into claims: filing, corrections, papers, whole sheets."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, UploadFile
from starlette.responses import Response

from claims.desk import Tx
from claims.reading.queries import claim_json
from claims.submission.evidence import attach
from claims.submission.filing import correct, file_claim
from claims.submission.imports import import_sheet
from web.api import bodies
from web.api.answers import decided, with_file, worked_through
from web.api.bodies import Line, Number
from web.api.callers import FILER, Caller
from web.api.routes.decisions import changed
from web.api.shapes import claims as shapes

router = APIRouter(tags=["filing"])


def sent_file(file: Annotated[UploadFile, File(description="At most 20 MB")]) -> tuple[str, bytes]:
    """The name and the bytes of a file that came with a request; how many may come is counted as they come."""
    return file.filename or "", file.file.read()


SentFile = Annotated[tuple[str, bytes], Depends(sent_file)]


@router.post("/claims", response_model=shapes.Claim, status_code=201)
def file(body: bodies.NewClaim, caller: Annotated[Caller, FILER]) -> Response:
    """File a claim for one's own unit, or a township for one of its units. It is a draft until it is submitted."""

    def use_case(tx: Tx) -> dict[str, Any]:
        filed = file_claim(tx, body.cycle, body.form(), actor=caller.actor)
        return claim_json(tx, filed.number, caller.actor)

    return decided(caller, body, use_case, made=lambda claim: f"/claims/{claim['number']}")


@router.post("/claims/{number}/corrections", response_model=shapes.Claim)
def correct_claim(number: Number, body: bodies.Correction, caller: Annotated[Caller, FILER]) -> Response:
    """Change fields of a draft, or of a claim under correction."""

    def use_case(tx: Tx) -> object:
        return correct(tx, number, body.changes.values(), actor=caller.actor, version=body.version)

    return changed(caller, number, body, use_case)


@router.post("/claims/{number}/evidence", response_model=shapes.Claim, status_code=201)
def attach_evidence(
    number: Number,
    kind: Annotated[Line, Form(description="A kind of the claim's checklist")],
    file: SentFile,
    caller: Annotated[Caller, FILER],
) -> Response:
    """Attach a paper: PDF, JPEG, PNG or OFD, told by its content, at most 20 MB. The same bytes again change nothing."""
    name, content = file

    def use_case(tx: Tx) -> object:
        return attach(tx, number, kind, name, content, actor=caller.actor)

    sent = {"kind": kind, "name": name, "sha256": hashlib.sha256(content).hexdigest()}
    return changed(caller, number, sent, use_case, made=True)


@router.post("/claims/imports", response_model=shapes.Imported)
def import_claims(
    cycle: Annotated[int, Form(ge=1000, le=9999)],
    file: SentFile,
    caller: Annotated[Caller, FILER],
    *,
    dry_run: Annotated[bool, Form(description="Check only, and write nothing")] = False,
) -> Response:
    """File the rows of a sheet (.xlsx, or .csv in UTF-8), each by itself. The same sheet again changes nothing."""
    name, content = file

    def work() -> Any:
        return with_file(
            content,
            name,
            lambda path: import_sheet(
                caller.desk, path, cycle=cycle, actor=caller.actor, dry_run=dry_run
            ).as_json(),
        )

    sent = {"cycle": cycle, "dry_run": dry_run, "sha256": hashlib.sha256(content).hexdigest()}
    return worked_through(caller, sent, work)
