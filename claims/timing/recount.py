"""Counting anew what rested on a year without a list of working days, once the list is there.

A deadline that was announced never moves silently and never comes earlier: whoever relied on it keeps it. Where the
list puts it later, the claim's log says so and those affected are written to; where not, the date loses its mark.
No law asks for an earlier date: the periods are the county's own. A date that was not provisional stays as announced.
"""

from datetime import date

from sqlalchemy import or_, select

from claims.desk import Tx
from claims.facts import load_claim, load_cycle, policy_of
from claims.models import Claim, DueSlot, Resolution
from claims.once import ROW_LOCK
from claims.review.decisions import open_slots
from claims.timing import slots
from claims.timing.slots import Outcome, Settled, SlotKind, skipped
from claims.trail.chains import Recorded, append, append_to_claim
from states.deadlines import due_in
from states.stages import Role, Stage

RECOUNTED = "counted anew by the year's list of working days"


def wants_recount(tx: Tx) -> bool:
    """Whether a date is provisional that the calendar can count by now."""
    days = [
        *tx.session.scalars(select(Claim.due_on).where(Claim.due_provisional).distinct()),
        *tx.session.scalars(select(Resolution.ends_on).where(Resolution.ends_provisional).distinct()),
    ]
    return any(day is not None and tx.desk.workdays.is_announced(day.year) for day in days)


def recount(tx: Tx) -> Settled | None:
    """Count all provisional dates anew. Lists go before claims, as wherever both are written."""
    counted = [_recount_list(tx, ref) for ref in _lists(tx)]
    counted += [_recount_claim(tx, number) for number in _claims(tx)]
    return None if any(counted) else skipped("no date rests on the new list")


def _lists(tx: Tx) -> list[str]:
    return list(
        tx.session.scalars(select(Resolution.ref).where(Resolution.ends_provisional).order_by(Resolution.ref))
    )


def _claims(tx: Tx) -> list[str]:
    """Claims with a date of their own; those in a public notice have their list's."""
    return list(
        tx.session.scalars(
            select(Claim.number)
            .where(Claim.due_provisional, Claim.stage != Stage.PUBLIC_NOTICE)
            .order_by(Claim.number)
        ),
    )


# A claim's own date


def _recount_claim(tx: Tx, number: str) -> bool:
    claim = load_claim(tx, number)
    periods = policy_of(tx, claim.policy_version).periods
    counted = due_in(claim.stage, claim.moved_at.date(), periods, tx.desk.workdays)
    if counted is None or claim.due_on is None or counted.provisional:
        return False
    cycle, stage = claim.cycle, claim.stage
    later = counted.on > claim.due_on
    if later:
        slots.settle_subject(tx, number, RECOUNTED)
    recorded = _settle_date(tx, claim, max(counted.on, claim.due_on))
    if later:
        open_slots(tx, number, cycle, stage, counted, recorded.version)
    return True


def _settle_date(tx: Tx, claim: Claim, due_on: date) -> Recorded:
    """The date is certain now: moved to a later day, or confirmed as it was announced."""
    before = claim.due_on
    data = {"due_on": due_on.isoformat(), "due_provisional": False}
    changes = {"due_on": due_on, "due_provisional": False}
    if before is None or due_on == before:
        return append_to_claim(
            tx, claim, "due_confirmed", actor="system", role=Role.SYSTEM, data=data, changes=changes
        )
    data |= {"before": before.isoformat(), "stage": str(claim.stage)}
    return append_to_claim(
        tx, claim, "due_moved", actor="system", role=Role.SYSTEM, data=data, changes=changes
    )


# A list's


def _recount_list(tx: Tx, ref: str) -> bool:
    # Slots before list and claims, as whoever settles one of them locks them.
    pending, on_it = _pending_ends(tx, ref), _on_notice(tx, ref)
    resolution = tx.session.get_one(Resolution, ref, with_for_update=ROW_LOCK)
    began, before = resolution.published_on, resolution.ends_on
    if began is None or before is None:
        return False
    counted = tx.desk.workdays.add_working_days(began, load_cycle(tx, resolution.cycle).notice_days)
    if counted.provisional:
        return False
    # A window that is over is not opened again.
    ends_on = max(counted.on, before) if on_it and before >= tx.now.date() else before
    resolution.ends_on, resolution.ends_provisional = ends_on, False
    data = {
        "resolution": ref,
        "published_on": began.isoformat(),
        "before": before.isoformat(),
        "ends_on": ends_on.isoformat(),
        "claims": on_it,
    }
    stream = f"resolution/{ref}"
    if ends_on == before:
        append(tx, stream, "notice_confirmed", actor="system", role="system", data=data)
    else:
        append(tx, stream, "notice_extended", actor="system", role="system", data=data)
        _end_later(tx, pending, ends_on)
    for number in on_it:
        _settle_date(tx, load_claim(tx, number), ends_on)
    return True


def _pending_ends(tx: Tx, ref: str) -> list[DueSlot]:
    """What will end the notice: the list's own slot, and those of claims that an objection had held up."""
    of_claims = select(Claim.number).where(Claim.resolution == ref)
    return list(
        tx.session.scalars(
            select(DueSlot)
            .where(
                DueSlot.kind == SlotKind.END_NOTICE,
                DueSlot.outcome == str(Outcome.PENDING),
                or_(DueSlot.subject == ref, DueSlot.subject.in_(of_claims)),
            )
            .order_by(DueSlot.id)
            .with_for_update()
        ),
    )


def _on_notice(tx: Tx, ref: str) -> list[str]:
    return list(
        tx.session.scalars(
            select(Claim.number)
            .where(Claim.resolution == ref, Claim.stage == Stage.PUBLIC_NOTICE)
            .order_by(Claim.number)
        ),
    )


def _end_later(tx: Tx, pending: list[DueSlot], ends_on: date) -> None:
    for slot in pending:
        slot.outcome, slot.finished_at, slot.detail = Outcome.SKIPPED, tx.now, RECOUNTED
        key, at = f"{slot.key}:{ends_on}", slots.after(ends_on)
        slots.open_slot(tx, key, SlotKind.END_NOTICE, slot.subject, at, slot.cycle)
