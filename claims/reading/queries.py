"""Reading claims: the JSON that every entry gives out."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from claims.desk import Tx
from claims.facts import facts_of, policy_of
from claims.identity.visibility import numbers_for, visible_claim, visible_to
from claims.models import (
    Claim,
    Disclosure,
    EventRow,
    Evidence,
    Objection,
    PayoutLine,
    Resolution,
)
from claims.reading.queue import Filters, narrowing, waits_for
from states.facts import Actor, ClaimFacts, Finding
from states.machine import legal_moves
from states.proposals import worked_out
from states.stages import Stage

# One claim


def claim_json(
    tx: Tx, number: str, viewer: Actor | None = None, *, known: ClaimFacts | None = None
) -> dict[str, Any]:
    """A claim with what speaks for and against it. `actions` is what the viewer may do now.

    `known` are its facts where they have been read in this transaction already.
    """
    claim = visible_claim(tx, number, viewer)
    facts = known or facts_of(tx, claim)
    today = tx.now.date()
    return {
        **summary(tx, claim),
        "policy_version": claim.policy_version,
        "contact": {"name": claim.contact, "phone": claim.phone, "email": claim.email},
        "account": {"bank": claim.bank, "number": claim.account_masked},
        "amounts": _amounts(claim, facts),
        "departments": [
            {"code": each.code, "name": each.name, "cleared": each.cleared} for each in facts.departments
        ],
        "evidence": _evidence(tx, claim, facts),
        "findings": [finding_json(tx, each, viewer) for each in facts.findings],
        "actions": [str(each) for each in legal_moves(facts, viewer, today=today)] if viewer else [],
        "resolution": _resolution(tx, claim),
        "objections": _objections(tx, claim),
        "payments": _payments(tx, claim),
        "disclosed_to": _disclosed(tx, claim),
        "returned_from": claim.returned_from and str(claim.returned_from),
        "remark": claim.remark,
        "filed_by": claim.filed_by,
        "filed_at": claim.filed_at.isoformat(),
        "submitted_at": _iso(claim.submitted_at),
    }


def summary(tx: Tx, claim: Claim) -> dict[str, Any]:
    """A claim as lists show it; from its own row alone, so that a long list costs one query."""
    policy = policy_of(tx, claim.policy_version)
    return {
        "number": claim.number,
        "cycle": claim.cycle,
        "stage": str(claim.stage),
        "version": claim.version,
        "item": claim.item,
        "item_title": policy.items[claim.item].title,
        "field": claim.field,
        "applicant": {"name": claim.unit_name, "uscc": claim.uscc, "township": claim.township},
        "standard": {
            "number": claim.standard_number,
            "title": claim.title,
            "rank": claim.rank,
            "revision": claim.revision,
            "published_on": _iso(claim.dated_on),
            "effective_on": _iso(claim.effective_on),
            "drafters": list(claim.drafters),
        },
        "amounts": {
            "requested_yuan": claim.requested_yuan,
            "proposed_yuan": claim.proposed_yuan,
            "granted_yuan": claim.granted_yuan,
        },
        "due_on": _iso(claim.due_on),
        "provisional": claim.due_provisional,
        "overdue": is_overdue(claim, tx.now.date()),
        "moved_at": claim.moved_at.isoformat(),
    }


def is_overdue(claim: Claim, today: date) -> bool:
    """Whether somebody should have acted by now. A rejected claim's date is a right that ends, not a duty."""
    return claim.due_on is not None and claim.due_on < today and claim.stage is not Stage.REJECTED


def finding_json(tx: Tx, finding: Finding, viewer: Actor | None) -> dict[str, Any]:
    """`claims` holds the numbers that the viewer may know of the claims it speaks of."""
    return finding.as_json() | {"claims": list(numbers_for(tx, viewer, finding.claims))}


def _amounts(claim: Claim, facts: ClaimFacts) -> dict[str, Any]:
    return {
        "municipal_yuan": facts.item.municipal_yuan,
        "county_yuan": facts.item.county_yuan,
        "is_ceiling": facts.item.is_ceiling,
        "municipal_decided_yuan": claim.municipal_decided_yuan,
        "requested_yuan": claim.requested_yuan,
        "worked_out_yuan": worked_out(facts).county_yuan,
        "proposed_yuan": claim.proposed_yuan,
        "granted_yuan": claim.granted_yuan,
        "reclaim_yuan": claim.reclaim_yuan,
    }


def _evidence(tx: Tx, claim: Claim, facts: ClaimFacts) -> list[dict[str, Any]]:
    """The checklist of the item, each kind with the files that are there."""
    files: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    rows = select(Evidence).where(Evidence.claim_id == claim.id).order_by(Evidence.id)
    for each in tx.session.scalars(rows):
        files[each.kind].append(
            {
                "name": each.name,
                "sha256": each.sha256,
                "bytes": each.bytes,
                "media_type": each.media_type,
                "added_by": each.added_by,
                "added_at": each.added_at.isoformat(),
            },
        )
    return [
        {
            "kind": each.kind,
            "title": each.title,
            "title_en": each.title_en,
            "required": each.required,
            "files": files[each.kind],
        }
        for each in facts.item.evidence
    ]


def _resolution(tx: Tx, claim: Claim) -> dict[str, Any] | None:
    if claim.resolution is None:
        return None
    row = tx.session.get_one(Resolution, claim.resolution)
    return {"ref": row.ref, "published_on": _iso(row.published_on), "ends_on": _iso(row.ends_on)}


def _objections(tx: Tx, claim: Claim) -> dict[str, int]:
    rows = (
        select(Objection.outcome, func.count())
        .where(Objection.claim_id == claim.id)
        .group_by(Objection.outcome)
    )
    counted = {outcome: int(count) for outcome, count in tx.session.execute(rows).tuples()}
    return {"open": 0, "upheld": 0, "dismissed": 0} | counted


def _payments(tx: Tx, claim: Claim) -> list[dict[str, Any]]:
    rows = select(PayoutLine).where(PayoutLine.claim == claim.number).order_by(PayoutLine.batch)
    return [
        {
            "batch": each.batch,
            "yuan": each.yuan,
            "account": each.account_masked,
            "outcome": each.outcome,
            "failure": each.failure,
            "settled_at": _iso(each.settled_at),
        }
        for each in tx.session.scalars(rows)
    ]


def _disclosed(tx: Tx, claim: Claim) -> list[dict[str, Any]]:
    rows = (
        select(Disclosure)
        .where(Disclosure.claim_id == claim.id)
        .order_by(Disclosure.at, Disclosure.user_name)
    )
    return [{"office": each.office, "user": each.user_name} for each in tx.session.scalars(rows)]


# What happened, and why the amount is what it is


def history_json(tx: Tx, number: str, viewer: Actor | None = None) -> list[dict[str, Any]]:
    """The claim's chain of events, oldest first."""
    return [_event_json(each) for each in _events(tx, visible_claim(tx, number, viewer))]


def _events(tx: Tx, claim: Claim) -> Iterable[EventRow]:
    return tx.session.scalars(select(EventRow).where(EventRow.stream == claim.number).order_by(EventRow.seq))


def _event_json(row: EventRow) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "trigger": row.trigger,
        "source": row.source,
        "target": row.target,
        "actor": row.actor,
        "role": row.role,
        "at": row.at,
        "reason": row.reason,
        "data": json.loads(row.data),
        "hash": row.hash,
        "previous_hash": row.previous_hash,
    }


_AMOUNT_IN = {
    "endorse": "proposed_yuan",
    "approve": "granted_yuan",
    "notice_published": "granted_yuan",
    "pay": "paid_yuan",
    "reclaim": "reclaim_yuan",
}
"""Events that say something about the amount, and where in their data it stands."""

_PLAIN = ("remand", "revoke", "reject", "withdraw")
"""Events that take the amount away again."""


def explanation_json(tx: Tx, number: str, viewer: Actor | None = None) -> dict[str, Any]:
    """The amount to the yuan: the rule's steps with their clauses, then who decided what, and on which ground."""
    claim = visible_claim(tx, number, viewer)
    facts = facts_of(tx, claim)
    events = [_event_json(each) for each in _events(tx, claim)]
    undone = {each["data"].get("undone") for each in events}
    return {
        "number": claim.number,
        "stage": str(claim.stage),
        "item": claim.item,
        "item_title": facts.item.title,
        "clause": facts.policy.clauses.get(facts.item.clause, facts.item.clause),
        "policy": {
            "version": facts.policy.version,
            "title": facts.policy.title,
            "document": facts.policy.document,
            "hash": facts.policy.hash,
        },
        "quote": worked_out(facts).as_json(),
        "decisions": [
            _decision(each)
            for each in events
            if each["trigger"] in (*_AMOUNT_IN, *_PLAIN) and each["seq"] not in undone
        ],
        "amounts": _amounts(claim, facts),
    }


def _decision(event: dict[str, Any]) -> dict[str, Any]:
    data = event["data"]
    return {
        "trigger": event["trigger"],
        "actor": event["actor"],
        "role": event["role"],
        "at": event["at"],
        "amount_yuan": data.get(_AMOUNT_IN.get(event["trigger"], "")),
        "resolution": data.get("resolution"),
        "clause": data.get("clause"),
        "reason": event["reason"],
        # As they were worked out at that time, should the rulebook or the claim have changed since.
        "steps": data.get("steps", []),
    }


# Many claims


def claim_list(
    tx: Tx,
    *,
    cycle: int | None = None,
    stage: Stage | None = None,
    township: str | None = None,
    item: str | None = None,
    text: str = "",
    overdue: bool = False,
    waiting: bool = False,
    viewer: Actor | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """The claims that fit and that the viewer may see, in order of their numbers.

    `text` stands in the unit's name, the number, the standard or its title; `waiting`: the viewer has the next word;
    `after` is the number that a page before ended with.
    """
    filters = Filters(text, item or "", township or "", stage, cycle)
    conditions = [visible_to(viewer), *narrowing(filters)]
    if overdue:
        conditions += [Claim.due_on < tx.now.date(), Claim.stage != Stage.REJECTED]
    if waiting and viewer is not None:
        conditions.append(waits_for(viewer))
    if after is not None:
        conditions.append(Claim.number > after)
    statement = select(Claim).where(*conditions).order_by(Claim.number).limit(limit)
    return [summary(tx, each) for each in tx.session.scalars(statement)]


def numbers_at(tx: Tx, cycle: int, stage: Stage) -> list[str]:
    """The numbers of a cycle's claims at a stage: what a batch of decisions works through."""
    statement = select(Claim.number).where(Claim.cycle == cycle, Claim.stage == stage).order_by(Claim.number)
    return list(tx.session.scalars(statement))


def _iso(value: date | datetime | None) -> str | None:
    return None if value is None else value.isoformat()
