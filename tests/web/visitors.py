"""Somebody in front of the desk: a browser's manners without a browser."""

import html
import re
from collections.abc import Callable

import httpx
from fastapi import FastAPI
from fastapi.testclient import TestClient

from web.sessions import PLAIN_COOKIE

ORIGIN = "http://testserver"


class Visitor:
    """A browser: keeps cookies, says where its forms come from, does not follow redirects by itself."""

    def __init__(self, app: FastAPI, secret: str | None = None) -> None:
        self.client = TestClient(app, base_url=ORIGIN, follow_redirects=False, raise_server_exceptions=False)
        self.client.headers["Origin"] = ORIGIN
        if secret is not None:
            self.client.cookies.set(PLAIN_COOKIE, secret)

    def get(self, url: str, **more: object) -> httpx.Response:
        return self.client.get(url, **more)  # type: ignore[arg-type]

    def post(self, url: str, data: object = None, **more: object) -> httpx.Response:
        return self.client.post(url, data=data, **more)  # type: ignore[arg-type]

    def read(self, url: str) -> str:
        """The words of a page that must be there."""
        answer = self.get(url)
        assert answer.status_code == 200, f"{url}: {answer.status_code} {words_of(answer.text)[:400]}"
        return words_of(answer.text)


def words_of(page: str) -> str:
    """What a reader sees of a page's body, in one line."""
    body = re.sub(r"(?s)^.*?<body>|<script.*?</script>|<datalist.*?</datalist>", "", page)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


SignIn = Callable[[str | None], Visitor]
