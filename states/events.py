"""The audit event: its canonical form, its hash, and the chain it belongs to.

A chain holds the events of one stream (a claim's number, or `cycle/2026`, `policy/lead-national` …). The same
form is checked by `claims/verify.py` with the standard library alone, so a change here is a change of format.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GENESIS = "0" * 64
"""What the first event of a chain names as its predecessor."""


@dataclass(frozen=True, slots=True)
class Event:
    """One past-tense fact. `at` is ISO 8601 with offset, to the microsecond; `data` holds JSON values only."""

    stream: str
    seq: int
    trigger: str
    source: str | None
    target: str | None
    actor: str
    role: str
    at: str
    reason: str
    data: Mapping[str, Any]
    previous_hash: str
    hash: str


def canonical(value: Any) -> str:
    """One spelling of a JSON value: sorted keys, no spaces, characters as they are. Floats are refused."""
    if _has_float(value):
        raise TypeError("floats have no canonical form: record whole yuan or text")
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def chained(
    *,
    stream: str,
    seq: int,
    trigger: str,
    source: str | None,
    target: str | None,
    actor: str,
    role: str,
    at: str,
    reason: str,
    data: Mapping[str, Any],
    previous_hash: str,
) -> Event:
    """The event with its hash: SHA-256 over the canonical JSON of everything else, predecessor's hash included."""
    body: dict[str, Any] = {
        "stream": stream,
        "seq": seq,
        "trigger": trigger,
        "source": source,
        "target": target,
        "actor": actor,
        "role": role,
        "at": at,
        "reason": reason,
        "data": dict(data),
        "previous_hash": previous_hash,
    }
    digest = hashlib.sha256(canonical(body).encode()).hexdigest()
    return Event(**body, hash=digest)


def _has_float(value: Any) -> bool:
    if isinstance(value, float):
        return True
    if isinstance(value, Mapping):
        return any(_has_float(each) for each in value.values())
    return isinstance(value, list | tuple) and any(_has_float(each) for each in value)
