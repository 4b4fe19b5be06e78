"""Letters: what was written to whom, its words, and sending it once more."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from claims import outbox
from claims.outbox import LetterStatus, LetterSummary, LetterView
from states.stages import Role
from web.guards import ADMINISTRATOR, SIGNED_IN, RowId, Visit
from web.rendering import render

router = APIRouter()

SHOWN = 60
SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class LettersPage:
    """The letters this person may see, newest first, at most `SHOWN`; `status` is the filter in force."""

    template: ClassVar[str] = "letters.html"
    letters: tuple[LetterSummary, ...]
    statuses: tuple[str, ...]
    status: str
    inside: bool
    most: int = SHOWN


@dataclass(frozen=True, slots=True)
class LetterPage:
    """One letter in its words. `may_resend`: the viewer may have it sent once more."""

    template: ClassVar[str] = "letter.html"
    letter: LetterView
    inside: bool
    may_resend: bool


@router.get("/notices")
def letters(visit: Annotated[Visit, Depends(SIGNED_IN)], status: str = "") -> Response:
    wanted = status if status in set(LetterStatus) else ""
    with visit.desk.reading() as tx:
        found = outbox.letters(tx, viewer=visit.actor, status=wanted or None, limit=SHOWN)
    return render(visit, LettersPage(found, tuple(map(str, LetterStatus)), wanted, _inside(visit)))


@router.get("/notices/{letter_id}")
def letter(letter_id: RowId, visit: Annotated[Visit, Depends(SIGNED_IN)]) -> Response:
    with visit.desk.reading() as tx:
        found = outbox.letter(tx, letter_id, viewer=visit.actor)
    may_resend = Role.ADMINISTRATOR in visit.actor.roles and found.status not in {
        LetterStatus.QUEUED,
        LetterStatus.SENDING,
    }
    return render(visit, LetterPage(found, _inside(visit), may_resend))


@router.post("/notices/{letter_id}/resend")
def resend(letter_id: RowId, visit: Annotated[Visit, Depends(ADMINISTRATOR)]) -> Response:
    with visit.desk.transaction() as tx:
        outbox.requeue(tx, letter_id, actor=visit.actor)
    return RedirectResponse(f"/notices/{letter_id}", SEE_OTHER)


def _inside(visit: Visit) -> bool:
    return bool(visit.actor.roles - {Role.APPLICANT, Role.TOWNSHIP})
