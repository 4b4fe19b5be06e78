"""Several people at one moment: each in a thread of its own, all let go together."""

from collections.abc import Callable
from contextvars import copy_context
from threading import Barrier, Thread
from typing import Any

STUCK = 30
A_MOMENT = 0.3


class Work:
    """Something under way in a thread that stands at the same moment as its maker."""

    def __init__(self, work: Callable[[], Any], start: Barrier | None = None) -> None:
        self._answer: Any = None
        self._thread = Thread(target=copy_context().run, args=(self._run, work, start), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], Any], start: Barrier | None) -> None:
        if start is not None:
            start.wait(STUCK)
        try:
            self._answer = work()
        except Exception as error:  # noqa: BLE001 - the test says which errors it expects
            self._answer = error

    @property
    def waits(self) -> bool:
        """Whether it is still waiting for somebody after a moment."""
        self._thread.join(A_MOMENT)
        return self._thread.is_alive()

    def answer(self) -> Any:
        """What it answered, or the error it ended with."""
        self._thread.join(STUCK)
        assert not self._thread.is_alive(), "it waits for ever"
        return self._answer


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each work answered, or the error it ended with, in their order."""
    start = Barrier(len(works))
    return [each.answer() for each in [Work(work, start) for work in works]]
