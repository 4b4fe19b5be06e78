"""Ten people at work on a county with many claims: how long the desk takes over each page.

    python tests/benchmarks/load.py [--claims 1000,100000] [--database sqlite,postgresql] [--seconds 120] [--json FILE]

Each county is served by `jiangbu web` in a process of its own while ten people click every two seconds. Told are
the server's own times by page (its `Server-Timing`), what it used of the processors, and every answer that was no
page: the run fails where there is one. Counties are made once and kept in `--home`.
"""

import argparse
import json
import math
import os
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from county.desks import Server, postgres, serving, settings_on
from county.people import Look, crew

HOME = Path("var/benchmarks")
HELD = {"queue": 100, "claim": 100}
"""Milliseconds that nineteen of twenty answers must stay under; all other pages have `OTHERS`."""

OTHERS = 300
REFUSED = frozenset({409, 422})
"""A decision may meet a rule, or a colleague who was quicker: its answer is the page that says so."""

UNJUDGED = frozenset({"sign in", "first look"})
"""Argon2 takes its time, so that passwords cannot be guessed; and whatever is done once is done at the first look."""


def main() -> int:
    arguments = _arguments()
    runs = []
    for database in arguments.database.split(","):
        with postgres(arguments.home) if database == "postgresql" else nullcontext():
            for claims in map(int, arguments.claims.split(",")):
                run = measure(database, claims, arguments.home, arguments.seconds)
                sys.stdout.write(f"{told(run)}\n")
                sys.stdout.flush()
                runs.append(run)
    if arguments.json:
        arguments.json.write_text(json.dumps(runs, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if any(run["unexpected"] or run["over"] for run in runs) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--claims", default="1000,100000")
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--home", type=Path, default=HOME)
    parser.add_argument("--json", type=Path)
    found = parser.parse_args()
    found.home = found.home.resolve()
    return found


def measure(database: str, claims: int, home: Path, seconds: int) -> dict[str, Any]:
    """One run, as figures: times in milliseconds by page, processors, and answers that were no page."""
    settings = settings_on(database, home, claims)
    with serving(settings) as server:
        people = crew(server.port)
        for person in people:
            person.arrive()
        before, began = server.cpu_seconds(), time.monotonic()
        threads = [
            threading.Thread(target=person.work, args=(lambda: time.monotonic() - began > seconds,))
            for person in people
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return _figures(
            database,
            claims,
            server,
            server.cpu_seconds() - before,
            time.monotonic() - began,
            [look for person in people for look in person.browser.looks],
        )


def _figures(
    database: str, claims: int, server: Server, cpu: float, elapsed: float, looks: list[Look]
) -> dict[str, Any]:
    by_kind = defaultdict(list)
    for look in looks:
        by_kind[look.kind].append(look)
        if look.kind.startswith("queue"):
            by_kind["queue, every kind"].append(look)
    pages = {kind: _page(found) for kind, found in sorted(by_kind.items())}
    return {
        "database": database,
        "claims": claims,
        "answers": len(looks),
        "per_second": round(len(looks) / elapsed, 1),
        "cpu_ms_per_answer": round(cpu * 1_000 / len(looks), 1),
        "memory_mb": server.memory_mb(),
        "load": round(os.getloadavg()[0], 1),
        "pages": pages,
        "refused": sum(each.status in REFUSED for each in looks),
        "unexpected": sorted({f"{each.status} {each.path}" for each in looks if not _expected(each)}),
        "over": [
            kind
            for kind, found in pages.items()
            if kind not in UNJUDGED and found["p95"] >= HELD.get(kind.partition(",")[0], OTHERS)
        ],
    }


def _expected(look: Look) -> bool:
    return look.status in {200, 303} or (look.kind == "decision" and look.status in REFUSED)


def _page(looks: Iterable[Look]) -> dict[str, float]:
    server, wall = sorted(each.server for each in looks), sorted(each.wall for each in looks)
    return {
        "n": len(server),
        **{f"p{share}": _percentile(server, share) for share in (50, 95, 99)},
        "max": server[-1],
        "wall_p95": round(_percentile(wall, 95), 1),
    }


def _percentile(ordered: list[float], share: int) -> float:
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]


def _headline(run: dict[str, Any]) -> str:
    return (
        f"{run['claims']:,} claims on {run['database']}: {run['answers']} answers, {run['per_second']} a second, "
        f"{run['cpu_ms_per_answer']} ms of processor each, {run['memory_mb']} MB, "
        f"{run['refused']} decisions refused, load {run['load']}"
    )


def told(run: dict[str, Any]) -> str:
    """A run as a table of Markdown."""
    lines = [
        "",
        _headline(run),
        "",
        "| page | n | p50 | p95 | p99 | max | p95 in front |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {kind} | {page['n']} | {page['p50']:.0f} | {page['p95']:.0f} | {page['p99']:.0f} | {page['max']:.0f} "
        f"| {page['wall_p95']:.0f} |"
        for kind, page in run["pages"].items()
    ]
    lines += [f"\nover its limit: {', '.join(run['over'])}"] if run["over"] else []
    lines += [f"\nno page: {each}" for each in run["unexpected"]]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
