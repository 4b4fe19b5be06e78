"""Checks an exported audit log with Python's standard library alone, without the desk that wrote it.

    python -I claims/verify.py EXPORT [CHECKPOINT]

EXPORT is JSON Lines, one event a line, as `jiangbu audit export` writes it. Each event's `hash` is the SHA-256 of
the canonical JSON of everything else in it (sorted keys, no spaces, UTF-8), and `previous_hash` is the hash before
it in its stream: who changes, removes or inserts an event breaks the chain. Events cut off at a chain's end show
only against a CHECKPOINT kept elsewhere, as `jiangbu audit checkpoint` writes it.

Exit status: 0 all is well, 1 something is wrong and is named, 2 the files cannot be read.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GENESIS = "0" * 64
TEXTS = ("stream", "trigger", "actor", "role", "at", "reason", "previous_hash", "hash")
KEYS = {*TEXTS, "seq", "source", "target", "data"}


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: a stream (a claim's number, say) and a place in its chain."""

    stream: str
    seq: int
    problem: str


class Chains:
    """Takes events in any order of streams, each stream's in order, and notes what does not fit."""

    def __init__(self, checkpoint: Mapping[str, Any] | None = None) -> None:
        self.events = 0
        self.heads: dict[str, tuple[int, str]] = {}
        self.problems: list[Problem] = []
        self._promised: dict[str, tuple[int, str]] = {}
        if checkpoint is not None:
            self._promised = {stream: (seq, digest) for stream, (seq, digest) in checkpoint["heads"].items()}
            if root_of(self._promised) != checkpoint["root"]:
                self._note("", 0, "检查点文件本身被改动 / the checkpoint itself was altered")

    def add(self, event: Mapping[str, Any]) -> bool:
        """Check one event and take it as its chain's new head, so that one fault is told once. Whether it fits."""
        known = len(self.problems)
        self.events += 1
        stream, seq, digest = event["stream"], event["seq"], event["hash"]
        before, head = self.heads.get(stream, (0, GENESIS))
        if seq != before + 1:
            self._note(stream, seq, f"应为第 {before + 1} 条 / event {before + 1} was expected here")
        if event["previous_hash"] != head:
            self._note(stream, seq, "与前一条不相接 / does not follow from the event before it")
        if digest_of(event) != digest:
            self._note(stream, seq, "内容被改动 / its content was altered")
        if (
            stream in self._promised
            and self._promised[stream][0] == seq
            and self._promised[stream][1] != digest
        ):
            self._note(stream, seq, "与检查点不符 / differs from the checkpoint")
        self.heads[stream] = (seq, digest)
        return len(self.problems) == known

    def close(self) -> None:
        """Hold what came against what the checkpoint had seen."""
        for stream, (seq, _) in self._promised.items():
            found = self.heads.get(stream, (0, GENESIS))[0]
            if found < seq:
                self._note(
                    stream,
                    found + 1,
                    f"检查点有 {seq} 条，现只有 {found} 条 / the checkpoint had {seq} events",
                )

    def _note(self, stream: str, seq: int, problem: str) -> None:
        self.problems.append(Problem(stream, seq, problem))


def digest_of(event: Mapping[str, Any]) -> str:
    """The hash an event must bear; none where its content has no canonical form."""
    body = {name: value for name, value in event.items() if name != "hash"}
    try:
        text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()
    except ValueError:
        return ""


def root_of(heads: Mapping[str, tuple[int, str]], previous_root: str = "") -> str:
    """One hash over the heads of all chains, in the order of their streams, and over the root before it."""
    digest = hashlib.sha256(previous_root.encode())
    for stream in sorted(heads):
        seq, head = heads[stream]
        digest.update(f"{stream} {seq} {head}\n".encode())
    return digest.hexdigest()


def events_in(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The events of an export; ValueError with the line's number for a line that is none."""
    for number, line in enumerate(lines, 1):
        try:
            event = json.loads(
                line, object_pairs_hook=_pairs, parse_float=_no_float, parse_constant=_no_float
            )
            well_formed = (
                isinstance(event, dict)
                and event.keys() == KEYS
                and all(isinstance(event[name], str) for name in TEXTS)
                and type(event["seq"]) is int
                and event["seq"] > 0
                and line.encode() is not None
            )
        except (ValueError, RecursionError) as error:
            raise ValueError(f"line {number}: {error}") from None
        if not well_formed:
            raise ValueError(f"line {number}: no event")
        yield event


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_float(text: str) -> Any:
    raise ValueError(f"{text} is no whole number")


def check(export: Iterable[str], checkpoint: Mapping[str, Any] | None) -> Chains:
    """The chains of an export, with their problems."""
    chains = Chains(checkpoint)
    for event in events_in(export):
        chains.add(event)
    chains.close()
    return chains


def main(arguments: Sequence[str]) -> int:
    if len(arguments) not in {1, 2}:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    try:
        checkpoint = None
        if len(arguments) > 1:
            with open(arguments[1], encoding="utf-8") as file:  # noqa: PTH123 - one import less to trust
                checkpoint = json.load(file)
        with open(arguments[0], encoding="utf-8", newline="\n") as file:  # noqa: PTH123
            chains = check(file, checkpoint)
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"无法读取 / cannot be read: {error}\n")
        return 2
    for each in chains.problems:
        sys.stdout.write(f"{each.stream} #{each.seq}: {each.problem}\n")
    found = f"{chains.events} 条事件，{len(chains.heads)} 条链 / {chains.events} events in {len(chains.heads)} chains"
    sys.stdout.write(f"{'发现问题 / NOT OK' if chains.problems else '完好 / ok'}: {found}\n")
    return 1 if chains.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
