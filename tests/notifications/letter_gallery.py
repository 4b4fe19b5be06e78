"""`make letters`: the pages of every letter as pictures under docs/letters, and the table of letters beside them.

The letters are the reviewed examples, so that what is shown is what the tests hold.
"""

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from letter_examples import EXAMPLES, HEAD, imprint_of
from list_examples import long_official_list
from paper_pages import FREE, long_list, paper

from config.series import load_series
from notifications.concerns import CONCERNS, Audience
from notifications.contexts import LetterContext
from notifications.letters import check_line, title_of
from notifications.paper.lists import list_pictures
from notifications.paper.typesetting import pictures

DOCS = Path(__file__).parents[2] / "docs"
FOLDER = DOCS / "letters"
PIXELS_PER_INCH = 60

LONG_LIST = "township_published-100-rows"
REHEARSED = "receipt-rehearsal"
LISTED = "resolution-list-100-rows"

RECIPIENTS = {
    Audience.APPLICANT: "申报单位 the applicant",
    Audience.TOWNSHIP_OF_CLAIM: "申报单位所在乡镇 the township of the claim",
    Audience.DRAFT_HOLDERS: "有未提交申报的单位 each unit with drafts, one letter",
    Audience.CORRECTING: "尚未补正的申报单位 the unit that still owes the correction",
    Audience.EVERY_TOWNSHIP: "各乡镇 every township",
    Audience.TOWNSHIPS_TO_REMIND: (
        "有未提交申报或者应报未报单位的乡镇 each township with drafts, or units that have not filed"
    ),
    Audience.TOWNSHIPS_LISTED: "名单涉及的乡镇 each township with claims on the list",
    Audience.TOWNSHIPS_PAID: "收款单位所在乡镇，每批次一份 each township with payments in the batch, one letter",
    Audience.RESPONSIBLE: "责任单位 each office with overdue claims, one letter",
    Audience.COORDINATION: "标准化议事协调机构 the coordination body",
    Audience.FINANCE: "财政部门 the finance office",
    Audience.ADMINISTRATORS: "管理员 administrators",
    Audience.COORDINATION_AND_ADMINISTRATORS: (
        "标准化议事协调机构、管理员 the coordination body and administrators"
    ),
}
WHEN = {
    "departments_cleared": "各部门均已核查 when every department asked has cleared",
    "township_opening": "已发申报通知 when the call was made",
    "township_call": "未发申报通知或者日期有变 when it was not, or named other dates",
    "township_lapse": "补正逾期 when a correction was not made in time",
    "run_failed": "该任务恢复之前的首次 the first until its step has gone through again",
    "clawback_proposal": "拟追回 when proposed",
    "clawback": "确认追回 when confirmed",
}
"""Of events that make a letter only in one of their meanings, which one."""
ALWAYS = "<lambda>"
"""What the condition of a letter is called that every event of its trigger makes."""

INTRODUCTION = """\
# Letters

Every letter of the programme: the event that makes it, who receives it, its template under
`notifications/templates/letters/`, and the word it is numbered under (`config/series.yaml`). Mail, HTML and paper come
from the same template. The pictures show the paper form after GB/T 9704-2012, set with the free fonts; they are the
examples of `tests/notifications/letter_examples.py`. This page and the pictures are made by `make letters`.

A county's own fonts go into the folder `fonts` of the data folder: a file named after 小标宋 sets the red head and the
titles, after 仿宋 the body, after 黑体 the headings; any other is asked for characters that the rest lacks.
`jiangbu notice preview KIND --claim NUMBER --out FILE.pdf` gives the paper of any letter for a claim.
"""

LISTS = """
## Official lists

For meetings and money there are lists, each as a workbook to print and as paper, made from one value
(`claims/lists/`): the same rows, count, sum in figures and 大写, and SHA-256 of the content in both. A digest that differs
says that the content does; the day of the copy is not part of it.

| 名单 list | for whom | page | command | API |
|---|---|---|---|---|
| 议定名单 what was resolved | the offices | `/resolution?ref=REF` | `jiangbu resolution export REF --out FILE` | `/resolutions/REF/list` |
| 公示名单 what is published | everybody | `/notice/YEAR` | `jiangbu resolution export REF --public --out FILE` | `/resolutions/REF/notice` |
| 拨付清单 payout list | finance; accounts masked for the other offices that see money | `/payouts/BATCH` | `jiangbu payout export BATCH --out FILE.pdf` | `/payouts/BATCH/list` |
| 乡镇申报名单 what was filed | the township, the offices | `/township/units` | `jiangbu township filed TOWNSHIP --cycle YEAR --out FILE` | `/townships/TOWNSHIP/filed` |
| 未申报单位名单 who has not filed | the township, the offices | `/township/units` | `jiangbu township unfiled TOWNSHIP --cycle YEAR --out FILE` | `/townships/TOWNSHIP/unfiled` |

The bank's sheet (`jiangbu payout export BATCH --out FILE.xlsx`) is read back row by row, so its count, sum and digest stand in
the head and foot of its printed pages. The published list is looked through for telephones, identity cards, accounts
and mail addresses before it is given out. 议定名单 `resolution-list-100-rows`:
"""


def shown() -> dict[str, LetterContext]:
    """The letters in the gallery by the name of their pictures: one of each kind, and a list over many pages."""
    of_kind: dict[str, LetterContext] = {}
    for example in EXAMPLES.values():
        of_kind.setdefault(example.kind, example)
    return of_kind | {LONG_LIST: long_list(100), REHEARSED: EXAMPLES["receipt"]}


@cache
def pages(name: str) -> dict[str, bytes]:
    """The pictures of a letter's pages by their file names."""
    context = shown()[name]
    check = check_line(HEAD, imprint_of(context))
    made = pictures(paper(context, rehearsal=name == REHEARSED, check=check), FREE, PIXELS_PER_INCH)
    return {f"{name}-{number}.png": picture for number, picture in enumerate(made, start=1)}


def table() -> Iterator[str]:
    yield "| 函件 letter | kind | 事项 event | 收件单位 recipients | template | 代字 word | pictures |"
    yield "|---|---|---|---|---|---|---|"
    for trigger, row in CONCERNS.items():
        for concern in row:
            kind = concern.letter.kind
            when = f", {WHEN[kind]}" if concern.when.__name__ != ALWAYS else ""
            cells = (
                title_of(shown()[kind]),
                f"`{kind}`",
                f"`{trigger}`{when}",
                RECIPIENTS[concern.audience],
                f"`{kind}.jinja`",
                load_series()[kind].word,
                " ".join(f"[{number}](letters/{file})" for number, file in enumerate(pages(kind), start=1)),
            )
            yield f"| {' | '.join(cells)} |"


def gallery() -> Iterator[str]:
    for name, context in shown().items():
        yield f"\n## {title_of(context)} `{name}`\n"
        yield from (f"![{file}](letters/{file})" for file in pages(name))


@cache
def list_pages() -> dict[str, bytes]:
    """The pictures of an official list over many pages by their file names."""
    made = list_pictures(long_official_list(100), FREE, PIXELS_PER_INCH)
    return {f"{LISTED}-{number}.png": picture for number, picture in enumerate(made, start=1)}


def lists() -> Iterator[str]:
    yield LISTS
    yield from (f"![{file}](letters/{file})" for file in list_pages())


def page() -> str:
    """The text of docs/letters.md."""
    return "\n".join([INTRODUCTION, *table(), *gallery(), *lists(), ""])


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    for made in (list_pages(), *map(pages, shown())):
        for file, picture in made.items():
            (FOLDER / file).write_bytes(picture)
    (DOCS / "letters.md").write_text(page(), encoding="utf-8")
    sys.stderr.write(f"{len(list(FOLDER.glob('*.png')))} pages in {FOLDER}\n")


if __name__ == "__main__":
    main()
