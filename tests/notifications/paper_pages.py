"""Letters of the examples on paper, and what can be read back from their pages."""

import dataclasses
import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from letter_examples import EXAMPLES, imprint_of
from pypdf import PageObject, PdfReader

from config.directory import load_directory
from config.series import load_series
from notifications.contexts import LetterContext, Table, TownshipPublished
from notifications.paper.faces import faces
from notifications.paper.form import Paper, PaperHead, paper_of
from notifications.paper.typesetting import pdf

OFFICE = "嵊泗县市场监督管理局"
LISTED_ITEMS = (
    "牵头制定团体标准",
    "标准创新型企业",
    "牵头制定舟山市地方标准",
    "参与制定国家标准",
    "企业标准“领跑者”（浙江省）",
)
FREE = faces(Path("no such folder"))
MM = 72 / 25.4


def head_of(context: LetterContext, *, rehearsal: bool = False, check: str = "") -> PaperHead:
    """The head as the office gives it: number, copies and notes by the letter's kind."""
    series = load_series()[context.kind]
    names = {each.code: each.name for each in load_directory().offices}
    claim = getattr(context, "claim", None)
    return PaperHead(
        issuer=OFFICE,
        mark=f"{OFFICE}{series.mark}",
        number=imprint_of(context).number,
        copies=tuple(names[code] for code in series.copies),
        notes=(f"申报编号：{claim}",) if claim else (),
        rehearsal=rehearsal,
        check=check,
    )


def paper(context: LetterContext, *, rehearsal: bool = False, check: str = "") -> Paper:
    return paper_of(context, head_of(context, rehearsal=rehearsal, check=check))


def printed(context: LetterContext, *, rehearsal: bool = False, check: str = "") -> PdfReader:
    return PdfReader(io.BytesIO(pdf(paper(context, rehearsal=rehearsal, check=check), FREE)))


@cache
def example(name: str) -> PdfReader:
    return printed(EXAMPLES[name])


def long_list(rows: int) -> LetterContext:
    """The list of a township with so many lines, names of every length among them."""
    context = EXAMPLES["township_published"]
    assert isinstance(context, TownshipPublished)
    lines = tuple(
        (
            f"SB-2026-{number:04}",
            f"嵊泗县{'喆堃玥珺昇旻镕'[number % 7]}{'海洋' * (number % 5)}水产有限公司",
            LISTED_ITEMS[number % len(LISTED_ITEMS)],
            f"《小包装嵊泗贻贝鲜活产品》（T/SSYB {number:03}-2025）",
            f"{number % 30 + 1}万元",
        )
        for number in range(1, rows + 1)
    )
    return dataclasses.replace(context, claims=Table(context.claims.head, lines))


def unspaced(text: str) -> str:
    return "".join(text.split())


def pages_of(reader: PdfReader) -> list[str]:
    """The words of each page without any spaces: where a line is stretched, reading back finds some."""
    return [unspaced(page.extract_text()) for page in reader.pages]


def pieces(page: PageObject) -> Iterator[tuple[str, float, float, float]]:
    """Each piece of text on a page with its place from the upper left corner in points, and its size."""
    found: list[tuple[str, float, float, float]] = []
    height = float(page.mediabox.height)

    def visit(text: str, user: list[float], matrix: list[float], _font: Any, size: float) -> None:
        if text.strip():
            x, y = matrix[4], matrix[5]
            right, up = user[0] * x + user[2] * y + user[4], user[1] * x + user[3] * y + user[5]
            found.append((text.strip(), right, height - up, size))

    page.extract_text(visitor_text=visit)
    yield from found
