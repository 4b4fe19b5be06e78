"""Users, their roles and declared interests, and tokens for programs. One person, one name."""

import hashlib
import secrets
from dataclasses import dataclass
from functools import cache
from typing import Any

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from claims.desk import Tx
from claims.errors import AlreadyExists, BadValue, NotAllowed, UnknownOrganisation, UnknownUser
from claims.models import (
    AccessToken,
    DeclaredInterest,
    Delegation,
    Organisation,
    User,
    UserRole,
)
from claims.trail.chains import append
from states import credit_codes
from states.facts import Actor, Office
from states.stages import PEOPLES_ROLES, Role

ROLES_NEEDING_ORG = (Role.APPLICANT, Role.TOWNSHIP, Role.DEPARTMENT)


@dataclass(frozen=True, slots=True)
class NewUser:
    """`password` is given once, when the user is made, and None where only a role was added."""

    name: str
    role: Role
    org: str | None
    password: str | None

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "role": str(self.role), "org": self.org, "password": self.password}


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


def hashed(password: str) -> str:
    return _hasher().hash(password)


def verified(password: str, password_hash: str) -> bool:
    return _hasher().verify(password, password_hash)


def add_user(
    tx: Tx,
    name: str,
    role: Role,
    *,
    org: str | None = None,
    email: str = "",
    password: str | None = None,
    by: str = "system",
) -> NewUser:
    """Add a user, or a further role to one who exists. Without `org` the directory's office for the role is taken.

    `by` is the administrator who does so; on the command line, whoever may open the database.
    """
    name = name.strip()
    if not name or any(sign.isspace() for sign in name):
        raise BadValue("用户名不能为空或含空格。", "A user name must not be empty or hold spaces.")
    if role not in PEOPLES_ROLES:
        raise BadValue("系统角色不能授予个人。", "The system's role is given to nobody.")
    office = _office_for(tx, role, org)
    user = tx.session.scalars(select(User).where(User.name == name)).one_or_none()
    made: str | None = None
    if user is None:
        made = password or secrets.token_urlsafe(12)
        user = User(
            name=name,
            org_id=office.id if office else None,
            email=email,
            password_hash=hashed(made),
            active=True,
            created_at=tx.now,
        )
        tx.session.add(user)
        tx.session.flush()
    elif org is not None and office is not None and user.org_id != office.id:
        raise AlreadyExists(name)
    if tx.session.get(UserRole, (user.id, role)) is None:
        tx.session.add(UserRole(user_id=user.id, role=role))
        append(
            tx,
            f"user/{name}",
            "role_given",
            actor=by,
            role="system" if by == "system" else str(Role.ADMINISTRATOR),
            data={"role": str(role), "org": office.code if office else None},
        )
    tx.session.flush()
    tx.session.expire(user)
    organisation = user.organisation
    return NewUser(name, role, organisation.names[0] if organisation else None, made)


def _office_for(tx: Tx, role: Role, org: str | None) -> Organisation | None:
    if org is not None:
        return find_organisation(tx, org)
    if role in ROLES_NEEDING_ORG:
        raise BadValue(
            f"角色“{role:zh}”须写明所属单位（--org）；用 org list 查看名录。",
            f"The role {role} needs its organisation (--org); see org list.",
        )
    default = tx.desk.directory.default_office(role)
    return find_organisation(tx, default.code) if default is not None else None


def find_organisation(tx: Tx, text: str) -> Organisation:
    """An organisation by code, credit code, name or alias."""
    text = text.strip()
    office = tx.desk.directory.find(text)
    code = office.code if office else text
    row = tx.session.scalars(
        select(Organisation).where((Organisation.code == code) | (Organisation.uscc == text.upper())),
    ).one_or_none()
    if row is None:
        named = [
            each
            for each in tx.session.scalars(select(Organisation).where(Organisation.kind == "unit"))
            if text in each.names
        ]
        if len(named) != 1:
            raise UnknownOrganisation(text)
        row = named[0]
    return row


def add_unit(tx: Tx, name: str, uscc: str, township: str, email: str = "") -> Organisation:
    """Register a unit of the county, or what has changed of the one under this credit code.

    A new name is added to those it had; under which of them a claim was filed stays with the claim.
    """
    uscc = uscc.strip().upper()
    problem = credit_codes.check(uscc)
    if problem is not None:
        raise BadValue(f"统一社会信用代码有误：{problem.zh}。", f"The credit code is wrong: {problem.en}.")
    row = tx.session.scalars(select(Organisation).where(Organisation.uscc == uscc)).one_or_none()
    if row is None:
        row = Organisation(code=uscc, kind="unit", names=[name], uscc=uscc, township=township, email=email)
        tx.session.add(row)
    else:
        row.names = list(dict.fromkeys((name, *row.names)))
        row.township, row.email = township, email or row.email
    tx.session.flush()
    return row


def organisations(tx: Tx) -> list[Organisation]:
    return list(tx.session.scalars(select(Organisation).order_by(Organisation.kind, Organisation.id)))


def users(tx: Tx) -> list[User]:
    return list(tx.session.scalars(select(User).order_by(User.name)))


def load_user(tx: Tx, name: str) -> User:
    user = tx.session.scalars(select(User).where(User.name == name, User.active)).one_or_none()
    if user is None:
        raise UnknownUser(name)
    return user


def actor(tx: Tx, name: str) -> Actor:
    """The person as the rules see them. Raises `UnknownUser`."""
    user = load_user(tx, name)
    return Actor(
        name=user.name,
        roles=frozenset(each.role for each in user.roles) | _stood_in_for(tx, user),
        office=office_of(user.organisation) if user.organisation else None,
        declared=frozenset(each.uscc for each in user.declared),
    )


def _stood_in_for(tx: Tx, user: User) -> frozenset[Role]:
    """The roles of absent colleagues, as long as those have them and are not struck off themselves."""
    today = tx.now.date()
    roles = (
        select(Delegation.role)
        .join(User, User.id == Delegation.absent_id)
        .join(
            UserRole,
            (UserRole.user_id == Delegation.absent_id) & (UserRole.role == Delegation.role),
        )
        .where(
            Delegation.stand_in_id == user.id,
            Delegation.from_on <= today,
            Delegation.to_on >= today,
            Delegation.ended_at.is_(None),
            User.active,
        )
    )
    return frozenset(tx.session.scalars(roles))


def office_of(row: Organisation) -> Office:
    return Office(row.code, row.kind, tuple(row.names), row.uscc or "", row.township)


def require_role(actor: Actor, roles: tuple[Role, ...], what: str, what_en: str) -> Role:
    """The role of these in which the actor acts; raises `NotAllowed` where none is held."""
    role = next((each for each in roles if each in actor.roles), None)
    if role is None:
        raise NotAllowed(actor.name, what, what_en, roles)
    return role


def declare_interest(tx: Tx, name: str, unit: str, reason: str) -> None:
    """Record a person's own declaration of a conflict of interest with a unit."""
    user, organisation = load_user(tx, name), find_organisation(tx, unit)
    if organisation.uscc is None:
        raise BadValue(f"“{unit}”没有统一社会信用代码。", f"“{unit}” has no credit code.")
    if tx.session.get(DeclaredInterest, (user.id, organisation.uscc)) is None:
        tx.session.add(DeclaredInterest(user_id=user.id, uscc=organisation.uscc, reason=reason, at=tx.now))
        append(
            tx,
            f"user/{name}",
            "interest_declared",
            actor=name,
            role="person",
            reason=reason,
            data={"unit": organisation.uscc},
        )


# Programs


def make_token(tx: Tx, name: str) -> str:
    """A bearer token for programs; shown once, of which only the hash is kept."""
    user = load_user(tx, name)
    token = f"jb_{secrets.token_urlsafe(32)}"
    tx.session.add(AccessToken(digest=_digest(token), user_id=user.id, created_at=tx.now))
    append(tx, f"user/{name}", "token_made", actor="system", role="system")
    return token


def token_user(tx: Tx, token: str) -> str | None:
    """The active user whose token this is, or None."""
    row = tx.session.get(AccessToken, _digest(token))
    user = None if row is None else tx.session.get(User, row.user_id)
    return user.name if user is not None and user.active else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
