"""A year at a glance: how many claims stand where, where the money is, and what falls due."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select

from claims.desk import Tx
from claims.facts import load_cycle
from claims.models import Claim, DueSlot
from claims.models.claim import OPEN_STAGES
from claims.reading.overviews import cycle_json
from claims.timing.due import SlotResult, result_of
from claims.timing.slots import Outcome
from states.policy import Yuan
from states.stages import Stage

COMING = 20
PAST = 12


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many claims stand at a stage. `open`: somebody still has to act there."""

    stage: Stage
    count: int
    overdue: int
    open: bool


@dataclass(frozen=True, slots=True)
class Board:
    """A cycle's figures at one moment.

    `cycle` is as `cycle show` gives it. `stages` holds every stage with a claim: first those where somebody must act, in the order of
    the procedure, then the ends.
    `under_review_yuan` is what is asked for by claims that nothing is granted to yet. `coming` are pending slots,
    the next first; `past` those that were done, the latest first.
    """

    cycle: dict[str, Any]
    filed: int
    requested_yuan: Yuan
    granted_yuan: Yuan
    paid_claims: int
    overdue: int
    under_review_yuan: Yuan
    stages: tuple[StageCount, ...]
    coming: tuple[SlotResult, ...]
    past: tuple[SlotResult, ...]


def board(tx: Tx, year: int) -> Board:
    """Raises `UnknownCycle`."""
    load_cycle(tx, year)
    stages = _stages(tx, year, tx.now.date())
    requested, granted, open_yuan = tx.session.execute(
        select(
            func.coalesce(func.sum(Claim.requested_yuan), 0),
            func.coalesce(func.sum(Claim.granted_yuan), 0),
            func.coalesce(func.sum(case((_under_review(), Claim.requested_yuan), else_=0)), 0),
        ).where(Claim.cycle == year),
    ).one()
    return Board(
        cycle=cycle_json(tx, year),
        filed=sum(each.count for each in stages),
        requested_yuan=Yuan(int(requested)),
        granted_yuan=Yuan(int(granted)),
        paid_claims=sum(each.count for each in stages if each.stage is Stage.PAID),
        overdue=sum(each.overdue for each in stages),
        under_review_yuan=Yuan(int(open_yuan)),
        stages=stages,
        coming=_slots(tx, year, pending=True),
        past=_slots(tx, year, pending=False),
    )


def _under_review() -> Any:
    return Claim.granted_yuan.is_(None) & Claim.stage.in_(OPEN_STAGES)


def _stages(tx: Tx, year: int, today: date) -> tuple[StageCount, ...]:
    late = case(((Claim.due_on < today) & Claim.stage.in_(OPEN_STAGES), 1), else_=0)
    rows = tx.session.execute(
        select(Claim.stage, func.count(), func.sum(late)).where(Claim.cycle == year).group_by(Claim.stage),
    ).tuples()
    found = {stage: (int(count), int(overdue)) for stage, count, overdue in rows}
    ended = (stage for stage in Stage if stage not in OPEN_STAGES)
    return tuple(
        StageCount(stage, *found[stage], open=stage in OPEN_STAGES)
        for stage in (*OPEN_STAGES, *ended)
        if stage in found
    )


def _slots(tx: Tx, year: int, *, pending: bool) -> tuple[SlotResult, ...]:
    statement = select(DueSlot).where(DueSlot.cycle == year)
    if pending:
        statement = statement.where(DueSlot.outcome == str(Outcome.PENDING))
        statement = statement.order_by(DueSlot.due_at, DueSlot.id).limit(COMING)
    else:
        statement = statement.where(
            DueSlot.outcome.in_([str(each) for each in (Outcome.DONE, Outcome.LATE, Outcome.ASKED)])
        )
        statement = statement.order_by(DueSlot.finished_at.desc(), DueSlot.id.desc()).limit(PAST)
    return tuple(result_of(slot) for slot in tx.session.scalars(statement))
