"""What an administrator does to accounts: roles taken, accounts closed and opened again, passwords made anew."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from claims.desk import Desk, Tx
from claims.errors import BadValue, OwnAccount, UnknownUser, WrongPassword
from claims.identity.people import hashed, load_user, require_role
from claims.identity.sign_ins import authenticate, end_sessions
from claims.models import DeclaredInterest, Organisation, User, UserRole
from claims.trail.chains import append
from states.facts import Actor
from states.stages import Role

KEEPERS = (Role.ADMINISTRATOR,)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200


def deactivate(tx: Tx, name: str, *, actor: Actor) -> None:
    """Close an account: its sessions end, its tokens open nothing, its name stays in the log and is never given anew.

    Raises `OwnAccount` for one's own, so that a desk always has an administrator.
    """
    user = _account(tx, name, actor, "停用账号", "close an account")
    if user.name == actor.name:
        raise OwnAccount
    if user.active:
        user.active = False
        end_sessions(tx, user)
        _record(tx, user.name, "deactivated", actor)


def reactivate(tx: Tx, name: str, *, actor: Actor) -> None:
    user = _account(tx, name, actor, "恢复账号", "open an account again")
    if not user.active:
        user.active = True
        _record(tx, user.name, "reactivated", actor)


def renew_password(tx: Tx, name: str, *, actor: Actor) -> str:
    """A new password, given this once; whoever is signed in under the old one is not any more."""
    user = _account(tx, name, actor, "重置密码", "make a password anew")
    password = secrets.token_urlsafe(12)
    user.password_hash = hashed(password)
    end_sessions(tx, user)
    _record(tx, user.name, "password_renewed", actor)
    return password


def change_password(desk: Desk, name: str, present: str, new: str) -> None:
    """Somebody's own new password. Raises `WrongPassword`, counted with other tries, and `BadValue` for a weak one."""
    if not SHORTEST_PASSWORD <= len(new) <= LONGEST_PASSWORD or name.lower() in new.lower():
        raise BadValue(
            f"新密码须为 {SHORTEST_PASSWORD} 至 {LONGEST_PASSWORD} 个字符，且不含用户名。",
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters and does not hold the user name.",
        )
    if new == present:
        raise BadValue("新密码与现用密码相同。", "The new password is the present one.")
    if not authenticate(desk, name, present):
        raise WrongPassword
    kept = hashed(new)
    with desk.transaction() as tx:
        load_user(tx, name).password_hash = kept
        append(tx, f"user/{name}", "password_changed", actor=name, role="person")


def take_role(tx: Tx, name: str, role: Role, *, actor: Actor) -> None:
    """Take a role from a user; gone at once, also where they are signed in. Raises `OwnAccount`, as `deactivate`."""
    user = _account(tx, name, actor, "取消角色", "take a role away")
    if user.name == actor.name and role is Role.ADMINISTRATOR:
        raise OwnAccount
    held = tx.session.get(UserRole, (user.id, role))
    if held is not None:
        tx.session.delete(held)
        tx.session.flush()
        tx.session.expire(user)
        _record(tx, user.name, "role_taken", actor, role=str(role))


@dataclass(frozen=True, slots=True)
class Interest:
    """A conflict of interest that somebody has declared. `unit` is empty for one that is registered no more."""

    name: str
    unit: str
    uscc: str
    reason: str
    at: datetime


def interests(tx: Tx) -> tuple[Interest, ...]:
    """All that have been declared, the latest first."""
    rows = tx.session.execute(
        select(User.name, Organisation.names, DeclaredInterest)
        .join(DeclaredInterest, DeclaredInterest.user_id == User.id)
        .outerjoin(Organisation, Organisation.uscc == DeclaredInterest.uscc)
        .order_by(DeclaredInterest.at.desc(), User.name)
    )
    return tuple(
        Interest(name, names[0] if names else "", each.uscc, each.reason, each.at)
        for name, names, each in rows
    )


def _account(tx: Tx, name: str, actor: Actor, what: str, what_en: str) -> User:
    require_role(actor, KEEPERS, what, what_en)
    user = tx.session.scalars(select(User).where(User.name == name.strip())).one_or_none()
    if user is None:
        raise UnknownUser(name)
    return user


def _record(tx: Tx, name: str, trigger: str, actor: Actor, **data: str) -> None:
    append(tx, f"user/{name}", trigger, actor=actor.name, role=Role.ADMINISTRATOR, data=data)
