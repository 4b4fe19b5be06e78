"""Accounts of a single sign-on that sign people of ours in: linked once, by the person or an administrator.

Nobody gets an account by signing in elsewhere, and no address or name that a provider tells links anything: only the
subject, which the provider never gives to another person.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from claims.desk import Tx
from claims.errors import AlreadyLinked, BadValue
from claims.identity.people import load_user, require_role
from claims.models import LinkedIdentity, User
from claims.trail.chains import append
from states.facts import Actor
from states.stages import Role

LONGEST = 255
"""Characters of a subject, as OpenID Connect has it."""


@dataclass(frozen=True, slots=True)
class Linked:
    """Under which subject of the provider a user signs in, since when, and who linked it."""

    subject: str
    at: datetime
    by: str


def user_of(tx: Tx, issuer: str, subject: str) -> str | None:
    """The active user whom this identity signs in, or None."""
    row = tx.session.get(LinkedIdentity, (issuer, subject))
    user = None if row is None else tx.session.get(User, row.user_id)
    return user.name if user is not None and user.active else None


def linked(tx: Tx, issuer: str, name: str) -> Linked | None:
    row = _row(tx, issuer, load_user(tx, name))
    return None if row is None else Linked(row.subject, row.linked_at, row.linked_by)


def all_linked(tx: Tx, issuer: str) -> dict[str, str]:
    """The subjects of all who are linked, by user name."""
    rows = select(User.name, LinkedIdentity.subject).join(LinkedIdentity, LinkedIdentity.user_id == User.id)
    return dict(tx.session.execute(rows.where(LinkedIdentity.issuer == issuer)).tuples().all())


def link(tx: Tx, name: str, issuer: str, subject: str, *, actor: Actor) -> None:
    """Let an identity sign a user in, in place of one linked before. The same again changes nothing.

    Raises `NotAllowed` for somebody else's account without being an administrator, `AlreadyLinked` where it signs
    in another user.
    """
    _require_right(actor, name)
    subject = subject.strip()
    if not subject or len(subject) > LONGEST or not subject.isprintable():
        raise BadValue("请填写统一登录的用户标识。", "Give the identifier at the single sign-on.")
    user = load_user(tx, name)
    held = tx.session.get(LinkedIdentity, (issuer, subject))
    if held is not None:
        if held.user_id != user.id:
            raise AlreadyLinked(tx.session.get_one(User, held.user_id).name)
        return
    row = _row(tx, issuer, user)
    if row is not None:
        tx.session.delete(row)
        tx.session.flush()
    tx.session.add(
        LinkedIdentity(
            issuer=issuer, subject=subject, user_id=user.id, linked_at=tx.now, linked_by=actor.name
        )
    )
    _record(tx, name, "identity_linked", actor, issuer, subject)


def unlink(tx: Tx, name: str, issuer: str, *, actor: Actor) -> None:
    """The user signs in by password again. Nothing happens where nothing is linked."""
    _require_right(actor, name)
    row = _row(tx, issuer, load_user(tx, name))
    if row is not None:
        tx.session.delete(row)
        _record(tx, name, "identity_unlinked", actor, issuer, row.subject)


def _row(tx: Tx, issuer: str, user: User) -> LinkedIdentity | None:
    return tx.session.scalars(
        select(LinkedIdentity).where(LinkedIdentity.user_id == user.id, LinkedIdentity.issuer == issuer)
    ).one_or_none()


def _require_right(actor: Actor, name: str) -> None:
    if actor.name != name:
        require_role(
            actor, (Role.ADMINISTRATOR,), "关联他人的统一登录", "link somebody else's single sign-on"
        )


def _record(tx: Tx, name: str, trigger: str, actor: Actor, issuer: str, subject: str) -> None:
    own = actor.name == name
    # The log keeps for ever: it can tell whether a subject is the same, and not which it is.
    digest = hashlib.sha256(f"{issuer} {subject}".encode()).hexdigest()
    append(
        tx,
        f"user/{name}",
        trigger,
        actor=actor.name,
        role="person" if own else str(Role.ADMINISTRATOR),
        data={"issuer": issuer, "subject_sha256": digest},
    )
