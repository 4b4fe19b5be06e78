"""How long the desk took over an answer, told with it: what a browser's tools show, and what load is measured by."""

from time import perf_counter

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "Server-Timing"


class ServerTiming:
    """Sets `Server-Timing: desk;dur=…` on every answer: milliseconds from the request's head to the answer's.

    Only where the desk itself broke is nothing told. Pages are rendered whole before their head leaves, so that it holds all of the work; of a file that is streamed
    it does not.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = perf_counter()

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                took = (perf_counter() - began) * 1_000
                MutableHeaders(scope=message).append(HEADER, f"desk;dur={took:.1f}")
            await send(message)

        await self.app(scope, receive, timed if scope["type"] == "http" else send)
