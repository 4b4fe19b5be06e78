"""A rehearsal year whose making was interrupted is made anew: half a year would puzzle whoever looks at it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from config.settings import Settings

MARK = "demo-unfinished"
DATABASE = "jiangbu.db"
MADE = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", "evidence", "mail")
"""What the making writes into the data folder."""


def is_untouched(settings: Settings) -> bool:
    """Whether the database lies in the data folder and is not there yet. Ask before anything opens it."""
    database = settings.home.absolute() / DATABASE
    return settings.database_url == f"sqlite:///{database}" and not database.exists()


@contextmanager
def marked(settings: Settings, *, untouched: bool) -> Iterator[None]:
    """While the year is being made in a folder that was untouched, a mark stands in it, and stays if that fails.

    Anything that was there before is never marked, since `clear` would take it away.
    """
    mark = settings.home / MARK
    if untouched:
        mark.touch()
    yield
    mark.unlink(missing_ok=True)


def clear(settings: Settings) -> None:
    """Take away what an interrupted making has left."""
    mark = settings.home / MARK
    if not mark.exists():
        return
    for path in (settings.home / name for name in MADE):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    mark.unlink()
