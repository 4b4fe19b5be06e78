"""The second factor: codes of an authenticator (RFC 6238), and recovery codes for when it is lost.

The secret lies sealed in the vault, recovery codes are kept as keyed hashes, and no code opens twice: of each person
the latest step of time that was used is written down, guarded by the database.
"""

import base64
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import CursorResult, Executable, delete, func, select, update

from claims import clock
from claims.desk import Desk, Tx
from claims.errors import BadValue, FactorRequired, OwnFactor, WrongCode
from claims.identity import sign_ins
from claims.identity.people import load_user, require_role
from claims.models import RecoveryCode, SecondFactor, User
from claims.security_log import Kind
from claims.trail.chains import append
from states.facts import Actor
from states.stages import Role

ISSUER = "嵊泗奖补"
"""What the authenticator calls us. Short: each sign takes nine in the picture, twice."""
STEP = 30
"""Seconds for which a code holds; authenticators know no other than this, six digits and SHA-1."""
_DIGITS = 6
_DRIFT = (-1, 0, 1)
"""Steps by which a telephone's clock may differ from ours."""
_SECRET_BYTES = 20
RECOVERY_CODES = 10
_RECOVERY_LENGTH = 10
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Of letters and digits, those that are not taken for one another on paper."""


@dataclass(frozen=True, slots=True)
class Factor:
    """How somebody's second factor stands. `since` is None where it is off, `required` says that a role asks for it."""

    since: datetime | None
    codes_left: int
    required: bool


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator must learn: `secret` to type, in groups of four, or `uri` to show as a picture."""

    secret: str
    uri: str


def factor(tx: Tx, name: str) -> Factor:
    user = load_user(tx, name)
    row = tx.session.get(SecondFactor, user.id)
    left = select(func.count()).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return Factor(
        since=row.confirmed_at if row else None,
        codes_left=tx.session.scalar(left) or 0,
        required=sign_ins.needs_second_factor(tx, name),
    )


def users_with(tx: Tx) -> frozenset[str]:
    """The names of all who have it on."""
    rows = select(User.name).join(SecondFactor, SecondFactor.user_id == User.id)
    return frozenset(tx.session.scalars(rows.where(SecondFactor.confirmed_at.is_not(None))))


# Switching on and off


def begin(tx: Tx, name: str) -> Enrolment:
    """A secret for the person's authenticator, the same until a code of it is shown. Raises `BadValue` if it is on."""
    user = load_user(tx, name)
    row = tx.session.get(SecondFactor, user.id)
    if row is None:
        sealed = tx.desk.vault.seal(base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode())
        row = SecondFactor(user_id=user.id, secret_sealed=sealed, last_step=0, made_at=tx.now)
        tx.session.add(row)
        tx.session.flush()
    if row.confirmed_at is not None:
        raise BadValue("两步验证已经启用。", "The second factor is on already.")
    return _enrolment(tx, user, row)


def enrolment(tx: Tx, name: str) -> Enrolment | None:
    """What was begun and is not confirmed yet."""
    user = load_user(tx, name)
    row = tx.session.get(SecondFactor, user.id)
    return None if row is None or row.confirmed_at is not None else _enrolment(tx, user, row)


def confirm(tx: Tx, name: str, code: str) -> tuple[str, ...]:
    """Switch it on, with a code of the new authenticator; answers with the recovery codes, shown this once.

    Raises `WrongCode`, `BadValue` where nothing was begun.
    """
    user = load_user(tx, name)
    row = tx.session.get(SecondFactor, user.id)
    if row is None or row.confirmed_at is not None:
        raise BadValue("请先开始启用两步验证。", "Begin to switch the second factor on first.")
    if not _takes(tx, row, code):
        raise WrongCode
    row.confirmed_at = tx.now
    append(tx, f"user/{name}", "second_factor_on", actor=name, role="person")
    return _new_codes(tx, user)


def switch_off(tx: Tx, name: str) -> None:
    """Switch it off, for who has just shown a code of it (`shows`). Raises `FactorRequired` where a role asks for it."""
    if factor(tx, name).required:
        raise FactorRequired
    _remove(tx, load_user(tx, name))
    append(tx, f"user/{name}", "second_factor_off", actor=name, role="person")


def renew_codes(tx: Tx, name: str) -> tuple[str, ...]:
    """Ten new recovery codes for who has just shown a code; the old ones open nothing any more."""
    codes = _new_codes(tx, load_user(tx, name))
    append(tx, f"user/{name}", "recovery_codes_renewed", actor=name, role="person")
    return codes


def reset(tx: Tx, name: str, *, reason: str, actor: Actor | None) -> None:
    """Take a lost second factor from somebody, and end their sessions; `actor` None: whoever may open the database.

    Raises `NotAllowed`, `UnknownUser`, `BadValue` without a reason, and `OwnFactor`: a session left open at an
    administrator's desk must not be enough to take theirs away.
    """
    if actor is not None:
        require_role(actor, (Role.ADMINISTRATOR,), "重置两步验证", "reset a second factor")
        if actor.name == name.strip():
            raise OwnFactor
    if not reason.strip():
        raise BadValue("请写明重置两步验证的理由。", "Give the reason for resetting the second factor.")
    user = load_user(tx, name.strip())
    _remove(tx, user)
    sign_ins.end_sessions(tx, user)
    append(
        tx,
        f"user/{user.name}",
        "second_factor_reset",
        actor=actor.name if actor else "system",
        role=str(Role.ADMINISTRATOR) if actor else "system",
        reason=reason.strip(),
    )


# Showing a code


def shows(desk: Desk, name: str, code: str) -> bool:
    """Whether this is a code of the person's, used up with that. Wrong ones count with wrong passwords.

    Tries at the same time count each other, and of two with the same code one is right.
    """
    with desk.transaction() as tx:
        user = load_user(tx, name)
        if sign_ins.too_many_failures(tx, name):
            tx.note(Kind.SIGN_IN_THROTTLED, name, by="second_factor")
            return False
        row = tx.session.get(SecondFactor, user.id)
        if row is not None and row.confirmed_at is not None:
            if _takes(tx, row, code):
                sign_ins.forget_failures(tx, name)
                return True
            if _takes_recovery(tx, user, code):
                sign_ins.forget_failures(tx, name)
                append(tx, f"user/{name}", "recovery_code_used", actor=name, role="person")
                return True
        sign_ins.count_failure(tx, name)
        tx.note(Kind.SIGN_IN_FAILED, name, by="second_factor")
        return False


def _takes(tx: Tx, row: SecondFactor, code: str) -> bool:
    code = "".join(code.split())
    if not (code.isascii() and code.isdecimal()):
        return False
    # A telephone reckons with the world's time, also while a rehearsal stands still.
    step = int(clock.outside().timestamp()) // STEP
    hotp = _hotp(tx.desk.vault.open(row.secret_sealed))
    fits = [
        step + drift for drift in _DRIFT if secrets.compare_digest(hotp.generate(step + drift), code.encode())
    ]
    if not fits:
        return False
    return _changed_one(
        tx,
        update(SecondFactor)
        .where(SecondFactor.user_id == row.user_id, SecondFactor.last_step < fits[0])
        .values(last_step=fits[0]),
    )


def _takes_recovery(tx: Tx, user: User, code: str) -> bool:
    return _changed_one(
        tx,
        update(RecoveryCode)
        .where(RecoveryCode.digest == _digest(tx, user, code), RecoveryCode.used_at.is_(None))
        .values(used_at=tx.now),
    )


def _changed_one(tx: Tx, statement: Executable) -> bool:
    result: Any = tx.session.execute(statement)
    return isinstance(result, CursorResult) and result.rowcount == 1


def _new_codes(tx: Tx, user: User) -> tuple[str, ...]:
    tx.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = tuple(_codes())
    tx.session.add_all(RecoveryCode(digest=_digest(tx, user, each), user_id=user.id) for each in codes)
    tx.session.flush()
    return codes


def _codes() -> Iterator[str]:
    for _ in range(RECOVERY_CODES):
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY_LENGTH))
        yield f"{code[:5]}-{code[5:]}"


def _digest(tx: Tx, user: User, code: str) -> str:
    return tx.desk.vault.digest(f"recovery {user.id} {code.upper()}")


def _remove(tx: Tx, user: User) -> None:
    tx.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    tx.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))


def _enrolment(tx: Tx, user: User, row: SecondFactor) -> Enrolment:
    secret = tx.desk.vault.open(row.secret_sealed)
    totp = TOTP(base64.b32decode(secret), _DIGITS, SHA1(), STEP)  # noqa: S303 - what authenticators know
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return Enrolment(groups, totp.get_provisioning_uri(user.name, ISSUER))


def _hotp(secret: str) -> HOTP:
    return HOTP(base64.b32decode(secret), _DIGITS, SHA1())  # noqa: S303 - what authenticators know
