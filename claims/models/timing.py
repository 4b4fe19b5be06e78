"""Records of what falls due, and of what went wrong by itself."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Index,
)
from sqlalchemy.orm import Mapped, mapped_column

from claims.models.base import Base


class DueSlot(Base):
    """One thing that must happen at a set time. Its key is unique, its outcome is set once."""

    __tablename__ = "due_slot"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    cycle: Mapped[int | None]
    subject: Mapped[str]
    due_at: Mapped[datetime]
    outcome: Mapped[str]
    finished_at: Mapped[datetime | None]
    detail: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        Index("ix_due_slot_outcome_due_at", "outcome", "due_at"),
        Index("ix_due_slot_subject", "subject"),
        CheckConstraint("outcome IN ('pending', 'done', 'late', 'skipped', 'asked')", name="outcome"),
    )


class RunAlert(Base):
    """A flow run that did not come to its end. `recovered_at`: its step has gone through since."""

    __tablename__ = "run_alert"
    run: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[str]
    title: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str]
    raised_at: Mapped[datetime]
    recovered_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_run_alert_recovered_at_step", "recovered_at", "step"),
        CheckConstraint("state IN ('failed', 'crashed', 'timed_out')", name="state"),
    )
