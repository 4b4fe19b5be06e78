"""What each page costs in processor time and queries, one after the other, on a small county and on a large one.

    python tests/benchmarks/pages.py [--claims 1000,100000] [--database sqlite] [--only TEXT] [--profile]

Measured inside the process, best of five, so that other work on the machine hardly shows. `--only` takes the pages
whose name or address holds the text; `--profile` tells where their time goes.
"""

import argparse
import cProfile
import pstats
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio.to_thread
from county.copies import NOW, YEARS
from county.desks import postgres, settings_on
from fastapi import FastAPI
from fastapi.testclient import TestClient
from load import HOME
from sqlalchemy import event

from claims.desk import Desk, open_desk
from claims.identity.sign_ins import open_session
from web.app import create_app
from web.sessions import PLAIN_COOKIE

YEAR = YEARS[-1]
TRIES = 5
A_CLAIM = "/claims/…"
"""The first claim of the person's queue."""

PAGES = (
    ("reviewer-1", "queue", "/claims"),
    ("reviewer-1", "queue, all", "/claims?tab=all"),
    ("reviewer-1", "queue, filtered", "/claims?tab=all&stage=paid&item=lead-group&township=菜园镇"),
    ("reviewer-1", "queue, searched, common", "/claims?tab=all&q=贻贝"),
    ("reviewer-1", "queue, searched, rare", f"/claims?tab=all&q=SB-{YEAR}-0012"),
    ("reviewer-1", "claim", A_CLAIM),
    ("reviewer-1", "lists", "/resolutions"),
    ("reviewer-1", "letters", "/notices"),
    ("economy-officer", "queue of a department", "/claims"),
    ("economy-officer", "queue of a department, all", "/claims?tab=all"),
    ("coordinator-1", "queue of the coordinator", "/claims"),
    ("coordinator-1", "meeting", f"/agenda/{YEAR}"),
    ("coordinator-1", "year's board", f"/cycle/{YEAR}"),
    ("finance-1", "queue of finance", "/claims"),
    ("finance-1", "payouts", "/payouts"),
    ("finance-1", "payout batch", f"/payouts/BF-{YEAR - 1}-01"),
    ("administrator", "users", "/admin"),
    ("administrator", "calendar", "/calendar"),
    ("auditor", "audit log", "/audit"),
    ("auditor", "audit, by person", "/audit?actor=reviewer-1"),
    ("auditor", "audit, by kind and days", f"/audit?trigger=reject&from_on={YEAR}-01-01&to_on={YEAR}-04-30"),
    ("auditor", "audit, by claim", f"/audit?stream=SB-{YEAR}-0012"),
    ("caiyuan-clerk", "township", "/township"),
    ("caiyuan-clerk", "township's units", "/township/units"),
    ("unit-1", "my filings", "/apply"),
    ("unit-1", "claim, for its applicant", A_CLAIM),
    ("unit-1", "public notice", f"/notice/{YEAR}"),
    ("unit-1", "results, years", "/results"),
    ("unit-1", "results of a year", f"/results/{YEAR - 1}"),
)


@dataclass(frozen=True)
class Cost:
    """What a page takes: milliseconds of processor, statements, and the kilobytes that leave."""

    status: int
    processor: float
    queries: int
    kilobytes: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--claims", default="1000,100000")
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--home", type=Path, default=HOME)
    parser.add_argument("--only", default="")
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    sizes, home = [int(each) for each in asked.claims.split(",")], asked.home.resolve()
    with postgres(home) if asked.database == "postgresql" else nullcontext():
        found = [dict(costs(asked.database, size, home, asked)) for size in sizes]
    sys.stdout.write("\n".join(_table(asked.database, sizes, found)) + "\n")
    return 1 if any(cost.status != 200 for each in found for cost in each.values()) else 0


def costs(database: str, claims: int, home: Path, asked: argparse.Namespace) -> Iterator[tuple[str, Cost]]:
    settings = replace(settings_on(database, home, claims), now=NOW)
    with open_desk(settings) as desk, _without_threads():
        app = create_app(desk)
        for person, name, url in PAGES:
            if asked.only in f"{name} {url}":
                yield name, _cost(desk, app, person, url, profile=asked.profile)


def _cost(desk: Desk, app: FastAPI, person: str, url: str, *, profile: bool) -> Cost:
    client = TestClient(app, base_url="http://testserver")
    with desk.transaction() as tx:
        client.cookies.set(PLAIN_COOKIE, open_session(tx, person))
    if url == A_CLAIM:
        url = re.findall(r'href="(/claims/SB-[^"]+)"', client.get("/claims?tab=all").text)[0]
    statements: list[object] = []

    def note(*call: Any) -> None:
        statements.append(call[2])

    answer = client.get(url)
    event.listen(desk.engine, "before_cursor_execute", note)
    client.get(url)
    event.remove(desk.engine, "before_cursor_execute", note)
    best = min(_timed(client, url) for _ in range(TRIES))
    if profile:
        with cProfile.Profile() as noted:
            client.get(url)
        pstats.Stats(noted).sort_stats("cumulative").print_stats(60)
    return Cost(answer.status_code, best, len(statements), len(answer.content) // 1024)


def _timed(client: TestClient, url: str) -> float:
    began = time.process_time()
    client.get(url)
    return (time.process_time() - began) * 1_000


@contextmanager
def _without_threads() -> Iterator[None]:
    """Pages are drawn where they are asked for, so that a profiler sees them."""
    run = anyio.to_thread.run_sync

    async def at_once(work: Callable[..., Any], *arguments: Any, **_: Any) -> Any:
        return work(*arguments)

    anyio.to_thread.run_sync = at_once  # type: ignore[assignment]
    try:
        yield
    finally:
        anyio.to_thread.run_sync = run


def _table(database: str, sizes: list[int], found: list[dict[str, Cost]]) -> Iterator[str]:
    yield f"Milliseconds of processor on {database}, by claims"
    yield ""
    yield f"| page | queries | KB | {' | '.join(f'{size:,}' for size in sizes)} | ratio |"
    yield f"|---|--:|--:|{'--:|' * len(sizes)}--:|"
    for name in found[0]:
        here = [each[name] for each in found]
        queries = "/".join(dict.fromkeys(str(each.queries) for each in here))
        times = " | ".join(f"{each.processor:.1f}" for each in here)
        ratio = here[-1].processor / here[0].processor
        yield f"| {name} | {queries} | {here[-1].kilobytes} | {times} | {ratio:.1f} |"


if __name__ == "__main__":
    sys.exit(main())
