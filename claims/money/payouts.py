"""Payout batches: proposed by one, released by another, never a yuan or an account off what was published."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from claims.desk import Tx
from claims.errors import (
    BatchNotReleased,
    BatchReleased,
    NothingToPay,
    UnknownCycle,
)
from claims.facts import facts_of, load_claim, policy_of
from claims.identity.people import require_role
from claims.models import Claim, Cycle, PayoutBatch, PayoutLine
from claims.money import bank_sheet
from claims.money.numerals import in_words
from claims.money.payout_lines import (
    digest_of,
    lines_of,
    load_batch,
    payments,
    require_as_published,
    require_unaltered,
    total_of,
)
from claims.money.payout_prompts import WAITING
from claims.money.reconciliation import Reconciled, reconcile
from claims.once import ROW_LOCK
from claims.sheets import Printed
from claims.trail.chains import append, append_to_claim
from states.duties import objection_to, objection_to_release
from states.errors import PayoutInProgress, Refusal
from states.facts import Actor
from states.policy import Yuan
from states.stages import Role, Trigger

__all__ = [
    "Proposed",
    "Reconciled",
    "Released",
    "batch",
    "batches",
    "export",
    "export_file",
    "propose",
    "reconcile",
    "release",
]

PAYERS = (Role.FINANCE,)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A batch and what is on it. `left_out` are claims that its maker may not act on; a colleague proposes them."""

    batch: str
    claims: tuple[str, ...]
    total_yuan: Yuan
    left_out: Mapping[str, Refusal]

    def as_json(self) -> dict[str, Any]:
        return {
            "batch": self.batch,
            "claims": list(self.claims),
            "total_yuan": self.total_yuan,
            "left_out": [
                {"claim": number, "code": refusal.code, "message": refusal.message()}
                for number, refusal in self.left_out.items()
            ],
        }


@dataclass(frozen=True, slots=True)
class Released:
    batch: str
    claims: int
    total_yuan: Yuan

    def as_json(self) -> dict[str, Any]:
        return {"batch": self.batch, "claims": self.claims, "total_yuan": self.total_yuan}


def propose(tx: Tx, cycle: int, *, actor: Actor) -> Proposed:
    """Put every claim that waits for payment into a new batch.

    Raises `NothingToPay` where none waits, `DiffersFromPublished` where one is not what was published, and what
    stands against the actor where that leaves no claim.
    """
    require_role(actor, PAYERS, "提出拨付批次", "propose a payout batch")
    # The lock makes two proposals at once wait for each other on PostgreSQL; the second finds nothing to pay.
    year = tx.session.get(Cycle, cycle, with_for_update=ROW_LOCK)
    if year is None:
        raise UnknownCycle(cycle)
    waiting = _waiting(tx, cycle)
    left_out = _held_back(tx, waiting, actor)
    claims = [claim for claim in waiting if claim.number not in left_out]
    if not claims:
        raise next(iter(left_out.values()), NothingToPay(cycle))
    year.last_batch += 1
    code = f"BF-{cycle}-{year.last_batch:02}"
    lines = _lines(tx, code, claims)
    batch = PayoutBatch(
        code=code, cycle=cycle, proposed_by=actor.name, proposed_at=tx.now, sha256=digest_of(lines)
    )
    try:
        tx.session.add(batch)
        tx.session.flush()
        tx.session.add_all(lines)
        tx.session.flush()
    except IntegrityError as error:
        raise PayoutInProgress(Trigger.PAY) from error
    require_as_published(tx, lines)
    _record(tx, batch, lines, "payout_proposed", actor)
    return Proposed(code, tuple(line.claim for line in lines), total_of(lines), left_out)


def _waiting(tx: Tx, cycle: int) -> list[Claim]:
    return list(
        tx.session.scalars(
            select(Claim)
            .where(Claim.cycle == cycle, WAITING)
            .order_by(Claim.number)
            .with_for_update(of=Claim, key_share=True),
        ),
    )


def _held_back(tx: Tx, claims: Iterable[Claim], actor: Actor) -> dict[str, Refusal]:
    """The claims this person may not act on, each with what stands against it."""
    found = ((claim.number, objection_to(facts_of(tx, claim), actor, Role.FINANCE)) for claim in claims)
    return {number: refusal for number, refusal in found if refusal is not None}


def _lines(tx: Tx, code: str, claims: Sequence[Claim]) -> list[PayoutLine]:
    return [
        PayoutLine(
            batch=code,
            claim=claim.number,
            position=position,
            unit_name=claim.unit_name,
            bank=claim.bank,
            account_sealed=claim.account_sealed,
            account_masked=claim.account_masked,
            account_digest=claim.account_digest,
            yuan=claim.granted_yuan,
            purpose=f"{claim.cycle}年度标准化奖补（{policy_of(tx, claim.policy_version).items[claim.item].title}）",
            outcome="pending",
            failure="",
        )
        for position, claim in enumerate(claims, 1)
    ]


def release(tx: Tx, batch: str, *, actor: Actor) -> Released:
    """Release a batch for the bank, as another person than the one who proposed it.

    Raises `SameReleaser`, `BatchReleased`, `BatchAltered`, `DiffersFromPublished`, and what stands against the
    actor on any of its claims.
    """
    require_role(actor, PAYERS, "放行拨付批次", "release a payout batch")
    row = load_batch(tx, batch, lock=True)
    if row.released_by is not None:
        raise BatchReleased(row.code, row.released_by)
    alone = objection_to_release(row.code, row.proposed_by, actor)
    if alone is not None:
        raise alone
    lines = lines_of(tx, row.code)
    held = _held_back(tx, (load_claim(tx, line.claim) for line in lines), actor)
    if held:
        raise next(iter(held.values()))
    require_unaltered(tx, row, lines)
    row.released_by, row.released_at = actor.name, tx.now
    _record(tx, row, lines, "payout_released", actor)
    return Released(row.code, len(lines), total_of(lines))


def _record(tx: Tx, batch: PayoutBatch, lines: Sequence[PayoutLine], trigger: str, actor: Actor) -> None:
    """Each claim's chain says in which batch it went, and by whom: the separation of duties reads it there."""
    for line in lines:
        append_to_claim(
            tx,
            load_claim(tx, line.claim),
            trigger,
            actor=actor.name,
            role=Role.FINANCE,
            data={"batch": batch.code, "yuan": line.yuan},
        )
    append(
        tx,
        f"payout/{batch.code}",
        trigger,
        actor=actor.name,
        role=Role.FINANCE,
        data={
            "claims": [line.claim for line in lines],
            "total_yuan": total_of(lines),
            "sha256": batch.sha256,
        },
    )


def export(tx: Tx, batch: str) -> tuple[tuple[str, ...], list[tuple[str | int, ...]]]:
    """The columns and rows of a released batch for the bank, accounts in full.

    Raises `BatchNotReleased`, and `BatchAltered` or `DiffersFromPublished` rather than give out a wrong row.
    """
    row = load_batch(tx, batch)
    if row.released_by is None:
        raise BatchNotReleased(row.code)
    lines = lines_of(tx, row.code)
    require_unaltered(tx, row, lines)
    return bank_sheet.COLUMNS, bank_sheet.rows_of(payments(tx, lines), rehearsal=tx.desk.rehearsal)


def export_file(tx: Tx, batch: str, path: Path, *, actor: Actor | None = None) -> None:
    """Write a released batch as the bank's sheet, .xlsx or .csv; in a rehearsal every row says 演练."""
    if actor is not None:
        require_role(actor, PAYERS, "导出拨付批次", "export a payout batch")
    _, rows = export(tx, batch)
    bank_sheet.write(path, rows, _printed(tx, load_batch(tx, batch)))


def _printed(tx: Tx, batch: PayoutBatch) -> Printed:
    lines = lines_of(tx, batch.code)
    total = total_of(lines)
    mark = bank_sheet.REHEARSAL_MARK if tx.desk.rehearsal else ""
    return Printed(
        head=f"{mark}{batch.cycle}年度标准化奖补资金拨付表　{batch.code}",
        foot=f"共{len(lines)}笔，合计{total:,}元（{in_words(total)}）　SHA-256 {batch.sha256}",
    )


# Looking at batches


def batches(tx: Tx, cycle: int | None = None) -> list[dict[str, Any]]:
    """All batches, newest first, each with its total and how many of its lines stand at each outcome."""
    statement = select(PayoutBatch).order_by(PayoutBatch.proposed_at.desc(), PayoutBatch.code.desc())
    if cycle is not None:
        statement = statement.where(PayoutBatch.cycle == cycle)
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    totals: Counter[str] = Counter()
    for code, outcome, count, yuan in tx.session.execute(
        select(PayoutLine.batch, PayoutLine.outcome, func.count(), func.sum(PayoutLine.yuan)).group_by(
            PayoutLine.batch, PayoutLine.outcome
        ),
    ).tuples():
        counts[code][outcome] = int(count)
        totals[code] += int(yuan)
    return [
        _summary(each, counts[each.code], Yuan(totals[each.code])) for each in tx.session.scalars(statement)
    ]


def batch(tx: Tx, code: str) -> dict[str, Any]:
    """One batch with its lines; accounts masked."""
    row = load_batch(tx, code)
    lines = lines_of(tx, row.code)
    return _summary(row, Counter(line.outcome for line in lines), total_of(lines)) | {
        "lines": [
            {
                "position": line.position,
                "claim": line.claim,
                "unit": line.unit_name,
                "bank": line.bank,
                "account": line.account_masked,
                "yuan": line.yuan,
                "purpose": line.purpose,
                "outcome": line.outcome,
                "failure": line.failure,
                "settled_at": line.settled_at.isoformat() if line.settled_at else None,
            }
            for line in lines
        ],
    }


def _summary(row: PayoutBatch, outcomes: Counter[str], total: Yuan) -> dict[str, Any]:
    return {
        "batch": row.code,
        "cycle": row.cycle,
        "claims": outcomes.total(),
        "total_yuan": total,
        "proposed_by": row.proposed_by,
        "proposed_at": row.proposed_at.isoformat(),
        "released_by": row.released_by,
        "released_at": row.released_at.isoformat() if row.released_at else None,
        "outcomes": {each: outcomes[each] for each in ("pending", "unknown", "paid", "failed")},
        "sha256": row.sha256,
    }
