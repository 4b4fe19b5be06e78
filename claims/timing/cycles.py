"""Planning a year's round of claims: its dates, its budget, and the due slots that follow from them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from claims.desk import Tx
from claims.errors import BadDates, BadValue, CycleFixed
from claims.facts import load_cycle
from claims.models import Claim, Cycle, DueSlot, EventRow
from claims.money import ledger
from claims.money.ledger import Account
from claims.once import ROW_LOCK, insert_once
from claims.reading.township_units import unfiled
from claims.timing import reminders, slots, yearly
from claims.timing.slots import MORNING, Outcome, Settled, SlotKind, asked, skipped
from claims.trail.chains import append
from states.policy import Yuan
from states.stages import Stage

CALL_DAYS = 14
"""How many days before the opening townships are called to file: papers take their time."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The dates of a cycle as said by whoever plans it; results default to the previous calendar year."""

    year: int
    opens_on: date
    deadline_on: date
    budget_yuan: int
    results_from: date | None = None
    results_to: date | None = None
    notice_days: int | None = None


def plan_cycle(tx: Tx, plan: Plan, *, actor: str = "system", role: str = "system") -> Cycle:
    """Plan a cycle, or plan it anew as long as it has not opened. The same plan again changes nothing.

    Once it has opened, or a claim has been filed on its opening day before that, only the budget can change, never
    below what is spoken for. Raises `CycleFixed`, `BadDates`, `BadValue`, `BudgetExceeded`.
    """
    values = _values(tx, plan)
    row = {"year": plan.year, "status": "planned", "last_number": 0, "last_batch": 0, **values}
    if insert_once(tx, Cycle, "year", row):
        ledger.open_accounts(tx, plan.year)
    # Locked, slots before cycle as by whoever settles one: it does not open while its dates are being changed.
    tx.session.execute(select(DueSlot.id).where(DueSlot.subject == f"cycle/{plan.year}").with_for_update())
    cycle = tx.session.get_one(Cycle, plan.year, with_for_update=ROW_LOCK)
    planned = cycle.status == "planned" and not _has_claims(tx, plan.year)
    if not planned:
        _require_same_dates(plan, cycle)
    same_budget = budget_of(tx, plan.year) == plan.budget_yuan
    if same_budget and (not planned or all(getattr(cycle, name) == value for name, value in values.items())):
        return cycle
    if planned:
        for name, value in values.items():
            setattr(cycle, name, value)
    dates = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    recorded = append(
        tx,
        f"cycle/{plan.year}",
        "cycle_planned" if planned else "budget_changed",
        actor=actor,
        role=role,
        data={**(dates if planned else {}), "budget_yuan": plan.budget_yuan},
    )
    if planned:
        _open_slots(tx, cycle, recorded.version)
    _appropriate(tx, plan, f"cycle/{plan.year}/{recorded.version}")
    return cycle


def _has_claims(tx: Tx, year: int) -> bool:
    """Filings lock the cycle too, so that none comes in while its dates are being changed."""
    return tx.session.scalars(select(Claim.id).where(Claim.cycle == year).limit(1)).one_or_none() is not None


def _values(tx: Tx, plan: Plan) -> dict[str, Any]:
    """The columns of a planned cycle, with defaults where the plan says nothing."""
    results_from = plan.results_from or date(plan.year - 1, 1, 1)
    results_to = plan.results_to or date(plan.year - 1, 12, 31)
    _check(plan, results_from, results_to)
    policy = tx.desk.rulebook.policy_on(plan.opens_on)
    return {
        "opens_on": plan.opens_on,
        "deadline_on": plan.deadline_on,
        "results_from": results_from,
        "results_to": results_to,
        "notice_days": plan.notice_days or policy.periods.notice,
        "policy_version": policy.version,
        "policy_hash": policy.hash,
    }


def _require_same_dates(plan: Plan, cycle: Cycle) -> None:
    """Of a cycle that has opened, what a plan says must be what stands; what it leaves out stands as it is."""
    names = ("opens_on", "deadline_on", "results_from", "results_to", "notice_days")
    if any(getattr(plan, name) not in {None, getattr(cycle, name)} for name in names):
        raise CycleFixed(plan.year)


def call_townships(tx: Tx, year: int) -> Settled | None:
    """Record that townships are called to file, ahead of the opening; once it opens, the opening calls them.

    `renewed`: an earlier plan has called them already, and these dates take the place of its own.
    """
    cycle = load_cycle(tx, year)
    if cycle.status != "planned" or tx.now.date() >= cycle.opens_on:
        return skipped("the opening calls them")
    append(
        tx,
        f"cycle/{year}",
        "townships_called",
        actor="system",
        role="system",
        data=_dates(cycle) | {"renewed": bool(_calls(tx, year))},
    )
    return None


def _calls(tx: Tx, year: int) -> list[dict[str, Any]]:
    """What earlier calls of this cycle said, in their order."""
    found = select(EventRow.data).where(
        EventRow.stream == f"cycle/{year}", EventRow.trigger == "townships_called"
    )
    return [json.loads(each) for each in tx.session.scalars(found.order_by(EventRow.seq))]


def _called_for(tx: Tx, cycle: Cycle) -> bool:
    """Whether the townships have been told of these very dates."""
    calls, dates = _calls(tx, cycle.year), _dates(cycle)
    return bool(calls) and all(calls[-1][name] == value for name, value in dates.items())


def _dates(cycle: Cycle) -> dict[str, str]:
    return {
        name: getattr(cycle, name).isoformat()
        for name in ("opens_on", "deadline_on", "results_from", "results_to")
    }


def open_cycle(tx: Tx, year: int) -> Settled | None:
    """Open a planned cycle: from now on claims are taken.

    Where its whole window has passed unopened, nobody is called to file any more: administrators are asked to plan
    it anew.
    """
    cycle = load_cycle(tx, year)
    if cycle.status != "planned":
        return None
    dates = _dates(cycle)
    if tx.now.date() > cycle.deadline_on and not _has_claims(tx, year):
        append(tx, f"cycle/{year}", "cycle_missed", actor="system", role="system", data=dates)
        return asked(f"administrators, to plan {year} anew")
    cycle.status = "open"
    called = _called_for(tx, cycle)
    opened = dates | {"called": called, "renewed": not called and bool(_calls(tx, year))}
    append(tx, f"cycle/{year}", "cycle_opened", actor="system", role="system", data=opened)
    return None


def close_cycle(tx: Tx, year: int) -> Settled | None:
    """Close the window. Drafts lapse each by its own slot, so that each has its own event and letter."""
    cycle = load_cycle(tx, year)
    if cycle.status != "open":
        return skipped(f"the cycle is {cycle.status}")
    cycle.status = "closed"
    drafts = tx.session.scalar(
        select(func.count()).select_from(Claim).where(Claim.cycle == year, Claim.stage == Stage.DRAFT),
    )
    submitted = tx.session.scalar(
        select(func.count()).select_from(Claim).where(Claim.cycle == year, Claim.submitted_at.is_not(None)),
    )
    append(
        tx,
        f"cycle/{year}",
        "cycle_closed",
        actor="system",
        role="system",
        data={
            "deadline_on": cycle.deadline_on.isoformat(),
            "submitted": submitted or 0,
            "lapsed": drafts or 0,
            "unfiled": unfiled(tx, year),
        },
    )
    return None


def budget_of(tx: Tx, year: int) -> Yuan:
    return Yuan(-ledger.balances(tx, year)[Account.APPROPRIATED])


def _check(plan: Plan, results_from: date, results_to: date) -> None:
    if plan.deadline_on < plan.opens_on:
        raise BadDates("截止日期早于开始日期", "the deadline is before the opening")
    if results_to < results_from:
        raise BadDates("成果期间的止日早于起日", "the end of the period of results is before its beginning")
    if plan.budget_yuan <= 0:
        raise BadValue(
            "预算须为大于零的整数（元）。", "The budget must be a whole number of yuan above zero."
        )
    if plan.notice_days is not None and plan.notice_days < 1:
        raise BadValue("公示天数须至少 1 个工作日。", "A public notice takes at least one working day.")


def _appropriate(tx: Tx, plan: Plan, posting: str) -> None:
    difference = plan.budget_yuan - budget_of(tx, plan.year)
    if difference:
        ledger.post(
            tx,
            plan.year,
            posting,
            {Account.APPROPRIATED: -difference, Account.AVAILABLE: difference},
        )


def _open_slots(tx: Tx, cycle: Cycle, plan_number: int) -> None:
    """The slots a plan gives rise to. Planning anew takes the pending ones away first."""
    year, subject = cycle.year, f"cycle/{cycle.year}"
    tx.session.execute(
        delete(DueSlot).where(DueSlot.subject == subject, DueSlot.outcome == str(Outcome.PENDING))
    )
    moments = dict(_moments(cycle))
    # What an earlier plan has settled stays in the ledger; this plan's slot gets a key of its own beside it.
    free = slots.missing_keys(tx, moments.keys())
    for key, (kind, at) in moments.items():
        slots.open_slot(tx, key if key in free else f"{key}:{plan_number}", kind, subject, at, year)


def _moments(cycle: Cycle) -> Iterator[tuple[str, tuple[SlotKind, datetime]]]:
    """What falls due in a cycle by its dates: kind and time by the slot's key."""
    year = cycle.year
    call_at = slots.at(cycle.opens_on - timedelta(days=CALL_DAYS), MORNING)
    yield f"{SlotKind.CALL_TOWNSHIPS}:{year}", (SlotKind.CALL_TOWNSHIPS, call_at)
    yield f"{SlotKind.OPEN_CYCLE}:{year}", (SlotKind.OPEN_CYCLE, slots.at(cycle.opens_on, 0))
    closing = slots.after(cycle.deadline_on)
    yield f"{SlotKind.CLOSE_SUBMISSIONS}:{year}", (SlotKind.CLOSE_SUBMISSIONS, closing)
    for days, at in reminders.mornings(cycle.deadline_on, reminders.SUBMISSION_DAYS, cycle.opens_on):
        for kind in (SlotKind.REMIND_TOWNSHIPS, SlotKind.REMIND_DRAFTS):
            yield f"{kind}:{year}:{days}", (kind, at)
    yield f"{SlotKind.YEAR_REPORT}:{year}", (SlotKind.YEAR_REPORT, yearly.report_at(cycle))
    for days, at in yearly.calls_at(cycle):
        yield f"{SlotKind.CALL_NEXT_YEAR}:{year}:{days}", (SlotKind.CALL_NEXT_YEAR, at)
