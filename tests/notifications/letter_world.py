"""Claims and events written as use cases write them, for letters to be derived from."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from claims.desk import Tx
from claims.models import Claim, Cycle, Organisation
from claims.trail.chains import append, append_to_claim, first_of_claim
from states.calendar import TZ
from states.stages import Role, Stage

MORNING = datetime(2026, 3, 9, 9, 30, tzinfo=TZ)
EMAIL = "office@example.org"


def add_cycle(tx: Tx, year: int = 2026) -> None:
    policy = tx.desk.rulebook.policy_on(date(year, 3, 1))
    tx.session.add(
        Cycle(
            year=year,
            opens_on=date(year, 3, 1),
            deadline_on=date(year, 4, 30),
            results_from=date(year - 1, 1, 1),
            results_to=date(year - 1, 12, 31),
            notice_days=5,
            policy_version=policy.version,
            policy_hash=policy.hash,
            status="open",
        ),
    )
    tx.session.flush()


def add_claim(tx: Tx, serial: int, **given: Any) -> str:
    """A draft of a unit of its own (or the one under `uscc`), made by the first event of its chain."""
    number = f"SB-2026-{serial:04}"
    event_id, digest = first_of_claim(tx, number, actor="wang", role=Role.APPLICANT, data={})
    assert event_id
    values = {"uscc": f"12330922MB000{serial:04}X", "unit_name": f"嵊泗县第{serial}贻贝合作社"} | given
    policy = tx.desk.rulebook.policy_on(date(2026, 3, 1))
    tx.session.add(
        Claim(
            **{
                "number": number,
                "cycle": 2026,
                "policy_version": policy.version,
                "stage": Stage.DRAFT,
                "version": 1,
                "last_hash": digest,
                "item": "lead-zhoushan-local",
                "field": "marine-technology",
                "unit_id": _unit(tx, values["uscc"], values["unit_name"]),
                "township": "菜园镇",
                "contact": "王某",
                "phone": "13800000000",
                "email": EMAIL,
                "bank": "浙江嵊泗农村商业银行营业部",
                "account_sealed": "sealed",
                "account_masked": "**** 6021",
                "account_digest": f"digest {serial}",
                "filing_digest": f"form {serial}",
                "standard_number": f"DB3309/T {serial}-2025",
                "title": "嵊泗贻贝苗种包装运输通用技术条件",
                "rank": 1,
                "dated_on": date(2025, 12, 17),
                "requested_yuan": 100_000,
                "filed_by": "wang",
                "filed_at": tx.now,
                "moved_at": tx.now,
                **values,
            },
        ),
    )
    tx.session.flush()
    return number


def _unit(tx: Tx, uscc: str, name: str) -> int:
    unit = tx.session.scalars(select(Organisation).where(Organisation.uscc == uscc)).one_or_none()
    if unit is None:
        unit = Organisation(code=uscc, kind="unit", names=[name], uscc=uscc, township="菜园镇")
        tx.session.add(unit)
        tx.session.flush()
    return unit.id


def happen(
    tx: Tx,
    number: str,
    trigger: str,
    target: Stage | None = None,
    *,
    role: Role = Role.APPLICANT,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    **changes: Any,
) -> int:
    """Let an event happen to a claim; answers with its id."""
    claim = tx.session.scalars(select(Claim).where(Claim.number == number)).one()
    recorded = append_to_claim(
        tx,
        claim,
        trigger,
        actor="system" if role is Role.SYSTEM else "wang",
        role=role,
        reason=reason,
        data=data,
        target=target,
        changes=changes,
    )
    return recorded.event_id


def submit(tx: Tx, number: str) -> int:
    return happen(
        tx,
        number,
        "submit",
        Stage.SUBMITTED,
        data={"due_on": "2026-03-16", "due_provisional": False},
        submitted_at=tx.now,
    )


def round_up(tx: Tx, stream: str, trigger: str, data: Mapping[str, Any]) -> int:
    """Let an event happen in a stream that is not a claim's."""
    return append(tx, stream, trigger, actor="system", role="system", data=data).event_id
