"""An official list on paper: the same value that its workbook is made of, set across A4 with its head on every page."""

from pathlib import Path
from typing import Any

from claims.lists.official import REHEARSAL_BANNER, SERIAL, Cell, OfficialList, Sort, day
from notifications import wording
from notifications.paper import typesetting
from notifications.paper.faces import Faces

LAYOUT = Path(__file__).parent / "list.typ"

LONGEST = 40
"""Terminal columns beyond which a column of text asks for no more room: it goes over lines."""


def list_pdf(found: OfficialList, faces: Faces) -> bytes:
    """The list as PDF/A-2b. Raises `UnprintableCharacters` for characters that no face holds."""
    return typesetting.pdf_of(LAYOUT, words_of(found), found.made_on, faces)


def list_pictures(found: OfficialList, faces: Faces, pixels_per_inch: int) -> list[bytes]:
    """Each page of the list as PNG."""
    return typesetting.pictures_of(LAYOUT, words_of(found), faces, pixels_per_inch)


def words_of(found: OfficialList) -> dict[str, Any]:
    """What the setting reads, in types of JSON."""
    made = found.made_on
    return {
        "banner": REHEARSAL_BANNER if found.rehearsal else "",
        "title": wording.one_line(found.title),
        "office": found.office,
        "date": day(made),
        "day": {"year": made.year, "month": made.month, "day": made.day},
        "facts": [f"{name}：{wording.one_line(text)}" for name, text in found.facts],
        "columns": [{"title": SERIAL, "sort": Sort.CODE.value, "share": 0}, *_columns(found)],
        "rows": [[str(number), *map(_shown, row)] for number, row in enumerate(found.rows, 1)],
        "sum": _sum(found),
        "summary": found.summary,
        "digest": f"内容摘要（SHA-256）：{found.sha256}",
        "signatures": found.signatures,
    }


def _columns(found: OfficialList) -> list[dict[str, Any]]:
    """A column of codes or amounts is as wide as they are; columns of text share the rest by what they hold."""
    columns = []
    for place, column in enumerate(found.columns):
        widths = [wording.width(column.title), *(wording.width(_shown(row[place])) for row in found.rows)]
        share = min(max(widths), LONGEST) if column.sort is Sort.TEXT else 0
        columns.append({"title": column.title, "sort": column.sort.value, "share": share})
    return columns


def _sum(found: OfficialList) -> list[str]:
    """The last row of a list of amounts; none where it holds none."""
    if found.total is None:
        return []
    cells = (f"{found.total:,}" if column.sort is Sort.YUAN else "" for column in found.columns)
    return ["合计", *cells]


def _shown(cell: Cell) -> str:
    return f"{cell:,}" if isinstance(cell, int) else wording.one_line(cell)
