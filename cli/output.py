"""What commands print: one JSON document, or text for people, on standard output; messages on standard error."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

GAP = "  "


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command has to say. `messages` go to standard error, `status` is the exit status."""

    data: Any
    text: str
    messages: tuple[str, ...] = ()
    status: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table for people, headed in both languages. Amounts and counts stand right."""

    zh: str
    en: str
    right: bool = False


def write(answer: Answer, *, as_json: bool) -> None:
    """Print an answer; with `as_json`, standard output holds the JSON document and nothing else."""
    text = json.dumps(answer.data, ensure_ascii=False, indent=2) if as_json else answer.text
    if text:
        sys.stdout.write(f"{text}\n")
    for message in answer.messages:
        say(message)


def say(*lines: str) -> None:
    for line in lines:
        sys.stderr.write(f"{line}\n")


def table(columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, empty: str = "（无） none") -> str:
    """Rows under their headings, aligned by how wide characters stand in a terminal."""
    cells = [[_cell(value) for value in row] for row in rows]
    if not cells:
        return empty
    heads = [[each.zh for each in columns], [each.en for each in columns]]
    widths = [max(width(row[place]) for row in (*heads, *cells)) for place in range(len(columns))]
    rule = [["─" * each for each in widths]]
    return "\n".join(
        GAP.join(
            _padded(cell, widths[place], right=columns[place].right) for place, cell in enumerate(row)
        ).rstrip()
        for row in (*heads, *rule, *cells)
    )


def sheet(pairs: Iterable[tuple[str, str, Any]]) -> str:
    """Labels in both languages with their values, one a line."""
    lines = [(f"{zh} {en}", _cell(value)) for zh, en, value in pairs]
    widest = max((width(label) for label, _ in lines), default=0)
    return "\n".join(f"{_padded(label, widest)}{GAP}{value}".rstrip() for label, value in lines)


def blocks(*parts: str) -> str:
    """Parts of a text with a blank line between them; empty ones are left out."""
    return "\n\n".join(part for part in parts if part)


def titled(zh: str, en: str, body: str) -> str:
    return f"{zh} {en}\n{body}" if body else ""


def width(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters take two."""
    return sum(_column_width(sign) for sign in text)


def _column_width(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in {"W", "F"} else 1


def _padded(text: str, columns: int, *, right: bool = False) -> str:
    space = " " * (columns - width(text))
    return f"{space}{text}" if right else f"{text}{space}"


def _cell(value: Any) -> str:
    match value:
        case None:
            return "—"
        case bool():
            return "是 yes" if value else "否 no"
        case int():
            return f"{value:,}"
        case list() | tuple():
            return "、".join(map(str, value)) or "—"
        case _:
            # A line break in a record would tear the table.
            return " ".join(str(value).split()) or "—"
