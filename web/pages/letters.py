"""Letters: what was written to whom, its words, and sending it once more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from claims.letters import outbox, receipts
from claims.letters.outbox import LetterStatus, LetterSummary, LetterView
from claims.letters.receipts import Received
from states.stages import Role
from web.guards import ADMINISTRATOR, FILERS, SIGNED_IN, RowId, Visit
from web.rendering import render

router = APIRouter()

SHOWN = 60
SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class LettersPage:
    """The letters this person may see, newest first, at most `SHOWN`; `status` is the filter in force.

    `receipts` are the confirmations that they were received, by letter.
    """

    template: ClassVar[str] = "letters.html"
    letters: tuple[LetterSummary, ...]
    statuses: tuple[str, ...]
    status: str
    inside: bool
    receipts: Mapping[int, Received]
    most: int = SHOWN


@dataclass(frozen=True, slots=True)
class LetterPage:
    """One letter in its words, and who confirmed that it was received.

    `may_resend`: the viewer may have it sent once more; `may_confirm`: may confirm it for the office it went to.
    """

    template: ClassVar[str] = "letter.html"
    letter: LetterView
    inside: bool
    may_resend: bool
    received: Received | None
    may_confirm: bool


@router.get("/notices")
def letters(visit: Annotated[Visit, Depends(SIGNED_IN)], status: str = "") -> Response:
    wanted = status if status in set(LetterStatus) else ""
    with visit.desk.reading() as tx:
        found = outbox.letters(tx, viewer=visit.actor, status=wanted or None, limit=SHOWN)
        confirmed = receipts.receipts(tx, [each.id for each in found])
    return render(visit, LettersPage(found, tuple(map(str, LetterStatus)), wanted, _inside(visit), confirmed))


@router.get("/notices/{letter_id}")
def letter(letter_id: RowId, visit: Annotated[Visit, Depends(SIGNED_IN)]) -> Response:
    with visit.desk.reading() as tx:
        found = outbox.letter(tx, letter_id, viewer=visit.actor)
        received = receipts.receipts(tx, (letter_id,)).get(letter_id)
    office = visit.actor.office
    may_confirm = (
        received is None and not _inside(visit) and office is not None and office.code == found.recipient
    )
    may_resend = Role.ADMINISTRATOR in visit.actor.roles and found.status not in {
        LetterStatus.QUEUED,
        LetterStatus.SENDING,
    }
    return render(visit, LetterPage(found, _inside(visit), may_resend, received, may_confirm))


@router.post("/notices/{letter_id}/receipt")
def confirm(letter_id: RowId, visit: Annotated[Visit, Depends(FILERS)]) -> Response:
    with visit.desk.transaction() as tx:
        receipts.confirm_receipt(tx, letter_id, actor=visit.actor)
    return RedirectResponse(f"/notices/{letter_id}", SEE_OTHER)


@router.post("/notices/{letter_id}/resend")
def resend(letter_id: RowId, visit: Annotated[Visit, Depends(ADMINISTRATOR)]) -> Response:
    with visit.desk.transaction() as tx:
        outbox.requeue(tx, letter_id, actor=visit.actor)
    return RedirectResponse(f"/notices/{letter_id}", SEE_OTHER)


def _inside(visit: Visit) -> bool:
    return bool(visit.actor.roles - {Role.APPLICANT, Role.TOWNSHIP})
