"""Files and folders at work: whoever holds one is known to be alive, so what a killed process left can be removed."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold an existing file or folder. The kernel lets go with the process, however it ends.

    Raises BlockingIOError where another process holds it.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def clear_leftovers(folder: Path, pattern: str) -> None:
    """Remove what matches and is held by nobody."""
    for path in folder.glob(pattern):
        # Who is quicker than we are, or still at work, keeps it.
        with suppress(FileNotFoundError, BlockingIOError), held(path):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def flush_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
