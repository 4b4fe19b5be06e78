"""The body of a letter as blocks, which every form of it lays out in its own way: mail now, paper later."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from notifications.contexts import Table

_PARTING = re.compile(r"\n[ \t]*\n")
_TABLE = re.compile(r"\[\[(\w+)\]\]")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (one line), a list (several lines), or a table."""

    lines: tuple[str, ...] = ()
    table: Table | None = None

    @property
    def is_table(self) -> bool:
        return self.table is not None


def blocks_of(body: str, tables: Mapping[str, Table]) -> tuple[Block, ...]:
    """Read a rendered body: blank lines part the blocks, `[[name]]` alone in one stands for the table of that name."""
    return tuple(_block(part.strip(), tables) for part in _PARTING.split(body) if part.strip())


def _block(part: str, tables: Mapping[str, Table]) -> Block:
    marker = _TABLE.fullmatch(part)
    if marker and marker[1] in tables:
        return Block(table=tables[marker[1]])
    return Block(lines=tuple(line.strip() for line in part.splitlines()))
