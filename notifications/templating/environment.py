"""How templates are rendered: letters in a sandbox that knows five filters and nothing else, layouts around them.

Every output passes `_printable`, so nothing that a context holds can break a line, and nothing that was not
written out for a reader (None, a bare date, an undefined name) can be printed at all.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Undefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifications import wording

TEXT_COLUMNS = 56
LONGEST = 100_000
"""Characters that a template may make of one letter; lists do not count, they are laid out apart from it."""

FILTERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "day": wording.day,
        "deadline": wording.deadline,
        "amount": wording.amount,
        "listing": wording.listing,
        "count": len,
    },
)
"""All that the template of a letter can do with a value."""


class LetterTooLongError(ValueError):
    """A template makes more than a letter can be."""


@cache
def for_letters() -> Environment:
    """For what may come from outside the program: no method that changes a value, no function, no test, no file.

    Letters are plain text; the HTML around them escapes.
    """
    environment = ImmutableSandboxedEnvironment(
        loader=PackageLoader("notifications"),
        autoescape=False,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters = dict(FILTERS)
    environment.globals.clear()
    environment.tests.clear()
    return environment


@cache
def for_layouts() -> Environment:
    environment = Environment(
        loader=PackageLoader("notifications"),
        autoescape=select_autoescape(["html.jinja"], default=False),
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": wording.day, "centred": _centred, "flushed": _flushed}
    return environment


def source(name: str) -> str:
    """The text of a template of the program."""
    environment = for_layouts()
    if environment.loader is None:
        raise RuntimeError("letters need their templates")
    return environment.loader.get_source(environment, name)[0]


def joined(pieces: Iterable[str]) -> str:
    """What a template renders, as long as a letter may be. Raises `LetterTooLongError` before more is made."""
    found, length = [], 0
    for piece in pieces:
        length += len(piece)
        if length > LONGEST:
            raise LetterTooLongError(f"a letter has {LONGEST} characters at most")
        found.append(piece)
    return "".join(found)


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
