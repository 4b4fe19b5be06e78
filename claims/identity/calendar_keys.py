"""Addresses under which a calendar program fetches the timetable: a secret for each user, taken back at any time."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import delete, select

from claims.desk import Tx
from claims.identity import people
from claims.identity.people import load_user, require_role
from claims.models import CalendarKey, User
from claims.trail.chains import append
from states.errors import Refusal
from states.facts import Actor
from states.stages import Role

READERS = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.AUDITOR)
"""Who may look at the timetable of the whole desk."""


def make_key(tx: Tx, *, actor: Actor) -> str:
    """A secret that opens the timetable, shown once; an earlier one of the same person opens it no more."""
    role = require_role(actor, READERS, "订阅日历", "subscribe to the calendar")
    secret, user = secrets.token_urlsafe(32), load_user(tx, actor.name)
    tx.session.execute(delete(CalendarKey).where(CalendarKey.user_id == user.id))
    tx.session.add(CalendarKey(user_id=user.id, digest=_digest(secret), made_at=tx.now))
    append(tx, f"user/{actor.name}", "calendar_shared", actor=actor.name, role=str(role))
    return secret


def revoke_key(tx: Tx, *, actor: Actor) -> bool:
    """Take one's own secret back; False where there was none."""
    user = load_user(tx, actor.name)
    key = tx.session.get(CalendarKey, user.id)
    if key is None:
        return False
    tx.session.delete(key)
    append(tx, f"user/{actor.name}", "calendar_unshared", actor=actor.name, role="person")
    return True


def key_since(tx: Tx, name: str) -> datetime | None:
    """When the person's present secret was made; None where there is none."""
    return tx.session.scalars(
        select(CalendarKey.made_at).join(User, User.id == CalendarKey.user_id).where(User.name == name)
    ).one_or_none()


def reader_with(tx: Tx, secret: str) -> Actor | None:
    """Whose secret this is, as long as the person is active and holds a role that may look at the timetable."""
    name = tx.session.scalars(
        select(User.name)
        .join(CalendarKey, CalendarKey.user_id == User.id)
        .where(CalendarKey.digest == _digest(secret))
    ).one_or_none()
    if name is None:
        return None
    try:
        actor = people.actor(tx, name)
    except Refusal:
        return None
    return actor if actor.roles & set(READERS) else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
