"""A provider of OpenID Connect on loopback: `oidc-provider-mock`, behind a layer that holds it to PKCE and can be told
to misbehave.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import oidc_provider_mock
from werkzeug.serving import make_server

from flows.ports import LOOPBACK

Tokens = dict[str, Any]


@dataclass
class Provider:
    """`alter` is applied to the tokens before they leave; `deaf` lets the token endpoint fail."""

    port: int = 0
    alter: Callable[[Tokens], Tokens] = dict
    deaf: bool = False
    challenges: dict[str, str] = field(default_factory=dict)
    verified: int = 0

    @property
    def issuer(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def approve(self, url: str, subject: str, **changes: str) -> str:
        """Sign in there as somebody, as a person's browser would; answers with the address that it is sent back to."""
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query)) | changes
        asked = f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode(query)}"
        answer = httpx.post(asked, data={"sub": subject}, trust_env=False)
        return str(answer.headers["location"])

    def decline(self, url: str) -> str:
        answer = httpx.post(url, data={"action": "deny"}, trust_env=False)
        return str(answer.headers["location"])

    def wrapped(self, inner: Any) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
        def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            if environ["PATH_INFO"] != "/oauth2/token":
                return inner(environ, self._remembering(environ, start_response))  # type: ignore[no-any-return]
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            if self.deaf:
                start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
                return [b"broken"]
            form = dict(parse_qsl(body.decode()))
            if not self._holds(form):
                start_response("400 Bad Request", [("Content-Type", "application/json")])
                return [b'{"error": "invalid_grant"}']
            environ["wsgi.input"] = BytesIO(body)
            return self._altered(inner, environ, start_response)

        return application

    def _remembering(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Keeps the challenge that a code was asked for with."""

        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            asked = dict(parse_qsl(environ["QUERY_STRING"]))
            for code in parse_qs(urlsplit(dict(headers).get("Location", "")).query).get("code", []):
                self.challenges[code] = asked["code_challenge"]
            return start_response(status, headers, *more)

        return started

    def _holds(self, form: dict[str, str]) -> bool:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        fits = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenges.get(form["code"])
        self.verified += fits
        return fits

    def _altered(self, inner: Any, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        started: list[Any] = []
        content = b"".join(inner(environ, lambda *args: started.append(args)))
        status, headers, *_ = started[0]
        if status.startswith("200"):
            content = json.dumps(self.alter(json.loads(content))).encode()
        kept = [each for each in headers if each[0].lower() != "content-length"]
        start_response(status, [*kept, ("Content-Length", str(len(content)))])
        return [content]


@contextmanager
def running(**options: Any) -> Iterator[Provider]:
    """A provider at work; `options` are the library's own."""
    provider = Provider()
    application = provider.wrapped(oidc_provider_mock.app(require_nonce=True, **options))
    server = make_server(LOOPBACK, 0, application, threaded=True)
    provider.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


EXPIRED = timedelta(minutes=-5)
