"""Programs that call the desk while it is killed under them: each request has a key, and is sent until it is answered."""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from claims.idempotency import RequestInProgress

PATIENCE_SECONDS = 400.0
"""As long as a whole desk may take to come up, twice over."""

ASK_AGAIN_SECONDS = 0.5
ANSWERED, BROKEN, BUSY = range(200, 500), 500, 503


@dataclass(frozen=True, slots=True)
class Sent:
    """A request and its answer. `tries` is how often it was sent until there was one."""

    user: str
    key: str
    path: str
    parts: Mapping[str, Any]
    status: int
    text: str
    tries: int


@dataclass
class Book:
    """All requests that were answered, what went wrong with any, and how many are under way. Shared by threads."""

    sent: list[Sent] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    repeated: int = 0
    under_way: int = 0
    problems: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, sent: Sent) -> None:
        with self._lock:
            self.sent.append(sent)
            self.statuses[sent.status] += 1
            self.repeated += sent.tries > 1

    def begin(self, change: int) -> None:
        with self._lock:
            self.under_way += change

    def complain(self, problem: str) -> None:
        with self._lock:
            self.problems.append(problem)


class Program:
    """Calls the API of the desk at `url` with somebody's token."""

    def __init__(self, user: str, token: str, url: str, book: Book) -> None:
        self.user, self.book = user, book
        self._client = httpx.Client(
            base_url=f"{url}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
            timeout=30,
        )

    def get(self, path: str, **filters: Any) -> httpx.Response:
        return self._until_answered("GET", path, {"params": filters}, {})[0]

    def post(self, path: str, **parts: Any) -> httpx.Response:
        """Send it under a key of its own; `parts` are httpx's `json`, `data`, `files`."""
        key = str(uuid4())
        self.book.begin(1)
        try:
            answer, tries = self._until_answered("POST", path, parts, {"Idempotency-Key": key})
        finally:
            self.book.begin(-1)
        self.book.note(Sent(self.user, key, path, parts, answer.status_code, answer.text, tries))
        return answer

    def repeat(self, sent: Sent) -> None:
        """The same request again must get the first answer, as such."""
        answer, _ = self._until_answered("POST", sent.path, sent.parts, {"Idempotency-Key": sent.key})
        again = answer.headers.get("Idempotent-Replayed") == "true"
        if (answer.status_code, answer.text, again) != (sent.status, sent.text, True):
            self.book.complain(
                f"{sent.path} by {sent.user}: first {sent.status}, again {answer.status_code} {answer.text[:200]}"
            )

    def _until_answered(
        self, method: str, path: str, parts: Mapping[str, Any], headers: Mapping[str, str]
    ) -> tuple[httpx.Response, int]:
        end, tries = time.monotonic() + PATIENCE_SECONDS, 0
        while time.monotonic() < end:
            tries += 1
            try:
                answer = self._client.request(method, path, headers=dict(headers), **parts)
            except httpx.TransportError:
                time.sleep(ASK_AGAIN_SECONDS)
                continue
            if answer.status_code == BROKEN:
                self.book.complain(f"{method} {path} by {self.user} broke the desk: {answer.text[:200]}")
            if answer.status_code in ANSWERED and RequestInProgress.code not in answer.text:
                return answer, tries
            time.sleep(ASK_AGAIN_SECONDS)
        self.book.complain(f"{method} {path} by {self.user} was never answered")
        raise TimeoutError(path)
