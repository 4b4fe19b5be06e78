"""Records of people: organisations, accounts, roles, absences, sessions and keys."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from claims.models.base import Base
from states.stages import Role


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
    signed_in_at: Mapped[datetime | None]
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


class SecondFactor(Base):
    """What a person's authenticator and we share: sealed, and asked for once `confirmed_at` is set.

    `last_step` is the latest step of 30 seconds whose code was taken: none is taken twice.
    """

    __tablename__ = "second_factor"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    secret_sealed: Mapped[str]
    last_step: Mapped[int]
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """Takes the place of the authenticator once: only a keyed hash is kept."""

    __tablename__ = "recovery_code"
    digest: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    used_at: Mapped[datetime | None]


class LinkedIdentity(Base):
    """An account of a single sign-on's provider (`issuer`, `subject`) that signs in a user of ours."""

    __tablename__ = "linked_identity"
    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    linked_at: Mapped[datetime]
    linked_by: Mapped[str]
    __table_args__ = (UniqueConstraint("user_id", "issuer"),)


class WebSession(Base):
    """A signed-in browser: only the hash of its secret is kept. `owes`: what is missing before it opens anything."""

    __tablename__ = "web_session"
    digest: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    previous_sign_in: Mapped[datetime | None]
    owes: Mapped[str] = mapped_column(default="")


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
