"""Whether a text can be put into use for a kind of letter: what it holds, what it makes of every specimen, how it prints.

With anything serious found, it is not used: a letter leaves whole and official or not at all.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from types import TracebackType

from notifications import wording
from notifications.blocks import Block
from notifications.paper.errors import UnprintableCharacters
from notifications.paper.faces import Faces
from notifications.paper.form import PaperHead, paper_of
from notifications.paper.typesetting import pdf
from notifications.templating.facts import Sort, facts_of
from notifications.templating.findings import Finding, in_order
from notifications.templating.grammar import read
from notifications.templating.specimens import specimens
from notifications.templating.templates import OF_THE_PROGRAM, LetterTemplate, compiled, of_the_county

LONGEST_SOURCE = 20_000

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_MARKUP = re.compile(r"</?[A-Za-z!][^<>]*>|&(?:[A-Za-z]+|#\d+);")
_FOREIGN_DATE = re.compile(r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?!\d)")
_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
_AMOUNT = re.compile(r"\d[\d,.]*\s*万?元")
_MARKER = re.compile(r"\[\[\s*(.*?)\s*\]\]")


def normalised(text: str) -> str:
    """A text as it is kept and counted: line ends of one sort, nothing behind them, one at the end."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip(" \t") for line in lines).strip("\n") + "\n"


def check(draft: LetterTemplate, current: LetterTemplate, faces: Faces) -> tuple[Finding, ...]:
    """All that is to be said of a draft before it takes the place of what is in use, by line."""
    kind, text = draft.version.kind, draft.text
    found = list(misfits(kind, text))
    if not found:
        # A fact that is misspelt is not left out: so long as there are faults, they alone count.
        found += [*_unprintable(draft, faces), *_left_out(kind, text, current)]
    return in_order([*found, *_typed_in(text)])


@lru_cache(maxsize=256)
def misfits(kind: str, text: str) -> tuple[Finding, ...]:
    """Why no letter of this kind can be written by this text; nothing found means that every one can."""
    if len(text) > LONGEST_SOURCE:
        return (
            Finding(
                0,
                "too_long",
                f"函件文字不超过 {LONGEST_SOURCE} 字。",
                f"A template has {LONGEST_SOURCE} characters at most.",
            ),
        )
    found = [*read(text, facts_of(kind)).findings, *_words(kind, text)]
    return in_order(found or _tried(kind, text))


# The words between the tags


def _visible(text: str) -> list[str]:
    """The lines of a template without its tags, each in its place."""
    return _TAG.sub(lambda tag: "\n" * tag[0].count("\n"), text).split("\n")


def _words(kind: str, text: str) -> Iterator[Finding]:
    tables = [name for name, fact in facts_of(kind).items() if fact.sort is Sort.TABLE]
    for number, line in enumerate(_visible(text), start=1):
        for hidden in sorted({each for each in line if each != "　" and wording.is_hidden(each)}):
            yield Finding(
                number,
                "hidden_character",
                f"有看不见的字符 U+{ord(hidden):04X}，请删去（可能是从网页或文档粘贴带入的）。",
                f"There is an invisible character U+{ord(hidden):04X}; remove it (it may have come with pasting).",
            )
        if found := _MARKUP.search(line):
            yield Finding(
                number,
                "markup",
                f"“{found[0]}”会原样印出；函件不写 HTML，分段请空一行。",
                f"“{found[0]}” would be printed as it stands; letters hold no HTML, a blank line parts paragraphs.",
            )
        if found := _FOREIGN_DATE.search(line):
            yield Finding(
                number,
                "foreign_date",
                f"“{found[0]}”不是公文的日期写法；请写成 2026年5月8日，或用 {{{{ on | day }}}}。",
                f"“{found[0]}” is no date of an official paper; write 2026年5月8日, or {{{{ on | day }}}}.",
            )
        for marker in _MARKER.finditer(line):
            if marker[1] not in tables or line.strip() != marker[0] or marker[0] != f"[[{marker[1]}]]":
                known = [f"[[{each}]]" for each in tables]
                yield Finding(
                    number,
                    "unknown_table",
                    f"{marker[0]} 不是本函件的名单，或没有单独成行；可用：{'、'.join(known) or '无'}，前后各空一行。",
                    f"{marker[0]} is no table of this letter, or not alone in its line; there are: {', '.join(known) or 'none'}, with blank lines around.",
                )


def _typed_in(text: str) -> Iterator[Finding]:
    for number, line in enumerate(_visible(text), start=1):
        for sort, name, cure in ((_DATE, "日期", "day"), (_AMOUNT, "金额", "amount")):
            if found := sort.search(line):
                yield Finding(
                    number,
                    f"{cure}_typed_in",
                    f"{name}“{found[0]}”写在文字里，每一件函都会相同；如应随申报件变化，请改用 {{{{ … | {cure} }}}}。",
                    f"“{found[0]}” stands in the words, so every letter says it; if it is the claim's own, write {{{{ … | {cure} }}}}.",
                    serious=False,
                )


def _left_out(kind: str, text: str, current: LetterTemplate) -> Iterator[Finding]:
    """What the letter tells now and would tell no longer."""
    facts = facts_of(kind)
    for name in _told(kind, current.text) - _told(kind, text):
        how = facts[name].sort.written(name)
        yield Finding(
            0,
            "left_out",
            f"现行文字写有 {how}，新文字没有；收件单位将不再得知，请确认。",
            f"The present wording tells {how}, this one does not: whoever receives it will not learn it.",
            serious=False,
        )


def _told(kind: str, text: str) -> frozenset[str]:
    facts = facts_of(kind)
    tables = {marker[1] for marker in _MARKER.finditer(text)} & facts.keys()
    return frozenset(read(text, facts).told | tables)


# Trying it


def _tried(kind: str, text: str) -> Iterator[Finding]:
    """Write every specimen; the first that fails is told."""
    template = of_the_county(kind, 1, text)
    for context in specimens(kind):
        try:
            title, body = template.title(context), template.body(context)
        except Exception as error:  # noqa: BLE001 - whatever a template can raise, no letter may
            yield Finding(
                _line_of(error.__traceback__, text),
                "fails",
                f"试写时出错：{error}。请核对这一行的内容和写法。",
                f"A trial letter failed here: {error}. See what this line writes, and how.",
            )
            return
        if not title or not _says_something(body):
            which = ("标题", "subject") if not title else ("正文", "body")
            yield Finding(
                0,
                "empty",
                f"有的函件{which[0]}会是空的；请使{which[0]}在各种情形下都有文字。",
                f"Some letters would have an empty {which[1]}; let it say something in every case.",
            )
            return


def _says_something(body: tuple[Block, ...]) -> bool:
    return any(line for block in body for line in block.lines)


def _line_of(trace: TracebackType | None, text: str) -> int:
    """The line of the template in which it failed."""
    template, line = compiled(text), 1
    while trace is not None:
        if trace.tb_frame.f_globals.get("__jinja_template__") is template:
            line = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return line


def _unprintable(draft: LetterTemplate, faces: Faces) -> Iterator[Finding]:
    """Characters that no font of the paper form holds, wherever in the text they stand."""
    context = next(specimens(draft.version.kind))
    head = PaperHead("局", "局", "号", (), (), rehearsal=False, templates=OF_THE_PROGRAM.with_draft(draft))
    signs = "".join(sorted({sign for line in _visible(draft.text) for sign in line if sign.strip()}))
    paper = paper_of(context, head)
    every_sign = {"kind": "text", "lead": "", "text": signs, "bound": False}
    try:
        pdf(replace(paper, words=paper.words | {"body": [every_sign]}), faces)
    except UnprintableCharacters as refusal:
        lacking = set("".join(refusal.characters))
        for number, line in enumerate(_visible(draft.text), start=1):
            for sign in sorted(lacking & set(line)):
                yield Finding(
                    number,
                    "unprintable",
                    f"纸面件的字体中没有“{sign}”；请换一个字，或将含有该字的字体放入数据目录的 fonts 文件夹。",
                    f"No font of the paper form holds “{sign}”; write another character, or put a font with it into the folder fonts.",
                )
