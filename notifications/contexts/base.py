"""What all letters share: a list in a letter, and whom a letter goes to on which day."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a list in a letter; how they are drawn is the layout's affair."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterContext:
    """Common to all letters. `on` is the day of the event that the letter tells of, and the letter's date."""

    kind: ClassVar[str]
    addressee: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLetter(LetterContext):
    """`achievement` names the standard (or the honour) with its number, `policy` the opinion by its title."""

    claim: str
    item: str
    achievement: str
    policy: str
