"""What the city has decided on its own account: a fact with its document, which the county's amount may not pass."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from claims.desk import Tx
from claims.errors import BadDates, BadValue, ReviewOver
from claims.facts import facts_of, load_claim
from claims.identity.people import require_role
from claims.trail.chains import append_to_claim
from states.duties import objection_to
from states.facts import Actor
from states.policy import Yuan
from states.stages import REVIEW_STAGES, Role, Stage

RECORDERS = (Role.REVIEWER, Role.INTAKE)


@dataclass(frozen=True, slots=True)
class MunicipalDecisionRecorded:
    """The city's amount for a claim, with the document that says so."""

    number: str
    version: int
    yuan: Yuan
    document: str
    decided_on: date

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "version": self.version,
            "municipal_decided_yuan": self.yuan,
            "document": self.document,
            "decided_on": self.decided_on.isoformat(),
        }


def record_municipal_decision(
    tx: Tx, number: str, *, yuan: int, document: str, decided_on: date, actor: Actor
) -> MunicipalDecisionRecorded:
    """Record what the city has decided for the same achievement; a later record takes the place of an earlier one.

    Raises `ReviewOver` once the county has decided, `BadValue` where amount or document are missing, and what the
    duties hold against the person.
    """
    role = require_role(actor, RECORDERS, "登记市级核定金额", "record the city's amount")
    if yuan <= 0 or not document.strip():
        raise BadValue(
            "登记市级核定金额须写明大于零的整元金额和文件编号。",
            "The city's amount needs whole yuan above zero and the number of the document.",
        )
    if decided_on > tx.now.date():
        raise BadDates("市级核定日期晚于今天", "the city's decision lies in the future")
    claim = load_claim(tx, number)
    refusal = objection_to(facts_of(tx, claim), actor, role)
    if refusal is not None:
        raise refusal
    if claim.stage not in {*REVIEW_STAGES, Stage.CORRECTION}:
        raise ReviewOver(claim.number, claim.stage)
    recorded = append_to_claim(
        tx,
        claim,
        "municipal_decided",
        actor=actor.name,
        role=role,
        data={
            "municipal_decided_yuan": yuan,
            "document": document.strip(),
            "decided_on": decided_on.isoformat(),
        },
        changes={
            "municipal_decided_yuan": yuan,
            "municipal_decided_on": decided_on,
            "municipal_document": document.strip(),
        },
    )
    return MunicipalDecisionRecorded(claim.number, recorded.version, Yuan(yuan), document.strip(), decided_on)
