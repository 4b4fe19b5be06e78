"""Claims that an office has not dealt with in time: told to it each working morning, and to its superior."""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import select

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

AT_ONCE = frozenset({Role.DEPARTMENT})
"""Whose delay the coordination body hears of from its first morning on; of others once the policy's period is over."""


class Overdue(NamedTuple):
    number: str
    stage: Stage
    due_on: date
    policy_version: str
    office: str


def escalate_overdue(tx: Tx) -> Settled | None:
    """Record what is past its deadline this morning, by office, and whether the coordination body hears of it."""
    found = sorted(_overdue(tx))
    if not found:
        return skipped("nothing is overdue")
    append(
        tx,
        "overdue",
        "overdue_escalated",
        actor="system",
        role="system",
        data={
            "claims": sorted({each.number for each in found}),
            "overdue": [
                {
                    "claim": each.number,
                    "office": each.office,
                    "stage": str(each.stage),
                    "due_on": each.due_on.isoformat(),
                    "superior": _reaches_superior(tx, each),
                }
                for each in found
            ],
        },
    )
    return None


def _overdue(tx: Tx) -> Iterator[Overdue]:
    offices = _checking(tx)
    rows = tx.session.execute(
        select(Claim.id, Claim.number, Claim.stage, Claim.due_on, Claim.policy_version).where(
            Claim.due_on < tx.now.date(), Claim.stage.in_(RESPONSIBLE)
        ),
    ).tuples()
    for identity, number, stage, due_on, version in rows:
        if due_on is None:
            continue
        office = tx.desk.directory.default_office(RESPONSIBLE[stage])
        for code in [office.code] if office else offices.get(identity, ()):
            yield Overdue(number, stage, due_on, version, code)


def _checking(tx: Tx) -> dict[int, list[str]]:
    """The departments that have not cleared, by the claim's id."""
    rows = tx.session.execute(
        select(Claim.id, DepartmentCheckRow.office)
        .join(DepartmentCheckRow, DepartmentCheckRow.claim_id == Claim.id)
        .where(
            Claim.stage == Stage.DEPARTMENT_CHECK,
            Claim.due_on < tx.now.date(),
            DepartmentCheckRow.cleared_at.is_(None),
        ),
    ).tuples()
    found: dict[int, list[str]] = {}
    for identity, office in rows:
        found.setdefault(identity, []).append(office)
    return found


def _reaches_superior(tx: Tx, each: Overdue) -> bool:
    role = RESPONSIBLE[each.stage]
    if role is Role.COORDINATOR:
        return False
    patience = 0 if role in AT_ONCE else policy_of(tx, each.policy_version).periods.escalation
    return tx.desk.workdays.add_working_days(each.due_on, patience).on < tx.now.date()
