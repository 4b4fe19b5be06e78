"""Payout batches: proposed by one, released by another, settled by the bank's answer."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from claims.desk import Tx
from claims.lists.payments import payout_list
from claims.money import payouts
from claims.money.reconciliation import settle_unknown
from notifications.list_files import ListForm
from web.api import bodies
from web.api.answers import MEDIA_TYPES, SHEET, as_file, decided, looked_up, with_file, worked_through
from web.api.bodies import InPath, SheetForm
from web.api.callers import FINANCE, PAYER, READER_OF_MONEY, Caller
from web.api.routes.filing import SentFile
from web.api.routes.lists import LIST
from web.api.shapes import money as shapes
from web.downloads import list_attachment
from web.pages.evidence import attachment

router = APIRouter(tags=["payouts"], prefix="/payouts")


@router.get("", response_model=list[shapes.Batch])
def list_batches(
    caller: Annotated[Caller, READER_OF_MONEY],
    cycle: Annotated[int | None, Query(ge=1000, le=9999)] = None,
) -> Response:
    """The batches, newest first."""
    return looked_up(caller, lambda tx: payouts.batches(tx, cycle))


@router.post("", response_model=shapes.Proposed, status_code=201)
def propose(body: bodies.NewBatch, caller: Annotated[Caller, FINANCE]) -> Response:
    """Put every claim of a cycle that waits for payment into a new batch."""
    return decided(
        caller,
        body,
        lambda tx: payouts.propose(tx, body.cycle, actor=caller.actor).as_json(),
        made=lambda proposed: f"/payouts/{proposed['batch']}",
    )


@router.get("/{batch}", response_model=shapes.BatchWithLines)
def show_batch(batch: InPath, caller: Annotated[Caller, READER_OF_MONEY]) -> Response:
    """One batch, line by line; accounts masked."""
    return looked_up(caller, lambda tx: payouts.batch(tx, batch))


@router.post("/{batch}/release", response_model=shapes.Released)
def release(batch: InPath, caller: Annotated[Caller, FINANCE]) -> Response:
    """Release a batch for the bank, as another person than its maker."""
    return decided(caller, {}, lambda tx: payouts.release(tx, batch, actor=caller.actor).as_json())


@router.get("/{batch}/sheet", response_class=Response, responses={200: SHEET})
def export_sheet(
    batch: InPath, caller: Annotated[Caller, PAYER], form: Annotated[SheetForm, Query()] = SheetForm.XLSX
) -> Response:
    """A released batch as the bank's sheet, accounts in full: to be kept safe."""
    name = f"sheet.{form}"
    with caller.desk.reading() as tx:
        content = as_file(name, lambda path: payouts.export_file(tx, batch, path, actor=caller.actor))
    return attachment(content, f"{batch}.{form}", MEDIA_TYPES[form])


@router.get("/{batch}/list", response_class=Response, responses={200: LIST})
def export_list(
    batch: InPath,
    caller: Annotated[Caller, READER_OF_MONEY],
    form: Annotated[ListForm, Query()] = ListForm.XLSX,
) -> Response:
    """A batch to print, check and sign; accounts in full for finance alone, once it is released."""
    with caller.desk.reading() as tx:
        found = payout_list(tx, batch, viewer=caller.actor)
    return list_attachment(caller.desk, found, form)


@router.post("/{batch}/reconciliation", response_model=shapes.Reconciled)
def reconcile(batch: InPath, file: SentFile, caller: Annotated[Caller, FINANCE]) -> Response:
    """Settle a released batch by the bank's answer, row by row. The same answer again changes nothing."""
    name, content = file

    def work() -> Any:
        return with_file(
            content,
            name,
            lambda path: payouts.reconcile(caller.desk, batch, path, actor=caller.actor).as_json(),
        )

    return worked_through(caller, {"sha256": hashlib.sha256(content).hexdigest()}, work)


@router.post("/{batch}/unknown", response_model=shapes.BatchWithLines)
def settle(batch: InPath, body: bodies.WordOfTheBank, caller: Annotated[Caller, FINANCE]) -> Response:
    """Settle a payment that the bank left unknown, by what it has said since. Answers with the batch."""

    def use_case(tx: Tx) -> dict[str, Any]:
        settle_unknown(tx, batch, actor=caller.actor, **body.model_dump())
        return payouts.batch(tx, batch)

    return decided(caller, body, use_case)
