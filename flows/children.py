"""One child process of the desk: started, looked after, started again, stopped."""

import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from flows.tether import tethered

_PROBE_SECONDS = 1.0
_SETTLED_AFTER = 60.0  # a child that ran this long starts again without delay
_LONGEST_DELAY = 60.0
_LOG_BYTES = 20_000_000

# The desk asks only itself here: a proxy set for the outside world must not be asked for it.
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Child:
    """What to start, and how to tell that it works.

    `after` names the children that must be healthy before this one is started; they are stopped after it. Without `health_url` a child counts as healthy once it runs.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path | None = None
    health_url: str | None = None
    after: tuple[str, ...] = ()


@dataclass(slots=True)
class Ward:
    """A child in our care."""

    child: Child
    log: Path
    process: subprocess.Popen[bytes] | None = None
    healthy: bool = False
    failures: int = 0
    """How often in a row it ended before it had settled."""
    due: float = 0.0
    """When it may be started again, on the monotonic clock."""
    _started: float = field(default=0.0, repr=False)

    @property
    def running(self) -> bool:
        return self.process is not None

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches the supervisor alone, which stops all in order."""
        self.healthy = self.child.health_url is None
        self._started = time.monotonic()
        self.trim_log()
        with open(self.log, "ab", opener=_private) as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own command lines
                self.child.argv,
                env=dict(self.child.env),
                cwd=self.child.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # Safe here: the supervisor has no second thread, and the bond must be tied before exec.
                preexec_fn=tethered(),  # noqa: PLW1509
            )

    def ended(self) -> int | None:
        """Its exit status if it has ended since the last look; whatever it left running is ended too."""
        if self.process is None:
            return None
        # Looked at without reaping: as long as the leader is a zombie, its group's number is ours.
        if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        self._kill_group(self.process.pid)
        status = self.process.wait()
        self.process, self.healthy = None, False
        lived = time.monotonic() - self._started
        self.failures = 0 if lived > _SETTLED_AFTER else self.failures + 1
        self.due = time.monotonic() + delay(self.failures)
        return status

    def probe(self) -> bool:
        """Ask whether it works; once it does, it is not asked again until it has been restarted."""
        if self.process is None or self.child.health_url is None:
            return self.healthy
        try:
            with _direct.open(self.child.health_url, timeout=_PROBE_SECONDS):
                self.healthy = True
        except (urllib.error.URLError, OSError, ValueError):
            self.healthy = False
        return self.healthy

    def trim_log(self) -> None:
        """Keep one older part of the log beside the present one, so that it never fills the disk.

        The child goes on writing to the same file: it appends, so it finds the new end by itself.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES:
            shutil.copy2(self.log, self.log.with_suffix(".old.log"))
            os.truncate(self.log, 0)

    def ask_to_stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        if self.process is not None:
            self._kill_group(self.process.pid)

    @staticmethod
    def _kill_group(leader: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(leader, signal.SIGKILL)


def delay(failures: int) -> float:
    """Seconds to wait before the next start: none after a long life, then 1, 2, 4 … 60."""
    return 0.0 if failures == 0 else min(2.0 ** (failures - 1), _LONGEST_DELAY)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
