"""Records of money: the ledger, its balances, and payment in batches."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from claims.models.base import Base, Money


class LedgerEntry(Base):
    """One side of a posting. The sides of a posting add up to zero."""

    __tablename__ = "ledger_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    posting: Mapped[str]
    cycle: Mapped[int] = mapped_column(ForeignKey("cycle.year"))
    account: Mapped[str]
    yuan: Mapped[Money]
    claim: Mapped[str | None]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("posting", "account"),
        Index("ix_ledger_entry_cycle_account", "cycle", "account"),
    )


class Balance(Base):
    """The running sum of an account; the constraint is what makes overspending impossible."""

    __tablename__ = "balance"
    cycle: Mapped[int] = mapped_column(ForeignKey("cycle.year"), primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    yuan: Mapped[Money]
    __table_args__ = (CheckConstraint("account = 'appropriated' OR yuan >= 0", name="covered"),)


class PayoutBatch(Base):
    __tablename__ = "payout_batch"
    code: Mapped[str] = mapped_column(primary_key=True)
    cycle: Mapped[int] = mapped_column(ForeignKey("cycle.year"))
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    released_by: Mapped[str | None]
    released_at: Mapped[datetime | None]
    sha256: Mapped[str]
    __table_args__ = (
        CheckConstraint("released_by IS NULL OR released_by <> proposed_by", name="two_people"),
    )


_OPEN_LINE = text("outcome IN ('pending', 'unknown', 'paid')")


class PayoutLine(Base):
    """One payment. A claim has at most one line that is pending, unknown or paid: nothing is paid twice."""

    __tablename__ = "payout_line"
    batch: Mapped[str] = mapped_column(ForeignKey("payout_batch.code"), primary_key=True)
    claim: Mapped[str] = mapped_column(ForeignKey("claim.number"), primary_key=True)
    position: Mapped[int]
    unit_name: Mapped[str]
    bank: Mapped[str]
    account_sealed: Mapped[str]
    account_masked: Mapped[str]
    account_digest: Mapped[str]
    yuan: Mapped[Money]
    purpose: Mapped[str]
    outcome: Mapped[str] = mapped_column(default="pending")
    failure: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_payout_line_claim", "claim"),
        Index(
            "uq_payout_line_claim_open",
            "claim",
            unique=True,
            sqlite_where=_OPEN_LINE,
            postgresql_where=_OPEN_LINE,
        ),
        CheckConstraint("outcome IN ('pending', 'unknown', 'paid', 'failed')", name="outcome"),
        CheckConstraint("yuan > 0", name="positive"),
    )
