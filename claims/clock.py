"""The only reader of time.

A rehearsal may stand still at `JIANGBU_NOW` (`pin`) or be led through the past by tests, the demo and
simulations (`standing_at`); the desk refuses both for a live database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from states.calendar import TZ

_standing_at: ContextVar[datetime | None] = ContextVar("standing_at", default=None)
_pinned: list[datetime] = []


def now() -> datetime:
    """The present moment, aware, in Asia/Shanghai."""
    led = _standing_at.get()
    if led is not None:
        return led
    if _pinned:
        return _pinned[0]
    return datetime.now(TZ)  # noqa: TID251 - the one place


def outside() -> datetime:
    """The moment outside the house, also in a rehearsal: for what telephones reckon from their own clocks."""
    return datetime.now(TZ)  # noqa: TID251 - the one place


def today() -> date:
    return now().date()


def pin(moment: datetime | None) -> None:
    """Let this process stand at `moment`; None lets time run again."""
    _pinned[:] = [] if moment is None else [moment.astimezone(TZ)]


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Inside the block, it is `moment`."""
    token = _standing_at.set(moment.astimezone(TZ))
    try:
        yield
    finally:
        _standing_at.reset(token)
