"""Looking something up in the log: what happened to whom, by whom, when; newest first, a page at a time."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from claims.desk import Tx
from claims.models import EventRow, User

PAGE = 50
NUMBER = re.compile(r"SB-\d{4}-\d{4,}", re.ASCII)
"""A claim's whole number leads straight to its events; the beginning of a stream's name is looked for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; an empty value narrows nothing. `stream` may be the beginning of one, days are whole days."""

    stream: str = ""
    actor: str = ""
    trigger: str = ""
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event of the log. `id` is its place in the log, `data` what it recorded."""

    id: int
    stream: str
    seq: int
    trigger: str
    source: str | None
    target: str | None
    actor: str
    role: str
    at: str
    reason: str
    data: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of events, and where the next one begins (None on the last)."""

    events: tuple[LoggedEvent, ...]
    before: int | None


def search(tx: Tx, wanted: Wanted, *, before: int | None = None, limit: int = PAGE) -> Found:
    """The events that fit, newest first; `before` is where the page before ended."""
    statement = select(EventRow).where(*_conditions(wanted))
    if before is not None:
        statement = statement.where(EventRow.id < before)
    rows = list(tx.session.scalars(statement.order_by(EventRow.id.desc()).limit(limit + 1)))
    events = tuple(_event(each) for each in rows[:limit])
    return Found(events, events[-1].id if len(rows) > limit else None)


def actors(tx: Tx) -> tuple[str, ...]:
    return ("system", *tx.session.scalars(select(User.name).order_by(User.name)))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.stream:
        whole = NUMBER.fullmatch(wanted.stream)
        found.append(
            EventRow.stream == wanted.stream
            if whole
            else EventRow.stream.startswith(wanted.stream, autoescape=True)
        )
    if wanted.actor:
        found.append(EventRow.actor == wanted.actor)
    if wanted.trigger:
        found.append(EventRow.trigger == wanted.trigger)
    # Moments of the log are ISO texts of one offset: they stand in the order of their characters.
    if wanted.from_on is not None:
        found.append(EventRow.at >= wanted.from_on.isoformat())
    if wanted.to_on is not None:
        found.append(EventRow.at < (wanted.to_on + timedelta(days=1)).isoformat())
    return found


def _event(row: EventRow) -> LoggedEvent:
    return LoggedEvent(
        id=row.id,
        stream=row.stream,
        seq=row.seq,
        trigger=row.trigger,
        source=row.source,
        target=row.target,
        actor=row.actor,
        role=row.role,
        at=row.at,
        reason=row.reason,
        data=json.loads(row.data),
        hash=row.hash,
    )
