"""Payout batches: proposed by one, released by another, exported for the bank, settled by its answer."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, File, Form, UploadFile
from starlette.responses import RedirectResponse, Response

from claims.desk import Tx
from claims.lists.payments import payout_list
from claims.money import payouts
from claims.money.bank_sheet import BankOutcome
from claims.money.numerals import in_words
from claims.money.payouts import Reconciled
from claims.money.reconciliation import settle_unknown
from claims.reading.overviews import cycle_list
from notifications.list_files import ListForm
from states.errors import Refusal
from states.policy import Yuan
from states.stages import Role, Stage
from web.downloads import list_attachment
from web.guards import FINANCE, MONEY, Visit
from web.pages.evidence import XLSX, attachment
from web.rendering import render

router = APIRouter()

SEE_OTHER = 303
CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True)
class PayoutsPage:
    """All batches, newest first; `waiting` counts the claims that wait for payment, by cycle."""

    template: ClassVar[str] = "payouts.html"
    batches: tuple[dict[str, Any], ...]
    waiting: tuple[tuple[int, int], ...]
    may_propose: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Settling:
    """What was typed of a payment to settle, as it was typed."""

    claim: str = ""
    outcome: str = ""
    reason: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True)
class PayoutPage:
    """One batch with its lines. `answer` is what became of the bank's answer just read, None otherwise.

    `may_release`: the viewer is in finance and another person proposed the batch.
    """

    template: ClassVar[str] = "payout.html"
    batch: dict[str, Any]
    total_in_words: str
    is_finance: bool
    may_release: bool
    typed: Settling
    answer: Reconciled | None = None
    problem: str = ""


@router.get("/payouts")
def overview(visit: Annotated[Visit, Depends(MONEY)]) -> Response:
    return _overview(visit)


@router.post("/payouts")
def propose(
    visit: Annotated[Visit, Depends(FINANCE)], cycle: Annotated[int, Form(ge=1000, le=9999)]
) -> Response:
    try:
        with visit.desk.transaction() as tx:
            proposed = payouts.propose(tx, cycle, actor=visit.actor)
    except Refusal as refusal:
        return _overview(visit, refusal)
    return RedirectResponse(f"/payouts/{proposed.batch}", SEE_OTHER)


@router.get("/payouts/{batch}")
def one(batch: str, visit: Annotated[Visit, Depends(MONEY)]) -> Response:
    return _one(visit, batch)


@router.post("/payouts/{batch}/release")
def release(batch: str, visit: Annotated[Visit, Depends(FINANCE)]) -> Response:
    return _carried_out(visit, batch, lambda tx: payouts.release(tx, batch, actor=visit.actor))


@router.get("/payouts/{batch}/sheet.{form}")
def sheet(batch: str, form: str, visit: Annotated[Visit, Depends(FINANCE)]) -> Response:
    """The bank's sheet, accounts in full: for finance only."""
    suffix, media_type = (".csv", CSV) if form == "csv" else (".xlsx", XLSX)
    with TemporaryDirectory() as folder:
        path = Path(folder, f"{batch}{suffix}")
        with visit.desk.reading() as tx:
            payouts.export_file(tx, batch, path, actor=visit.actor)
        return attachment(path.read_bytes(), path.name, media_type)


@router.get("/payouts/{batch}/list.{form}")
def listed(batch: str, form: ListForm, visit: Annotated[Visit, Depends(MONEY)]) -> Response:
    """The batch to print, check and sign; accounts in full for finance alone, once it is released."""
    with visit.desk.reading() as tx:
        found = payout_list(tx, batch, viewer=visit.actor)
    return list_attachment(visit.desk, found, form)


@router.post("/payouts/{batch}/answer")
def reconcile(
    batch: str, visit: Annotated[Visit, Depends(FINANCE)], file: Annotated[UploadFile, File()]
) -> Response:
    suffix = ".csv" if (file.filename or "").lower().endswith(".csv") else ".xlsx"
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder, f"answer{suffix}")
            path.write_bytes(file.file.read())
            answer = payouts.reconcile(visit.desk, batch, path, actor=visit.actor)
    except Refusal as refusal:
        return _one(visit, batch, refusal=refusal)
    return _one(visit, batch, answer=answer)


@router.post("/payouts/{batch}/unknown")
def settle(
    batch: str,
    visit: Annotated[Visit, Depends(FINANCE)],
    claim: Annotated[str, Form()] = "",
    outcome: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    failure: Annotated[str, Form()] = "",
) -> Response:
    """What the bank has said since of a payment that it had left unknown."""
    said = BankOutcome(outcome) if outcome in set(BankOutcome) else BankOutcome.UNKNOWN
    return _carried_out(
        visit,
        batch,
        lambda tx: settle_unknown(tx, batch, claim, said, actor=visit.actor, reason=reason, failure=failure),
        Settling(claim, outcome, reason, failure),
    )


def _carried_out(
    visit: Visit, batch: str, use_case: Callable[[Tx], object], typed: Settling | None = None
) -> Response:
    try:
        with visit.desk.transaction() as tx:
            use_case(tx)
    except Refusal as refusal:
        return _one(visit, batch, refusal=refusal, typed=typed)
    return RedirectResponse(f"/payouts/{batch}", SEE_OTHER)


def _overview(visit: Visit, refusal: Refusal | None = None) -> Response:
    with visit.desk.reading() as tx:
        batches = payouts.batches(tx)
        cycles = cycle_list(tx)
    waiting = ((each["year"], each["stages"].get(str(Stage.FINANCE_PAYOUT), 0)) for each in reversed(cycles))
    page = PayoutsPage(
        batches=tuple(batches),
        waiting=tuple((year, count) for year, count in waiting if count),
        may_propose=Role.FINANCE in visit.actor.roles,
        problem=visit.words.refusal(refusal) if refusal else "",
    )
    return render(visit, page, refusal.status if refusal else 200)


def _one(
    visit: Visit,
    batch: str,
    *,
    refusal: Refusal | None = None,
    answer: Reconciled | None = None,
    typed: Settling | None = None,
) -> Response:
    with visit.desk.reading() as tx:
        found = payouts.batch(tx, batch)
    is_finance = Role.FINANCE in visit.actor.roles
    page = PayoutPage(
        batch=found,
        total_in_words=in_words(Yuan(found["total_yuan"])),
        is_finance=is_finance,
        may_release=is_finance and found["released_by"] is None and found["proposed_by"] != visit.actor.name,
        typed=typed or Settling(),
        answer=answer,
        problem=visit.words.refusal(refusal) if refusal else "",
    )
    return render(visit, page, refusal.status if refusal else 200)
