"""What must hold whoever was killed when: the simulation's inspection, the requests against the log, Prefect's runs."""

import hashlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from io import StringIO
from typing import Any

import httpx
import psycopg
from drive_requests import Book, Sent
from sqlalchemy import make_url

from claims import clock
from claims.desk import Desk
from claims.review.batches import ItemOutcome
from claims.submission.evidence import path_of
from flows.simulation.county import County, Journal, _eyes, stored
from flows.simulation.inspection import Inspection
from flows.simulation.mishaps import FragileDesk, Mishaps
from flows.simulation.scenario import Outages, Scenario
from flows.simulation.treasury import Bank
from states.stages import Trigger

LONGEST_RUN_SECONDS = 300
"""A run that is left as running for longer than these few minutes has been forgotten."""

GOING = ["RUNNING", "PENDING", "CANCELLING"]


@dataclass(frozen=True)
class Month(Scenario):
    """What the inspection asks of a scenario: the last day, on which nothing whatsoever is left over."""

    until: date = date.max

    @property
    def last_day(self) -> date:
        return self.until


class PostgresEyes:
    """Looks at the records on PostgreSQL in the words of SQLite's."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self._connection = psycopg.connect(
            dbname=parsed.database, user=parsed.username, host=str(parsed.query["host"]), autocommit=True
        )
        self._connection.execute("SET timezone = 'UTC'")

    def execute(self, statement: str, values: tuple[Any, ...] = ()) -> "PostgresEyes":
        # `CROSS JOIN … ON` is SQLite's way to keep an order; its empty text lies before every moment.
        said = statement.replace("?", "%s").replace("CROSS JOIN", "JOIN")
        given = ["-infinity" if value == "" else value for value in values]
        self._rows = self._connection.execute(said.encode(), given).fetchall()
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        return [tuple(map(self._as_stored, row)) for row in self._rows]

    def close(self) -> None:
        self._connection.close()

    @staticmethod
    def _as_stored(value: Any) -> Any:
        if isinstance(value, datetime):
            return stored(value)
        return value.isoformat() if isinstance(value, date) else value


@contextmanager
def county_of(desk: Desk, last_day: date) -> Iterator[County]:
    """The desk as the inspection looks at it, in which nothing dies but processes."""
    database = make_url(desk.settings.database_url)
    on_sqlite = database.get_backend_name() == "sqlite"
    eyes: Any = (
        _eyes(desk.settings.home / "jiangbu.db")
        if on_sqlite
        else PostgresEyes(str(desk.settings.database_url))
    )
    with closing(eyes):
        scenario = Month(until=last_day)
        mishaps = Mishaps(scenario.random("crashes"), version=lambda: 0)
        whole = FragileDesk(**{each.name: getattr(desk, each.name) for each in fields(desk)}, mishaps=mishaps)
        yield County(scenario, whole, Outages([]), Journal(StringIO()), eyes)


@dataclass
class Checks:
    """Looks at everything in a quiet moment. `problems` is what must never be."""

    county: County
    bank: Bank
    book: Book
    inspection: Inspection = field(init=False)

    def __post_init__(self) -> None:
        self.inspection = Inspection(self.county, self.bank, self.county.desk.settings.home / "mail")

    @property
    def problems(self) -> list[str]:
        return self.county.problems + self.book.problems

    def look(self, round_at: datetime, *, whole: bool) -> None:
        """`round_at` is when the last round that went through began."""
        with clock.standing_at(round_at):
            self.inspection.post.fetch()
            self.inspection.daily(round_at)
            for problem in self._requests():
                self.county.problem(problem)
            if whole:
                self.inspection.whole()
                for problem in self._papers():
                    self.county.problem(problem)

    def _requests(self) -> Iterator[str]:
        """Each request that was answered has its event, once; and nobody's event is without a request."""
        expected = Counter(event for sent in self.book.sent for event in events_of(sent))
        expected.update((number, str(Trigger.PAY), user) for number, user in self.paid())
        triggers = {trigger for _, trigger, _ in expected}
        found = Counter(
            {
                (stream, trigger, actor): count
                for stream, trigger, actor, count in self.county.look(
                    "SELECT stream, trigger, actor, count(*) FROM event GROUP BY stream, trigger, actor"
                )
                if trigger in triggers
                and (actor in USERS or trigger == UNNAMED)
                and not _of_a_batch(stream, trigger)
            }
        )
        for event in sorted((expected - found) | (found - expected)):
            yield f"{event} was asked for {expected[event]} times and happened {found[event]} times"

    def paid(self) -> set[tuple[str, str]]:
        """Claims that answers tell as settled and the bank as paid, and by whom.

        What was settled before a request was broken off is `unchanged` in its answer at last.
        """
        answers = [
            (sent.path.split("/")[2], sent.user, json.loads(sent.text))
            for sent in self.book.sent
            if sent.path.endswith("/reconciliation") and sent.status == 200
        ]
        return {
            (number, user)
            for code, user, answer in answers
            for number in (*answer["paid"], *answer["unchanged"])
            if self.bank.batches[code][number] == "成功"
        }

    def _papers(self) -> Iterator[str]:
        """Every paper of a claim lies in the data folder as it was sent."""
        for (sha256,) in self.county.look("SELECT DISTINCT sha256 FROM evidence"):
            path = path_of(self.county.desk.settings, sha256)
            if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
                yield f"the paper {sha256} is missing or damaged"


USERS = frozenset({"lin", "he", "zhou", "wu", "sun", "qian", "li", "xu", "feng", "deng"})

Leaves = Callable[[str, Sent, Any], list[tuple[str, str]]]
"""From the middle part of an address, a request and its answer to the streams and triggers of its events."""

LEAVES: Mapping[str, Leaves] = {
    "claims": lambda _, sent, answer: [(answer["number"], "file")],
    "claims/actions": lambda _, sent, answer: [
        (each["number"], sent.parts["json"]["trigger"])
        for each in answer
        if each["outcome"] != ItemOutcome.REFUSED
    ],
    "claims/*/actions": lambda number, sent, answer: [(number, sent.parts["json"]["trigger"])],
    "claims/*/corrections": lambda number, sent, answer: [(number, "data_corrected")],
    "claims/*/evidence": lambda number, sent, answer: [(number, "evidence_added")],
    "claims/*/objections": lambda number, sent, answer: [(number, "objection_filed")],
    "objections/*/decision": lambda _, sent, answer: [(answer["claim"], "objection_decided")],
    "resolutions/*/publication": lambda ref, sent, answer: [(f"resolution/{ref}", "list_published")],
    "payouts": lambda _, sent, answer: [(f"payout/{answer['batch']}", "payout_proposed")],
    "payouts/*/release": lambda code, sent, answer: [(f"payout/{code}", "payout_released")],
    "payouts/*/reconciliation": lambda code, sent, answer: [],  # see `Checks.paid`
}
UNNAMED = "objection_filed"
"""The log does not name whoever objects."""


def _of_a_batch(stream: str, trigger: str) -> bool:
    """A claim's own record that it went in a batch, which the batch's stands for."""
    return trigger.startswith("payout_") and not stream.startswith("payout/")


def events_of(sent: Sent) -> Iterator[tuple[str, str, str]]:
    """What a request that was answered must have left in the log: stream, trigger and actor."""
    if sent.status not in {200, 201}:
        return
    parts = sent.path.removeprefix("/").split("/")
    middle = parts[1] if len(parts) > 2 else ""
    shape = "/".join(parts if not middle else (parts[0], "*", parts[2]))
    for stream, trigger in LEAVES[shape](middle, sent, json.loads(sent.text)):
        yield stream, trigger, "system" if trigger == UNNAMED else sent.user


@dataclass
class RunWatch:
    """Asks Prefect every few seconds what is running, and remembers for how long it has been."""

    api_url: str
    longest: dict[str, float] = field(default_factory=dict)
    """By run: seconds from the first to the last time it was seen under way."""
    _first: dict[str, float] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def watching(self) -> Iterator[None]:
        thread = threading.Thread(target=self._watch)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(3):
            for run in self.runs(GOING):
                now = time.monotonic()
                self.longest[run["id"]] = now - self._first.setdefault(run["id"], now)

    def runs(self, states: list[str]) -> list[dict[str, Any]]:
        """The latest runs in these states, 200 at most; none while Prefect is away."""
        wanted = {"flow_runs": {"state": {"type": {"any_": states}}}, "sort": "START_TIME_DESC", "limit": 200}
        try:
            with httpx.Client(base_url=self.api_url, timeout=5, trust_env=False) as client:
                found: list[dict[str, Any]] = (
                    client.post("/flow_runs/filter", json=wanted).raise_for_status().json()
                )
        except httpx.HTTPError:
            return []
        return found

    def problems(self) -> Iterator[str]:
        for run, seconds in self.longest.items():
            if seconds > LONGEST_RUN_SECONDS:
                yield f"run {run} was left as running for {seconds:.0f} s"
