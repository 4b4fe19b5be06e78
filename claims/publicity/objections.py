"""Objections during a public notice: each holds up its own claim, and no other, until it is decided."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CursorResult, func, select, update

from claims.desk import Tx
from claims.errors import BadValue, ObjectionDecided, ObjectionNotPossible, UnknownObjection
from claims.facts import facts_of, load_claim
from claims.identity.people import require_role
from claims.identity.visibility import visible_to
from claims.models import Claim, Objection, Resolution
from claims.timing import slots
from claims.timing.slots import SlotKind
from claims.trail.chains import append_to_claim
from states.duties import objection_to
from states.facts import Actor
from states.stages import Role, Stage

LONGEST_NAME = 100
LONGEST_TEXT = 5_000


class Decision(StrEnum):
    UPHELD = "upheld"
    DISMISSED = "dismissed"


OPEN = "open"


@dataclass(frozen=True, slots=True)
class Filed:
    """An objection that has been taken; `id` is what its answer refers to."""

    id: int
    number: str
    filed_at: datetime

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "claim": self.number, "filed_at": self.filed_at.isoformat()}


@dataclass(frozen=True, slots=True)
class Decided:
    id: int
    number: str
    outcome: Decision

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "claim": self.number, "outcome": str(self.outcome)}


def file_objection(tx: Tx, number: str, *, by: str, text: str) -> Filed:
    """Take an objection, signed by name, to a claim in its public notice.

    The name is sealed and stands in no event: only the coordination body reads it. Raises `ObjectionNotPossible`
    outside the notice, `BadValue` where name or text is missing or too long.
    """
    by, text = _worded(by, text)
    claim = load_claim(tx, number, lock=True)
    resolution = tx.session.get(Resolution, claim.resolution) if claim.resolution else None
    ends_on = resolution.ends_on if resolution else None
    if claim.stage is not Stage.PUBLIC_NOTICE or ends_on is None or tx.now.date() > ends_on:
        raise ObjectionNotPossible(claim.number, ends_on.isoformat() if ends_on else "—")
    row = Objection(
        claim_id=claim.id,
        resolution=claim.resolution or "",
        objector_sealed=tx.desk.vault.seal(by),
        text=text,
        filed_at=tx.now,
        outcome=OPEN,
    )
    tx.session.add(row)
    tx.session.flush()
    append_to_claim(
        tx,
        claim,
        "objection_filed",
        # Not the objector's name: histories are read by many.
        actor="system",
        role=Role.SYSTEM,
        data={"objection": row.id, "text_sha256": hashlib.sha256(text.encode()).hexdigest()},
    )
    return Filed(row.id, claim.number, tx.now)


def _worded(by: str, text: str) -> tuple[str, str]:
    by, text = by.strip(), text.strip()
    if not by or len(by) > LONGEST_NAME:
        raise BadValue(
            f"异议须实名提出，署名不超过 {LONGEST_NAME} 字。",
            f"An objection is signed by name, in at most {LONGEST_NAME} characters.",
        )
    if not text or len(text) > LONGEST_TEXT:
        raise BadValue(
            f"请写明异议内容，不超过 {LONGEST_TEXT} 字。",
            f"Say what the objection is, in at most {LONGEST_TEXT} characters.",
        )
    return by, text


def decide_objection(tx: Tx, objection_id: int, outcome: str, *, actor: Actor, reason: str) -> Decided:
    """Answer an objection, once: `upheld` leads to remand or revocation, `dismissed` lets the claim go on.

    A claim that nothing holds up any more gets a due slot of its own to end its notice. Raises `UnknownObjection`,
    `ObjectionDecided`, `NotAllowed`, and whatever stands against the actor on this claim.
    """
    require_role(actor, (Role.COORDINATOR,), "答复异议", "decide an objection")
    decision, reason = _decision(outcome), reason.strip()
    if not reason:
        raise BadValue(
            "答复异议须写明理由（申报单位会看到）。",
            "Deciding an objection takes a reason; the applicant will read it.",
        )
    objection = tx.session.get(Objection, objection_id)
    if objection is None:
        raise UnknownObjection(objection_id)
    claim = tx.session.get_one(Claim, objection.claim_id)
    refusal = objection_to(facts_of(tx, claim), actor, Role.COORDINATOR)
    if refusal is not None:
        raise refusal
    _answer_once(tx, objection, decision, actor, reason)
    recorded = append_to_claim(
        tx,
        claim,
        "objection_decided",
        actor=actor.name,
        role=Role.COORDINATOR,
        reason=reason,
        data={"objection": objection_id, "outcome": str(decision)},
    )
    if decision is Decision.DISMISSED:
        _let_go_on(tx, claim, recorded.version)
    return Decided(objection_id, claim.number, decision)


def _decision(outcome: str) -> Decision:
    try:
        return Decision(outcome.strip().lower())
    except ValueError:
        raise BadValue(
            f"“{outcome}”不是异议结论；请写 upheld（成立）或 dismissed（不成立）。",
            f"“{outcome}” is no outcome of an objection; write upheld or dismissed.",
        ) from None


def _answer_once(tx: Tx, objection: Objection, decision: Decision, actor: Actor, reason: str) -> None:
    result = tx.session.execute(
        update(Objection)
        .where(Objection.id == objection.id, Objection.outcome == OPEN)
        .values(outcome=str(decision), decided_by=actor.name, decided_at=tx.now, reason=reason)
        .execution_options(synchronize_session=False),
    )
    tx.session.refresh(objection)
    if isinstance(result, CursorResult) and result.rowcount != 1:
        raise ObjectionDecided(objection.id, objection.outcome)


def _let_go_on(tx: Tx, claim: Claim, version: int) -> None:
    """The slot of the list may have passed this claim by while the objection was open, so it gets one of its own."""
    resolution = tx.session.get(Resolution, claim.resolution) if claim.resolution else None
    if claim.stage is not Stage.PUBLIC_NOTICE or resolution is None or resolution.ends_on is None:
        return
    still_held = tx.session.scalar(
        select(func.count()).where(
            Objection.claim_id == claim.id,
            Objection.resolution == resolution.ref,
            Objection.outcome != str(Decision.DISMISSED),
        ),
    )
    if not still_held:
        key = f"{SlotKind.END_NOTICE}:{claim.number}:{version}"
        due_at = max(tx.now, slots.after(resolution.ends_on))
        slots.open_slot(tx, key, SlotKind.END_NOTICE, claim.number, due_at, claim.cycle)


def objections(tx: Tx, viewer: Actor | None = None, *, number: str | None = None) -> list[dict[str, Any]]:
    """The objections to claims that the viewer may see, or to one of these by its `number`, newest first.

    `by` is the objector's name for the coordination body, and None for everybody else.
    """
    statement = (
        select(Objection, Claim.number)
        .join(Claim, Claim.id == Objection.claim_id)
        .where(visible_to(viewer))
        .order_by(Objection.id.desc())
    )
    if number is not None:
        statement = statement.where(Claim.number == number)
    rows = tx.session.execute(statement).tuples()
    named = viewer is not None and Role.COORDINATOR in viewer.roles
    return [_json(tx, objection, number, named=named) for objection, number in rows]


def _json(tx: Tx, objection: Objection, number: str, *, named: bool) -> dict[str, Any]:
    return {
        "id": objection.id,
        "claim": number,
        "resolution": objection.resolution,
        "by": tx.desk.vault.open(objection.objector_sealed) if named else None,
        "text": objection.text,
        "filed_at": objection.filed_at.isoformat(),
        "outcome": objection.outcome,
        "decided_by": objection.decided_by,
        "decided_at": objection.decided_at.isoformat() if objection.decided_at else None,
        "reason": objection.reason,
    }
