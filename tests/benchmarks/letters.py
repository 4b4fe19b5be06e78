"""How fast letters leave: written, set on paper, kept and sent, beside the floor of what SMTP itself takes.

    python tests/benchmarks/letters.py [--letters 2000] [--json FILE]

A desk of its own on SQLite, every commit on the disk; a mail server in a process of its own that takes all and keeps
nothing. Each rate stands beside the floor of the same run: the same mails, ready made, over one connection. The run
fails where fewer than `LEAST` letters a second leave as mail, or memory grows by more than `MOST_GROWTH` between the first
tenth of the letters and the last.
"""

import argparse
import json
import multiprocessing
import smtplib
import socketserver
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).parents[1] / "notifications"))

from letter_world import MORNING, add_claim, add_cycle, submit

from claims import clock
from claims.desk import Desk, create_database, open_desk
from claims.letters import kept
from claims.letters.kept import Form
from config.settings import Settings
from notifications.delivery import deliver
from notifications.derive import derive
from notifications.paper.faces import faces
from notifications.paper.form import Paper
from notifications.paper.typesetting import pdf

LEAST = 100
"""Letters a second, as mail alone: written, numbered, kept, sent and marked."""

MOST_GROWTH = 40
"""Megabytes."""

SAMPLE = 200
CLAIMS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Measured:
    """How many things a second, and how much of a processor each took."""

    name: str
    rate: float
    cpu_ms: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--letters", type=int, default=2_000)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, mail_server() as port, clock.standing_at(MORNING):
        rows, memory = measure(Path(home), port, arguments.letters)
    told = {
        "letters": arguments.letters,
        "rates": {each.name: round(each.rate) for each in rows},
        "cpu_ms": {each.name: round(each.cpu_ms, 1) for each in rows},
        "memory_mb": memory,
    }
    show(rows, memory)
    if arguments.json:
        arguments.json.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    slow = next(each.rate for each in rows if each.name == "as mail alone") < LEAST
    return 1 if slow or memory[-1] - memory[0] > MOST_GROWTH else 0


def measure(home: Path, port: int, letters: int) -> tuple[list[Measured], list[int]]:
    """The rates, and the memory in megabytes after each tenth of the letters."""
    settings = Settings(
        home,
        f"sqlite:///{home / 'jiangbu.db'}",
        secret_key="a key for the benchmark",
        smtp_url=f"smtp://127.0.0.1:{port}/?from=office@example.org",
        flood_limit=10 * letters,
        quiet_hours=None,
    )
    create_database(settings, rehearsal=False)
    with open_desk(settings) as desk:
        fill(desk, letters)
        written = timed("write", letters, lambda: derive(desk))
        sample = min(SAMPLE, letters)
        papers = words_of(desk, sample)
        fonts = faces(desk.settings.fonts_folder)
        set_alone = timed("set on paper", sample, lambda: [pdf(each, fonts) for each in papers])
        memory: list[int] = []

        def leave() -> None:
            for _ in range(10):
                deliver(desk, limit=letters // 10)
                memory.append(resident_mb())

        left = timed("with the paper", letters // 10 * 10, leave)
        with desk.reading() as tx:
            mails = list(kept.contents(tx, Form.MAIL, range(1, sample + 1)).values())
        floor = timed("SMTP alone", sample, lambda: send(port, mails))
        bare = leaving_without_paper(desk, letters)
    return [floor, written, set_alone, bare, left], memory


def leaving_without_paper(desk: Desk, letters: int) -> Measured:
    """The same letters for as many more claims, as mail without the paper."""
    bare = replace(desk, settings=replace(desk.settings, papers=False))
    some = min(letters, 1_000)
    fill(bare, some, first=letters + 1)
    derive(bare)
    return timed("as mail alone", some, lambda: deliver(bare))


def fill(desk: Desk, claims: int, first: int = 1) -> None:
    with desk.transaction() as tx:
        if first == 1:
            add_cycle(tx)
    for begin in range(first, first + claims, CLAIMS_AT_ONCE):
        with desk.transaction() as tx:
            for serial in range(begin, min(begin + CLAIMS_AT_ONCE, first + claims)):
                submit(tx, add_claim(tx, serial))


def words_of(desk: Desk, count: int) -> list[Paper]:
    with desk.reading() as tx:
        return [Paper.of_words(each.words) for each in kept.unset_papers(tx, count)]


def timed(name: str, count: int, do: Callable[[], object]) -> Measured:
    wall, cpu = perf_counter(), process_time()
    do()
    return Measured(name, count / (perf_counter() - wall), (process_time() - cpu) / count * 1_000)


def send(port: int, mails: list[bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for mail in mails:
            connection.sendmail("office@example.org", ["unit@example.org"], mail)


def resident_mb() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) // 1_024


def show(rows: list[Measured], memory: list[int]) -> None:
    floor = next(each for each in rows if each.name == "SMTP alone")
    out = [f"{'':20} {'a second':>9} {'of SMTP':>8} {'CPU ms':>7}"]
    out += [
        f"{each.name:20} {each.rate:9.0f} {each.rate / floor.rate:8.2f} {each.cpu_ms:7.1f}" for each in rows
    ]
    out.append(f"memory in MB after each tenth: {', '.join(map(str, memory))}")
    sys.stdout.write("\n".join(out) + "\n")


# A mail server that takes everything


class _Taking(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 benchmark\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() != b".\r\n":
                    pass
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return


def _serve(told: Connection) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Taking) as server:
        told.send(server.server_address[1])
        server.serve_forever()


@contextmanager
def mail_server() -> Iterator[int]:
    """A server in a process of its own; answers with its port."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield int(ours.recv())
    finally:
        process.kill()
        process.join()


if __name__ == "__main__":
    sys.exit(main())
