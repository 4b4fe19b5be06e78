"""What the desk has written to whom, for tests of what falls due."""

import json
from typing import Any

from sqlalchemy import select

from claims.desk import Desk
from claims.models import DueSlot, EventRow, Letter
from notifications.derive import derive


def letters(desk: Desk, kind: str) -> dict[str, str]:
    """The letters of a kind that events have made so far, by recipient; one recipient with two is a fault."""
    derive(desk)
    with desk.reading() as tx:
        found = tx.session.execute(select(Letter.recipient, Letter.text).where(Letter.kind == kind)).all()
    assert len({recipient for recipient, _ in found}) == len(found), found
    return dict(found)  # type: ignore[arg-type]


def count(desk: Desk, kind: str) -> int:
    derive(desk)
    with desk.reading() as tx:
        return len(tx.session.scalars(select(Letter.id).where(Letter.kind == kind)).all())


def events(desk: Desk, trigger: str) -> list[dict[str, Any]]:
    """The data of all events of a trigger, in order."""
    with desk.reading() as tx:
        rows = tx.session.scalars(
            select(EventRow.data).where(EventRow.trigger == trigger).order_by(EventRow.id)
        )
        return [json.loads(row) for row in rows]


def outcomes(desk: Desk, kind: str) -> dict[str, tuple[str, str]]:
    """Outcome and detail of the slots of a kind, by key."""
    with desk.reading() as tx:
        rows = tx.session.execute(
            select(DueSlot.key, DueSlot.outcome, DueSlot.detail)
            .where(DueSlot.kind == kind)
            .order_by(DueSlot.due_at)
        )
        return {key: (outcome, detail) for key, outcome, detail in rows}
