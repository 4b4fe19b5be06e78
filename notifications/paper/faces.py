"""The faces that letters are set in: free ones that come with the program, the county's own before them.

Fonts of the machine are never used, so that a letter looks the same wherever it is set and no face slips in
unseen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn as packaged
import typst

from notifications.paper.errors import UnusableFont

SONG, HEI = "Noto Serif SC", "Noto Sans SC"
SUFFIXES = frozenset({".ttf", ".otf", ".ttc"})

_TITLE = ("小标宋", "xiaobiaosong", "xbs")
_BODY = ("仿宋", "fangsong")
_HEADING = ("黑体", "simhei", "heiti")


@dataclass(frozen=True, slots=True)
class Faces:
    """Families in the order in which they are asked for a character.

    `thickened`: the title's face has no weight of its own for titles, and is drawn with a stroke.
    """

    title: tuple[str, ...]
    body: tuple[str, ...]
    heading: tuple[str, ...]
    numerals: tuple[str, ...]
    thickened: bool
    fonts: typst.Fonts


def faces(folder: Path) -> Faces:
    """The faces with what the county keeps in `folder` (which need not exist), read again when a file changes.

    A file or family named 小标宋 sets titles, 仿宋 the body, 黑体 headings; any other is asked for characters that
    the rest lacks. Raises `UnusableFont` for a file that holds none.
    """
    folder = folder.resolve()
    files = sorted(each for each in folder.glob("*") if each.suffix.lower() in SUFFIXES)
    return _faces(folder, tuple((each.name, each.stat().st_mtime_ns) for each in files))


@lru_cache(maxsize=4)
def _faces(folder: Path, files: tuple[tuple[str, int], ...]) -> Faces:
    own = packaged.serif_path().parent
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[own, folder] if files else [own],
    )
    county = [
        (path.name, each.family)
        for each in fonts.fonts()
        if each.path and (path := Path(each.path)).parent == folder
    ]
    for name, _ in files:
        if name not in dict(county):
            raise UnusableFont(str(folder / name))
    title = _named(county, _TITLE)
    rest = (SONG, HEI, *(family for _, family in county))
    return Faces(
        title=_once(*title, *rest),
        body=_once(*_named(county, _BODY), *rest),
        heading=_once(*_named(county, _HEADING), HEI, *rest),
        numerals=_once(*rest),
        thickened=not title,
        fonts=fonts,
    )


def _named(families: Iterable[tuple[str, str]], words: Iterable[str]) -> tuple[str, ...]:
    """The families whose name, or whose file's name, holds one of the words."""
    return tuple(
        family for file, family in families if any(word in f"{file} {family}".lower() for word in words)
    )


def _once(*families: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(families))
