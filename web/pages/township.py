"""A township's page: its claims at a glance, what waits for it, and the letters written to it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends
from starlette.responses import Response

from claims import outbox, queue
from claims.outbox import LetterSummary
from claims.queue import Filters, Row, Tab
from web.guards import TOWNSHIP, Visit
from web.rendering import render

router = APIRouter()

LETTERS_SHOWN = 8
CLAIMS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class TownshipPage:
    """One township: counts by tab of the queue, the claims that wait for it, its latest letters."""

    template: ClassVar[str] = "township.html"
    township: str
    counts: dict[Tab, int]
    requested_yuan: int
    waiting: tuple[Row, ...]
    letters: tuple[LetterSummary, ...]


@router.get("/township")
def township(visit: Annotated[Visit, Depends(TOWNSHIP)]) -> Response:
    actor = visit.actor
    with visit.desk.reading() as tx:
        everything = queue.queue(tx, actor, Tab.ALL, Filters(), limit=1)
        page = TownshipPage(
            township=actor.office.township if actor.office else "",
            counts=queue.counts(tx, actor),
            requested_yuan=everything.requested_yuan,
            waiting=queue.queue(tx, actor, Tab.MINE, Filters(), limit=CLAIMS_SHOWN).rows,
            letters=outbox.letters(tx, viewer=actor, limit=LETTERS_SHOWN),
        )
    return render(visit, page)
