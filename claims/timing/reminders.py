"""Reminders before a deadline, at several distances, to those who still owe something and to nobody else."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from claims.desk import Tx
from claims.facts import load_claim, load_cycle
from claims.models import Claim, EventRow
from claims.reading.township_units import unfiled
from claims.timing import slots
from claims.timing.slots import MORNING, Settled, SlotKind, skipped
from claims.trail.chains import append
from states.calendar import Due
from states.stages import Stage, Trigger

SUBMISSION_DAYS = (14, 5, 1)
CORRECTION_DAYS = (5, 1)
"""How many days before a deadline it is called to mind."""

NOTHING_OWED = "nobody owes anything any more"


def mornings(deadline: date, days: Sequence[int], since: date) -> Iterator[tuple[int, datetime]]:
    """The mornings on which a deadline is called to mind; none on the day the period begins, or before it."""
    for each in days:
        day = deadline - timedelta(days=each)
        if day > since:
            yield each, slots.at(day, MORNING)


def open_for_correction(tx: Tx, number: str, cycle: int, due: Due, version: int) -> None:
    """The reminders of a correction that the applicant owes from today on."""
    kind = SlotKind.REMIND_CORRECTION
    for days, at in mornings(due.on, CORRECTION_DAYS, tx.now.date()):
        slots.open_slot(tx, f"{kind}:{number}:{version}:{days}", kind, number, at, cycle)


def remind_townships(tx: Tx, year: int) -> Settled | None:
    """Record that townships are reminded of their units' drafts, and of units known to qualify that have filed nothing."""
    drafts, missing = _drafts(tx, year), unfiled(tx, year)
    if not drafts and not missing:
        return skipped(NOTHING_OWED)
    told = _told(tx, Due(load_cycle(tx, year).deadline_on), drafts) | {"unfiled": missing}
    append(tx, f"cycle/{year}", "townships_reminded", actor="system", role="system", data=told)
    return None


def remind_drafts(tx: Tx, year: int) -> Settled | None:
    """Record that units are reminded of their drafts."""
    drafts = _drafts(tx, year)
    if not drafts:
        return skipped(NOTHING_OWED)
    told = _told(tx, Due(load_cycle(tx, year).deadline_on), drafts)
    append(tx, f"cycle/{year}", "drafts_reminded", actor="system", role="system", data=told)
    return None


def remind_of_correction(tx: Tx, number: str) -> Settled | None:
    """Record that an applicant is reminded of what is still to be corrected."""
    claim = load_claim(tx, number)
    if claim.stage is not Stage.CORRECTION or claim.due_on is None:
        return skipped(NOTHING_OWED)
    data = _told(tx, Due(claim.due_on, claim.due_provisional), [claim.number])
    data |= {"missing": _missing(tx, claim.number)}
    # In the cycle's log, not the claim's own: a reminder must not come between an applicant and an open form.
    append(tx, f"cycle/{claim.cycle}", "correction_reminded", actor="system", role="system", data=data)
    return None


def _drafts(tx: Tx, year: int) -> list[str]:
    drafts = select(Claim.number).where(Claim.cycle == year, Claim.stage == Stage.DRAFT)
    return list(tx.session.scalars(drafts.order_by(Claim.number)))


def _missing(tx: Tx, number: str) -> list[str]:
    """What the last return for correction named."""
    told = tx.session.scalars(
        select(EventRow.data)
        .where(EventRow.stream == number, EventRow.trigger == Trigger.RETURN_FOR_CORRECTION)
        .order_by(EventRow.seq.desc())
        .limit(1),
    ).one()
    return list(json.loads(told)["missing"])


def _told(tx: Tx, due: Due, claims: list[str]) -> dict[str, Any]:
    return {
        "deadline_on": due.on.isoformat(),
        "provisional": due.provisional,
        "days_left": (due.on - tx.now.date()).days,
        "claims": claims,
    }
