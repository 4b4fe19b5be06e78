"""Ten people at work in front of the desk: they sign in, look, search, open claims and decide, with time to think."""

import html
import http.client
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode

from county.copies import YEARS

from web.server_timing import HEADER

THINKS = (1.0, 3.0)
"""Seconds between two clicks: people who know the desk and are in a hurry."""

YEAR = YEARS[-1]
LIST = f"演练标协〔{YEAR}〕999号"
_NUMBERS = re.compile(r'href="/claims/(SB-\d{4}-\d+)"')
_NEXT = re.compile(r'rel="next" href="([^"]+)"')
_DUR = re.compile(r"dur=([\d.]+)")
_BOXES = re.compile(r'<input type="checkbox" name="departments" value="([^"]+)"( checked)?')


@dataclass(frozen=True)
class Look:
    """One answer: what was looked at, the desk's own time and the time in front of it, in milliseconds."""

    kind: str
    status: int
    server: float
    wall: float
    path: str


@dataclass
class Browser:
    """Keeps a connection and its cookies, says where its forms come from, and notes how long everything took."""

    port: int
    looks: list[Look] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        self._cookie = ""

    def get(self, kind: str, path: str) -> str:
        return self._ask(kind, "GET", path, None)[1]

    def post(self, kind: str, path: str, form: list[tuple[str, str]]) -> str:
        """Send a form; answers with where it leads, empty where it was refused."""
        return self._ask(kind, "POST", path, urlencode(form).encode())[0]

    def _ask(self, kind: str, method: str, path: str, body: bytes | None) -> tuple[str, str]:
        headers = {"Cookie": self._cookie, "Origin": f"http://127.0.0.1:{self.port}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        answer, text = self._answered(method, path, body, headers)
        wall = (time.perf_counter() - began) * 1_000
        if answer.headers.get("Set-Cookie"):
            self._cookie = answer.headers["Set-Cookie"].partition(";")[0]
        # Where something broke, nothing but its status is told.
        took = _DUR.search(answer.headers.get(HEADER, ""))
        self.looks.append(Look(kind, answer.status, float(took[1]) if took else wall, wall, path))
        return answer.headers.get("Location", ""), text

    def _answered(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, str]:
        """As a browser does, ask again where the server has closed a connection that lay idle."""
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            self._connection.close()
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
        return answer, answer.read().decode()


class Person:
    """Somebody at work until `done()`. `pages` are the pages of the person's own, `act` what is decided on a claim."""

    def __init__(
        self, name: str, browser: Browser, pages: tuple[tuple[str, str], ...], act: str = ""
    ) -> None:
        self.name, self.browser, self._pages, self._act = name, browser, pages, act
        self._chance = Random(name)
        self._seen: list[str] = []

    def arrive(self) -> None:
        """Sign in and look once around: what a server does once in its life is not what a page costs."""
        self.browser.post("sign in", "/sign-in", [("name", self.name), ("password", self.name), ("next", "")])
        found = _NUMBERS.findall(self.browser.get("first look", "/claims"))
        for path in (*(f"/claims/{each}" for each in found[:1]), *(path for _, path in self._pages)):
            self.browser.get("first look", path)

    def work(self, done: Callable[[], bool]) -> None:
        steps = self._steps()
        while not done():
            time.sleep(self._chance.uniform(*THINKS))
            next(steps)

    def _steps(self) -> Iterator[None]:
        """A morning, over and over: the queue, claims out of it, something looked for, the pages of one's own."""
        while True:
            text = self._queue("queue", "/claims")
            yield
            for _ in range(2):
                if self._act and self._seen:
                    yield from self._decide(self._seen.pop(0))
                elif self._seen:
                    self.browser.get("claim", f"/claims/{self._chance.choice(self._seen)}")
                    yield
            following = _NEXT.search(text)
            if following:
                self._queue("queue, next page", html.unescape(following[1]))
                yield
            yield from self._looking()
            for kind, path in self._chance.sample(self._pages, min(2, len(self._pages))):
                self.browser.get(kind, path)
                yield

    def _looking(self) -> Iterator[None]:
        kind, query = self._chance.choice(
            (
                ("queue, all", {"tab": "all"}),
                ("queue, overdue", {"tab": "overdue"}),
                ("queue, filtered", {"tab": "all", "township": "菜园镇", "cycle": str(YEAR)}),
                ("queue, filtered", {"tab": "all", "stage": "paid", "item": "lead-group"}),
                ("queue, searched", {"tab": "all", "q": f"第{self._chance.randint(1, 40)}有限公司"}),
                ("queue, searched", {"tab": "all", "q": "贻贝"}),
                ("queue, searched", {"tab": "all", "q": f"SB-{YEAR}-00{self._chance.randint(10, 40)}"}),
            )
        )
        text = self._queue(kind, f"/claims?{urlencode(query)}", keep=False)
        yield
        found = _NUMBERS.findall(text)
        if found:
            self.browser.get("claim", f"/claims/{self._chance.choice(found)}")
            yield
        following = _NEXT.search(text)
        if following:
            self._queue("queue, next page", html.unescape(following[1]), keep=False)
            yield

    def _queue(self, kind: str, path: str, *, keep: bool = True) -> str:
        text = self.browser.get(kind, path)
        if keep:
            self._seen = list(dict.fromkeys(_NUMBERS.findall(text)))
            self._chance.shuffle(self._seen)
        return text

    def _decide(self, number: str) -> Iterator[None]:
        """Open a claim and do what the role does with it, where the page offers it."""
        text = self.browser.get("claim", f"/claims/{number}")
        yield
        if f'name="trigger" value="{self._act}"' not in text:
            return
        asked = [code for code, ticked in _BOXES.findall(text) if ticked] or ["economy"]
        form = [
            ("version", _value(text, "version")),
            ("trigger", self._act),
            ("amount", _value(text, "amount")),
            ("resolution", LIST),
            ("reason", "核对无误。"),
            *(("departments", each) for each in asked),
        ]
        leads_to = self.browser.post("decision", f"/claims/{number}/actions", form)
        if leads_to:
            self.browser.get("claim", leads_to)
        yield


def _value(text: str, name: str) -> str:
    found = re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', text)
    return found[1] if found else ""


CYCLE = ("year's board", f"/cycle/{YEAR}")
RESULTS = (("results, years", "/results"), ("results of a year", f"/results/{YEAR - 1}"))
NOTICE = ("public notice", f"/notice/{YEAR}")
LETTERS = ("letters", "/notices")
RESOLUTIONS = ("lists", "/resolutions")
PAYOUTS = ("payouts", "/payouts")
CALENDAR = ("calendar", "/calendar")
AUDIT = (
    ("audit log", "/audit"),
    ("audit, searched", "/audit?actor=reviewer-1"),
    ("audit, searched", f"/audit?trigger=reject&from_on={YEAR}-01-01&to_on={YEAR}-04-30"),
    ("audit, searched", f"/audit?stream=SB-{YEAR}-0012"),
)


def crew(port: int) -> tuple[Person, ...]:
    """The ten, each with a browser."""
    return (
        Person("intake-1", Browser(port), (LETTERS,), "accept"),
        Person("economy-officer", Browser(port), (LETTERS,), "clear"),
        Person("reviewer-1", Browser(port), (RESOLUTIONS, LETTERS), "endorse"),
        Person("reviewer-2", Browser(port), (RESOLUTIONS, NOTICE), "endorse"),
        Person(
            "coordinator-1", Browser(port), (("meeting", f"/agenda/{YEAR}"), RESOLUTIONS, CYCLE), "approve"
        ),
        Person("finance-1", Browser(port), (PAYOUTS, ("payout batch", f"/payouts/BF-{YEAR - 1}-01"))),
        Person("administrator", Browser(port), (CYCLE, CALENDAR, LETTERS, ("users", "/admin"))),
        Person("auditor", Browser(port), AUDIT),
        Person(
            "caiyuan-clerk",
            Browser(port),
            (
                ("township", "/township"),
                ("township's units", "/township/units"),
                LETTERS,
                ("my filings", "/apply"),
            ),
        ),
        Person("unit-1", Browser(port), (("my filings", "/apply"), LETTERS, NOTICE, *RESULTS)),
    )
