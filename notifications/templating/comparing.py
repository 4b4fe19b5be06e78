"""Two texts side by side, line by line, with what differs inside a line marked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

ALIKE = 0.4
"""Below this, two lines have nothing to do with each other and are marked whole."""
SHORTEST_SAME = 2
"""Characters. A single one that happens to stand in both lines would only tear the marks to pieces."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line; `changed`: the other line has something else there, or nothing."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A line as it was and as it will be, in pieces; empty where one text has none there."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        return any(each.changed for each in (*self.before, *self.after))


def pair(before: str, after: str) -> Pair:
    """Two lines compared character by character."""
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    if before == after or not (before and after) or matcher.ratio() < ALIKE:
        changed = before != after
        return Pair(_pieces([(before, changed)]), _pieces([(after, changed)]))
    same = [each for each in matcher.get_matching_blocks() if each.size >= SHORTEST_SAME]
    return Pair(
        _pieces(_cut(before, [(each.a, each.size) for each in same])),
        _pieces(_cut(after, [(each.b, each.size) for each in same])),
    )


def side_by_side(before: str, after: str) -> tuple[Pair, ...]:
    """The lines of both texts that say something, without their indents, the same beside the same."""
    return tuple(_pairs(_lines(before), _lines(after)))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _pairs(old: list[str], new: list[str]) -> Iterator[Pair]:
    for _, start, end, first, last in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        for before, after in zip_longest(old[start:end], new[first:last], fillvalue=""):
            yield pair(before, after)


def _cut(line: str, same: Iterable[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    at = 0
    for start, size in same:
        yield line[at:start], True
        yield line[start : start + size], False
        at = start + size
    yield line[at:], True


def _pieces(parts: Iterable[tuple[str, bool]]) -> tuple[Piece, ...]:
    return tuple(Piece(text, changed) for text, changed in parts if text)
