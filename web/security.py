"""What holds for every answer and every request: headers, no foreign forms, no bodies without end."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SANDBOX = "default-src 'none'; sandbox"
"""For files that strangers have uploaded: even opened in place they can do nothing."""
SHOWN = {
    "Content-Security-Policy": f"{SANDBOX}; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}
"""For such a file shown within a page of ours. The sandbox comes with the file: a browser's own viewer of PDF works
under it, but not in a frame that is marked as one.
"""

HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with that a browser names its own forms' origin "null", and the check below needs it.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Pages hold personal data: neither a proxy nor the next person at this machine may find them.
    "Cache-Control": "no-store",
}
HSTS = "max-age=31536000"

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_BODY = 24 * 2**20
"""Bytes of a request: one paper of 20 MB, its form around it, and some room."""


class SecurityHeaders:
    """Sets `HEADERS` on every answer; what an answer has set itself stays."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope.get("scheme") == "https":
                    headers.setdefault("Strict-Transport-Security", HSTS)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class BodyLimit:
    """Counts the bytes of a body as they come: the framework limits the number of parts, not their size."""

    def __init__(self, app: ASGIApp, most: int = LARGEST_BODY) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.most:
                raise HTTPException(413)
            return message

        await self.app(scope, counted if scope["type"] == "http" else receive, send)


def is_own_request(method: str, headers: Headers) -> bool:
    """Whether a request that changes something was made by a page of ours.

    Browsers say where a request comes from: `Sec-Fetch-Site` on trustworthy addresses, `Origin` on all. A form
    elsewhere can forge neither, so no token is needed in the form; a request with neither is refused.
    """
    if method in SAFE_METHODS:
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(headers.get("origin", "")).netloc == headers.get("host", "")
