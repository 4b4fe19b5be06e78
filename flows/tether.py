"""Processes that do not outlive the one that started them, however that one ends."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
# Looked up before any fork: between fork and exec nothing should be loaded.
_prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None


def tether(parent: int) -> None:
    """Let the kernel kill this process when `parent` ends, even by SIGKILL.

    The kernel watches the thread that forked: the parent must start its children from its main thread.
    Where the system knows no such bond (not Linux) this does nothing.
    """
    if _prctl is None:
        return
    if _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # it ended before the bond was tied
        os.kill(os.getpid(), signal.SIGKILL)


def tethered() -> Callable[[], None]:
    """What a child of this process runs between fork and exec."""
    parent = os.getpid()
    return lambda: tether(parent)


RUNNER_PID = "JIANGBU_RUNNER_PID"


def lead_runs() -> None:
    """Make this process the one that its flow runs hold on to."""
    os.environ[RUNNER_PID] = str(os.getpid())


def tether_to_runner() -> None:
    """Let this flow run end with its runner. A run without one of ours (a worker, a test) goes by itself."""
    runner = os.environ.get(RUNNER_PID)
    if runner is not None:
        tether(int(runner))
