"""Letters and texts to the county's message platform: one signed HTTP request for each.

What the platform is sent, and how it checks that it comes from us, stands in `docs/channels.md`.
"""

import hashlib
import hmac
import json
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from claims import clock
from claims.letters.outbox import Way
from claims.letters.sending import LeasedLetter
from notifications.channels.channel import TIMEOUT_SECONDS, ChannelError, DeliveryError, Sender, trusting

KEY, TIMESTAMP, SIGNATURE = "Idempotency-Key", "Jiangbu-Timestamp", "Jiangbu-Signature"
OUR_FAULT = frozenset({401, 403, 404, 405})
"""It does not know us, or not this address: a matter of the settings, for every letter."""
TRY_AGAIN = frozenset({408, 425, 429})
SERVER_ERROR = 500
WORDS_KEPT = 200

_LONG_NUMBER = re.compile(r"\d{7,}")


def body_of(letter: LeasedLetter, content: bytes) -> bytes:
    """What the platform is told of a letter, as JSON in UTF-8; `sha256` is of the copy that the desk keeps."""
    told = {
        "id": key_of(letter),
        "letter": letter.id,
        "kind": letter.kind,
        "channel": letter.channel,
        "to": [each.strip() for each in letter.address.split(",")],
        "recipient": letter.recipient_name,
        "subject": letter.subject,
        "text": letter.text,
        "written_at": letter.queued_at.isoformat(),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    if letter.channel != Way.SMS:
        told["html"] = letter.html
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def key_of(letter: LeasedLetter) -> str:
    """The letter's own identifier, by which the platform drops a repeat; no other desk ever gives the same."""
    return letter.message_id.strip("<>").partition("@")[0]


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over the timestamp, a full stop and the body."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


@dataclass(slots=True)
class HookChannel:
    """One connection to the platform for many letters, opened with the first and again where it broke."""

    url: str
    secret: str
    sender: Sender
    ca_file: Path | None = None
    files: bool = False
    _connection: HTTPConnection | None = None

    def send(self, letter: LeasedLetter, content: bytes) -> str:
        body = body_of(letter, content)
        timestamp = str(int(clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            KEY: key_of(letter),
            TIMESTAMP: timestamp,
            SIGNATURE: f"sha256={signature(self.secret, timestamp, body)}",
        }
        connection = self._connection or self._connect()
        try:
            connection.request("POST", _target(self.url), body, headers)
            response = connection.getresponse()
            answer = response.read(WORDS_KEPT * 4)
        except (HTTPException, OSError) as error:
            self.close()
            reason = f"{type(error).__name__}: {error}"
            raise DeliveryError(reason, permanent=False, uncertain=True) from error
        if not response.isclosed():
            self.close()  # it said more than anybody reads
        _judge(response, answer)
        return ""

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> HTTPConnection:
        try:
            connection = _connection(self.url, trusting(self.ca_file))
            connection.connect()
        except OSError as error:
            raise ChannelError(f"{urlsplit(self.url).netloc}: {error}") from error
        self._connection = connection
        return connection


def _connection(url: str, context: ssl.SSLContext) -> HTTPConnection:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "https":
        return HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS, context=context)
    return HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)


def _target(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"


def _judge(response: HTTPResponse, answer: bytes) -> None:
    """Raise where the platform has not taken the letter. Its words may quote a telephone number; ours never do."""
    status = response.status
    if 200 <= status < 300:  # noqa: PLR2004 - what HTTP calls success
        return
    words = " ".join(answer.decode(errors="replace").split())[:WORDS_KEPT]
    told = f"{status} {_LONG_NUMBER.sub('****', words)}".strip()
    if status in OUR_FAULT or 300 <= status < 400:  # noqa: PLR2004 - a redirection
        raise ChannelError(
            f"消息平台拒绝，请核对 JIANGBU_HOOK_URL 与密钥。 The message platform answers {told}"
        )
    raise DeliveryError(told, permanent=status < SERVER_ERROR and status not in TRY_AGAIN)


@contextmanager
def hook_channel(url: str, secret: str, sender: Sender, ca_file: Path | None = None) -> Iterator[HookChannel]:
    channel = HookChannel(url, secret, sender, ca_file)
    try:
        yield channel
    finally:
        channel.close()
