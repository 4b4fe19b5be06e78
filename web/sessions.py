"""Who a browser is signed in as. The cookie holds a random secret; all else is in our database."""

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from claims.desk import Desk, Tx
from claims.identity import people, sign_ins
from claims.identity.sign_ins import HalfSignedIn, Owes
from claims.security_log import Kind
from states.errors import Refusal
from states.facts import Actor
from states.stages import Role
from web.throttle import Throttle

SECURE_COOKIE = "__Host-jiangbu"
PLAIN_COOKIE = "jiangbu"

_token_uses = Throttle(limit=1, seconds=3600)
"""A program that works through a list is told of once an hour, not with every call."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in. `previous_sign_in` lets them notice that somebody else was."""

    actor: Actor
    previous_sign_in: datetime | None

    @property
    def roles(self) -> frozenset[Role]:
        return self.actor.roles


def cookie_name(request: Request) -> str:
    """The browser itself guards a `__Host-` cookie, but takes one over https only; a desk looked at on its own
    machine over http has the plain name.
    """
    return SECURE_COOKIE if request.url.scheme == "https" else PLAIN_COOKIE


def person_of(desk: Desk, request: Request) -> Person | None:
    """Who sent this request, or None. Roles are read anew each time: one taken away is gone at once."""
    secret = request.cookies.get(cookie_name(request))
    if not secret:
        return None
    with desk.reading() as tx:
        found = sign_ins.session_user(tx, secret)
        expired = found is None and sign_ins.has_expired(tx, secret)
        person = Person(people.actor(tx, found.name), found.previous_sign_in) if found else None
    if expired:
        with desk.transaction() as tx:
            sign_ins.close_session(tx, secret)
    if found is None or person is None:
        return None
    if found.touch_due:
        with desk.transaction() as tx:
            sign_ins.touch_session(tx, secret)
    request.state.actor = found.name
    return person


def half_signed_in(desk: Desk, request: Request) -> HalfSignedIn | None:
    """Whose password was right and who still owes the second factor."""
    secret = request.cookies.get(cookie_name(request))
    if not secret:
        return None
    with desk.reading() as tx:
        return sign_ins.half_signed_in(tx, secret)


def begin(desk: Desk, request: Request, response: Response, name: str, *, by: str) -> Owes:
    """Open a session, under a new secret, for who has proven to be `name`; answers with what they still owe.

    What this browser was signed in as before is ended.
    """
    with desk.transaction() as tx:
        _close(tx, request)
        owes = sign_ins.owed(tx, name)
        _give(request, response, sign_ins.open_session(tx, name, owes=owes, by=by))
    return owes


def complete(tx: Tx, request: Request, response: Response, name: str) -> None:
    """Open a session under a new secret, in place of the half one, for who has shown the second factor as well."""
    _close(tx, request)
    _give(request, response, sign_ins.open_session(tx, name, by="second_factor"))


def renew(tx: Tx, request: Request, response: Response, name: str) -> None:
    """Give the browser a new secret, as its rights have changed; the person's other sessions end."""
    _give(request, response, sign_ins.rotate_session(tx, name, request.cookies[cookie_name(request)]))


def sign_out(desk: Desk, request: Request, response: Response) -> None:
    with desk.transaction() as tx:
        _close(tx, request)
    response.delete_cookie(
        cookie_name(request), path="/", secure=request.url.scheme == "https", httponly=True
    )


def _close(tx: Tx, request: Request) -> None:
    secret = request.cookies.get(cookie_name(request))
    if secret:
        sign_ins.close_session(tx, secret)


def _give(request: Request, response: Response, secret: str) -> None:
    response.set_cookie(
        cookie_name(request),
        secret,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
        path="/",
    )


def bearer(desk: Desk, request: Request) -> Actor | None:
    """The user of the bearer token that a program sent, or None."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    with desk.reading() as tx:
        name = people.token_user(tx, token.strip())
        try:
            actor = None if name is None else people.actor(tx, name)
        except Refusal:
            return None
    if actor is not None:
        request.state.actor = actor.name
        address = request.client.host if request.client else ""
        if _token_uses.admits(f"{desk.settings.home}\n{actor.name}\n{address}"):
            desk.note(Kind.TOKEN_USED, actor.name)
    return actor
