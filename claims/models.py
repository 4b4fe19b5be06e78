"""The records. Written by use cases only; the same on SQLite and PostgreSQL.

Rules that must hold whoever writes stand here as constraints; `event`, `ledger_entry`, `published_line` and
`checkpoint` are append only, by triggers made in the migration.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from states.calendar import TZ
from states.stages import ENDED_WITHOUT_AWARD, Role, Stage


class Moment(TypeDecorator[datetime]):
    """An aware moment: stored in UTC, given back in Asia/Shanghai. Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its offset")
        moved = value.astimezone(UTC)
        return moved.replace(tzinfo=None) if dialect.name == "sqlite" else moved

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        if value is None:
            return None
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value).astimezone(TZ)


def _enumeration(kind: type[StrEnum]) -> Enum:
    return Enum(
        kind, native_enum=False, length=40, values_callable=lambda each: [member.value for member in each]
    )


Money = Annotated[int, mapped_column(BigInteger)]
"""Whole yuan."""


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy, which wants a plain dict
        datetime: Moment,
        str: Text,
        Stage: _enumeration(Stage),
        Role: _enumeration(Role),
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


class Meta(Base):
    """What the database says of itself: `mode` is live or rehearsal and never changes."""

    __tablename__ = "meta"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Organisation(Base):
    """An office of the directory, or a unit that has filed. `names` holds its aliases, official name first."""

    __tablename__ = "organisation"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    names: Mapped[list[Any]]
    uscc: Mapped[str | None] = mapped_column(unique=True)
    township: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")


class User(Base):
    """A person who signs in. One person, one name, however many roles: separation of duties rests on it."""

    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    email: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    roles: Mapped[list["UserRole"]] = relationship(lazy="selectin", order_by="UserRole.role")
    declared: Mapped[list["DeclaredInterest"]] = relationship(lazy="selectin")


class UserRole(Base):
    __tablename__ = "user_role"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(primary_key=True)


class DeclaredInterest(Base):
    """A conflict of interest a person has declared with a unit."""

    __tablename__ = "declared_interest"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    uscc: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    at: Mapped[datetime]


class Delegation(Base):
    """A person's role in the hands of a colleague for days of absence, both ends included. `ended_at`: called off."""

    __tablename__ = "delegation"
    id: Mapped[int] = mapped_column(primary_key=True)
    absent_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    stand_in_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[Role]
    from_on: Mapped[date]
    to_on: Mapped[date]
    reason: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    absent: Mapped[User] = relationship(foreign_keys=absent_id, lazy="joined")
    stand_in: Mapped[User] = relationship(foreign_keys=stand_in_id, lazy="joined")
    __table_args__ = (
        CheckConstraint("absent_id <> stand_in_id", name="two_people"),
        CheckConstraint("from_on <= to_on", name="period"),
    )


class AccessToken(Base):
    __tablename__ = "access_token"
    digest: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]


class CalendarKey(Base):
    """Opens the calendar to a program that cannot sign in: one a user, of which only the hash is kept."""

    __tablename__ = "calendar_key"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]


class WebSession(Base):
    """A signed-in browser: only the hash of its secret is kept."""

    __tablename__ = "web_session"
    digest: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    previous_sign_in: Mapped[datetime | None]


class SignInFailure(Base):
    __tablename__ = "sign_in_failure"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]


class Confirmation(Base):
    """A named person has confirmed a reading that the list leaves open."""

    __tablename__ = "confirmation"
    item: Mapped[str] = mapped_column(primary_key=True)
    policy_version: Mapped[str] = mapped_column(primary_key=True)
    confirmed_by: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]


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


class Claim(Base):
    """One application. `version` counts its events; `last_hash` is the head of its chain.

    `filing_digest` stands for the form as it was filed, so that a sheet imported again is known again, whatever
    has become of the claim since. `municipal_…` is what the city decided on its own account, and by which document.
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
        Index("ix_claim_township", "township"),
        Index("ix_claim_uscc", "uscc"),
        Index("ix_claim_standard_number", "standard_number"),
        Index(
            "ix_claim_provisional",
            "due_on",
            sqlite_where=text("due_provisional = 1"),
            postgresql_where=text("due_provisional"),
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


class Disclosure(Base):
    """The coordinator has recorded that an office is among the drafters, and named who of it may act."""

    __tablename__ = "disclosure"
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), primary_key=True)
    office: Mapped[str] = mapped_column(primary_key=True)
    user_name: Mapped[str] = mapped_column(primary_key=True)
    recorded_by: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]


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
    )


class StreamHead(Base):
    """The head of every chain that is not a claim's (a claim carries its own)."""

    __tablename__ = "stream_head"
    stream: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str]


class OwedLetters(Base):
    """An event whose letters are still to be derived: written with it, removed with the letters' writing.

    A row of its own, not a mark on the event or a cursor over ids, so that no event is passed over when
    transactions commit out of order.
    """

    __tablename__ = "owed_letters"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)


class HeldAction(Base):
    """A decision whose letters wait `until` then, so that it can be undone. `before` is what it found, as JSON."""

    __tablename__ = "held_action"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)
    until: Mapped[datetime] = mapped_column(index=True)
    before: Mapped[dict[str, Any]]


class Letter(Base):
    """One letter to one recipient: queued, sending, sent, written (as a file), failed, or no_address."""

    __tablename__ = "letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[str]
    recipient: Mapped[str]
    recipient_name: Mapped[str]
    address: Mapped[str]
    claim: Mapped[str | None]
    township: Mapped[str] = mapped_column(default="")
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    template_hash: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        UniqueConstraint("event_id", "recipient", "kind"),
        Index("ix_letter_status_not_before", "status", "not_before"),
        Index("ix_letter_claim", "claim"),
    )


class LetterReceipt(Base):
    """That a letter has been received, confirmed once by somebody of the office it was written to."""

    __tablename__ = "letter_receipt"
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True, autoincrement=False)
    received_by: Mapped[str]
    received_at: Mapped[datetime]


class DocumentCount(Base):
    """How far the document numbers of a kind of letter have come in a year."""

    __tablename__ = "document_count"
    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class DocumentNumber(Base):
    """The document number of a letter. `word` is the 代字 it was given under, whatever the series is called later."""

    __tablename__ = "document_number"
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str]
    year: Mapped[int]
    number: Mapped[int]
    word: Mapped[str]
    __table_args__ = (UniqueConstraint("kind", "year", "number"),)


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


class Checkpoint(Base):
    """A seal over the heads of all chains as they were with `last_event`; no event up to it came in later."""

    __tablename__ = "checkpoint"
    id: Mapped[int] = mapped_column(primary_key=True)
    sealed_at: Mapped[datetime]
    streams: Mapped[int]
    events: Mapped[int]
    last_event: Mapped[int]
    root: Mapped[str]
    previous_root: Mapped[str]


class AnsweredRequest(Base):
    """A request that came with a key, so that the same one again gets the first answer.

    `key` stands for the person and the key together, `request` for what was asked. `status` and `answer` (sealed: it
    tells what the person may see) are written with the decision itself; without them the work is still under way.
    """

    __tablename__ = "answered_request"
    key: Mapped[str] = mapped_column(primary_key=True)
    request: Mapped[str]
    status: Mapped[int | None]
    answer: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(index=True)
