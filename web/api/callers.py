"""Who calls: programs with a bearer token, and nobody by a cookie, so that no page elsewhere can call for them."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from claims.desk import Desk
from claims.errors import NotAllowed
from claims.letters.dead_letters import RESENDERS
from claims.policy.policies import CONFIRMING_ROLES
from states.facts import Actor
from states.stages import DUTY_OF, PEOPLES_ROLES, Role
from web import guards, sessions
from web.guards import Gate
from web.i18n import Lang

BEARER = HTTPBearer(
    scheme_name="bearer",
    description="A token from `jiangbu user token NAME`. It acts in the roles of its user.",
    auto_error=False,
)

Sent = Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
"""Described here for programs that read the description; the token itself is looked up as everywhere on the desk."""

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description=(
            "Names this request, say by a UUID. The same request under the same key again gets the first answer again "
            "(with `Idempotent-Replayed: true`) and changes nothing; kept for 14 days."
        ),
    ),
]


@dataclass(frozen=True, slots=True)
class Caller:
    """One call: on which desk, by whom, in which language, under which key (empty where none was sent)."""

    request: Request
    desk: Desk
    actor: Actor
    lang: Lang
    key: str = ""


@dataclass(frozen=True, slots=True)
class TokenOf(Gate):
    """Lets in the token of whoever holds one of `roles`."""

    roles: frozenset[Role] = frozenset(PEOPLES_ROLES)

    def __call__(self, request: Request, _sent: Sent) -> Caller:
        return self._caller(request)

    def _caller(self, request: Request, key: str = "") -> Caller:
        desk: Desk = request.app.state.desk
        actor = sessions.bearer(desk, request)
        if actor is None:
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
        if not actor.roles & self.roles:
            allowed = tuple(role for role in Role if role in self.roles)
            raise NotAllowed(actor.name, "调用此接口", "call this", allowed)
        return Caller(request, desk, actor, language(request), key)


@dataclass(frozen=True, slots=True)
class KeyedTokenOf(TokenOf):
    """The same for calls that change something, which may come with a key."""

    def __call__(self, request: Request, _sent: Sent, idempotency_key: IdempotencyKey = None) -> Caller:
        return self._caller(request, idempotency_key or "")


def language(request: Request) -> Lang:
    """Chinese, unless the caller says that it would rather have English."""
    wishes = [_wish(each) for each in request.headers.get("accept-language", "").split(",")]
    english, chinese = (
        max((weight for tag, weight in wishes if tag in {lang, "*"}), default=0.0) for lang in ("en", "zh")
    )
    return "en" if english > chinese else "zh"


def _wish(text: str) -> tuple[str, float]:
    tag, _, weight = text.partition(";q=")
    try:
        return tag.strip().lower().partition("-")[0], float(weight or 1)
    except ValueError:
        return "", 0.0


READER = Depends(TokenOf())
EXPORTER = Depends(TokenOf(guards.EXPORTERS.roles))
READER_OF_LISTS = Depends(TokenOf(guards.INSIDE.roles))
READER_OF_MONEY = Depends(TokenOf(guards.MONEY.roles))
READER_OF_THE_BOARD = Depends(TokenOf(guards.BOARD.roles))
CONTROL = Depends(TokenOf(guards.AUDIT.roles))
PAYER = Depends(TokenOf(guards.FINANCE.roles))

ANYBODY = Depends(KeyedTokenOf())
FILER = Depends(KeyedTokenOf(guards.FILERS.roles))
OFFICER = Depends(KeyedTokenOf(frozenset(DUTY_OF)))
RECORDER = Depends(KeyedTokenOf(frozenset({Role.REVIEWER, Role.INTAKE})))
CONFIRMER = Depends(KeyedTokenOf(frozenset(CONFIRMING_ROLES)))
COORDINATOR = Depends(KeyedTokenOf(frozenset({Role.COORDINATOR})))
FINANCE = Depends(KeyedTokenOf(frozenset({Role.FINANCE})))
RESENDER = Depends(KeyedTokenOf(frozenset(RESENDERS)))
ADMINISTRATOR = Depends(KeyedTokenOf(frozenset({Role.ADMINISTRATOR})))
PLANNER = Depends(KeyedTokenOf(frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})))
EXAMINER = Depends(KeyedTokenOf(guards.EXAMINERS.roles))
READER_OF_ADMINISTRATION = Depends(TokenOf(guards.ADMINISTRATOR.roles))
