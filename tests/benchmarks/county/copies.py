"""A county with many claims over nine years: a year that was lived through in a simulation, copied again and again.

What a claim has — events, papers, letters, postings, slots, lines — was written by the desk itself; a copy gets
numbers, units and dates of its own, and its chains are hashed anew. So the records are what a desk of that size would
hold, and verification and books find nothing wrong with them.
"""

import hashlib
import io
import json
import re
import shutil
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, create_engine, event, func, insert, select, text

from claims import clock
from claims.database import migrate, open_engine
from claims.desk import Desk, create_database, open_desk
from claims.identity.people import add_user
from claims.models import Base
from claims.money.payout_lines import digest_of
from claims.publicity.resolutions import _digest
from claims.trail.audit import seal
from config.settings import Settings
from flows.simulation.county import Journal, county
from flows.simulation.scenario import Scenario
from flows.simulation.years import Years
from states import credit_codes
from states.calendar import TZ
from states.events import GENESIS, canonical, chained
from states.stages import Role

SEED = Scenario(years=1, claims=110, seed=1)
SECRET = f"simulated county {SEED.seed}"
"""Accounts were sealed with the simulation's key."""

TEMPLATE = SEED.first_year
MIDDLE = date(TEMPLATE, 4, 29)
"""A day on which claims stand at every stage; the last year of the county is copied from its evening."""

YEARS = tuple(range(2018, 2027))
NOW = datetime(YEARS[-1], 4, 30, 9, 30, tzinfo=TZ)
"""The morning after: the last day for claims."""
TOGETHER = 10
"""So many copies share their lists and batches: a list of a large county has hundreds of lines."""

EXTRA_PEOPLE = {
    "coordinator-1": (Role.COORDINATOR, None),
    "finance-1": (Role.FINANCE, None),
    "auditor": (Role.AUDITOR, None),
    "caiyuan-clerk": (Role.TOWNSHIP, "菜园镇"),
    "economy-officer": (Role.DEPARTMENT, "县经信局"),
    "unit-1": (Role.APPLICANT, "unit"),
}
"""Those who act in a simulation without an account, and here sign in. Everybody's password is the name."""

Row = dict[str, Any]
Rows = dict[str, list[Row]]

_HOUSE = frozenset({"user_account", "user_role", "confirmation"})
"""Written once."""
COPIES_OF_LETTERS = "letters"
"""The chain that vouches for the bytes of letters: they are left out, and it with them."""

_YEARLY = frozenset({"cycle", "balance", "document_count"})
_SEALED = frozenset({"account_sealed", "objector_sealed", "account_digest", "sha256", "password_hash"})
_TOKEN = re.compile(
    rf"SB-{TEMPLATE}-(?P<number>\d+)|演练标协〔{TEMPLATE}〕(?P<list>\d+)号|BF-{TEMPLATE}-(?P<batch>\d+)"
    r"|91330922MA2D(?P<code>\d{5})\w|第(?P<unit>\d+)有限公司|unit(?P<mail>\d{5})@|unit-(?P<user>\d+)"
    rf"|(?<= )(?P<serial>\d{{4,}})(?=[-:]{TEMPLATE - 1})|第(?P<title>\d{{4,}})号|(?<=〕)(?P<letter>\d{{4,}})(?=号)"
    rf"|(?<![0-9A-Za-z*])(?P<year>{TEMPLATE - 1}|{TEMPLATE})(?![0-9A-Za-z])"
)


@dataclass(frozen=True)
class Template:
    """The rows of a year that was lived through. `steps` are how far ids and numbers of one copy reach."""

    rows: Rows
    steps: Counter[str]


def build(settings: Settings, families: int, folder: Path) -> None:
    """Make the county in an empty database; `families` copies of a year of some 110 claims in each of nine years.

    `folder` keeps the simulated year for the next time.
    """
    ended, middle = _simulated(folder)
    shutil.copytree(folder / "evidence", settings.home / "evidence", dirs_exist_ok=True)
    with clock.standing_at(NOW):
        create_database(settings, rehearsal=True)
    engine = open_engine(settings.database_url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _careless)
    with engine.begin() as connection:
        for rows in _copies(ended, middle, families):
            for table in Base.metadata.sorted_tables:
                if rows.get(table.name):
                    connection.execute(insert(table), rows[table.name])
        _advance_numbering(connection)
    engine.dispose()
    with open_desk(settings) as desk, clock.standing_at(NOW):
        _people(desk)
        with desk.transaction() as tx:
            seal(tx)
    if engine.dialect.name == "postgresql":
        _look_over(settings.database_url)


def _look_over(url: str) -> None:
    """What PostgreSQL does by itself in the hours after so many rows came in."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def _simulated(folder: Path) -> tuple[Template, Template]:
    """The year at its end and in its middle."""
    if not (folder / "ended.db").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with county(SEED, folder, Journal(io.StringIO())) as found:
            years = Years(found, folder)
            for day in SEED.days():
                years.live(day)
                if day in {MIDDLE, SEED.last_day}:
                    name = "middle.db" if day == MIDDLE else "ended.db"
                    with closing(sqlite3.connect(folder / name)) as copy:
                        found.eyes.backup(copy)
    ended = _read(folder / "ended.db")
    return Template(ended, _steps(ended)), Template(_read(folder / "middle.db"), _steps(ended))


def _read(path: Path) -> Rows:
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    with engine.connect() as connection:
        found = {
            table.name: [
                dict(each)
                for each in connection.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    return found


def _steps(rows: Rows) -> Counter[str]:
    steps = Counter(
        {name: max((each.get("id", 0) for each in found), default=0) for name, found in rows.items()}
    )
    steps["number"] = rows["cycle"][0]["last_number"]
    steps["list"] = len(rows["resolution"])
    steps["batch"] = rows["cycle"][0]["last_batch"]
    steps["unit"] = max(int(each["uscc"][12:17]) for each in rows["organisation"] if each["kind"] == "unit")
    steps["serial"] = 10 * steps["number"]
    for each in rows["document_count"]:
        steps[f"document/{each['kind']}"] = each["last"]
    for each in rows["published_line"]:
        steps[f"line/{each['resolution']}"] += 1
    for each in rows["payout_line"]:
        steps[f"line/{each['batch']}"] += 1
    return steps


def _copies(ended: Template, middle: Template, families: int) -> Iterator[Rows]:
    yield {name: ended.rows[name] for name in _HOUSE} | {
        "organisation": [
            Copy(ended, TEMPLATE, family, families).row("organisation", each)
            for family in range(families)
            for each in ended.rows["organisation"]
            if each["kind"] == "unit"
        ]
    }
    for year in YEARS:
        template = middle if year == YEARS[-1] else ended
        for first in range(0, families, TOGETHER):
            together = range(first, min(first + TOGETHER, families))
            yield _sealed([Copy(template, year, family, families).rows() for family in together])


def _sealed(copies: Iterable[Rows]) -> Rows:
    """Copies that share lists and batches, these with the digests over all their lines."""
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for copy in copies:
        for name, found in copy.items():
            rows[name] += found
    listed, paid = defaultdict(list), defaultdict(list)
    for line in sorted(rows["published_line"], key=lambda each: each["position"]):
        listed[line["resolution"]].append(line)
    for line in sorted(rows["payout_line"], key=lambda each: each["position"]):
        paid[line["batch"]].append(SimpleNamespace(**line))
    for each in rows["resolution"]:
        each["sha256"] = each["sha256"] and _digest(listed[each["ref"]])
    for each in rows["payout_batch"]:
        each["sha256"] = digest_of(paid[each["code"]])
    return rows


class Copy:
    """One copy of the year: family number `family` of `families`, in `year`."""

    def __init__(self, template: Template, year: int, family: int, families: int) -> None:
        self.template, self.steps = template, template.steps
        self.year, self.later = year, year - TEMPLATE
        self.family, self.families = family, families
        self._place = YEARS.index(year) * families + family if year in YEARS else 0
        self._known: dict[str, str] = {}
        self._heads: dict[str, tuple[int, str]] = {}

    def rows(self) -> Rows:
        """All that is copied, ready to be inserted. What stands once a year comes with the first family."""
        streams = [each for each in self.template.rows["event"] if self._copied(each["stream"])]
        events = {each["id"] for each in streams}
        letters = {each["id"] for each in self.template.rows["letter"] if each["event_id"] in events}
        chosen = dict(self.template.rows) | {
            "event": streams,
            "letter": [self._letter(each) for each in self.template.rows["letter"] if each["id"] in letters],
            "document_number": [
                each for each in self.template.rows["document_number"] if each["letter_id"] in letters
            ],
            "owed_letters": [
                each for each in self.template.rows["owed_letters"] if each["event_id"] in events
            ],
            "stream_head": [
                each for each in self.template.rows["stream_head"] if self._copied(each["stream"])
            ],
            "due_slot": [each for each in self.template.rows["due_slot"] if self._copied(each["subject"])],
            "ledger_entry": [
                each for each in self.template.rows["ledger_entry"] if self._copied(each["claim"] or "")
            ],
        }
        for name in ("resolution", "payout_batch"):
            chosen[name] = self.template.rows[name] if self.family % TOGETHER == 0 else []
        for name in _YEARLY:
            chosen[name] = self.template.rows[name] if self.family == 0 else []
        for name in (*_HOUSE, "organisation", "meta", "checkpoint", "letter_copy"):
            chosen[name] = []
        # Events first: claims and streams bear the hashes of their chains' ends.
        done = {"event": [self.row("event", each) for each in chosen["event"]]}
        return done | {
            name: [self.row(name, each) for each in found]
            for name, found in chosen.items()
            if name != "event" and found
        }

    def _copied(self, subject: str) -> bool:
        """Whether something of this subject comes with every family, with the first of those together, or once."""
        if subject.startswith("SB-"):
            return True
        if subject.startswith(("resolution/", "payout/", "演练标协", "BF-")):
            return self.family % TOGETHER == 0
        if self.family or subject == COPIES_OF_LETTERS:
            return False
        of_the_year = subject.startswith("cycle/") or subject in {"", "audit", "backup", "overdue"}
        return of_the_year or self.year == YEARS[0]

    def _letter(self, template: Row) -> Row:
        """Of earlier years the beginning of a letter is enough: nobody reads them, and a list shows no more."""
        if self.year == YEARS[-1]:
            return template
        return template | {"html": "", "text": template["text"][:200]}

    def row(self, table: str, template: Row) -> Row:
        """A row of the copy. Nothing of the template is changed."""
        row = {name: self._value(name, value) for name, value in template.items()}
        self._identify(table, row, template)
        match table:
            case "event":
                return self._chained(row)
            case "claim":
                row["last_hash"] = self._heads[row["number"]][1]
                row["filing_digest"] = _hash(row["number"], row["filing_digest"])
            case "stream_head":
                row["seq"], row["hash"] = self._heads[row["stream"]]
            case "letter":
                row["message_id"] = f"<{_hash(row['id'], row['message_id'])[:40]}@letters.jiangbu>"
            case "published_line" | "payout_line":
                shared = template["resolution" if table == "published_line" else "batch"]
                row["position"] += self.family % TOGETHER * self.steps[f"line/{shared}"]
            case "document_number":
                row["number"] += self.family * self.steps[f"document/{row['kind']}"]
                row["check_code"] = row["check_code"] and _hash(row["letter_id"], row["check_code"])[:16]
            case _:
                self._of_all_families(table, row)
        return row

    def _of_all_families(self, table: str, row: Row) -> None:
        """What stands once a year stands for the claims of all families; what an earlier year left open is done."""
        match table:
            case "cycle":
                row["last_number"] *= self.families
                row["last_batch"] *= self.families
            case "balance":
                row["yuan"] *= self.families
            case "ledger_entry" if row["claim"] is None:
                row["yuan"] *= self.families
            case "document_count":
                row["last"] *= self.families
            case "due_slot" if row["outcome"] == "pending" and self.year != YEARS[-1]:
                row |= {"outcome": "done", "finished_at": row["due_at"]}
            case _:
                pass

    def _value(self, name: str, value: Any) -> Any:
        match value:
            case str() if name not in _SEALED:
                return self._text(value)
            case date():
                return value.replace(year=value.year + self.later)
            case list():
                return [self._text(each) for each in value]
            case int() if name in {"cycle", "year"}:
                return value + self.later
            case _:
                return value

    def _text(self, value: str) -> str:
        return _TOKEN.sub(self._token, value)

    def _token(self, match: re.Match[str]) -> str:
        found = match.group()
        if found not in self._known:
            self._known[found] = self._renamed(str(match.lastgroup), int(match[str(match.lastgroup)]))
        return self._known[found]

    def _renamed(self, kind: str, number: int) -> str:
        steps, shared = self.steps, self.family // TOGETHER
        unit, serial = number + self.family * steps["unit"], number + self.family * steps["serial"]
        first = f"91330922MA2D{unit:05}"
        return {
            "number": f"SB-{self.year}-{number + self.family * steps['number']:04}",
            "list": f"演练标协〔{self.year}〕{number + shared * steps['list']}号",
            "batch": f"BF-{self.year}-{number + shared * steps['batch']:02}",
            "code": first + credit_codes.check_character(first),
            "unit": f"第{unit}有限公司",
            "mail": f"unit{unit:05}@",
            "user": f"unit-{unit}",
            "year": str(number + self.later),
            "title": f"第{serial}号",
            "serial": str(serial),
            "letter": str(serial),
        }[kind]

    def _identify(self, table: str, row: Row, template: Row) -> None:
        if table == "organisation":
            row["id"] += self.family * self.steps["organisation"]
        elif isinstance(template.get("id"), int):
            row["id"] += self._place * self.steps[table]
        for name, referred in (("claim_id", "claim"), ("event_id", "event"), ("letter_id", "letter")):
            if row.get(name) is not None:
                row[name] += self._place * self.steps[referred]
        if row.get("unit_id") is not None:
            row["unit_id"] += self.family * self.steps["organisation"]

    def _chained(self, row: Row) -> Row:
        seq, before = self._heads.get(row["stream"], (0, GENESIS))
        body = {
            name: value
            for name, value in row.items()
            if name not in {"id", "seq", "data", "hash", "previous_hash"}
        }
        data = json.loads(row["data"])
        linked = chained(seq=seq + 1, data=data, previous_hash=before, **body)
        self._heads[linked.stream] = (linked.seq, linked.hash)
        return row | {
            "seq": linked.seq,
            "previous_hash": before,
            "hash": linked.hash,
            "data": canonical(data),
        }


def _hash(*parts: object) -> str:
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()


def _careless(connection: Any, _record: Any) -> None:
    """While the county is made, nothing need survive a power cut."""
    for pragma in ("synchronous=OFF", "cache_size=-1000000", "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {pragma}")


def _advance_numbering(connection: Connection) -> None:
    """PostgreSQL counts ids apart from the rows."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if table.name != "document_number" and "id" in table.columns:
            behind = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
            connection.execute(
                select(func.setval(func.pg_get_serial_sequence(table.name, "id"), behind, False))
            )


def _people(desk: Desk) -> None:
    with desk.transaction() as tx:
        for name, (role, office) in EXTRA_PEOPLE.items():
            unit = f"91330922MA2D{1:05}"
            org = unit + credit_codes.check_character(unit) if office == "unit" else office
            add_user(tx, name, role, org=org, password=name)
