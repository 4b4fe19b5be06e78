"""Asking finance to propose a batch: who proposes must be a person, and another than the one who releases it."""

from sqlalchemy import exists, select

from claims.desk import Tx
from claims.models import Claim, PayoutLine
from claims.timing import slots
from claims.timing.slots import Settled, SlotKind, asked, skipped
from claims.trail.chains import append
from states.stages import Stage

OPEN_OUTCOMES = ("pending", "unknown", "paid")
"""A claim with a line in one of these is in no further batch; a failed one frees it."""

WAITING = (Claim.stage == Stage.FINANCE_PAYOUT) & ~exists().where(
    PayoutLine.claim == Claim.number, PayoutLine.outcome.in_(OPEN_OUTCOMES)
)
"""A claim whose payment nobody has proposed."""


def open_prompt(tx: Tx, cycle: int) -> None:
    """A claim waits for payment: finance is asked in the morning, once for all that have come by then."""
    at = slots.next_morning(tx)
    kind = SlotKind.PROMPT_PAYOUT
    slots.open_slot(tx, f"{kind}:{cycle}:{at:%Y-%m-%d}", kind, f"cycle/{cycle}", at, cycle)


def prompt_payout(tx: Tx, cycle: int) -> Settled:
    """Ask finance to propose a batch of all that wait, if any still do."""
    waiting = tx.session.execute(
        select(Claim.number, Claim.granted_yuan).where(Claim.cycle == cycle, WAITING).order_by(Claim.number)
    ).all()
    if not waiting:
        return skipped("no claim waits for payment")
    append(
        tx,
        f"cycle/{cycle}",
        "payout_prompted",
        actor="system",
        role="system",
        data={
            "claims": [number for number, _ in waiting],
            "total_yuan": sum(yuan or 0 for _, yuan in waiting),
        },
    )
    return asked("finance, to propose a batch")
