"""Letters kept for ever: the bytes of each mail and each paper as they left, under their SHA-256, never changed.

The digests also stand in the log, so that the chain, its seals and every checkpoint kept elsewhere vouch for them;
`claims/trail/copies.py` holds both against each other.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select

from claims.desk import Tx
from claims.errors import DatabaseNotReady
from claims.models import Letter, LetterCopy, OwedLetters, OwedPaper
from claims.once import ROW_LOCK
from claims.trail.chains import append
from claims.trail.copies import KEPT
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
    """Keep copies before they leave. What is kept of a letter already stays, whatever comes later."""
    if not copies:
        return
    letters = {each.letter for each in copies}
    versions = _template_versions(tx, letters)
    standing = kept(tx, letters)
    new = [
        _row(each, versions[each.letter]) for each in copies if each.form not in standing.get(each.letter, {})
    ]
    if new:
        tx.session.execute(insert(LetterCopy), new)
        _record(tx, new)
    papers = [each.letter for each in copies if each.form is Form.PAPER]
    tx.session.execute(delete(OwedPaper).where(OwedPaper.letter_id.in_(papers)))


def _row(copy: FairCopy, template_version: str) -> dict[str, Any]:
    return {
        "letter_id": copy.letter,
        "form": str(copy.form),
        "sha256": hashlib.sha256(copy.content).hexdigest(),
        "size": len(copy.content),
        "content": copy.content,
        "template_version": template_version,
    }


def _template_versions(tx: Tx, letters: Collection[int]) -> dict[int, str]:
    """By what wording these letters were made. Locks them: of two who keep the same letter at once one is first."""
    rows = tx.session.execute(
        select(Letter.id, Letter.template_version)
        .where(Letter.id.in_(letters))
        .order_by(Letter.id)
        .with_for_update(**ROW_LOCK)
    )
    return dict(rows.tuples())


def _record(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    told = [
        {"letter": row["letter_id"], **{name: row[name] for name in ("form", "sha256", "template_version")}}
        for row in rows
    ]
    recorded = append(tx, "letters", KEPT, actor=SYSTEM.name, role=str(Role.SYSTEM), data={"copies": told})
    # It concerns nobody outside the desk, so no letter is owed for it: not even until the next round.
    tx.session.execute(delete(OwedLetters).where(OwedLetters.event_id == recorded.event_id))


def kept(tx: Tx, letters: Collection[int]) -> Mapping[int, Mapping[Form, Kept]]:
    """What is kept of these letters, by letter and form; a letter that has not left yet may have nothing."""
    found: defaultdict[int, dict[Form, Kept]] = defaultdict(dict)
    columns = (LetterCopy.form, LetterCopy.sha256, LetterCopy.size, LetterCopy.template_version)
    rows = tx.session.execute(select(LetterCopy.letter_id, *columns).where(LetterCopy.letter_id.in_(letters)))
    for letter, form, *rest in rows.tuples():
        found[letter][Form(form)] = Kept(Form(form), *rest)
    return found


def contents(tx: Tx, form: Form, letters: Collection[int]) -> dict[int, bytes]:
    """The kept bytes of these letters in one form, each held against its SHA-256.

    Raises `DatabaseNotReady` for one that is not what was kept: nothing is shown or sent in its place.
    """
    rows = tx.session.execute(
        select(LetterCopy.letter_id, LetterCopy.sha256, LetterCopy.content).where(
            LetterCopy.form == str(form), LetterCopy.letter_id.in_(letters)
        )
    ).tuples()
    return {letter: _checked(letter, digest, content) for letter, digest, content in rows}


def content(tx: Tx, form: Form, letter: int) -> bytes | None:
    """The kept bytes of one letter, None where none are kept. Raises as `contents`."""
    return contents(tx, form, (letter,)).get(letter)


def _checked(letter: int, digest: str, content: bytes) -> bytes:
    if hashlib.sha256(content).hexdigest() != digest:
        raise DatabaseNotReady(
            f"函件 {letter} 的存档与其校验值不符；请保全数据库，运行 jiangbu audit verify 并与备份核对。",
            f"What is kept of letter {letter} is not what was kept; preserve the database, run "
            "jiangbu audit verify and compare it with a backup.",
        )
    return content
