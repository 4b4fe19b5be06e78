"""Kept letters held against the log: the bytes, the digest beside them, and the digest that the chain vouches for."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from claims.desk import Tx
from claims.models import LetterCopy
from claims.verify import Problem

KEPT = "letters_kept"
"""The event that records copies of letters with their digests."""

_CHUNK = 20
"""Copies read at once; each may have some hundred kilobytes."""

Promised = dict[tuple[int, str], str]


def promised_by(event: Mapping[str, Any]) -> Promised:
    """The digests that an event vouches for, by letter and form."""
    if event["trigger"] != KEPT:
        return {}
    return {(each["letter"], each["form"]): each["sha256"] for each in event["data"]["copies"]}


def copy_problems(tx: Tx, promised: Promised) -> Iterator[Problem]:
    """What is wrong with the kept copies, given all that the log vouches for. Memory does not grow with them."""
    left = dict(promised)
    rows = tx.session.execute(
        select(LetterCopy.letter_id, LetterCopy.form, LetterCopy.sha256, LetterCopy.content)
        .order_by(LetterCopy.letter_id, LetterCopy.form)
        .execution_options(yield_per=_CHUNK)
    ).tuples()
    for letter, form, digest, content in rows:
        vouched = left.pop((letter, form), None)
        if vouched is None:
            yield _problem(letter, form, "存档没有对应的记录", "is kept but not in the log")
        elif {digest, hashlib.sha256(content).hexdigest()} != {vouched}:
            yield _problem(letter, form, "存档内容被改动", "is not what was kept")
    for letter, form in left:
        yield _problem(letter, form, "存档缺失", "is in the log but not kept")


def _problem(letter: int, form: str, zh: str, en: str) -> Problem:
    return Problem(f"letter/{letter}", 0, f"函件 {letter}（{form}）{zh} / the {form} of letter {letter} {en}")
