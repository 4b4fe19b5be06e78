"""Text messages: for each letter to an applicant one short text to the telephone number that the claim gives.

It says that there is a letter and what matters most in it; the letter itself leaves as ever.
"""

import hashlib
from dataclasses import fields
from functools import cache

from jinja2 import Template

from notifications.contexts import LetterContext
from notifications.letters import REHEARSAL_MARK
from notifications.templating import environment

ONE_PART = 70
"""Characters of one message part where it holds Chinese, counted as telephones do, in units of UTF-16."""

KIND_SUFFIX = "_sms"
TEMPLATE = "sms.jinja"


class TextTooLongError(ValueError):
    """A text that would leave in two parts."""


def text_message(context: LetterContext, sender: str, *, rehearsal: bool) -> str:
    """The text for a letter, opening with who sends it. Raises `TextTooLongError`, never cuts a sentence short."""
    template = _template()
    values = {each.name: getattr(context, each.name) for each in fields(context)}
    said = environment.joined(template.blocks[context.kind](template.new_context(values)))
    text = f"{REHEARSAL_MARK if rehearsal else ''}【{sender}】{said.strip()}"
    if (length := units(text)) > ONE_PART:
        raise TextTooLongError(f"the text for {context.kind} has {length} characters, {ONE_PART} at most")
    return text


def units(text: str) -> int:
    """The length of a text as a telephone counts it."""
    return len(text.encode("utf-16-le")) // 2


def has_text(kind: str) -> bool:
    """Whether a kind of letter is told by text."""
    return kind in _template().blocks


@cache
def texts_hash() -> str:
    """SHA-256 of the texts, as of any template that a letter was written by."""
    return hashlib.sha256(environment.source(TEMPLATE).encode()).hexdigest()


@cache
def _template() -> Template:
    return environment.for_letters().get_template(TEMPLATE)
