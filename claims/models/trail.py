"""Records of what happened: events in chains, and the seals over them. Append only."""

from datetime import datetime

from sqlalchemy import (
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from claims.models.base import Base


class EventRow(Base):
    """The audit log: append only, one hash chain a stream. `data` is canonical JSON text."""

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)
    stream: Mapped[str]
    seq: Mapped[int]
    trigger: Mapped[str]
    source: Mapped[str | None]
    target: Mapped[str | None]
    actor: Mapped[str]
    role: Mapped[str]
    at: Mapped[str]
    reason: Mapped[str]
    data: Mapped[str]
    previous_hash: Mapped[str]
    hash: Mapped[str]
    __table_args__ = (
        UniqueConstraint("stream", "seq"),
        Index("ix_event_trigger", "trigger"),
        Index("ix_event_actor", "actor"),
        Index("ix_event_actor_role_stream", "actor", "role", "stream"),
    )


class StreamHead(Base):
    """The head of every chain that is not a claim's (a claim carries its own)."""

    __tablename__ = "stream_head"
    stream: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str]


class Checkpoint(Base):
    """A seal over the heads that chains had with `last_event`, of those chains that went on after the event `since`.

    No event up to the last one came in later. Each seal binds the one before, and with it all chains that stood still;
    since 0 is a seal over all chains.
    """

    __tablename__ = "checkpoint"
    id: Mapped[int] = mapped_column(primary_key=True)
    sealed_at: Mapped[datetime]
    streams: Mapped[int]
    events: Mapped[int]
    since: Mapped[int] = mapped_column(default=0)
    last_event: Mapped[int]
    root: Mapped[str]
    previous_root: Mapped[str]
