"""Letters: what was written to whom, its words, and what is done about those that did not arrive or are held."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Depends, Form
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from claims.letters import dead_letters, flood, kept, outbox, receipts
from claims.letters.dead_letters import DEAD, LEFT, NOT_TO_RESEND
from claims.letters.flood import HeldKind
from claims.letters.kept import Form as Copy
from claims.letters.kept import Kept
from claims.letters.outbox import LetterStatus, LetterSummary
from claims.letters.receipts import Received
from claims.reading.dossier import sees_names
from claims.submission.evidence import PDF
from notifications.archive import ArchivedLetter, archived, file_of
from states.stages import Role
from web.guards import ADMINISTRATOR, FILERS, SIGNED_IN, RowId, Visit
from web.pages.evidence import attachment
from web.rendering import render

router = APIRouter()

SHOWN = 60
SEE_OTHER = 303
EML = "message/rfc822"
DOUBTFUL = "doubtful"
"""A filter beside those by status: letters that have perhaps left twice."""

Reason = Annotated[str, Form(max_length=500)]


@dataclass(frozen=True, slots=True)
class LettersPage:
    """The letters this person may see, newest first, at most `SHOWN`; `status` is the filter in force.

    `receipts` are the confirmations that they were received, by letter, `copies` what is kept of each; `held` what the flood guard holds, for
    administrators.
    """

    template: ClassVar[str] = "letters.html"
    letters: tuple[LetterSummary, ...]
    statuses: tuple[str, ...]
    status: str
    inside: bool
    receipts: Mapping[int, Received]
    copies: Mapping[int, Mapping[Copy, Kept]]
    held: tuple[HeldKind, ...]
    most: int = SHOWN


@dataclass(frozen=True, slots=True)
class LetterPage:
    """One letter as it is kept, and who confirmed that it was received.

    `may_resend`: the viewer may have it sent once more; `may_bounce`: may record that it came back; `may_settle`: may
    record that nothing more is to be sent; `may_confirm`: may confirm it for the office it went to.
    """

    template: ClassVar[str] = "letter.html"
    archived: ArchivedLetter
    inside: bool
    may_resend: bool
    may_bounce: bool
    may_settle: bool
    received: Received | None
    may_confirm: bool


@router.get("/notices")
def letters(visit: Annotated[Visit, Depends(SIGNED_IN)], status: str = "") -> Response:
    wanted = status if status in {*LetterStatus, DOUBTFUL} else ""
    doubtful = wanted == DOUBTFUL
    with visit.desk.reading() as tx:
        found = outbox.letters(
            tx,
            viewer=visit.actor,
            status=None if doubtful else wanted or None,
            doubtful=doubtful,
            limit=SHOWN,
        )
        ids = [each.id for each in found]
        confirmed, copies = receipts.receipts(tx, ids), kept.kept(tx, ids)
        held = flood.held_kinds(tx) if Role.ADMINISTRATOR in visit.actor.roles else ()
    statuses = (*map(str, LetterStatus), DOUBTFUL)
    return render(
        visit, LettersPage(found, statuses, wanted, sees_names(visit.actor), confirmed, copies, held)
    )


@router.get("/notices/{letter_id}.{form}")
def letter_file(
    letter_id: RowId, form: Literal["pdf", "eml"], visit: Annotated[Visit, Depends(SIGNED_IN)]
) -> Response:
    """The kept paper or mail of a letter, byte for byte."""
    copy, media_type = {"pdf": (Copy.PAPER, PDF), "eml": (Copy.MAIL, EML)}[form]
    with visit.desk.reading() as tx:
        found = file_of(tx, letter_id, copy, viewer=visit.actor)
    if found is None:
        raise HTTPException(404)
    name, content = found
    return attachment(content, name, media_type)


@router.get("/notices/{letter_id}")
def letter(letter_id: RowId, visit: Annotated[Visit, Depends(SIGNED_IN)]) -> Response:
    with visit.desk.reading() as tx:
        whole = archived(tx, letter_id, viewer=visit.actor)
        received = receipts.receipts(tx, (letter_id,)).get(letter_id)
    found, office = whole.letter, visit.actor.office
    may_confirm = (
        received is None
        and not sees_names(visit.actor)
        and office is not None
        and office.code == found.recipient
    )
    may_do = Role.ADMINISTRATOR in visit.actor.roles
    return render(
        visit,
        LetterPage(
            archived=whole,
            inside=sees_names(visit.actor),
            may_resend=may_do and found.status not in {*NOT_TO_RESEND, LetterStatus.QUEUED},
            may_bounce=may_do and found.status in LEFT,
            may_settle=may_do and found.status in {*DEAD, LetterStatus.NO_ADDRESS},
            received=received,
            may_confirm=may_confirm,
        ),
    )


@router.post("/notices/{letter_id}/receipt")
def confirm(letter_id: RowId, visit: Annotated[Visit, Depends(FILERS)]) -> Response:
    with visit.desk.transaction() as tx:
        receipts.confirm_receipt(tx, letter_id, actor=visit.actor)
    return RedirectResponse(f"/notices/{letter_id}", SEE_OTHER)


@router.post("/notices/{letter_id}/resend")
def resend(
    letter_id: RowId, visit: Annotated[Visit, Depends(ADMINISTRATOR)], reason: Reason = ""
) -> Response:
    with visit.desk.transaction() as tx:
        dead_letters.requeue(tx, letter_id, reason=reason, actor=visit.actor)
    return RedirectResponse(f"/notices/{letter_id}", SEE_OTHER)


@router.post("/notices/{letter_id}/bounced")
def bounced(
    letter_id: RowId, visit: Annotated[Visit, Depends(ADMINISTRATOR)], reason: Reason = ""
) -> Response:
    with visit.desk.transaction() as tx:
        dead_letters.note_bounce(tx, letter_id, reason=reason, actor=visit.actor)
    return RedirectResponse(f"/notices/{letter_id}", SEE_OTHER)


@router.post("/notices/{letter_id}/settled")
def settled(
    letter_id: RowId, visit: Annotated[Visit, Depends(ADMINISTRATOR)], reason: Reason = ""
) -> Response:
    with visit.desk.transaction() as tx:
        dead_letters.settle(tx, letter_id, reason=reason, actor=visit.actor)
    return RedirectResponse(f"/notices/{letter_id}", SEE_OTHER)


@router.post("/notices/held/{kind}/release")
def release(kind: str, visit: Annotated[Visit, Depends(ADMINISTRATOR)], reason: Reason = "") -> Response:
    with visit.desk.transaction() as tx:
        flood.release(tx, kind, reason=reason, actor=visit.actor)
    return RedirectResponse("/notices", SEE_OTHER)


@router.post("/notices/held/{kind}/discard")
def discard(kind: str, visit: Annotated[Visit, Depends(ADMINISTRATOR)], reason: Reason = "") -> Response:
    with visit.desk.transaction() as tx:
        flood.discard(tx, kind, reason=reason, actor=visit.actor)
    return RedirectResponse("/notices", SEE_OTHER)
