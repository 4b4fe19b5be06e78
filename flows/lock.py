"""One `jiangbu up` for a data folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.errors import CannotStart

LOCK_FILE = "up.lock"


@contextmanager
def hold(home: Path, purpose: str) -> Iterator[None]:
    """Hold the data folder; `purpose` tells a second comer who does.

    Raises `CannotStart` where another process holds it. The kernel lets go with the process, so a
    crash leaves nothing to clear away.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(home / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 400, 0).decode(errors="replace").strip() or "?"
            raise CannotStart(
                f"数据目录 {home} 已有一个奖补工作台在运行（{holder}）；请直接使用它，或先停止它。",
                f"A desk is already running on the data folder {home} ({holder}); use that one, or stop it first.",
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"pid {os.getpid()}, {purpose}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
