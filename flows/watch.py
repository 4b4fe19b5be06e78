"""Keeping a household of children alive: started in order, restarted when they fall, stopped together."""

import os
import select
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from flows.children import Child, Ward, delay
from flows.errors import CannotStart

_PATIENCE = 180.0  # a loaded machine needs up to 120 s for the first start of Prefect
_TRIES = 3  # a child that falls this often before it ever worked will not get better by itself
_GRACE = (5.0, 2.5)  # for what depends on others, then for what others depend on: under ten seconds
_HOUSEKEEPING = 3600.0
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Watch:
    """Looks after children until it is told to stop: by SIGINT, SIGTERM, or the end of its terminal.

    One thread, and no polling while all is well.
    """

    def __init__(self, children: Sequence[Child], logs: Path, say: Callable[[str], None]) -> None:
        self._wards = {child.name: Ward(child, logs / f"{child.name}.log") for child in children}
        self._say = say
        self._stop_asked = 0

    def run(self, on_ready: Callable[[], None]) -> None:
        """Start all, call `on_ready` once when all are healthy, and keep them so until told to stop.

        Raises `CannotStart` where a child never gets healthy. However this ends, no child is left behind.
        """
        with self._signals() as wake:
            try:
                self._bring_up(wake)
                if not self._stop_asked:
                    on_ready()
                while not self._stop_asked:
                    self._tend()
                    self._trim_logs()
                    _wait(wake, self._pause())
            finally:
                self._bring_down(wake)

    def _bring_up(self, wake: int) -> None:
        patience = time.monotonic() + _PATIENCE
        while not self._stop_asked and not all(ward.healthy for ward in self._wards.values()):
            self._tend()
            late = time.monotonic() > patience
            for ward in self._wards.values():
                if ward.failures >= _TRIES or (late and ward.running and not ward.healthy):
                    raise CannotStart(
                        f"{ward.child.name} 启动失败；原因见日志 {ward.log} 的末尾。",
                        f"{ward.child.name} does not start; the end of its log {ward.log} says why.",
                    )
            _wait(wake, 0.2)

    def _tend(self) -> None:
        for ward in self._wards.values():
            status = ward.ended()
            if status is not None:
                self._report(ward, status)
            supported = all(self._wards[name].healthy for name in ward.child.after)
            if not ward.running and supported and time.monotonic() >= ward.due:
                ward.start()
            if not ward.healthy:
                ward.probe()

    def _report(self, ward: Ward, status: int) -> None:
        name, seconds = ward.child.name, round(delay(ward.failures))
        self._say(f"{name} 意外退出（{status}），{seconds} 秒后重新启动；日志：{ward.log}")
        self._say(
            f"{name} ended unexpectedly ({status}) and is started again in {seconds} s; log: {ward.log}"
        )

    def _trim_logs(self) -> None:
        for ward in self._wards.values():
            ward.trim_log()

    def _pause(self) -> float:
        """Seconds until something must be looked at, if no signal brings news before."""
        now = time.monotonic()
        pauses = [max(ward.due - now, 0.2) for ward in self._wards.values() if not ward.running]
        if any(ward.running and not ward.healthy for ward in self._wards.values()):
            pauses.append(1.0)
        return min(pauses, default=_HOUSEKEEPING)

    def _bring_down(self, wake: int) -> None:
        """Stop dependents first, so that what they still have to say is heard. A second Ctrl-C ends the patience."""
        needed = {name for ward in self._wards.values() for name in ward.child.after}
        waves = (
            [ward for name, ward in self._wards.items() if name not in needed],
            [ward for name, ward in self._wards.items() if name in needed],
        )
        signals_before = self._stop_asked
        for wave, grace in zip(waves, _GRACE, strict=True):
            for ward in wave:
                ward.ask_to_stop()
            until = time.monotonic() + grace
            while _alive(wave) and time.monotonic() < until and self._stop_asked == signals_before:
                _wait(wake, 0.2)
            for ward in wave:
                ward.kill()
            while _alive(wave):
                _wait(wake, 0.05)

    @contextmanager
    def _signals(self) -> Iterator[int]:
        """Signals wake the loop through a pipe; the returned end is readable when one has come."""
        wake, write = os.pipe()
        for end in (wake, write):
            os.set_blocking(end, False)
        # Under nohup the end of the terminal is to be ignored, and stays so.
        wanted = [
            each for each in _STOPPING if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN
        ]
        before = {each: signal.signal(each, self._note) for each in (*wanted, signal.SIGCHLD)}
        pipe_before = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        try:
            yield wake
        finally:
            signal.set_wakeup_fd(pipe_before)
            for each, handler in before.items():
                signal.signal(each, handler)
            os.close(wake)
            os.close(write)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if number in _STOPPING:
            self._stop_asked += 1


def _alive(wards: Sequence[Ward]) -> bool:
    for ward in wards:
        ward.ended()
    return any(ward.running for ward in wards)


def _wait(wake: int, seconds: float) -> None:
    if select.select([wake], [], [], seconds)[0]:
        os.read(wake, 512)
