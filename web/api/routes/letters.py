"""Letters, what falls due, the cycles and the register."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from claims.desk import Tx
from claims.letters import dead_letters, flood, outbox, receipts
from claims.letters.outbox import LetterView
from claims.reading import register
from claims.reading.overviews import cycle_json, cycle_list
from claims.reading.reports import write_report
from claims.timing import slots
from claims.timing.due import due_slots
from notifications.archive import archived
from web.api.answers import as_file, decided, looked_up, paged
from web.api.bodies import InPath, LetterFilters, LetterReason, RegisterFilters, SlotFilters, Words
from web.api.callers import (
    ADMINISTRATOR,
    FILER,
    READER,
    READER_OF_ADMINISTRATION,
    READER_OF_THE_BOARD,
    RESENDER,
    Caller,
)
from web.api.shapes import money as shapes
from web.api.shapes import year as held_shapes
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


@router.get("/notices/held", response_model=list[held_shapes.Held], tags=["letters"])
def list_held(caller: Annotated[Caller, READER_OF_ADMINISTRATION]) -> Response:
    """The kinds of letters that are held, for far more than usual would have left at once."""
    return looked_up(
        caller,
        lambda tx: [{**asdict(each), "since": each.since.isoformat()} for each in flood.held_kinds(tx)],
    )


@router.post("/notices/held/{kind}/release", response_model=held_shapes.HeldSettled, tags=["letters"])
def release_held(kind: InPath, body: LetterReason, caller: Annotated[Caller, ADMINISTRATOR]) -> Response:
    """Let the held letters of a kind go."""
    return decided(
        caller,
        body,
        lambda tx: {
            "kind": kind,
            "letters": flood.release(tx, kind, reason=body.reason, actor=caller.actor),
        },
    )


@router.post("/notices/held/{kind}/discard", response_model=held_shapes.HeldSettled, tags=["letters"])
def discard_held(kind: InPath, body: LetterReason, caller: Annotated[Caller, ADMINISTRATOR]) -> Response:
    """Set the held letters of a kind aside for good."""
    return decided(
        caller,
        body,
        lambda tx: {
            "kind": kind,
            "letters": flood.discard(tx, kind, reason=body.reason, actor=caller.actor),
        },
    )


@router.get("/notices/{id}", response_model=shapes.Letter, tags=["letters"])
def show_letter(id: RowId, caller: Annotated[Caller, READER]) -> Response:  # noqa: A002
    """A letter's words, and how it fared."""
    return looked_up(caller, lambda tx: archived(tx, id, viewer=caller.actor).as_json())


@router.post("/notices/{id}/receipt", response_model=held_shapes.Receipt, tags=["letters"])
def confirm_receipt(id: RowId, caller: Annotated[Caller, FILER]) -> Response:  # noqa: A002
    """Confirm that a letter to one's own office was received; again, it is the confirmation that stands."""

    def use_case(tx: Tx) -> dict[str, Any]:
        found = receipts.confirm_receipt(tx, id, actor=caller.actor)
        return {**asdict(found), "at": found.at.isoformat()}

    return decided(caller, {}, use_case)


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
