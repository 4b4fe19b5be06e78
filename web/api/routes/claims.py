"""Looking at claims: lists, one claim, its history, its amount explained, its papers."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from claims.reading.queries import claim_json, claim_list, explanation_json, history_json
from claims.reading.queue import Filters
from claims.reading.queue_sheet import export_queue
from claims.submission.evidence import JPEG, OFD, PDF, PNG, open_evidence
from web.api.answers import MEDIA_TYPES, SHEET, as_file, looked_up, paged
from web.api.bodies import ClaimFilters, Digest, Number, QueueFilters
from web.api.callers import EXPORTER, READER, Caller
from web.api.shapes import claims as shapes
from web.pages.evidence import attachment

router = APIRouter(tags=["claims"])

PAPER = {
    "content": {each: {"schema": {"type": "string", "format": "binary"}} for each in (PDF, JPEG, PNG, OFD)}
}


@router.get("/claims", response_model=list[shapes.ClaimSummary])
def list_claims(filters: Annotated[ClaimFilters, Query()], caller: Annotated[Caller, READER]) -> Response:
    """The claims that the caller may see, in order of their numbers, a page at a time."""
    with caller.desk.reading() as tx:
        rows = claim_list(
            tx,
            cycle=filters.cycle,
            stage=filters.stage,
            township=filters.township,
            item=filters.item,
            text=filters.q,
            overdue=filters.overdue,
            waiting=filters.waiting,
            viewer=caller.actor,
            after=filters.cursor,
            limit=filters.limit + 1,
        )
    return paged(caller, rows, filters.limit, "number")


@router.get("/claims/sheet", response_class=Response, responses={200: SHEET})
def export_claims(filters: Annotated[QueueFilters, Query()], caller: Annotated[Caller, EXPORTER]) -> Response:
    """The claims of a tab of the queue that fit the filters, all of them, by deadline, as a sheet."""
    narrowed = Filters(filters.q, filters.item, filters.township, filters.stage, filters.cycle)
    with caller.desk.reading() as tx:
        content = as_file(
            f"claims.{filters.form}",
            lambda path: export_queue(tx, path, filters.tab, narrowed, actor=caller.actor, lang=caller.lang),
        )
    return attachment(content, f"claims.{filters.form}", MEDIA_TYPES[filters.form])


@router.get("/claims/{number}", response_model=shapes.Claim)
def show_claim(number: Number, caller: Annotated[Caller, READER]) -> Response:
    """One claim, and what the caller may do now."""
    return looked_up(caller, lambda tx: claim_json(tx, number, caller.actor))


@router.get("/claims/{number}/history", response_model=list[shapes.Event])
def show_history(number: Number, caller: Annotated[Caller, READER]) -> Response:
    """The claim's chain of events, oldest first."""
    return looked_up(caller, lambda tx: history_json(tx, number, caller.actor))


@router.get("/claims/{number}/explanation", response_model=shapes.Explanation)
def explain_amount(number: Number, caller: Annotated[Caller, READER]) -> Response:
    """Why the amount is what it is: the rule's steps with their clauses, then who decided what."""
    return looked_up(caller, lambda tx: explanation_json(tx, number, caller.actor))


@router.get("/claims/{number}/evidence/{sha256}", response_class=Response, responses={200: PAPER})
def download_evidence(number: Number, sha256: Digest, caller: Annotated[Caller, READER]) -> Response:
    """The bytes of a paper, checked against their SHA-256."""
    with caller.desk.reading() as tx:
        paper = open_evidence(tx, number, sha256, caller.actor)
    return attachment(paper.content, paper.name, paper.media_type)
