"""What stands on the paper of a letter, as values: the letter's own words, parted as the paper form needs them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from notifications import wording
from notifications.blocks import Block
from notifications.contexts import LetterContext, Table
from notifications.letters import REHEARSAL_BANNER, body_of, title_of
from notifications.templating.templates import OF_THE_PROGRAM, Templates

LONGEST_TITLE_LINE = 19
"""Characters of 22 pt in a line of a title, as columns of two."""

SERIAL = "序号"

_LEAD = re.compile(r"[一二三四五六七八九十]+、[^，。：；]{1,12}。")
_UNPARTED = re.compile(
    r"关于|\d+年度|标准化奖补|标准化|申报|公示|截止|即将|情况|逾期|失效|资金|拨付|辖区|单位|组织|提醒函|名单|审定|会议|结果|工作|开放|暂停|发送|待办|事项|的.+$|."
)
"""What a line of a title is not parted within: words of the programme, and “的函” with what it is."""


@dataclass(frozen=True, slots=True)
class PaperHead:
    """Who issues the paper, by which templates. `number` is the document number as it stands on the paper.

    `check` says how the letter is checked, at the foot of every page; nothing where it has no code.
    """

    issuer: str
    mark: str
    number: str
    copies: tuple[str, ...]
    notes: tuple[str, ...]
    rehearsal: bool
    templates: Templates = OF_THE_PROGRAM
    check: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A letter as it stands on paper. `words` are what the setting reads, in types of JSON."""

    title: str
    day: date
    words: dict[str, Any]

    @classmethod
    def of_words(cls, words: dict[str, Any]) -> "Paper":
        """The paper whose words were kept."""
        return cls(words["title"], date(**words["day"]), words)


def paper_of(context: LetterContext, head: PaperHead) -> Paper:
    """The paper of a letter. Raises where its template asks for what the context does not have."""
    title = title_of(context, head.templates)
    on = context.on
    return Paper(
        title,
        on,
        {
            "banner": REHEARSAL_BANNER if head.rehearsal else "",
            "mark": head.mark,
            "number": head.number,
            "check": head.check,
            "title": title,
            "title-lines": title_lines(title),
            "addressee": wording.one_line(context.addressee),
            "body": [part for block in body_of(context, head.templates) for part in _parts(block)],
            "issuer": head.issuer,
            "date": wording.day(on),
            "day": {"year": on.year, "month": on.month, "day": on.day},
            "notes": head.notes,
            "copies": "，".join(head.copies),
        },
    )


def title_lines(title: str) -> tuple[str, ...]:
    """A title in as few lines as hold it, parted between words, as even as can be."""
    whole = wording.width(title)
    count = -(-whole // (2 * LONGEST_TITLE_LINE))
    lines: list[str] = []
    words = _UNPARTED.findall(title)
    ends = list(accumulate(map(wording.width, words)))
    start = 0
    for line in range(1, count):
        end = min(range(len(words)), key=lambda each: abs(ends[each] - whole * line / count)) + 1
        lines.append("".join(words[start:end]))
        start = end
    return (*lines, "".join(words[start:]))


def _parts(block: Block) -> Sequence[dict[str, Any]]:
    if block.table is not None:
        return (_listed(block.table),)
    return tuple(_paragraph(line) for line in block.lines)


def _paragraph(line: str) -> dict[str, Any]:
    """A paragraph, with the heading that runs into it; `bound`: what follows belongs on the same page."""
    found = _LEAD.match(line)
    lead, text = (found[0], line[found.end() :]) if found else ("", line)
    return {"kind": "text", "lead": lead, "text": text, "bound": line.endswith("：") or not text}


def _listed(table: Table) -> dict[str, Any]:
    """A list with its lines counted; `places` are left, centre and right, amounts standing right."""
    cells = [[wording.one_line(cell) for cell in row] for row in table.rows]
    return {
        "kind": "table",
        "head": [SERIAL, *table.head],
        "rows": [[str(number), *row] for number, row in enumerate(cells, start=1)],
        "places": ["center", *("right" if name.endswith("金额") else "left" for name in table.head)],
    }
