"""Signing in: passwords, tries that failed, and the sessions of browsers."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from sqlalchemy import delete, func, select

from claims.desk import Desk, Tx
from claims.identity.people import actor, hashed, load_user, verified
from claims.models import SecondFactor, SignInFailure, User, WebSession
from claims.security_log import Kind

IDLE = timedelta(minutes=30)
AT_MOST = timedelta(hours=12)
HALF_AT_MOST = timedelta(minutes=10)
"""For a session that still owes the second factor."""
TOUCH_EVERY = timedelta(minutes=1)
"""Exact enough for the idle limit, and spares a write on every click."""
FAILURES_ALLOWED = 5
FAILURE_WINDOW = timedelta(minutes=15)
_LONGEST_NAME = 200


class Owes(StrEnum):
    """What is missing before a session opens anything: a code, or a second factor to give codes."""

    NOTHING = ""
    CODE = "code"
    ENROLMENT = "enrolment"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a browser is signed in as. `touch_due`: the session's idle time should be written down again."""

    name: str
    previous_sign_in: datetime | None
    touch_due: bool


@dataclass(frozen=True, slots=True)
class HalfSignedIn:
    """Whose password was right, and what they still owe."""

    name: str
    owes: Owes


# Tries


def authenticate(desk: Desk, name: str, password: str) -> bool:
    """Whether the password is right. Five failures in a quarter of an hour close the door for that name.

    Argon2 takes its time on purpose, so it works between two short transactions: sign-ins by the dozen keep
    nobody from writing. The try is judged by the failures that stand when it is written down, not when it began.
    Where a second factor is owed the failures are forgotten only with that, or a stolen password would buy
    any number of guesses at it.
    """
    name = name.strip()
    with desk.reading() as tx:
        user = tx.session.scalars(select(User).where(User.name == name, User.active)).one_or_none()
        closed = too_many_failures(tx, name)
    if closed:
        desk.note(Kind.SIGN_IN_THROTTLED, told(user), by="name")
        return False
    # An unknown name costs the same time as a wrong password, so that names cannot be found out.
    right = verified(password, user.password_hash if user else _nobody())
    with desk.transaction() as tx:
        if user is not None and right and not too_many_failures(tx, name):
            if not has_second_factor(tx, user):
                forget_failures(tx, name)
            return True
        count_failure(tx, name)
        tx.note(Kind.SIGN_IN_FAILED, told(user), by="password")
        return False


def told(user: User | None) -> str:
    """A name for the security log. One that nobody has may be a password typed in the wrong place."""
    return user.name if user is not None else ""


def too_many_failures(tx: Tx, name: str) -> bool:
    statement = select(func.count()).where(
        SignInFailure.name == name[:_LONGEST_NAME], SignInFailure.at > tx.now - FAILURE_WINDOW
    )
    return (tx.session.scalar(statement) or 0) >= FAILURES_ALLOWED


def count_failure(tx: Tx, name: str) -> None:
    tx.session.add(SignInFailure(name=name[:_LONGEST_NAME], at=tx.now))


def forget_failures(tx: Tx, name: str) -> None:
    tx.session.execute(delete(SignInFailure).where(SignInFailure.name == name[:_LONGEST_NAME]))


def has_second_factor(tx: Tx, user: User) -> bool:
    row = tx.session.get(SecondFactor, user.id)
    return row is not None and row.confirmed_at is not None


@cache
def _nobody() -> str:
    return hashed(secrets.token_urlsafe(12))


# Sessions


def owed(tx: Tx, name: str) -> Owes:
    """What somebody owes after the password: by their own wish, or by a role."""
    if has_second_factor(tx, load_user(tx, name)):
        return Owes.CODE
    return Owes.ENROLMENT if needs_second_factor(tx, name) else Owes.NOTHING


def needs_second_factor(tx: Tx, name: str) -> bool:
    """Whether a role asks for it, one's own or one that is stood in for."""
    return bool(actor(tx, name).roles & tx.desk.settings.totp_roles)


def open_session(tx: Tx, name: str, *, owes: Owes = Owes.NOTHING, by: str = "password") -> str:
    """Sign a browser in; answers with the secret for its cookie, of which only the hash is kept.

    `by` tells the security log what the person has proven themselves with.
    """
    user = load_user(tx, name)
    tx.session.execute(delete(WebSession).where(WebSession.created_at < tx.now - AT_MOST))
    secret = secrets.token_urlsafe(32)
    tx.session.add(
        WebSession(
            digest=_digest(secret),
            user_id=user.id,
            created_at=tx.now,
            seen_at=tx.now,
            previous_sign_in=user.signed_in_at,
            owes=owes,
        ),
    )
    if owes is Owes.NOTHING:
        user.signed_in_at = tx.now
        tx.note(Kind.SIGNED_IN, name, by=by)
    else:
        tx.note(Kind.SECOND_FACTOR_OWED, name, by=by)
    return secret


def session_user(tx: Tx, secret: str) -> SignedIn | None:
    """Who is signed in under this secret and when they were before; None where the session has ended."""
    row = tx.session.get(WebSession, _digest(secret))
    if row is None or row.owes or _over(tx, row):
        return None
    user = tx.session.get(User, row.user_id)
    if user is None or not user.active:
        return None
    return SignedIn(user.name, row.previous_sign_in, tx.now - row.seen_at > TOUCH_EVERY)


def half_signed_in(tx: Tx, secret: str) -> HalfSignedIn | None:
    """Who has come half-way under this secret; None also where they have dallied."""
    row = tx.session.get(WebSession, _digest(secret))
    if row is None or not row.owes or tx.now - row.created_at > HALF_AT_MOST:
        return None
    user = tx.session.get(User, row.user_id)
    return HalfSignedIn(user.name, Owes(row.owes)) if user is not None and user.active else None


def has_expired(tx: Tx, secret: str) -> bool:
    """Whether the session was there and has only become too old."""
    row = tx.session.get(WebSession, _digest(secret))
    return row is not None and _over(tx, row)


def _over(tx: Tx, row: WebSession) -> bool:
    return tx.now - row.seen_at > IDLE or tx.now - row.created_at > AT_MOST


def touch_session(tx: Tx, secret: str) -> None:
    row = tx.session.get(WebSession, _digest(secret))
    if row is not None:
        row.seen_at = tx.now


def close_session(tx: Tx, secret: str) -> None:
    """End a session for good, by its owner's wish or because its time is over."""
    row = tx.session.get(WebSession, _digest(secret))
    if row is None:
        return
    name = tx.session.get_one(User, row.user_id).name
    tx.note(Kind.SESSION_EXPIRED if _over(tx, row) else Kind.SESSION_ENDED, name)
    tx.session.delete(row)


def rotate_session(tx: Tx, name: str, secret: str) -> str:
    """A new secret for a session whose rights have changed; the person's other sessions end. No longer than before."""
    user = load_user(tx, name)
    row = tx.session.get_one(WebSession, _digest(secret))
    new = secrets.token_urlsafe(32)
    tx.session.add(
        WebSession(
            digest=_digest(new),
            user_id=user.id,
            created_at=row.created_at,
            seen_at=tx.now,
            previous_sign_in=row.previous_sign_in,
            owes=Owes.NOTHING,
        )
    )
    tx.session.execute(
        delete(WebSession).where(WebSession.user_id == user.id, WebSession.digest != _digest(new))
    )
    tx.note(Kind.SESSION_ROTATED, name)
    return new


def end_sessions(tx: Tx, user: User) -> None:
    tx.session.execute(delete(WebSession).where(WebSession.user_id == user.id))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
