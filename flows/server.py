"""Our Prefect server: Prefect's own application on loopback, kept from asking anything of the outside.

Started as `python -m flows.server PORT` in an environment made by `flows.environment`.
"""

import sys

import uvicorn
from prefect.server.api.server import create_app
from starlette.datastructures import MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flows.ports import LOOPBACK

# Prefect's pages ask an analytics host from the browser; they work without, so the browser is told to
# talk to this server alone. Styles and scripts are partly inline, graphs are laid out in a blob worker.
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'"
)


class ContentPolicy:
    """Sends the content policy with every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Content-Security-Policy"] = CONTENT_POLICY
            await send(message)

        await self._app(scope, receive, send_with_policy if scope["type"] == "http" else send)


def protected(app: ASGIApp) -> ASGIApp:
    """The application for this machine only: a page elsewhere cannot reach it under a name of its own."""
    return ContentPolicy(
        TrustedHostMiddleware(app, allowed_hosts=[LOOPBACK, "localhost"], www_redirect=False)
    )


def main(port: int) -> None:
    uvicorn.run(
        protected(create_app(final=True)),
        host=LOOPBACK,
        port=port,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
