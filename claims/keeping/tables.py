"""Tables as text that any database takes back: gzipped JSON Lines, first the columns' names, then a row a line.

Moments are written in UTC with their offset, dates in ISO form, bytes in Base64. What a table looks like is asked of the database
itself, so that rows of an older form can be read into a database brought to that form.
"""

import base64
import gzip
import io
import json
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import IO, Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    func,
    insert,
    inspect,
    select,
)

from claims.models import Base

CHUNK = 1_000

CHUNK_OF_BYTES = 20
"""Rows of a table that holds whole letters: memory does not grow with them."""

QUICK = 1
"""How hard to pack: what more pains would save is little beside the time that they take, every night."""

LEFT_EMPTY = frozenset({"web_session", "sign_in_failure", "calendar_key"})
"""Whoever was signed in signs in again: a restore must not bring back a session that had been ended, nor a calendar's
address that had been taken back."""


def carried() -> tuple[str, ...]:
    """The tables that a backup holds, each after those that its rows refer to."""
    return tuple(table.name for table in Base.metadata.sorted_tables if table.name not in LEFT_EMPTY)


def reflected(connection: Connection, names: Iterable[str]) -> dict[str, Table]:
    """The tables as they are in this database. Raises InvalidRequestError for one that it does not have."""
    metadata = MetaData()
    with warnings.catch_warnings():
        # Rows are all that is asked for; SQLite's indexes of expressions are not told.
        warnings.filterwarnings("ignore", message=".*expression-based index")
        metadata.reflect(connection, only=list(names))
    return dict(metadata.tables)


def is_empty(connection: Connection) -> bool:
    return not inspect(connection).get_table_names()


def count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def dump(connection: Connection, table: Table, file: IO[bytes]) -> None:
    """Write all rows of a table, in the order of its key."""
    rows = connection.execute(
        select(table).order_by(*table.primary_key), execution_options={"yield_per": _chunk(table)}
    )
    # Papers are compressed already: to try once more would take longer than all else together.
    level = 0 if _holds_bytes(table) else QUICK
    with (
        gzip.GzipFile(fileobj=file, mode="wb", compresslevel=level, mtime=0) as packed,
        io.TextIOWrapper(packed, "utf-8", newline="\n") as text,
    ):
        text.write(_line([column.name for column in table.columns]))
        for row in rows:
            text.write(_line([_plain(value) for value in row]))


def load(connection: Connection, table: Table, file: IO[bytes]) -> int:
    """Insert what `dump` wrote; answers with the number of rows. Raises ValueError for lines that are no rows."""
    with gzip.open(file, "rt", encoding="utf-8", newline="\n") as text:
        names = json.loads(text.readline())
        readers = [_reader(connection, table.columns[name]) for name in names]
        rows = (_values(names, readers, json.loads(line)) for line in text)
        loaded = 0
        for chunk in _chunks(rows, _chunk(table)):
            connection.execute(insert(table), chunk)
            loaded += len(chunk)
    _advance_numbering(connection, table)
    return loaded


def _line(values: list[Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        # SQLite has no offsets: what is kept there is UTC.
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value.isoformat() if isinstance(value, date) else value


def _reader(connection: Connection, column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, DateTime):
        return _utc if connection.dialect.name == "sqlite" else datetime.fromisoformat
    if isinstance(column.type, LargeBinary):
        return base64.b64decode
    return date.fromisoformat if isinstance(column.type, Date) else _as_it_is


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def _as_it_is(value: Any) -> Any:
    return value


def _values(
    names: Sequence[str], readers: Sequence[Callable[[Any], Any]], values: Sequence[Any]
) -> dict[str, Any]:
    return {
        name: None if value is None else read(value)
        for name, read, value in zip(names, readers, values, strict=True)
    }


def _holds_bytes(table: Table) -> bool:
    return any(isinstance(each.type, LargeBinary) for each in table.columns)


def _chunk(table: Table) -> int:
    return CHUNK_OF_BYTES if _holds_bytes(table) else CHUNK


def _chunks(rows: Iterator[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    while chunk := list(islice(rows, size)):
        yield chunk


def _advance_numbering(connection: Connection, table: Table) -> None:
    """PostgreSQL counts ids apart from the rows: let it go on behind them. SQLite looks at the rows."""
    if connection.dialect.name == "postgresql" and "id" in table.columns:
        behind = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, behind, False)))
