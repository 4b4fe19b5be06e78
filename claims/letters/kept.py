"""Letters kept for ever: the bytes of each mail and each paper as they left, under their SHA-256, never changed.

A mail that carries the paper is kept with a mark in its place, and made whole from both: that it is so to the byte
tells its SHA-256. The digests also stand in the log, so that the chain, its seals and every checkpoint kept elsewhere vouch for them;
`claims/trail/copies.py` holds both against each other.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, delete, insert, select, update

from claims.desk import Tx
from claims.errors import DatabaseNotReady
from claims.models import Letter, LetterCopy, OwedLetters, OwedPaper
from claims.trail.chains import append
from claims.trail.copies import folded, unfolded
from states.facts import SYSTEM
from states.stages import Role


class Form(StrEnum):
    MAIL = "mail"
    PAPER = "paper"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class FairCopy:
    """The bytes of a letter in one form, ready to leave."""

    letter: int
    form: Form
    content: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a copy without reading it. `template_version`: whose wording it has, and its SHA-256."""

    form: Form
    sha256: str
    size: int
    template_version: str


def keep(tx: Tx, copies: Sequence[FairCopy]) -> None:
    """Keep copies before they leave, a letter's paper before its mail.

    What is kept of a letter already stays, whatever comes later.
    """
    if not copies:
        return
    letters = {each.letter for each in copies}
    versions = _template_versions(tx, letters)
    standing, papers = kept(tx, letters), contents(tx, Form.PAPER, letters)
    papers |= {each.letter: each.content for each in copies if each.form is Form.PAPER}
    new = [
        _row(each, versions[each.letter], papers.get(each.letter))
        for each in copies
        if each.form not in standing.get(each.letter, {})
    ]
    if new:
        tx.session.execute(insert(LetterCopy), new)
        _record(tx, new)
    set_now = [each.letter for each in copies if each.form is Form.PAPER]
    tx.session.execute(delete(OwedPaper).where(OwedPaper.letter_id.in_(set_now)))


def _row(copy: FairCopy, template_version: str, paper: bytes | None) -> dict[str, Any]:
    return {
        "letter_id": copy.letter,
        "form": str(copy.form),
        "sha256": hashlib.sha256(copy.content).hexdigest(),
        "size": len(copy.content),
        "content": copy.content
        if paper is None or copy.form is not Form.MAIL
        else folded(copy.content, paper),
        "template_version": template_version,
    }


def _template_versions(tx: Tx, letters: Collection[int]) -> dict[int, str]:
    """By what wording these letters were made. Locks them: of two who keep the same letter at once one is first."""
    rows = tx.session.execute(
        select(Letter.id, Letter.template_version)
        .where(Letter.id.in_(letters))
        .order_by(Letter.id)
        .with_for_update(key_share=True)
    )
    return {letter: version for letter, version in rows.tuples()}  # noqa: C416


def _record(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    told = [
        {"letter": row["letter_id"], **{name: row[name] for name in ("form", "sha256", "template_version")}}
        for row in rows
    ]
    recorded = append(
        tx, "letters", "letters_kept", actor=SYSTEM.name, role=str(Role.SYSTEM), data={"copies": told}
    )
    # It concerns nobody outside the desk, so no letter is owed for it: not even until the next round.
    tx.session.execute(delete(OwedLetters).where(OwedLetters.event_id == recorded.event_id))


def kept(tx: Tx, letters: Collection[int]) -> Mapping[int, Mapping[Form, Kept]]:
    """What is kept of these letters, by letter and form; a letter that has not left yet may have nothing."""
    found: defaultdict[int, dict[Form, Kept]] = defaultdict(dict)
    rows = tx.session.execute(
        select(
            LetterCopy.letter_id,
            LetterCopy.form,
            LetterCopy.sha256,
            LetterCopy.size,
            LetterCopy.template_version,
        ).where(LetterCopy.letter_id.in_(letters))
    )
    for letter, form, digest, size, version in rows.tuples():
        found[letter][Form(form)] = Kept(Form(form), digest, size, version)
    return found


def contents(tx: Tx, form: Form, letters: Collection[int]) -> dict[int, bytes]:
    """The kept bytes of these letters in one form, without those that are no longer what was kept."""
    papers = _stored(tx, Form.PAPER, letters) if form is Form.MAIL else {}
    found = {}
    for letter, (digest, stored) in _stored(tx, form, letters).items():
        paper = papers.get(letter)
        content = stored if paper is None else unfolded(stored, paper[1])
        if hashlib.sha256(content).hexdigest() == digest:
            found[letter] = content
    return found


def _stored(tx: Tx, form: Form, letters: Collection[int]) -> dict[int, tuple[str, bytes]]:
    rows = tx.session.execute(
        select(LetterCopy.letter_id, LetterCopy.sha256, LetterCopy.content).where(
            LetterCopy.form == str(form), LetterCopy.letter_id.in_(letters)
        )
    )
    return {letter: (digest, content) for letter, digest, content in rows.tuples()}


def content(tx: Tx, form: Form, letter: int) -> bytes | None:
    """The kept bytes of one letter, None where none are kept.

    Raises `DatabaseNotReady` where they are not what was kept: nothing is shown in their place.
    """
    if form not in kept(tx, (letter,)).get(letter, {}):
        return None
    found = contents(tx, form, (letter,)).get(letter)
    if found is None:
        raise DatabaseNotReady(
            f"函件 {letter} 的存档与其校验值不符；请保全数据库，运行 jiangbu audit verify 并与备份核对。",
            f"What is kept of letter {letter} is not what was kept; preserve the database, run "
            "jiangbu audit verify and compare it with a backup.",
        )
    return found


# Papers that are still to be set


@dataclass(frozen=True, slots=True)
class UnsetPaper:
    """The words of a letter's paper, as the setting reads them."""

    letter: int
    words: dict[str, Any]


def unset_papers(tx: Tx, limit: int, *, after: int = 0) -> tuple[UnsetPaper, ...]:
    """Papers that are still to be set, in the order of their letters, beginning behind the letter `after`."""
    statement = select(OwedPaper).where(OwedPaper.letter_id > after).order_by(OwedPaper.letter_id)
    return _unset(tx, statement.limit(limit))


def unset_papers_of(tx: Tx, letters: Collection[int]) -> tuple[UnsetPaper, ...]:
    return _unset(tx, select(OwedPaper).where(OwedPaper.letter_id.in_(letters)).order_by(OwedPaper.letter_id))


def _unset(tx: Tx, statement: Select[tuple[OwedPaper]]) -> tuple[UnsetPaper, ...]:
    return tuple(UnsetPaper(each.letter_id, each.words) for each in tx.session.scalars(statement))


def note_unset(tx: Tx, letter: int, problem: str) -> None:
    """Why a letter has no paper yet, for whoever looks at it."""
    tx.session.execute(update(OwedPaper).where(OwedPaper.letter_id == letter).values(problem=problem))


def unset_because(tx: Tx, letter: int) -> str:
    """Why a letter has no paper yet; empty where nothing stands in its way, or it has one."""
    return (
        tx.session.scalars(select(OwedPaper.problem).where(OwedPaper.letter_id == letter)).one_or_none() or ""
    )
