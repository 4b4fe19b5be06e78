"""Reading what stands above single claims: cycles with their money, resolutions with their lists, people, the desk."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from claims.desk import Tx
from claims.facts import load_cycle
from claims.identity import people
from claims.letters.outbox import LetterStatus
from claims.models import Balance, Claim, Cycle, DueSlot, Letter, Organisation, PublishedLine, Resolution
from claims.money import ledger
from claims.money.ledger import Account
from claims.publicity.notices import published_lists
from claims.publicity.resolutions import load_resolution
from claims.timing.slots import Outcome
from states.stages import Stage

# Cycles


def cycle_json(tx: Tx, year: int) -> dict[str, Any]:
    """A cycle: its dates, its money by account, its claims by stage."""
    return _cycle(load_cycle(tx, year), ledger.balances(tx, year), stages_of(tx, year))


def cycle_list(tx: Tx) -> list[dict[str, Any]]:
    """All cycles, oldest first."""
    cycles = tx.session.scalars(select(Cycle).order_by(Cycle.year)).all()
    balances: defaultdict[int, dict[Account, int]] = defaultdict(lambda: dict.fromkeys(Account, 0))
    for year, account, yuan in tx.session.execute(
        select(Balance.cycle, Balance.account, Balance.yuan)
    ).tuples():
        balances[year][Account(account)] = yuan
    stages: defaultdict[int, dict[Stage, int]] = defaultdict(dict)
    counted = select(Claim.cycle, Claim.stage, func.count()).group_by(Claim.cycle, Claim.stage)
    for year, stage, count in tx.session.execute(counted).tuples():
        stages[year][stage] = int(count)
    return [_cycle(each, balances[each.year], _in_order(stages[each.year])) for each in cycles]


def _cycle(cycle: Cycle, balances: Mapping[Account, int], stages: dict[str, int]) -> dict[str, Any]:
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
        "budget_yuan": -balances[Account.APPROPRIATED],
        "balances": {str(name): yuan for name, yuan in balances.items()},
        "stages": stages,
    }


def stages_of(tx: Tx, year: int | None = None) -> dict[str, int]:
    """How many claims stand at each stage, in the order of the procedure; stages without any are left out."""
    statement = select(Claim.stage, func.count()).group_by(Claim.stage)
    if year is not None:
        statement = statement.where(Claim.cycle == year)
    return _in_order({stage: int(count) for stage, count in tx.session.execute(statement).tuples()})


def _in_order(found: Mapping[Stage, int]) -> dict[str, int]:
    return {str(stage): found[stage] for stage in Stage if stage in found}


# Resolutions


def resolution_list(tx: Tx) -> list[dict[str, Any]]:
    """All resolutions, oldest first, each with how much stands on its list."""
    frozen = select(PublishedLine.resolution, func.count(), func.sum(PublishedLine.yuan))
    standing = select(Claim.resolution, func.count(), func.sum(func.coalesce(Claim.granted_yuan, 0))).where(
        Claim.resolution.is_not(None), Claim.stage == Stage.PUBLIC_NOTICE
    )
    published = _sums(tx, frozen.group_by(PublishedLine.resolution))
    open_yet = _sums(tx, standing.group_by(Claim.resolution))
    rows = tx.session.scalars(select(Resolution).order_by(Resolution.opened_at, Resolution.ref))
    return [
        _resolution(row, *(open_yet if row.published_on is None else published).get(row.ref, (0, 0)))
        for row in rows
    ]


def _sums(tx: Tx, statement: Select[Any]) -> dict[str, tuple[int, int]]:
    return {ref: (int(count), int(yuan)) for ref, count, yuan in tx.session.execute(statement)}


def resolution_json(tx: Tx, ref: str) -> dict[str, Any]:
    """A resolution with its list: as it was frozen, or, while it is not published, as it stands."""
    row = load_resolution(tx, ref)
    if row.published_on is not None:
        return _with_lines(
            row, [_frozen(each) for each in _published_lines(tx, PublishedLine.resolution == row.ref)]
        )
    standing = select(Claim).where(Claim.resolution == row.ref, Claim.stage == Stage.PUBLIC_NOTICE)
    lines = tx.session.scalars(standing.order_by(Claim.number))
    return _with_lines(row, [_line(each, each.number, each.granted_yuan or 0) for each in lines])


def published_json(tx: Tx, year: int) -> list[dict[str, Any]]:
    """The published lists of a cycle as `resolution_json` gives them, the latest first."""
    refs = published_lists(tx, year)
    rows = {row.ref: row for row in tx.session.scalars(select(Resolution).where(Resolution.cycle == year))}
    lines: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    of_year = select(Resolution.ref).where(Resolution.cycle == year)
    for each in _published_lines(tx, PublishedLine.resolution.in_(of_year)):
        lines[each.resolution].append(_frozen(each))
    return [_with_lines(rows[ref], lines[ref]) for ref in refs]


def _published_lines(tx: Tx, wanted: ColumnElement[bool]) -> Iterable[Row[Any]]:
    """Columns, not records: a year may have thousands of lines."""
    statement = select(
        PublishedLine.resolution,
        PublishedLine.claim,
        PublishedLine.unit_name,
        PublishedLine.township,
        PublishedLine.item,
        PublishedLine.standard_number,
        PublishedLine.title,
        PublishedLine.yuan,
    )
    return tx.session.execute(
        statement.where(wanted).order_by(PublishedLine.resolution, PublishedLine.position)
    )


def _with_lines(row: Resolution, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return _resolution(row, len(lines), sum(each["yuan"] for each in lines)) | {"lines": lines}


def _resolution(row: Resolution, claims: int, total_yuan: int) -> dict[str, Any]:
    return {
        "resolution": row.ref,
        "cycle": row.cycle,
        "opened_by": row.opened_by,
        "opened_at": row.opened_at.isoformat(),
        "published_by": row.published_by,
        "published_on": _iso(row.published_on),
        "ends_on": _iso(row.ends_on),
        "provisional": row.ends_provisional,
        "claims": claims,
        "total_yuan": total_yuan,
        "sha256": row.sha256,
    }


def _frozen(row: Row[Any]) -> dict[str, Any]:
    return _line(row, row.claim, row.yuan)


def _line(row: Row[Any] | Claim, number: str, yuan: int) -> dict[str, Any]:
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
