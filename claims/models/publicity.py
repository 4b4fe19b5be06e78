"""Records of the public part: resolutions, published lines, objections."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
)
from sqlalchemy.orm import Mapped, mapped_column

from claims.models.base import Base, Money


class Resolution(Base):
    """A list approved under the number of the minutes. `sha256` is over the frozen list."""

    __tablename__ = "resolution"
    ref: Mapped[str] = mapped_column(primary_key=True)
    cycle: Mapped[int] = mapped_column(ForeignKey("cycle.year"))
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]
    published_by: Mapped[str | None]
    published_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    ends_provisional: Mapped[bool] = mapped_column(default=False)
    sha256: Mapped[str | None]


class PublishedLine(Base):
    """One row of a published list, frozen: what is paid must equal it, to the yuan and the account."""

    __tablename__ = "published_line"
    resolution: Mapped[str] = mapped_column(ForeignKey("resolution.ref"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    claim: Mapped[str] = mapped_column(ForeignKey("claim.number"), index=True)
    unit_name: Mapped[str]
    uscc: Mapped[str]
    township: Mapped[str]
    item: Mapped[str]
    standard_number: Mapped[str]
    title: Mapped[str]
    yuan: Mapped[Money]
    account_digest: Mapped[str]


class Objection(Base):
    """Filed by name during a public notice; the name is shown to the coordination body only."""

    __tablename__ = "objection"
    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    resolution: Mapped[str]
    objector_sealed: Mapped[str]
    text: Mapped[str]
    filed_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(default="open")
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    __table_args__ = (CheckConstraint("outcome IN ('open', 'upheld', 'dismissed')", name="outcome"),)
