"""The audit log checked, exported and sealed.

A chain tells of changes inside it by itself. That events were cut off at its end tells the claim's own row; that row
and chain were both replaced tells a seal, and in the end only a checkpoint kept outside the desk.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, collate, func, select, text
from sqlalchemy.orm import InstrumentedAttribute

from claims.desk import Tx
from claims.models import Checkpoint, Claim, EventRow, StreamHead
from claims.trail.copies import Promised, copy_problems, promised_by
from claims.verify import Chains, Problem, root_of
from states.events import GENESIS, canonical

Heads = dict[str, tuple[int, str]]
"""The last event of each stream: its place and its hash."""

FORMAT = "jiangbu-checkpoint-1"
CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Verification:
    """How many events were checked and what is wrong with them, in no problem's case nothing."""

    events: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        problems = [
            {"claim": each.stream, "seq": each.seq, "problem": each.problem} for each in self.problems
        ]
        return {"ok": self.ok, "events": self.events, "problems": problems}


def verify(tx: Tx, checkpoint: Mapping[str, Any] | None = None) -> Verification:
    """Check every chain, the rows that stand at their ends, the seals, kept letters, and a checkpoint kept elsewhere.

    Raises ValueError for a checkpoint that is none.
    """
    if checkpoint is not None and not _is_checkpoint(checkpoint):
        raise ValueError("not a checkpoint of this desk")
    chains, others = Chains(checkpoint), Heads()
    problems: list[Problem] = []
    promised: Promised = {}
    # Claims come in the order of their numbers as chains do: nothing is kept but what a checkpoint asks for.
    claims = _claims(tx)
    claim = next(claims, None)
    for stream, events in groupby(_events(tx), key=lambda event: str(event["stream"])):
        recorded: dict[str, Any] = {}
        for event in events:
            if chains.add(event):
                _replay(recorded, event)
                promised |= promised_by(event)
        while claim is not None and claim["number"] < stream:
            problems.append(_without_events(claim))
            claim = next(claims, None)
        head = chains.heads[stream] if checkpoint is not None else chains.heads.pop(stream)
        if claim is not None and claim["number"] == stream:
            problems += _row_problems(claim, recorded, *head)
            claim = next(claims, None)
        else:
            others[stream] = head
    chains.close()
    problems += [_without_events(each) for each in (claim, *claims) if each is not None]
    problems += _head_problems(tx, others)
    problems += _seal_problems(tx)
    problems += copy_problems(tx, promised)
    return Verification(chains.events, (*chains.problems, *problems))


def export_lines(tx: Tx) -> Iterator[str]:
    """All events as JSON Lines, stream by stream, as `claims/verify.py` reads them."""
    return (canonical(event) for event in _events(tx))


def checkpoint(tx: Tx) -> dict[str, Any]:
    """The heads of all chains now, to be kept where nobody of the desk can change it."""
    heads = _heads(tx)
    return {
        "format": FORMAT,
        "sealed_at": tx.now.isoformat(),
        "streams": len(heads),
        "events": sum(seq for seq, _ in heads.values()),
        "root": root_of(heads),
        "heads": {stream: list(head) for stream, head in heads.items()},
    }


def seal(tx: Tx) -> Checkpoint:
    """Seal what was written since the seal before, together with it: a night's work costs what the day has written."""
    if tx.session.get_bind().dialect.name == "postgresql":
        # Ids are given before transactions commit: wait for those under way, so that none slips in below ours.
        tx.session.execute(text("LOCK TABLE event IN SHARE MODE"))
    before = tx.session.scalars(select(Checkpoint).order_by(Checkpoint.id.desc()).limit(1)).one_or_none()
    since = before.last_event if before else 0
    heads, events, streams, last_event = Heads(), 0, 0, since
    for each in _events_since(tx, since):
        events, streams, last_event = events + 1, streams + (each.seq == 1), each.id
        heads[each.stream] = max(heads.get(each.stream, (0, "")), (each.seq, each.hash))
    previous_root = before.root if before else GENESIS
    sealed = Checkpoint(
        sealed_at=tx.now,
        streams=streams + (before.streams if before else 0),
        events=events + (before.events if before else 0),
        since=since,
        last_event=last_event,
        root=root_of(heads, previous_root),
        previous_root=previous_root,
    )
    tx.session.add(sealed)
    tx.session.flush()
    return sealed


def _is_checkpoint(given: Any) -> bool:
    heads = given.get("heads") if isinstance(given, Mapping) else None
    return (
        isinstance(heads, Mapping)
        and given.get("format") == FORMAT
        and isinstance(given.get("root"), str)
        and all(
            isinstance(head, list) and [type(each) for each in head] == [int, str] for head in heads.values()
        )
    )


# Reading


def _by_code_point(tx: Tx, name: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """Names in the order of their code points, which every database and Python can agree upon."""
    return collate(name, "C" if tx.session.get_bind().dialect.name == "postgresql" else "BINARY")


def _events(tx: Tx) -> Iterator[dict[str, Any]]:
    columns = [column for column in EventRow.__table__.columns if column.name != "id"]
    statement = (
        select(*columns)
        .order_by(_by_code_point(tx, EventRow.stream), EventRow.seq)
        .execution_options(yield_per=CHUNK)
    )
    for row in tx.session.execute(statement).mappings():
        yield {**row, "data": _parsed(row["data"])}


def _parsed(data: str) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return data  # not what the desk wrote: the event's hash will say so


def _heads(tx: Tx) -> Heads:
    """The last event of each stream."""
    ends = select(EventRow.stream, func.max(EventRow.seq).label("seq")).group_by(EventRow.stream).subquery()
    rows = select(EventRow.stream, EventRow.seq, EventRow.hash).join(
        ends,
        and_(EventRow.stream == ends.c.stream, EventRow.seq == ends.c.seq),
    )
    return {stream: (seq, digest) for stream, seq, digest in tx.session.execute(rows).tuples()}


def _events_since(tx: Tx, event_id: int) -> Iterator[Any]:
    """What seals need to know of the events after one, in the order of their ids."""
    statement = select(EventRow.id, EventRow.stream, EventRow.seq, EventRow.hash).where(
        EventRow.id > event_id
    )
    yield from tx.session.execute(statement.order_by(EventRow.id).execution_options(yield_per=CHUNK))


# What the records say beside the chains

_REPLAYED = (
    "item",
    "field",
    "unit_name",
    "uscc",
    "township",
    "standard_number",
    "title",
    "rank",
    "revision",
    "dated_on",
    "requested_yuan",
    "account_digest",
    "proposed_yuan",
    "granted_yuan",
)
"""Columns of a claim that its events tell, if they tell them: a row changed behind the desk's back shows."""


def _replay(recorded: dict[str, Any], event: Mapping[str, Any]) -> None:
    data = event["data"]
    recorded["stage"] = event["target"]
    match event["trigger"]:
        case "file":
            recorded |= data.get("claim", {})
        case "data_corrected":
            recorded |= {name: change["to"] for name, change in data["changed"].items()}
        case "endorse":
            recorded["proposed_yuan"] = data.get("proposed_yuan")
        case "approve":
            recorded["granted_yuan"] = data.get("granted_yuan")
        case "remand":
            recorded |= {"proposed_yuan": None, "granted_yuan": None}
        case "undone":
            recorded |= data["restored"]
        case _:
            pass


def _claims(tx: Tx) -> Iterator[Mapping[str, Any]]:
    """What the claims' rows say, in the order of the claims' streams."""
    names = ("number", "version", "last_hash", "stage", *_REPLAYED)
    statement = select(*(getattr(Claim, name) for name in names)).order_by(_by_code_point(tx, Claim.number))
    for row in tx.session.execute(statement.execution_options(yield_per=CHUNK)).mappings():
        yield dict(row)


def _without_events(claim: Mapping[str, Any]) -> Problem:
    return Problem(claim["number"], 0, "有申报件而无记录 / the claim has no events")


def _row_problems(
    claim: Mapping[str, Any], recorded: dict[str, Any], seq: int, digest: str
) -> Iterator[Problem]:
    number = claim["number"]
    if (claim["version"], claim["last_hash"]) != (seq, digest):
        said = f"申报件记有 {claim['version']} 条 / the claim's row ends with event {claim['version']}"
        yield Problem(number, seq, said)
    for name in ("stage", *_REPLAYED):
        found = claim[name].isoformat() if isinstance(claim[name], date) else claim[name]
        if name in recorded and found != recorded[name]:
            yield Problem(number, seq, f"{name} 与记录不符 / {name} differs from what the events say")


def _head_problems(tx: Tx, heads: Heads) -> Iterator[Problem]:
    """Streams that are no claim's keep their heads in a table; each of these chains must end in one of them."""
    kept = {row.stream: (row.seq, row.hash) for row in tx.session.scalars(select(StreamHead))}
    for stream, head in kept.items():
        if heads.get(stream) != head:
            yield Problem(stream, head[0], f"应有 {head[0]} 条 / {head[0]} events were written")
    for stream in heads.keys() - kept.keys():
        yield Problem(stream, heads[stream][0], "有记录而无申报件 / events without their claim")


def _seal_problems(tx: Tx) -> Iterator[Problem]:
    """The seals follow from each other, and each still fits the events it was set upon."""
    seals = list(tx.session.scalars(select(Checkpoint).order_by(Checkpoint.id)))
    for before, each in zip([None, *seals], seals, strict=False):
        if each.previous_root != (before.root if before else GENESIS):
            yield Problem("checkpoint", each.id, "封存不相接 / the seal does not follow from the one before")
    # A seal over all chains stands for those before it.
    first = max((place for place, each in enumerate(seals) if each.since == 0), default=0)
    for each in _altered(tx, seals[first:]):
        yield Problem("checkpoint", each.id, "封存之后记录被改动 / events were altered after the seal")


def _altered(tx: Tx, seals: Sequence[Checkpoint]) -> Iterator[Checkpoint]:
    """The seals that the events no longer fit; all events are looked at once, and no more kept than one seal's."""
    events = _events_since(tx, seals[0].since) if seals else iter(())
    event = next(events, None)
    for each in seals:
        heads = Heads()
        while event is not None and event.id <= each.last_event:
            if event.id > each.since:
                heads[event.stream] = max(heads.get(event.stream, (0, "")), (event.seq, event.hash))
            event = next(events, None)
        if root_of(heads, each.previous_root) != each.root:
            yield each
