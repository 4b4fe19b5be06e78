"""From a paper's words to its pages, by typst: PDF/A-2b for keeping, pictures for looking at.

Words go over as JSON, which is never evaluated. Any warning is an error, since typst only warns where a face is
missing; a character that no face holds is refused by the rules of PDF/A.
"""

import json
import re
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import typst

from notifications.paper.errors import UnprintableCharacters
from notifications.paper.faces import Faces
from notifications.paper.form import Paper

ARCHIVE = "a-2b"
LAYOUT = Path(__file__).parent / "letter.typ"

_UNPRINTABLE = re.compile(r'the text `"(.+?)"` could not be displayed')


class TypesettingError(RuntimeError):
    """The layout and typst do not agree: a fault of the program."""


def pdf(paper: Paper, faces: Faces) -> bytes:
    """The paper as PDF/A-2b, always the same bytes for the same words and faces.

    Raises `UnprintableCharacters` for characters that no face holds.
    """
    return pdf_of(LAYOUT, paper.words, paper.day, faces)


def pictures(paper: Paper, faces: Faces, pixels_per_inch: int) -> list[bytes]:
    """Each page of the paper as PNG."""
    return pictures_of(LAYOUT, paper.words, faces, pixels_per_inch)


def pdf_of(layout: Path, words: dict[str, Any], day: date, faces: Faces) -> bytes:
    """These words in a layout as PDF/A-2b that bears this day. Raises `UnprintableCharacters`."""
    dated = datetime.combine(day, time.min, UTC)
    return _set(layout, words, faces, format="pdf", pdf_standards=[ARCHIVE], timestamp=dated)[0]


def pictures_of(layout: Path, words: dict[str, Any], faces: Faces, pixels_per_inch: int) -> list[bytes]:
    return _set(layout, words, faces, format="png", ppi=pixels_per_inch)


def _set(layout: Path, words: dict[str, Any], faces: Faces, **output: Any) -> list[bytes]:
    # A compiler serves one thread; making one costs nothing beside the setting, since fonts are read already.
    compiler = typst.Compiler(layout, root=layout.parent, font_paths=faces.fonts, ignore_system_fonts=True)
    try:
        made, warnings = compiler.compile_with_warnings(
            sys_inputs={"letter": json.dumps(words | _faces(faces), ensure_ascii=False)}, **output
        )
    except typst.TypstError as error:
        lacking = _UNPRINTABLE.findall(error.diagnostic)
        if lacking:
            raise UnprintableCharacters(tuple(dict.fromkeys(lacking))) from error
        raise TypesettingError(error.diagnostic) from error
    if warnings or made is None:
        raise TypesettingError("\n".join(each.diagnostic for each in warnings))
    return made if isinstance(made, list) else [made]


def _faces(faces: Faces) -> dict[str, Any]:
    return {
        "faces": {
            "title": faces.title,
            "body": faces.body,
            "heading": faces.heading,
            "numerals": faces.numerals,
        },
        "thickened": faces.thickened,
    }
