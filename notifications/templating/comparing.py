"""Two texts side by side, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest


@dataclass(frozen=True, slots=True)
class Pair:
    """A line as it was and as it will be; None where one text has none there."""

    before: str | None
    after: str | None

    @property
    def changed(self) -> bool:
        return self.before != self.after


def side_by_side(before: str, after: str) -> tuple[Pair, ...]:
    """The lines of both texts that say something, the same beside the same."""
    return tuple(_pairs(_lines(before), _lines(after)))


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _pairs(old: list[str], new: list[str]) -> Iterator[Pair]:
    for _, start, end, first, last in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        for before, after in zip_longest(old[start:end], new[first:last]):
            yield Pair(before, after)
