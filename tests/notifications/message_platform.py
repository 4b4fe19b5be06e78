"""A message platform for tests: it checks the signature as the documentation says, and keeps what it takes."""

import hashlib
import hmac
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

SECRET = "a secret of the platform"


@dataclass
class Platform:
    """`taken` are the messages, one a key; `requests` all that came. `answers` are given in turn, then 200."""

    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    hangs_up: bool = False

    def take(self, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        self.requests.append((headers, body))
        signed = headers["jiangbu-timestamp"].encode() + b"." + body
        right = "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right, headers["jiangbu-signature"]):
            return 401, "wrong signature"
        status, words = self.answers.pop(0) if self.answers else (200, "")
        if status < 300:
            self.taken.setdefault(headers["idempotency-key"], json.loads(body))
        return status, words


@contextmanager
def platform(secure: ssl.SSLContext | None = None) -> Iterator[tuple[Platform, str]]:
    """A platform at work, and its address."""
    found = Platform()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers["content-length"]))
            status, words = found.take(headers, body)
            if found.hangs_up:
                self.close_connection = True
                return
            said = words.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Nothing: a test tells what it expects."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if secure is not None:
        server.socket = secure.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        scheme = "https" if secure else "http"
        yield found, f"{scheme}://127.0.0.1:{server.server_address[1]}/messages?desk=shengsi"
    finally:
        server.shutdown()
        server.server_close()
