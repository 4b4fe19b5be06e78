"""The post: letters are fetched from the mail folder after every round, and counted against what events owe."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from claims.letters.quiet import quiet_until
from flows.simulation.chains import ChainCheck
from flows.simulation.county import County, stored

MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)


@dataclass(slots=True)
class Post:
    """What has left the desk. A letter may leave again after a crash, but only under its own message id."""

    county: County
    chains: ChainCheck
    folder: Path
    letters: int = 0
    repeated: int = 0
    _fetched: dict[str, bytes] = field(default_factory=dict)
    _known: set[tuple[int, str, str]] = field(default_factory=set)
    _last: int = 0

    def fetch(self) -> None:
        """Take the letters out of the folder; what was still being written when the process died bears no such name."""
        for path in sorted(self.folder.glob("*.eml")):
            found = MESSAGE_ID.search(path.read_bytes())
            identity = found.group(1) if found else b""
            if path.name in self._fetched:
                self.repeated += 1
            if self._fetched.setdefault(path.name, identity) != identity or not identity:
                self.county.problem(f"letter {path.name} left twice under two message ids")
            path.unlink()

    def problems(self, round_at: datetime | None) -> Iterator[str]:
        """Letters since the last reading; after a round, none is owed and none is left lying."""
        yield from self._new_letters()
        if round_at is not None:
            yield from self._owed(round_at)

    def _new_letters(self) -> Iterator[str]:
        for identity, event, recipient, kind in self.county.look(
            "SELECT id, event_id, recipient, kind FROM letter WHERE id > ? ORDER BY id", self._last
        ):
            if (event, recipient, kind) in self._known:
                yield f"event {event} has made the letter {kind} to {recipient} twice"
            self._known.add((event, recipient, kind))
            at, kinds = self.chains.owed.get(event, ("", frozenset()))
            if kinds - {kind}:
                self.chains.owed[event] = (at, kinds - {kind})
            else:
                self.chains.owed.pop(event, None)
            self._last, self.letters = identity, self.letters + 1

    def _owed(self, round_at: datetime) -> Iterator[str]:
        by = round_at.isoformat(timespec="microseconds")
        for identity, (at, kinds) in list(self.chains.owed.items()):
            if at <= by:
                del self.chains.owed[identity]
                yield f"event {identity} has not made its letter: {', '.join(sorted(kinds))}"
        for (count,) in self.county.look(
            "SELECT count(*) FROM owed_letters CROSS JOIN event ON event.id = event_id WHERE at <= ?", by
        ):
            if count:
                yield f"{count} events still owe their letters after a round"
        # In quiet hours those that can wait do; the first round of the morning finds them.
        quiet = quiet_until(self.county.desk, round_at) is not None
        for identity, status in self.county.look(
            "SELECT id, status FROM letter WHERE status IN ('queued', 'sending', 'failed', 'held') "
            "AND queued_at <= ? AND NOT (can_wait AND ?)",
            stored(round_at),
            quiet,
        ):
            yield f"letter {identity} has not left: {status}"
