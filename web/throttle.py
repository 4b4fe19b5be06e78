"""Slows down whoever asks the same thing over and over from one address. Kept in memory, per process."""

from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock
from time import monotonic

MOST_ADDRESSES = 10_000


class Throttle:
    """At most `limit` calls in `seconds` from one address; the oldest addresses are forgotten first."""

    def __init__(self, limit: int, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._calls: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def admits(self, address: str) -> bool:
        """Whether this call may go on; one that may not is not counted against the address."""
        now = self._clock()
        with self._lock:
            calls = self._calls.setdefault(address, deque())
            self._calls.move_to_end(address)
            while calls and calls[0] <= now - self._seconds:
                calls.popleft()
            if len(self._calls) > MOST_ADDRESSES:
                self._calls.popitem(last=False)
            if len(calls) >= self._limit:
                return False
            calls.append(now)
            return True
