"""The seals over the audit's chains, as they are shown."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from claims.desk import Tx
from claims.models import Checkpoint


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal: when it was set, over how many chains and events, and its root."""

    sealed_at: datetime
    streams: int
    events: int
    root: str


def seals(tx: Tx, limit: int) -> tuple[Seal, ...]:
    """The latest seals, the newest first."""
    rows = tx.session.scalars(select(Checkpoint).order_by(Checkpoint.id.desc()).limit(limit))
    return tuple(Seal(each.sealed_at, each.streams, each.events, each.root) for each in rows)
