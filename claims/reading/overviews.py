"""Reading what stands above single claims: cycles with their money, resolutions with their lists, people, the desk."""

from datetime import date
from typing import Any

from sqlalchemy import func, select

from claims.desk import Tx
from claims.facts import load_cycle
from claims.identity import people
from claims.letters.outbox import LetterStatus
from claims.models import Claim, Cycle, DueSlot, Letter, Organisation, PublishedLine, Resolution
from claims.money import ledger
from claims.publicity.resolutions import load_resolution
from claims.timing.cycles import budget_of
from claims.timing.slots import Outcome
from states.stages import Stage

# Cycles


def cycle_json(tx: Tx, year: int) -> dict[str, Any]:
    """A cycle: its dates, its money by account, its claims by stage."""
    return _cycle(tx, load_cycle(tx, year))


def cycle_list(tx: Tx) -> list[dict[str, Any]]:
    """All cycles, oldest first."""
    return [_cycle(tx, each) for each in tx.session.scalars(select(Cycle).order_by(Cycle.year))]


def _cycle(tx: Tx, cycle: Cycle) -> dict[str, Any]:
    return {
        "year": cycle.year,
        "status": cycle.status,
        "opens_on": cycle.opens_on.isoformat(),
        "deadline_on": cycle.deadline_on.isoformat(),
        "results_from": cycle.results_from.isoformat(),
        "results_to": cycle.results_to.isoformat(),
        "notice_days": cycle.notice_days,
        "policy_version": cycle.policy_version,
        "policy_hash": cycle.policy_hash,
        "budget_yuan": budget_of(tx, cycle.year),
        "balances": {str(name): yuan for name, yuan in ledger.balances(tx, cycle.year).items()},
        "stages": stages_of(tx, cycle.year),
    }


def stages_of(tx: Tx, year: int | None = None) -> dict[str, int]:
    """How many claims stand at each stage, in the order of the procedure; stages without any are left out."""
    statement = select(Claim.stage, func.count()).group_by(Claim.stage)
    if year is not None:
        statement = statement.where(Claim.cycle == year)
    found = {stage: int(count) for stage, count in tx.session.execute(statement).tuples()}
    return {str(stage): found[stage] for stage in Stage if stage in found}


# Resolutions


def resolution_list(tx: Tx) -> list[dict[str, Any]]:
    """All resolutions, oldest first, each with how much stands on its list."""
    rows = tx.session.scalars(select(Resolution).order_by(Resolution.opened_at, Resolution.ref))
    return [_resolution(row, _lines(tx, row)) for row in rows]


def resolution_json(tx: Tx, ref: str) -> dict[str, Any]:
    """A resolution with its list: as it was frozen, or, while it is not published, as it stands."""
    row = load_resolution(tx, ref)
    lines = _lines(tx, row)
    return _resolution(row, lines) | {"lines": lines}


def _resolution(row: Resolution, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "resolution": row.ref,
        "cycle": row.cycle,
        "opened_by": row.opened_by,
        "opened_at": row.opened_at.isoformat(),
        "published_by": row.published_by,
        "published_on": _iso(row.published_on),
        "ends_on": _iso(row.ends_on),
        "provisional": row.ends_provisional,
        "claims": len(lines),
        "total_yuan": sum(each["yuan"] for each in lines),
        "sha256": row.sha256,
    }


def _lines(tx: Tx, row: Resolution) -> list[dict[str, Any]]:
    if row.published_on is not None:
        frozen = (
            select(PublishedLine).where(PublishedLine.resolution == row.ref).order_by(PublishedLine.position)
        )
        return [_line(each, each.claim, each.yuan) for each in tx.session.scalars(frozen)]
    standing = select(Claim).where(Claim.resolution == row.ref, Claim.stage == Stage.PUBLIC_NOTICE)
    return [
        _line(each, each.number, each.granted_yuan or 0)
        for each in tx.session.scalars(standing.order_by(Claim.number))
    ]


def _line(row: PublishedLine | Claim, number: str, yuan: int) -> dict[str, Any]:
    return {
        "claim": number,
        "unit": row.unit_name,
        "township": row.township,
        "item": row.item,
        "standard": row.standard_number,
        "title": row.title,
        "yuan": yuan,
    }


# People and organisations


def user_list(tx: Tx) -> list[dict[str, Any]]:
    """All users in order of their names, with their roles and the units they have declared a conflict with."""
    return [
        {
            "name": each.name,
            "roles": [str(held.role) for held in each.roles],
            "org": each.organisation.names[0] if each.organisation else None,
            "email": each.email,
            "active": each.active,
            "declared": [declared.uscc for declared in each.declared],
        }
        for each in people.users(tx)
    ]


def organisation_list(tx: Tx) -> list[dict[str, Any]]:
    """The offices of the directory and the units that are registered."""
    return [organisation_json(each) for each in people.organisations(tx)]


def organisation_json(row: Organisation) -> dict[str, Any]:
    return {
        "code": row.code,
        "kind": row.kind,
        "name": row.names[0],
        "names": list(row.names),
        "uscc": row.uscc,
        "township": row.township,
        "email": row.email,
    }


# The desk


def status_json(tx: Tx) -> dict[str, Any]:
    """The policy in force, the claims by stage, what was done last, what comes next, what is overdue."""
    today, policy = tx.now.date(), tx.desk.rulebook.policy_on(tx.now.date())
    return {
        "now": tx.now.isoformat(),
        "mode": "rehearsal" if tx.desk.rehearsal else "live",
        "policy": {
            "version": policy.version,
            "title": policy.title,
            "status": str(policy.status),
            "effective_from": policy.effective_from.isoformat(),
            "hash": policy.hash,
        },
        "cycles": [
            {"year": each.year, "status": each.status, "deadline_on": each.deadline_on.isoformat()}
            for each in tx.session.scalars(select(Cycle).order_by(Cycle.year))
        ],
        "stages": stages_of(tx),
        "letters": _letters(tx),
        "last_steps": _steps(tx, finished=True),
        "next_steps": _steps(tx, finished=False),
        "overdue": {
            "claims": _overdue(tx, today),
            "slots": tx.session.scalar(
                select(func.count())
                .select_from(DueSlot)
                .where(DueSlot.outcome == str(Outcome.PENDING), DueSlot.due_at <= tx.now),
            )
            or 0,
        },
        "workdays_announced_to": max(tx.desk.workdays.years, default=None),
    }


def _letters(tx: Tx) -> dict[str, int]:
    rows = tx.session.execute(select(Letter.status, func.count()).group_by(Letter.status)).tuples()
    counted = {status: int(count) for status, count in rows}
    return {str(status): counted[status] for status in LetterStatus if status in counted}


def _steps(tx: Tx, *, finished: bool, limit: int = 5) -> list[dict[str, Any]]:
    if finished:
        statement = (
            select(DueSlot)
            .where(DueSlot.outcome.not_in([str(Outcome.PENDING), str(Outcome.SKIPPED)]))
            .order_by(DueSlot.finished_at.desc(), DueSlot.id.desc())
        )
    else:
        statement = (
            select(DueSlot)
            .where(DueSlot.outcome == str(Outcome.PENDING))
            .order_by(DueSlot.due_at, DueSlot.id)
        )
    return [
        {
            "slot": each.key,
            "kind": each.kind,
            "subject": each.subject,
            "due_at": each.due_at.isoformat(),
            "outcome": each.outcome,
            "finished_at": each.finished_at.isoformat() if each.finished_at else None,
        }
        for each in tx.session.scalars(statement.limit(limit))
    ]


def _overdue(tx: Tx, today: date) -> list[dict[str, Any]]:
    rows = select(Claim).where(Claim.due_on < today, Claim.stage != Stage.REJECTED).order_by(Claim.due_on)
    return [
        {"number": each.number, "stage": str(each.stage), "due_on": _iso(each.due_on)}
        for each in tx.session.scalars(rows)
    ]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
