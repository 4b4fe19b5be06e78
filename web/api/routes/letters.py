"""Letters, what falls due, the cycles and the register."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from claims.desk import Tx
from claims.letters import dead_letters, outbox
from claims.letters.outbox import LetterView
from claims.reading import register
from claims.reading.overviews import cycle_json, cycle_list
from claims.reading.reports import write_report
from claims.timing import slots
from claims.timing.due import due_slots
from notifications.archive import archived
from web.api.answers import as_file, decided, looked_up, paged
from web.api.bodies import LetterFilters, LetterReason, RegisterFilters, SlotFilters, Words
from web.api.callers import READER, READER_OF_THE_BOARD, RESENDER, Caller
from web.api.shapes import money as shapes
from web.guards import RowId, Year
from web.pages.evidence import XLSX, attachment

router = APIRouter()

MOMENT = timedelta(microseconds=1)
WORKBOOK = {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}


@router.get("/notices", response_model=list[shapes.LetterSummary], tags=["letters"])
def list_letters(filters: Annotated[LetterFilters, Query()], caller: Annotated[Caller, READER]) -> Response:
    """The letters that the caller may see, newest first, a page at a time."""
    with caller.desk.reading() as tx:
        found = outbox.letters(
            tx,
            claim=filters.claim,
            kind=filters.kind,
            status=filters.status,
            doubtful=filters.doubtful,
            viewer=caller.actor,
            before=filters.cursor,
            limit=filters.limit + 1,
        )
    return paged(caller, [each.as_json() for each in found], filters.limit, "id")


@router.get("/notices/{id}", response_model=shapes.Letter, tags=["letters"])
def show_letter(id: RowId, caller: Annotated[Caller, READER]) -> Response:  # noqa: A002
    """A letter's words, and how it fared."""
    return looked_up(caller, lambda tx: archived(tx, id, viewer=caller.actor).as_json())


@router.post("/notices/{id}/resend", response_model=shapes.Letter, tags=["letters"])
def resend_letter(
    id: RowId,  # noqa: A002
    caller: Annotated[Caller, RESENDER],
    reason: Annotated[Words, Query(description="Goes into the log")] = "",
) -> Response:
    """Queue a letter again, to the address known now."""
    return decided(
        caller,
        {"reason": reason},
        lambda tx: _changed(tx, dead_letters.requeue(tx, id, reason=reason, actor=caller.actor)),
    )


@router.post("/notices/{id}/bounce", response_model=shapes.Letter, tags=["letters"])
def note_bounce(id: RowId, body: LetterReason, caller: Annotated[Caller, RESENDER]) -> Response:  # noqa: A002
    """Record that a letter which had left came back."""
    return decided(
        caller,
        body.model_dump(),
        lambda tx: _changed(tx, dead_letters.note_bounce(tx, id, reason=body.reason, actor=caller.actor)),
    )


@router.post("/notices/{id}/settle", response_model=shapes.Letter, tags=["letters"])
def settle_letter(id: RowId, body: LetterReason, caller: Annotated[Caller, RESENDER]) -> Response:  # noqa: A002
    """Nothing more is to be sent of a letter that did not arrive, such as after it was served on paper."""
    return decided(
        caller,
        body.model_dump(),
        lambda tx: _changed(tx, dead_letters.settle(tx, id, reason=body.reason, actor=caller.actor)),
    )


def _changed(tx: Tx, letter: LetterView) -> dict[str, Any]:
    return archived(tx, letter.id).as_json()


@router.get("/due", response_model=list[shapes.Slot], tags=["cycles"])
def list_due(
    filters: Annotated[SlotFilters, Query()], caller: Annotated[Caller, READER_OF_THE_BOARD]
) -> Response:
    """The ledger of due slots in order of their time, a page at a time."""
    until = None if filters.until is None else slots.after(filters.until) - MOMENT
    with caller.desk.reading() as tx:
        found = due_slots(tx, until=until, after=filters.cursor, limit=filters.limit + 1)
    return paged(caller, [each.as_json() for each in found], filters.limit, "slot")


@router.get("/cycles", response_model=list[shapes.Cycle], tags=["cycles"])
def list_cycles(caller: Annotated[Caller, READER]) -> Response:
    """The cycles, oldest first."""
    return looked_up(caller, cycle_list)


@router.get("/cycles/{year}", response_model=shapes.Cycle, tags=["cycles"])
def show_cycle(year: Year, caller: Annotated[Caller, READER]) -> Response:
    """A cycle's dates, its money by account, its claims by stage."""
    return looked_up(caller, lambda tx: cycle_json(tx, year))


@router.get("/cycles/{year}/report", response_class=Response, responses={200: WORKBOOK}, tags=["cycles"])
def year_report(year: Year, caller: Annotated[Caller, READER_OF_THE_BOARD]) -> Response:
    """The year's report as a workbook."""
    name = f"report-{year}.xlsx"
    with caller.desk.reading() as tx:
        content = as_file(name, lambda path: write_report(tx, year, path))
    return attachment(content, name, XLSX)


@router.get("/register", response_model=list[shapes.Entry], tags=["register"])
def list_register(
    filters: Annotated[RegisterFilters, Query()], caller: Annotated[Caller, READER]
) -> Response:
    """The register of standards and honours: all that was awarded and paid, a page at a time."""
    with caller.desk.reading() as tx:
        found = register.register(tx, cycle=filters.cycle, after=filters.cursor, limit=filters.limit + 1)
    return paged(caller, [each.as_json() for each in found], filters.limit, "claim")
