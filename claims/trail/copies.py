"""Kept letters held against the log: the bytes, the digest beside them, and the digest that the chain vouches for.

A mail that carries the letter's paper is kept with a mark in its place, for the paper is kept by itself. Made whole
again it is the same to the byte, or its digest says that it is not.
"""

import binascii
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from claims.desk import Tx
from claims.models import LetterCopy
from claims.verify import Problem

_KEPT = "letters_kept"
"""The event that records copies of letters with their digests."""

_CHUNK = 20
"""Copies read at once; each may have some hundred kilobytes."""

_MARK = b"\0paper\0"
"""No mail holds such bytes: all of it is ASCII."""

_LINE = 76

Promised = dict[tuple[int, str], str]


def folded(mail: bytes, paper: bytes) -> bytes:
    """A mail as it is kept beside its paper."""
    return mail.replace(as_attached(paper), _MARK, 1)


def unfolded(mail: bytes, paper: bytes) -> bytes:
    """The mail as it left."""
    return mail.replace(_MARK, as_attached(paper), 1)


def as_attached(paper: bytes) -> bytes:
    """A paper as a mail carries it: Base64 in lines of 76 characters, none after the last."""
    encoded = binascii.b2a_base64(paper, newline=False)
    return b"\r\n".join(encoded[start : start + _LINE] for start in range(0, len(encoded), _LINE))


def promised_by(event: Mapping[str, Any]) -> Promised:
    """The digests that an event vouches for, by letter and form."""
    if event["trigger"] != _KEPT:
        return {}
    return {(each["letter"], each["form"]): each["sha256"] for each in event["data"]["copies"]}


def copy_problems(tx: Tx, promised: Promised) -> Iterator[Problem]:
    """What is wrong with the kept copies, given all that the log vouches for. Memory does not grow with them."""
    left, papers = dict(promised), dict[int, bytes]()
    rows = tx.session.execute(
        select(LetterCopy.letter_id, LetterCopy.form, LetterCopy.sha256, LetterCopy.content)
        .order_by(LetterCopy.letter_id, LetterCopy.form.desc())  # a paper before the mail that carries it
        .execution_options(yield_per=_CHUNK)
    ).tuples()
    for letter, form, digest, stored in rows:
        content = unfolded(stored, papers.get(letter, b"")) if form == "mail" else stored
        papers = {letter: stored} if form == "paper" else papers
        vouched = left.pop((letter, form), None)
        if vouched is None:
            yield _problem(letter, form, "存档没有对应的记录", "is kept but not in the log")
        elif {digest, hashlib.sha256(content).hexdigest()} != {vouched}:
            yield _problem(letter, form, "存档内容被改动", "is not what was kept")
    for letter, form in left:
        yield _problem(letter, form, "存档缺失", "is in the log but not kept")


def _problem(letter: int, form: str, zh: str, en: str) -> Problem:
    return Problem(f"letter/{letter}", 0, f"函件 {letter}（{form}）{zh} / the {form} of letter {letter} {en}")
