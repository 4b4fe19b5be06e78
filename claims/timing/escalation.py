"""Work that waits for an office: told to it each working morning in one letter, and its delays to its superior."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from claims.desk import Tx
from claims.facts import policy_of
from claims.models import Claim, DepartmentCheckRow
from claims.timing.slots import Settled, skipped
from claims.trail.chains import append
from states.stages import Role, Stage

RESPONSIBLE: Mapping[Stage, Role] = MappingProxyType(
    {
        Stage.SUBMITTED: Role.INTAKE,
        Stage.DEPARTMENT_CHECK: Role.DEPARTMENT,
        Stage.MARKET_SUPERVISION_REVIEW: Role.REVIEWER,
        Stage.COORDINATION_APPROVAL: Role.COORDINATOR,
        # Its window is over and the desk has not ended it: an objection waits for its answer.
        Stage.PUBLIC_NOTICE: Role.COORDINATOR,
        Stage.FINANCE_PAYOUT: Role.FINANCE,
    },
)
"""Who must act at a stage. What the applicant owes is no office's delay, and ends by itself."""

_WORKED = frozenset(RESPONSIBLE) - {Stage.PUBLIC_NOTICE}

AT_ONCE = frozenset({Role.DEPARTMENT})
"""Whose delay the coordination body hears of from its first morning on; of others once the policy's period is over."""


DAILY = frozenset({Role.INTAKE, Role.DEPARTMENT, Role.REVIEWER})
"""Who works claim by claim and hears each morning of all that waits. The coordination body meets and finance pays in
batches: they hear of what is due soon or overdue."""

SOON = 3
"""Working days within which what falls due is told one by one."""


class Waiting(NamedTuple):
    number: str
    stage: Stage
    due_on: date
    policy_version: str
    office: str


def tell_of_work(tx: Tx) -> Settled | None:
    """Record what waits for each office this morning, what of it is overdue or due soon, and whether the coordination
    body hears of it.
    """
    found, today = sorted(_waiting(tx)), tx.now.date()
    soon_by = tx.desk.workdays.add_working_days(today, SOON).on
    overdue = [each for each in found if each.due_on < today]
    soon = [each for each in found if today <= each.due_on <= soon_by and each.stage in _WORKED]
    told = {each.office for each in (*overdue, *soon)}
    told |= {each.office for each in found if RESPONSIBLE[each.stage] in DAILY}
    if not told:
        return skipped("no work waits that an office must hear of")
    waiting = Counter(each.office for each in found if each.office in told)
    append(
        tx,
        "work",
        "work_told",
        actor="system",
        role="system",
        data={
            "claims": sorted({each.number for each in (*overdue, *soon)}),
            "overdue": [_row(each) | {"superior": _reaches_superior(tx, each)} for each in overdue],
            "soon": [_row(each) for each in soon],
            "waiting": dict(sorted(waiting.items())),
        },
    )
    return None


def _row(each: Waiting) -> dict[str, Any]:
    return {
        "claim": each.number,
        "office": each.office,
        "stage": str(each.stage),
        "due_on": each.due_on.isoformat(),
    }


def _waiting(tx: Tx) -> Iterator[Waiting]:
    offices = _checking(tx)
    rows = tx.session.execute(
        select(Claim.id, Claim.number, Claim.stage, Claim.due_on, Claim.policy_version).where(
            # While a public notice runs, nobody has anything to do about it.
            or_(Claim.stage.in_(_WORKED), Claim.due_on < tx.now.date()),
            Claim.stage.in_(RESPONSIBLE),
        ),
    ).tuples()
    for identity, number, stage, due_on, version in rows:
        if due_on is None:
            continue
        office = tx.desk.directory.default_office(RESPONSIBLE[stage])
        for code in [office.code] if office else offices.get(identity, ()):
            yield Waiting(number, stage, due_on, version, code)


def _checking(tx: Tx) -> dict[int, list[str]]:
    """The departments that have not cleared, by the claim's id."""
    rows = tx.session.execute(
        select(Claim.id, DepartmentCheckRow.office)
        .join(DepartmentCheckRow, DepartmentCheckRow.claim_id == Claim.id)
        .where(Claim.stage == Stage.DEPARTMENT_CHECK, DepartmentCheckRow.cleared_at.is_(None)),
    ).tuples()
    found: dict[int, list[str]] = {}
    for identity, office in rows:
        found.setdefault(identity, []).append(office)
    return found


def _reaches_superior(tx: Tx, each: Waiting) -> bool:
    role = RESPONSIBLE[each.stage]
    if role is Role.COORDINATOR:
        return False
    patience = 0 if role in AT_ONCE else policy_of(tx, each.policy_version).periods.escalation
    return tx.desk.workdays.add_working_days(each.due_on, patience).on < tx.now.date()
