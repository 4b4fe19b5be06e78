"""Reading the bank's answer: row by row, each settled in a transaction of its own and only once."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from claims.desk import Desk, Tx
from claims.errors import BadValue, BatchNotReleased, NotUnknown
from claims.facts import facts_of, load_claim
from claims.identity.people import require_role
from claims.models import EventRow, PayoutBatch, PayoutLine
from claims.money import bank_sheet
from claims.money.bank_sheet import Answer, BankOutcome, Problem
from claims.money.payout_lines import lines_of, load_batch, payments, require_as_published, total_of
from claims.money.payout_prompts import open_prompt
from claims.review.decisions import write
from claims.trail.chains import append, append_to_claim
from states.duties import objection_to
from states.errors import Refusal
from states.facts import Actor, Order
from states.machine import propose
from states.stages import Role, Trigger

SETTLED = (BankOutcome.PAID, BankOutcome.FAILED)


@dataclass(slots=True)
class Reconciled:
    """What one reading of the bank's answer did: claims by outcome, and every row that settled nothing."""

    batch: str
    paid: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def of(self, outcome: BankOutcome | None) -> list[str]:
        """The claims that this reading brought to an outcome; None: those that it left as they were."""
        return {
            BankOutcome.PAID: self.paid,
            BankOutcome.FAILED: self.failed,
            BankOutcome.UNKNOWN: self.unknown,
            None: self.unchanged,
        }[outcome]

    def as_json(self) -> dict[str, Any]:
        return {
            "batch": self.batch,
            "paid": self.paid,
            "failed": self.failed,
            "unknown": self.unknown,
            "unchanged": self.unchanged,
            "problems": [each.as_json() for each in self.problems],
        }


class _ContradictedError(Exception):
    """The bank now says otherwise of a payment that it has settled."""

    def __init__(self, before: str) -> None:
        super().__init__(before)
        self.before = before


def reconcile(desk: Desk, batch: str, path: Path, *, actor: Actor) -> Reconciled:
    """Settle a released batch by the bank's answer.

    Rows that are missing, unknown, repeated, altered or contradict an earlier answer are reported and settle
    nothing. The same answer again changes nothing; after an interruption it goes on where it was. Raises
    `BatchNotReleased`, `NotAllowed`, and `BadValue` where the sheet as a whole cannot be read.
    """
    require_role(actor, (Role.FINANCE,), "核对银行回单", "reconcile the bank's answer")
    with desk.reading() as tx:
        head = load_batch(tx, batch)
        if head.released_by is None:
            raise BatchNotReleased(head.code)
        lines = lines_of(tx, head.code)
        sent = {each.claim: each for each in payments(tx, lines)}
        settled = {line.claim for line in lines if line.outcome in SETTLED}
    sheet = bank_sheet.read(path)
    answers, problems = bank_sheet.compare(sheet, head.code, sent)
    told = {each.claim for each in answers} | {each.claim for each in problems}
    reconciled = Reconciled(head.code, problems=[*problems, *_missing(sent.keys() - told - settled)])
    for answer in answers:
        _take(desk, reconciled, answer, actor)
    return reconciled


def _missing(claims: set[str]) -> Iterator[Problem]:
    for claim in sorted(claims):
        yield Problem(
            None,
            claim,
            "row_missing",
            f"回单中没有 {claim}；该笔仍待银行答复，请向银行查询。",
            f"The answer has no row for {claim}; it still waits, ask the bank.",
        )


def _take(desk: Desk, reconciled: Reconciled, answer: Answer, actor: Actor) -> None:
    try:
        with desk.transaction() as tx:
            changed = _settle(tx, reconciled.batch, answer, actor)
    except _ContradictedError as contradicted:
        reconciled.problems.append(
            Problem(
                answer.row,
                answer.claim,
                "result_contradicts",
                f"{answer.claim} 先前已按“{contradicted.before}”入账，本次结果不同，不予采信；请向银行查明并由人工处理。",
                f"{answer.claim} was settled as {contradicted.before} before; this answer says otherwise and is not taken: ask the bank.",
            ),
        )
    except Refusal as refusal:
        reconciled.problems.append(
            Problem(answer.row, answer.claim, refusal.code, refusal.message(), refusal.message("en")),
        )
    else:
        reconciled.of(answer.outcome if changed else None).append(answer.claim)


def _settle(tx: Tx, batch: str, answer: Answer, actor: Actor, reason: str = "") -> bool:
    """Write one answer; False where it was known already."""
    # Locked, so that of two who settle the last two payments at once one sees that all are answered.
    head = load_batch(tx, batch, lock=True)
    line = tx.session.scalars(
        select(PayoutLine)
        .where(PayoutLine.batch == batch, PayoutLine.claim == answer.claim)
        .with_for_update(),
    ).one()
    if line.outcome == answer.outcome:
        return False
    if line.outcome in SETTLED:
        raise _ContradictedError(line.outcome)
    require_as_published(tx, [line])
    line.outcome, line.failure = str(answer.outcome), answer.failure
    line.settled_at = tx.now if answer.outcome in SETTLED else None
    tx.session.flush()
    _record(tx, line, answer, actor, reason)
    _announce(tx, head, actor)
    return True


def _announce(tx: Tx, batch: PayoutBatch, actor: Actor) -> None:
    """Once every payment of a batch has its answer, its log says which were made; those settled later, later on.

    Townships hear of payments by this, in one letter a batch.
    """
    pending = select(PayoutLine.claim).where(PayoutLine.batch == batch.code, PayoutLine.outcome == "pending")
    if tx.session.execute(pending.limit(1)).first() is not None:
        return
    told = {number for data in _announced(tx, batch.code) for number in data["claims"]}
    paid = [
        line
        for line in lines_of(tx, batch.code)
        if line.outcome == BankOutcome.PAID and line.claim not in told
    ]
    if paid:
        append(
            tx,
            f"payout/{batch.code}",
            "payout_answered",
            actor=actor.name,
            role=Role.FINANCE,
            data={
                "batch": batch.code,
                "cycle": batch.cycle,
                "claims": [line.claim for line in paid],
                "total_yuan": total_of(paid),
            },
        )


def _announced(tx: Tx, batch: str) -> Iterator[dict[str, Any]]:
    found = select(EventRow.data).where(
        EventRow.stream == f"payout/{batch}", EventRow.trigger == "payout_answered"
    )
    return map(json.loads, tx.session.scalars(found))


def settle_unknown(
    tx: Tx, batch: str, claim: str, outcome: BankOutcome, *, actor: Actor, reason: str, failure: str = ""
) -> None:
    """Settle a payment that the bank left unknown, by what it has said since; `reason` names where it said so.

    Raises `NotUnknown` for a line that waits for no such word, `ReasonNeeded`, `BadValue` for another outcome than
    paid or failed, and whatever stands against the payment or the person.
    """
    require_role(actor, (Role.FINANCE,), "核实待查款项", "settle an unknown payment")
    head = load_batch(tx, batch)
    line = tx.session.get(PayoutLine, (head.code, claim.strip().upper()))
    if line is None or line.outcome != BankOutcome.UNKNOWN:
        raise NotUnknown(claim, head.code)
    if outcome not in SETTLED:
        raise BadValue("请选择到账或退回。", "Choose whether it was paid or came back.")
    if not reason.strip():
        raise BadValue(
            "请写明银行答复的出处（如查询函、流水号）。",
            "Say where the bank says so (its letter, a transaction number).",
        )
    if outcome is BankOutcome.FAILED and not failure.strip():
        raise BadValue("请写明退回原因。", "Say why the payment came back.")
    answer = Answer(0, line.claim, outcome, failure.strip() if outcome is BankOutcome.FAILED else "")
    _settle(tx, head.code, answer, actor, reason.strip())


def _record(tx: Tx, line: PayoutLine, answer: Answer, actor: Actor, reason: str) -> None:
    claim = load_claim(tx, line.claim)
    facts = facts_of(tx, claim)
    data = {"batch": line.batch}
    if answer.outcome is BankOutcome.PAID:
        change = propose(facts, Trigger.PAY, actor, Order(reason=reason), today=tx.now.date())
        write(tx, claim, facts, change, extra=data)
        return
    refusal = objection_to(facts, actor, Role.FINANCE)
    if refusal is not None:
        raise refusal
    if answer.outcome is BankOutcome.FAILED:
        data |= {"failure": answer.failure}
        open_prompt(tx, claim.cycle)
    append_to_claim(
        tx,
        claim,
        f"payment_{answer.outcome}",
        actor=actor.name,
        role=Role.FINANCE,
        reason=reason,
        data=data,
    )
