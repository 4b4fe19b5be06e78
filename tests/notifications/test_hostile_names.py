"""Whatever others have written into a name, in every kind of letter and in every form it is only a name."""

import dataclasses
import html
import io
import re
from typing import Any

import pytest
from letter_examples import EXAMPLES, HEAD, HOSTILE
from paper_pages import FREE, paper, unspaced
from pypdf import PdfReader

from notifications.contexts import LetterContext, Table
from notifications.letters import WrittenLetter, write
from notifications.paper.typesetting import pdf
from notifications.wording import one_line

KINDS = {example.kind: example for example in EXAMPLES.values()}
AS_PRINTED = one_line(HOSTILE)
FOREIGN = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{4}/\d{1,2}/\d{1,2}|T\d{2}:\d{2}|None|Undefined|datetime|True|False"
)
"""Dates as computers write them, and what stands for nothing."""


def _hostile(value: Any) -> Any:
    """The value with every text in it followed by the name that is markup."""
    match value:
        case str():
            return f"{value}{HOSTILE}"
        case Table():
            return Table(value.head, tuple(tuple(map(_hostile, row)) for row in value.rows))
        case tuple():
            return tuple(map(_hostile, value))
        case _:
            return value


def _made_hostile(context: LetterContext) -> LetterContext:
    values = {each.name: getattr(context, each.name) for each in dataclasses.fields(context)}
    return dataclasses.replace(context, **{name: _hostile(value) for name, value in values.items()})


def _written(kind: str) -> WrittenLetter:
    return write(_made_hostile(KINDS[kind]), HEAD)


def _bare(text: str) -> str:
    """The page without what the county itself wrote in markup."""
    return re.sub(r"<[^<>]*>", "", text)


@pytest.mark.parametrize("kind", KINDS)
def test_in_mail_a_name_is_text_and_breaks_no_line(kind: str) -> None:
    hostile, plain = _written(kind), write(KINDS[kind], HEAD)
    assert AS_PRINTED in hostile.text
    assert len(hostile.text.splitlines()) == len(plain.text.splitlines())
    assert html.escape(AS_PRINTED, quote=False) in hostile.html.replace("&#39;", "'").replace("&#34;", '"')
    tags = [re.findall(r"<[a-z]+", each.html) for each in (hostile, plain)]
    assert tags[0] == tags[1], "no name opens an element"
    assert "\n" not in hostile.subject


@pytest.mark.parametrize("kind", KINDS)
def test_on_paper_a_name_is_text(kind: str) -> None:
    pages = PdfReader(io.BytesIO(pdf(paper(_made_hostile(KINDS[kind])), FREE))).pages
    said = unspaced("".join(page.extract_text() for page in pages))
    assert unspaced(AS_PRINTED) in said


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_form_holds_a_foreign_date_or_an_undefined_value(name: str) -> None:
    written = write(EXAMPLES[name], HEAD)
    assert not FOREIGN.search(written.subject + written.text + _bare(written.html))
