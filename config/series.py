"""The series of document numbers: which word a kind of letter is numbered under, and what its paper adds."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from config.directory import load_directory
from config.documents import Section, document


@dataclass(frozen=True, slots=True)
class Series:
    """`word` is the whole 代字; `mark` follows the office's name in the red head; `copies` are codes of offices."""

    word: str
    mark: str = ""
    copies: tuple[str, ...] = ()

    def number(self, year: int, number: int) -> str:
        """嵊市监奖收〔2026〕12号: hexagonal brackets, no leading zero, no 第."""
        return f"{self.word}〔{year}〕{number}号"


def load_series(path: Path | Traversable | None = None) -> Mapping[str, Series]:
    """By kind of letter: the county's series, or those of another file. Raises `RulebookError`."""
    return _packaged() if path is None else _load(path)


@cache
def _packaged() -> Mapping[str, Series]:
    return _load(resources.files("config") / "series.yaml")


def _load(path: Path | Traversable) -> Mapping[str, Series]:
    found: dict[str, Series] = {}
    kind_of: dict[str, str] = {}
    with document(path, path.name) as top:
        office = top.text("office")
        for kind, section in top.sections_by_name("kinds"):
            found[kind] = _series(section, office)
            taken = kind_of.setdefault(found[kind].word, kind)
            if taken != kind:
                section.refuse(
                    "word",
                    f"“{found[kind].word}”已是 {taken} 的代字；两种函件不能共用，请换一个。",
                    f"“{found[kind].word}” is the word of {taken} already; two kinds share none, choose another.",
                )
    return MappingProxyType(found)


def _series(section: Section, office: str) -> Series:
    codes = [each.code for each in load_directory().offices]
    return Series(
        word=f"{office}{section.text('word')}",
        mark=section.text("mark", ""),
        copies=section.references("copies", codes, "单位", "office", ()),
    )
