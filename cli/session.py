"""The desk as a command finds it: opened from the settings, in one transaction, by or for somebody."""

from collections.abc import Iterator
from contextlib import contextmanager

from claims.desk import Desk, Tx, open_desk
from claims.identity import people
from config.settings import load_settings
from states.facts import Actor


@contextmanager
def opened() -> Iterator[Desk]:
    with open_desk(load_settings()) as desk:
        yield desk


@contextmanager
def reading(viewer: str | None = None) -> Iterator[tuple[Tx, Actor | None]]:
    """A look at the records for a user, or for whoever may open the database."""
    with opened() as desk, desk.reading() as tx:
        yield tx, None if viewer is None else people.actor(tx, viewer)


@contextmanager
def acting(user: str) -> Iterator[tuple[Tx, Actor]]:
    """One decision of a user: committed at the end, or, where a rule stands against it, not written at all."""
    with opened() as desk, desk.transaction() as tx:
        yield tx, people.actor(tx, user)
