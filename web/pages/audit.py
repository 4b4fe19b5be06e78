"""The audit: checking all chains, the seals, and handing out what outsiders check by themselves."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends
from starlette.responses import Response, StreamingResponse

from claims import audit, seals
from claims.desk import Desk
from claims.seals import Seal
from web.guards import AUDIT, Visit
from web.pages.evidence import attachment
from web.rendering import render

router = APIRouter()

SEALS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class AuditPage:
    """The seals, latest first; `verification` is the result of checking every chain just now, None before."""

    template: ClassVar[str] = "audit.html"
    seals: tuple[Seal, ...]
    verification: dict[str, Any] | None


@router.get("/audit")
def overview(visit: Annotated[Visit, Depends(AUDIT)]) -> Response:
    with visit.desk.reading() as tx:
        return render(visit, AuditPage(seals.seals(tx, SEALS_SHOWN), None))


@router.post("/audit/verification")
def verify(visit: Annotated[Visit, Depends(AUDIT)]) -> Response:
    """Not done on each look at the page: it reads every event there is."""
    with visit.desk.reading() as tx:
        return render(visit, AuditPage(seals.seals(tx, SEALS_SHOWN), audit.verify(tx).as_json()))


@router.get("/audit/events.jsonl")
def export(visit: Annotated[Visit, Depends(AUDIT)]) -> Response:
    return StreamingResponse(
        _lines(visit.desk),
        media_type="application/jsonl",
        headers={"Content-Disposition": "attachment; filename=audit.jsonl"},
    )


@router.get("/audit/checkpoint.json")
def checkpoint(visit: Annotated[Visit, Depends(AUDIT)]) -> Response:
    with visit.desk.reading() as tx:
        found = audit.checkpoint(tx)
    content = json.dumps(found, ensure_ascii=False, indent=1).encode()
    return attachment(content, "checkpoint.json", "application/json")


def _lines(desk: Desk) -> Iterator[str]:
    with desk.reading() as tx:
        for line in audit.export_lines(tx):
            yield f"{line}\n"
