"""Writing a letter: a context becomes subject, text and HTML by the template of its kind and the mail layouts.

Every output passes `_printable`, so nothing that a context holds can break a line, and nothing that was not
written out for a reader (None, a bare date, an undefined name) can be printed at all.
"""

import hashlib
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Undefined, meta, select_autoescape

from notifications import wording
from notifications.blocks import Block, blocks_of
from notifications.contexts import LetterContext, Table

LAYOUTS = ("layouts/mail.txt.jinja", "layouts/mail.html.jinja")
REHEARSAL_MARK = "【演练】"
REHEARSAL_BANNER = "【演练】本件为系统演练生成，不具有任何效力，不代表任何申报、审定或者拨付事实。"
TEXT_COLUMNS = 56


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes, and how the reader reaches them. `contact` lines stand at the foot as they are."""

    issuer: str
    contact: tuple[str, ...]
    rehearsal: bool


@dataclass(frozen=True, slots=True)
class WrittenLetter:
    """A letter as it leaves. `template_hash` is over the source of every template that took part in it."""

    subject: str
    text: str
    html: str
    template_hash: str


def write(context: LetterContext, head: Letterhead) -> WrittenLetter:
    """Write a letter. Raises where its template asks for what the context does not have."""
    title, claim = title_of(context), getattr(context, "claim", None)
    laid_out = {
        "context": context,
        "head": head,
        "title": title,
        "blocks": body_of(context),
        "banner": (REHEARSAL_BANNER,) if head.rehearsal else (),
        "foot": foot_of(context, head),
    }
    text, html = (_environment().get_template(name).render(laid_out) for name in LAYOUTS)
    return WrittenLetter(_subject(title, claim, head), text, html, template_hash(context.kind))


def title_of(context: LetterContext) -> str:
    """The title of a letter, whatever form it is to take."""
    return wording.one_line(_block_text(context.kind, "subject", _values(context)))


def body_of(context: LetterContext) -> tuple[Block, ...]:
    """The body of a letter, whatever form it is to take."""
    values = _values(context)
    tables = {name: value for name, value in values.items() if isinstance(value, Table)}
    return blocks_of(_block_text(context.kind, "body", values), tables)


@cache
def template_hash(kind: str) -> str:
    """SHA-256 over the names and sources of the letter's template, the parts it includes and the layouts."""
    environment = _environment()
    waiting, sources = [_template(kind), *LAYOUTS], {}
    while waiting:
        name = waiting.pop()
        if name not in sources:
            sources[name] = _source(environment, name)
            waiting += [
                each for each in meta.find_referenced_templates(environment.parse(sources[name])) if each
            ]
    joined = "\0".join(f"{name}\0{sources[name]}" for name in sorted(sources))
    return hashlib.sha256(joined.encode()).hexdigest()


def _values(context: LetterContext) -> dict[str, Any]:
    return {each.name: getattr(context, each.name) for each in fields(context)}


def _template(kind: str) -> str:
    return f"letters/{kind}.jinja"


def _source(environment: Environment, name: str) -> str:
    if environment.loader is None:
        raise RuntimeError("letters need their templates")
    return environment.loader.get_source(environment, name)[0]


def _block_text(kind: str, block: str, values: dict[str, Any]) -> str:
    template = _environment().get_template(_template(kind))
    return "".join(template.blocks[block](template.new_context(values)))


def _subject(title: str, claim: str | None, head: Letterhead) -> str:
    named = wording.one_line(f"{title}（{claim}）" if claim else title)
    return f"{REHEARSAL_MARK}{named}" if head.rehearsal else named


def foot_of(context: LetterContext, head: Letterhead) -> tuple[str, ...]:
    """What stands below a letter: the claim it is about, and how its writer is reached."""
    claim = getattr(context, "claim", None)
    return (*((f"申报编号：{claim}",) if claim else ()), *head.contact)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("notifications"),
        autoescape=select_autoescape(["html.jinja"], default=False),
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": wording.day,
        "deadline": wording.deadline,
        "amount": wording.amount,
        "listing": wording.listing,
        "centred": _centred,
        "flushed": _flushed,
    }
    return environment


class _Placed(str):
    """One line with the spaces before it that put it in its place."""

    __slots__ = ()


def _printable(value: Any) -> Any:
    """What a template may print: text in one line, or a whole number."""
    if isinstance(value, Undefined | _Placed):
        return value
    if isinstance(value, str):
        return wording.one_line(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise TypeError(f"a letter cannot print {value!r}: write it out with a filter first")


def _centred(text: str) -> _Placed:
    return _placed(text, (TEXT_COLUMNS - wording.width(text)) // 2)


def _flushed(text: str) -> _Placed:
    return _placed(text, TEXT_COLUMNS - wording.width(text))


def _placed(text: str, columns: int) -> _Placed:
    # Full-width spaces, which no mail program folds away.
    return _Placed("　" * max(columns // 2, 0) + wording.one_line(text))
