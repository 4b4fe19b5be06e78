"""Who a browser is signed in as. The cookie holds a random secret; all else is in our database."""

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from claims.desk import Desk
from claims.identity import people
from states.errors import Refusal
from states.facts import Actor
from states.stages import Role

SECURE_COOKIE = "__Host-jiangbu"
PLAIN_COOKIE = "jiangbu"


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
        found = people.session_user(tx, secret)
        if found is None:
            return None
        person = Person(people.actor(tx, found.name), found.previous_sign_in)
    if found.touch_due:
        with desk.transaction() as tx:
            people.touch_session(tx, secret)
    return person


def sign_in(desk: Desk, request: Request, response: Response, name: str, password: str) -> bool:
    """Open a session under a new secret and give it to the browser; False where the password is not right."""
    if not people.authenticate(desk, name, password):
        return False
    with desk.transaction() as tx:
        secret = people.open_session(tx, name.strip())
    response.set_cookie(
        cookie_name(request),
        secret,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
        path="/",
    )
    return True


def sign_out(desk: Desk, request: Request, response: Response) -> None:
    secret = request.cookies.get(cookie_name(request))
    if secret:
        with desk.transaction() as tx:
            people.close_session(tx, secret)
    response.delete_cookie(
        cookie_name(request), path="/", secure=request.url.scheme == "https", httponly=True
    )


def bearer(desk: Desk, request: Request) -> Actor | None:
    """The user of the bearer token that a program sent, or None."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    with desk.reading() as tx:
        name = people.token_user(tx, token.strip())
        try:
            return None if name is None else people.actor(tx, name)
        except Refusal:
            return None
