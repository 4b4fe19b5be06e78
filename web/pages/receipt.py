"""Papers that the desk makes for whoever files: the receipt, and forms filled in to be printed, sealed and scanned."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from claims.reading.dossier import dossier
from states.policy import Field, Item, Policy
from states.stages import Stage
from web.guards import FILERS, Visit
from web.outlook import Outlook, outlook
from web.rendering import render

router = APIRouter()

SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """That a claim was handed in: its number, when, with which papers, and what comes next."""

    template: ClassVar[str] = "apply/receipt.html"
    claim: Mapping[str, Any]
    item: Item
    outlook: Outlook


class Paper(StrEnum):
    """Which form is printed."""

    FORM = "application_form"
    PLEDGE = "credit_pledge"


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form filled in with what the claim holds, for the unit's seal."""

    template: ClassVar[str] = "apply/form.html"
    paper: Paper
    claim: Mapping[str, Any]
    item: Item
    field: Field
    policy: Policy


@router.get("/claims/{number}/receipt")
def receipt(number: str, visit: Annotated[Visit, Depends(FILERS)]) -> Response:
    with visit.desk.reading() as tx:
        found = dossier(tx, number, visit.actor)
    if found.claim["submitted_at"] is None:
        return RedirectResponse(f"/apply/{found.claim['number']}", SEE_OTHER)
    stage = Stage(found.claim["stage"])
    return render(
        visit, ReceiptPage(found.claim, found.item, outlook(visit.words, stage, found.claim["due_on"]))
    )


@router.get("/claims/{number}/forms/{paper}")
def form(number: str, paper: Paper, visit: Annotated[Visit, Depends(FILERS)]) -> Response:
    with visit.desk.reading() as tx:
        found = dossier(tx, number, visit.actor)
    return render(visit, FormPage(paper, found.claim, found.item, found.field, found.policy))
