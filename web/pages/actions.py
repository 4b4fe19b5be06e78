"""What is done on a claim's page: each form becomes one use case, and its refusal the page with what was typed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import RedirectResponse, Response

from claims.desk import Tx
from claims.errors import BadValue
from claims.identity import people
from claims.identity.visibility import visible_claim
from claims.publicity.objections import decide_objection
from claims.reading.dossier import dossier
from claims.review import undo
from claims.review.decisions import act
from claims.review.disclosures import disclose
from claims.review.municipal import record_municipal_decision
from claims.trail.chains import Recorded
from states.errors import Refusal, VersionConflict, WrongStage
from states.stages import Trigger
from web.guards import COORDINATOR, HOLDERS_OF_DUTIES, MUNICIPAL, SIGNED_IN, RowId, Visit
from web.pages.claim import Typed, claim_page

router = APIRouter()

SEE_OTHER = 303
WITH_PHRASES = frozenset({Trigger.RETURN_FOR_CORRECTION, Trigger.REJECT})
WITH_AMOUNT = frozenset({Trigger.ENDORSE, Trigger.APPROVE, Trigger.RECLAIM})

Names = Annotated[list[str], Form(default_factory=list)]
"""The boxes that were ticked under one name; none is an empty list."""


@router.post("/claims/{number}/actions")
def take_action(
    number: str,
    visit: Annotated[Visit, Depends(SIGNED_IN)],
    version: Annotated[int, Form()],
    departments: Names,
    missing: Names,
    phrases: Names,
    trigger: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    amount: Annotated[str, Form()] = "",
    resolution: Annotated[str, Form()] = "",
    clause: Annotated[str, Form()] = "",
) -> Response:
    typed = Typed(
        trigger, reason, amount, resolution, clause, tuple(departments), tuple(missing), tuple(phrases)
    )
    said = [*(phrases if trigger in WITH_PHRASES else ()), reason.strip()]

    def carry_out(tx: Tx) -> object:
        wanted = _trigger(trigger)
        return undo.decide(tx, number, wanted, partial(pull, tx, wanted))

    def pull(tx: Tx, wanted: Trigger) -> Recorded:
        return act(
            tx,
            number,
            wanted,
            actor=visit.actor,
            reason="\n".join(filter(None, said)),
            clause=clause,
            amount_yuan=yuan_of(amount) if trigger in WITH_AMOUNT else None,
            departments=departments if trigger == Trigger.ACCEPT else (),
            missing=missing,
            resolution=resolution if trigger == Trigger.APPROVE else None,
            version=version,
        )

    return carried_out(visit, number, carry_out, trigger, typed=typed, version=version)


@router.post("/claims/{number}/undo")
def take_back(
    number: str, visit: Annotated[Visit, Depends(HOLDERS_OF_DUTIES)], version: Annotated[int, Form()]
) -> Response:
    def carry_out(tx: Tx) -> object:
        visible_claim(tx, number, visit.actor)
        return undo.undo(tx, number, actor=visit.actor, version=version)

    return carried_out(visit, number, carry_out, "undone", version=version)


@router.post("/claims/{number}/municipal")
def record_municipal(
    number: str,
    visit: Annotated[Visit, Depends(MUNICIPAL)],
    municipal: Annotated[str, Form()] = "",
    document: Annotated[str, Form()] = "",
    decided_on: Annotated[str, Form()] = "",
) -> Response:
    """What the city has decided on its own account, with the document that says so."""
    typed = Typed(municipal=municipal, document=document, decided_on=decided_on)

    def carry_out(tx: Tx) -> object:
        yuan, day = yuan_of(municipal) or 0, day_of(decided_on)
        return record_municipal_decision(
            tx, number, yuan=yuan, document=document, decided_on=day, actor=visit.actor
        )

    return carried_out(visit, number, carry_out, "municipal_decided", typed=typed)


@router.post("/claims/{number}/interest")
def declare_interest(
    number: str, visit: Annotated[Visit, Depends(HOLDERS_OF_DUTIES)], reason: Annotated[str, Form()] = ""
) -> Response:
    def carry_out(tx: Tx) -> None:
        if not reason.strip():
            raise BadValue("请写明与申报单位的利害关系。", "Say what connects you with the applicant.")
        unit = dossier(tx, number, visit.actor).claim["applicant"]["uscc"]
        people.declare_interest(tx, visit.actor.name, unit, reason.strip())

    return carried_out(visit, number, carry_out, "interest_declared")


@router.post("/claims/{number}/disclosure")
def record_disclosure(
    number: str,
    visit: Annotated[Visit, Depends(COORDINATOR)],
    users: Names,
    office: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    def carry_out(tx: Tx) -> object:
        return disclose(tx, number, office, users, actor=visit.actor, reason=reason)

    return carried_out(visit, number, carry_out, "disclosed")


@router.post("/claims/{number}/objections/{objection_id}")
def answer_objection(
    number: str,
    objection_id: RowId,
    visit: Annotated[Visit, Depends(COORDINATOR)],
    outcome: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    def carry_out(tx: Tx) -> object:
        if not outcome:
            raise BadValue("请选择异议是否成立。", "Choose whether the objection is upheld.")
        return decide_objection(tx, objection_id, outcome, actor=visit.actor, reason=reason)

    return carried_out(visit, number, carry_out, "objection_decided")


def carried_out(
    visit: Visit,
    number: str,
    use_case: Callable[[Tx], object],
    what: str,
    *,
    typed: Typed | None = None,
    version: int | None = None,
) -> Response:
    """Carry out one use case on a claim: on to its page again, or the page with what stood against it."""
    try:
        with visit.desk.transaction() as tx:
            use_case(tx)
    except (VersionConflict, WrongStage) as refusal:
        return claim_page(visit, number, typed=typed, refusal=refusal, seen=version)
    except Refusal as refusal:
        if refusal.status == 404:  # noqa: PLR2004 - not found
            raise
        return claim_page(visit, number, typed=typed, refusal=refusal)
    return RedirectResponse(f"/claims/{number}?done={what}", SEE_OTHER)


@dataclass(eq=False)
class ActionNeeded(Refusal):
    code = "action_needed"
    zh = "请选择办理结果。"
    en = "Choose what to do."


def _trigger(text: str) -> Trigger:
    if text not in set(Trigger):
        raise ActionNeeded
    return Trigger(text)


def day_of(text: str) -> date:
    """A day as date fields send it."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise BadValue("请填写日期，如 2026-05-08。", "Give the day, like 2026-05-08.") from error


def yuan_of(text: str) -> int | None:
    """Whole yuan as people write them, with or without separators; None where nothing was written."""
    digits = "".join(text.replace("，", ",").replace(",", "").split()).removesuffix("元")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal()):
        raise BadValue(
            f"金额“{text}”无法识别；请填整数（元），如 300000。",
            f"The amount “{text}” cannot be read; write whole yuan, like 300000.",
        )
    return int(digits)
