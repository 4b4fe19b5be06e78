"""Crashes: the process dies inside a transaction, or just after it, at moments chosen by the seed.

A `Crash` is no `Exception`, so nothing in the desk catches it, as nothing catches a pulled plug. Whatever the
transaction had written must be gone; the next deed meets the database as it was before.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, NoReturn, cast

from claims.desk import Desk, Tx

RATE = 0.004
"""How likely a transaction is to be the one that the process dies in."""

MOST_USES = 40
AFTER_COMMIT = 0.15
"""Of those that die, how many do so after the commit, before anybody hears of it."""


class Crash(BaseException):
    """The process is gone."""


@dataclass(slots=True)
class Mishaps:
    """Draws the transactions that die, and sees that nothing of them stays. `version` tells of every commit."""

    chance: Random
    version: Callable[[], int]
    rate: float = 0.0
    crashes: int = 0
    problems: list[str] = field(default_factory=list)

    def draw(self) -> int | None:
        """After how many uses of the session this transaction dies, -1 for after its commit, None for not at all."""
        if self.chance.random() >= self.rate:
            return None
        return -1 if self.chance.random() < AFTER_COMMIT else self.chance.randrange(MOST_USES)

    def crashed(self, before: int) -> None:
        self.crashes += 1
        if self.version() != before:
            self.problems.append("a transaction that died has left something behind")


@dataclass(frozen=True, slots=True)
class FragileDesk(Desk):
    """The desk, in a process that may die in any of its transactions."""

    mishaps: Mishaps

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        uses = self.mishaps.draw()
        if uses is None:
            with Desk.transaction(self) as tx:
                yield tx
        elif uses < 0:
            with Desk.transaction(self) as tx:
                yield tx
            self.mishaps.crashes += 1
            raise Crash
        else:
            before = self.mishaps.version()
            try:
                with Desk.transaction(self) as tx:
                    dying = _DyingSession(tx.session, uses)
                    yield replace(tx, session=cast(Any, dying))
                    dying.die()
            except Crash:
                self.mishaps.crashed(before)
                raise


class _DyingSession:
    """A session at whose n-th use the process dies."""

    def __init__(self, session: Any, uses: int) -> None:
        self._session, self._left = session, uses

    def __getattr__(self, name: str) -> Any:
        self._left -= 1
        if self._left < 0:
            self.die()
        return getattr(self._session, name)

    def die(self) -> NoReturn:
        raise Crash
