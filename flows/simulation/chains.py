"""The audit log as it grows: every new event fits its chain, and every claim stands where its chain ends."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from claims.letters.outbox import OwedEvent
from claims.verify import Chains, root_of
from flows.simulation.county import County
from notifications.concerns import Audience, concerns_of

EVENT = (
    "stream",
    "seq",
    "trigger",
    "source",
    "target",
    "actor",
    "role",
    "at",
    "reason",
    "data",
    "previous_hash",
    "hash",
)


@dataclass(frozen=True, slots=True)
class Move:
    """A claim left `source` on `on`; `due_on` is the day by which it should have."""

    source: str
    target: str
    on: date
    due_on: date | None
    by_system: bool


@dataclass(slots=True)
class ChainCheck:
    """Reads the log event by event. `moves` are those of the last reading; `owed` the letters that events make."""

    county: County
    moves: list[Move] = field(default_factory=list)
    owed: dict[int, tuple[str, frozenset[str]]] = field(default_factory=dict)
    """By event: when it happened, and the kinds of letters that it must make for the applicant."""
    _chains: Chains = field(default_factory=Chains)
    _last: int = 0
    _due: dict[str, date | None] = field(default_factory=dict)

    @property
    def events(self) -> int:
        return self._chains.events

    def root(self) -> str:
        """One hash over everything that has happened."""
        return root_of(self._chains.heads)

    def problems(self) -> Iterator[str]:
        """What is wrong with the events since the last reading."""
        known, first = len(self._chains.problems), self._last
        self.moves.clear()
        for identity, *values in self.county.look(
            f"SELECT id, {', '.join(EVENT)} FROM event WHERE id > ? ORDER BY id",  # noqa: S608 - fixed names
            first,
        ):
            event = dict(zip(EVENT, values, strict=True))
            event["data"] = json.loads(event["data"])
            self._chains.add(event)
            self._note_move(event)
            self._note_letters(identity, event)
            self._last = identity
        for each in self._chains.problems[known:]:
            yield f"{each.stream} #{each.seq}: {each.problem}"
        for number, version, head in self.county.look(
            "SELECT number, version, last_hash FROM claim WHERE number IN (SELECT stream FROM event WHERE id > ?)",
            first,
        ):
            if self._chains.heads.get(number) != (version, head):
                yield f"{number} does not stand where its chain ends"

    def _note_move(self, event: dict[str, Any]) -> None:
        stream, data = event["stream"], event["data"]
        if event["source"] is not None and event["source"] != event["target"]:
            on = date.fromisoformat(event["at"][:10])
            by_system = event["role"] == "system"
            self.moves.append(Move(event["source"], event["target"], on, self._due.get(stream), by_system))
            self._due[stream] = _day(data.get("due_on"))
        elif "due_on" in data:
            self._due[stream] = _day(data["due_on"])

    def _note_letters(self, identity: int, event: dict[str, Any]) -> None:
        told = {name: event[name] for name in EVENT if name not in {"at", "previous_hash"}}
        found = OwedEvent(event_id=identity, at=datetime.fromisoformat(event["at"]), **told)
        kinds = {each.letter.kind for each in concerns_of(found) if each.audience is Audience.APPLICANT}
        if kinds:
            self.owed[identity] = (event["at"], frozenset(kinds))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
