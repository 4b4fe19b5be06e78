"""Records of claims: the cycle, the claim, its papers and what offices noted on it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from claims.models.base import Base, Money
from states.stages import ENDED_WITHOUT_AWARD, MAIN_LINE, Stage


class Cycle(Base):
    """One year's round of claims. `status` is planned, open or closed."""

    __tablename__ = "cycle"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opens_on: Mapped[date]
    deadline_on: Mapped[date]
    results_from: Mapped[date]
    results_to: Mapped[date]
    notice_days: Mapped[int]
    policy_version: Mapped[str]
    policy_hash: Mapped[str]
    status: Mapped[str]
    last_number: Mapped[int] = mapped_column(default=0)
    last_batch: Mapped[int] = mapped_column(default=0)


_LIVE = text(
    "stage NOT IN ({})".format(", ".join(f"'{stage}'" for stage in ENDED_WITHOUT_AWARD)),
)


_LIVE_RANKED = text(f"rank IS NOT NULL AND {_LIVE.text}")

OPEN_STAGES = (*(stage for stage in MAIN_LINE if stage is not Stage.PAID), Stage.CORRECTION)
"""Where somebody still owes something by the claim's date; a rejected claim's date is a right that ends."""

DEADLINE = "(CASE WHEN stage IN ({}) THEN coalesce(due_on, '9999-12-31') ELSE '9999-12-31' END)".format(
    ", ".join(f"'{stage}'" for stage in OPEN_STAGES),
)
"""The day that a claim is listed by, as SQL: the index of the list and whoever lists claims must spell it alike."""


class Claim(Base):
    """One application. `version` counts its events; `last_hash` is the head of its chain.

    `filing_digest` stands for the form as it was filed, so that a sheet imported again is known again, whatever
    has become of the claim since. `municipal_…` is what the city decided on its own account, and by which document.
    `searchable` is made by `claims/searchable.py`.
    """

    __tablename__ = "claim"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    cycle: Mapped[int] = mapped_column(ForeignKey("cycle.year"))
    policy_version: Mapped[str]
    stage: Mapped[Stage]
    version: Mapped[int]
    last_hash: Mapped[str]
    item: Mapped[str]
    field: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    unit_name: Mapped[str]
    uscc: Mapped[str]
    township: Mapped[str]
    contact: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    bank: Mapped[str]
    account_sealed: Mapped[str]
    account_masked: Mapped[str]
    account_digest: Mapped[str]
    standard_number: Mapped[str]
    title: Mapped[str]
    rank: Mapped[int | None]
    revision: Mapped[bool] = mapped_column(default=False)
    dated_on: Mapped[date | None]
    effective_on: Mapped[date | None]
    drafters: Mapped[list[Any]] = mapped_column(default=list)
    remark: Mapped[str] = mapped_column(default="")
    requested_yuan: Mapped[Money]
    municipal_decided_yuan: Mapped[Money | None]
    municipal_decided_on: Mapped[date | None]
    municipal_document: Mapped[str] = mapped_column(default="")
    proposed_yuan: Mapped[Money | None]
    granted_yuan: Mapped[Money | None]
    reclaim_yuan: Mapped[Money | None]
    returned_from: Mapped[Stage | None]
    relied_data_changed: Mapped[bool] = mapped_column(default=False)
    resolution: Mapped[str | None] = mapped_column(ForeignKey("resolution.ref"))
    due_on: Mapped[date | None]
    due_provisional: Mapped[bool] = mapped_column(default=False)
    filed_by: Mapped[str]
    filed_at: Mapped[datetime]
    filing_digest: Mapped[str]
    submitted_at: Mapped[datetime | None]
    moved_at: Mapped[datetime]
    searchable: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        Index(
            "uq_claim_standard_rank",
            "standard_number",
            "rank",
            unique=True,
            sqlite_where=_LIVE_RANKED,
            postgresql_where=_LIVE_RANKED,
        ),
        Index(
            "uq_claim_item_achievement_unit",
            "item",
            "standard_number",
            "uscc",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_claim_stage_due_on", "stage", "due_on", "id"),
        Index("ix_claim_cycle_stage", "cycle", "stage"),
        Index("ix_claim_uscc", "uscc"),
        Index("ix_claim_unit", "unit_id", "cycle", "stage", "number"),
        Index("ix_claim_standard_number", "standard_number"),
        Index(
            "ix_claim_provisional",
            "due_on",
            sqlite_where=text("due_provisional = 1"),
            postgresql_where=text("due_provisional"),
        ),
        # Lists, their counts and their sums are read from this one alone. There is none for townships or items: so
        # few values lead a planner astray.
        Index(
            "ix_claim_list",
            text(DEADLINE),
            *("id", "stage", "due_on", "cycle", "township", "item"),
            *("requested_yuan", "proposed_yuan", "granted_yuan", "searchable"),
        ),
        Index(
            "ix_claim_reclaim",
            "stage",
            sqlite_where=text("reclaim_yuan IS NOT NULL"),
            postgresql_where=text("reclaim_yuan IS NOT NULL"),
        ),
        Index("ix_claim_resolution", "resolution"),
        Index("ix_claim_cycle_filing_digest", "cycle", "filing_digest"),
        CheckConstraint("requested_yuan > 0", name="requested_positive"),
        CheckConstraint("granted_yuan IS NULL OR granted_yuan > 0", name="granted_positive"),
    )


class FilingDraft(Base):
    """What an office has typed into the pages of a filing and not submitted yet, kept as it was typed.

    `claim` once the claim exists, as a draft or under correction; `typed` is then what it does not hold yet. The
    account number lies sealed; `source` is the earlier claim that facts were filled in from.
    """

    __tablename__ = "filing_draft"
    id: Mapped[int] = mapped_column(primary_key=True)
    office: Mapped[str] = mapped_column(index=True)
    cycle: Mapped[int] = mapped_column(ForeignKey("cycle.year"))
    claim: Mapped[str | None] = mapped_column(unique=True)
    typed: Mapped[dict[str, Any]]
    account_sealed: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]
    # A number that was thrown away is given to no other filing: a page left open may still save under it.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - read by SQLAlchemy


class Evidence(Base):
    """A paper of a claim. The bytes lie in the data folder under their SHA-256."""

    __tablename__ = "evidence"
    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    kind: Mapped[str]
    name: Mapped[str]
    sha256: Mapped[str]
    bytes: Mapped[int]
    media_type: Mapped[str]
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("claim_id", "kind", "sha256"),)


class Examination(Base):
    """How far somebody has come with one paper of the checklist: begun, or a verdict on it.

    `version` is the claim's as it was looked at, `papers` stands for the files that were there: where others are
    there now, the verdict is on papers that have been replaced.
    """

    __tablename__ = "examination"
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    user_name: Mapped[str] = mapped_column(primary_key=True)
    verdict: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int]
    papers: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (CheckConstraint("verdict IN ('begun', 'meets', 'doubtful', 'fails')", name="verdict"),)


class DepartmentCheckRow(Base):
    __tablename__ = "department_check"
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True)
    office: Mapped[str] = mapped_column(primary_key=True)
    cleared_by: Mapped[str | None]
    cleared_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_department_check_office", "office", "claim_id"),)


class Disclosure(Base):
    """The coordinator has recorded that an office is among the drafters, and named who of it may act."""

    __tablename__ = "disclosure"
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True)
    office: Mapped[str] = mapped_column(primary_key=True)
    user_name: Mapped[str] = mapped_column(primary_key=True)
    recorded_by: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
