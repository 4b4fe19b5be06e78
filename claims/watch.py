"""Whether the desk can work, and how much stands where: for those who watch over machines."""

from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.exc import SQLAlchemyError

from claims.database import is_current
from claims.desk import Desk, Tx
from claims.models import Claim, DueSlot, Letter
from claims.models.claim import OPEN_STAGES
from claims.timing.slots import Outcome
from states.stages import Stage

STANDSTILL = timedelta(minutes=30)
"""The schedule looks every five minutes; what has waited longer than this is not being looked at."""


class Figure(NamedTuple):
    """A figure by one label: what it counts, what the label is called, and the values."""

    meaning: str
    label: str
    values: dict[str, int]


def readiness(desk: Desk) -> dict[str, bool]:
    """Each thing that must hold for the desk to do its work."""
    found = {"database": False, "migrations": False, "schedules": False}
    try:
        with desk.reading() as tx:
            found["database"] = True
            found["migrations"] = is_current(desk.engine)
            found["schedules"] = not _standing_still(tx)
    except SQLAlchemyError:
        pass
    return found


def _standing_still(tx: Tx) -> bool:
    oldest = tx.session.scalar(
        select(func.min(DueSlot.due_at)).where(
            DueSlot.outcome == str(Outcome.PENDING), DueSlot.due_at <= tx.now
        ),
    )
    return oldest is not None and tx.now - oldest > STANDSTILL


def figures(tx: Tx) -> dict[str, Figure]:
    """Counts only: no name, number or account of anybody."""
    by_stage = _counted(tx, select(Claim.stage, func.count()).group_by(Claim.stage))
    late = _counted(
        tx,
        select(Claim.stage, func.count())
        .where(Claim.due_on < tx.now.date(), Claim.stage.in_(OPEN_STAGES))
        .group_by(Claim.stage),
    )
    slots = _counted(tx, select(DueSlot.outcome, func.count()).group_by(DueSlot.outcome))
    letters = _counted(tx, select(Letter.status, func.count()).group_by(Letter.status))
    return {
        "claims": Figure("Claims by stage.", "stage", {str(each): by_stage.get(each, 0) for each in Stage}),
        "claims_overdue": Figure(
            "Claims past their deadline.", "stage", {str(each): late.get(each, 0) for each in OPEN_STAGES}
        ),
        "due_slots": Figure(
            "Due slots by outcome.", "outcome", {str(each): slots.get(each, 0) for each in Outcome}
        ),
        "letters": Figure("Letters by status.", "status", letters),
    }


def _counted(tx: Tx, statement: Select[Any]) -> dict[str, int]:
    return {key: int(count) for key, count in tx.session.execute(statement).tuples()}
