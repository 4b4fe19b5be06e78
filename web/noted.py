"""What an answer tells the security log, seen once for all routes: refusals, and everything handed out as a file."""

import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from claims.desk import Desk
from claims.security_log import Kind, Origin, coming_from
from web.throttle import Throttle

REQUEST_ID = "X-Request-ID"
MOST_A_MINUTE = 60
"""Lines of a kind that one address makes."""
FOREIGN_FORM = "foreign_form"
"""Set in a request's state where it did not come from a page of ours."""


class SecurityNotes:
    """Names each request, so that a line of the log, an answer and what a person reports can be brought together.

    The name is always ours: one that the request brings might be made up.
    """

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self.app = app
        self.desk = desk
        # A flood from one address must not wash the log away.
        self.lines = Throttle(limit=MOST_A_MINUTE, seconds=60)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        name = state["request_id"] = secrets.token_hex(8)

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[REQUEST_ID] = name
                self._note(scope, message["status"], Headers(raw=message["headers"]))
            await send(message)

        client = scope.get("client")
        with coming_from(Origin(client[0] if client else "", name)):
            await self.app(scope, receive, noted)

    def _note(self, scope: Scope, status: int, headers: Headers) -> None:
        state = scope["state"]
        kind = _kind(scope, status, headers)
        client = scope.get("client")
        if kind is not None and self.lines.admits(f"{kind} {client[0] if client else ''}"):
            self.desk.note(kind, state.get("actor", ""), method=scope["method"], path=scope["path"])


def _kind(scope: Scope, status: int, headers: Headers) -> Kind | None:
    match status:
        case 401 if "authorization" in Headers(scope=scope):
            return Kind.TOKEN_REFUSED
        case 403 if scope["state"].get(FOREIGN_FORM):
            return Kind.FOREIGN_FORM_REFUSED
        case 403:
            return Kind.PERMISSION_REFUSED
        case 413:
            return Kind.UPLOAD_REFUSED
        case 200 if headers.get("content-disposition", "").startswith("attachment"):
            return Kind.EXPORTED
    return None
