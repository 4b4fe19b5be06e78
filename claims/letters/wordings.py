"""The county's wording of its letters: every version that was ever in use, numbered by kind and never changed.

What a template may hold is judged by `notifications.templating`, which alone knows letters; here it is kept who put
which text into use, when and why. Going back to an earlier text, or to the program's own, is a version like any.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from claims.desk import Tx
from claims.errors import BadValue
from claims.identity.people import require_role
from claims.models import Claim, DocumentNumber, EventRow, Letter, WordingVersion
from claims.trail.chains import append
from states.errors import Refusal
from states.facts import Actor
from states.stages import Role

AUTHORS = (Role.ADMINISTRATOR,)


class Source(StrEnum):
    """Whose text it is: the program's, which goes on with the program, or the county's, which stays as it is."""

    PACKAGED = "packaged"
    COUNTY = "county"


PACKAGED, COUNTY = Source.PACKAGED, Source.COUNTY


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """What a letter was made from. `number` counts the county's changes to a kind, from 1; `sha256` is of the text."""

    kind: str
    source: Source
    number: int
    sha256: str

    def __str__(self) -> str:
        """`packaged:…` or `county:3:…`, with the SHA-256 of the text: what a letter keeps of its making."""
        number = f":{self.number}" if self.source is Source.COUNTY else ""
        return f"{self.source}{number}:{self.sha256}"


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version with its text, and who put it into use. A text of the program's is the one of that moment."""

    version: TemplateVersion
    text: str
    author: str
    reason: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.version.kind,
            "number": self.version.number,
            "source": str(self.version.source),
            "sha256": self.version.sha256,
            "author": self.author,
            "reason": self.reason,
            "at": self.at.isoformat(),
        }


@dataclass(eq=False)
class UnknownWording(Refusal):
    code = "unknown_wording"
    status = 404
    zh = "函件 {kind} 没有第 {number} 版文字；用 wording list {kind} 查看。"
    en = "The letter {kind} has no version {number}; see wording list {kind}."
    kind: str
    number: int


@dataclass(eq=False)
class WordingMoved(Refusal):
    code = "wording_moved"
    status = 409
    zh = "函件 {kind} 的文字已由 {author} 改为第 {found} 版（您看到的是第 {seen} 版），未作改动；请对照新版后再启用。"
    en = "{author} has meanwhile put version {found} of {kind} into use (you saw {seen}), so nothing was changed; compare with it, then try again."
    kind: str
    seen: int
    found: int
    author: str


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def put_version_into_use(
    tx: Tx, source: Source, text: str, *, replaces: TemplateVersion, seen: int, actor: Actor, reason: str
) -> KeptVersion:
    """Keep a text as the kind's newest version, by which its letters are written from now on.

    `replaces` is what is in use, `seen` the number that the author had before them. Raises `WordingMoved` where
    somebody has put another version into use meanwhile, `NotAllowed`, and `BadValue` where no reason is given.
    """
    role = require_role(actor, AUTHORS, "修改函件文字", "change the wording of letters")
    if not reason.strip():
        raise BadValue(
            "请写明修改理由，存档备查。", "Say why the wording is changed; it is kept with the version."
        )
    kind, number = replaces.kind, replaces.number + 1
    if seen != replaces.number:
        raise _moved(tx, kind, seen)
    row = WordingVersion(
        kind=kind,
        number=number,
        source=str(source),
        text=text,
        sha256=digest(text),
        author=actor.name,
        reason=reason.strip(),
        at=tx.now,
    )
    try:
        with tx.session.begin_nested():
            tx.session.add(row)
    except IntegrityError:
        raise _moved(tx, kind, seen) from None
    append(
        tx,
        f"wording/{kind}",
        "wording_changed",
        actor=actor.name,
        role=str(role),
        reason=row.reason,
        data={
            "number": number,
            "source": str(source),
            "sha256": row.sha256,
            "replaced": {
                "number": replaces.number,
                "source": str(replaces.source),
                "sha256": replaces.sha256,
            },
        },
    )
    return _kept(row)


def newest_versions(tx: Tx) -> tuple[KeptVersion, ...]:
    """Of each kind whose wording was ever changed, the version in use."""
    newest = (
        select(WordingVersion.kind, func.max(WordingVersion.number).label("number"))
        .group_by(WordingVersion.kind)
        .subquery()
    )
    rows = tx.session.scalars(
        select(WordingVersion)
        .join(
            newest,
            (newest.c.kind == WordingVersion.kind) & (newest.c.number == WordingVersion.number),
        )
        .order_by(WordingVersion.kind),
    )
    return tuple(map(_kept, rows))


def versions_of(tx: Tx, kind: str) -> tuple[KeptVersion, ...]:
    """All versions of a kind that were ever in use, newest first."""
    rows = tx.session.scalars(
        select(WordingVersion).where(WordingVersion.kind == kind).order_by(WordingVersion.number.desc())
    )
    return tuple(map(_kept, rows))


def version_of(tx: Tx, kind: str, number: int) -> KeptVersion:
    row = tx.session.get(WordingVersion, (kind, number))
    if row is None:
        raise UnknownWording(kind, number)
    return _kept(row)


def claims_to_try(tx: Tx, kind: str, limit: int = 8) -> tuple[str, ...]:
    """Claims to look at a letter with: those that have had one of its kind, newest first, then the newest of all."""
    written = tx.session.scalars(
        select(Letter.claim)
        .join(DocumentNumber, DocumentNumber.letter_id == Letter.id)
        .where(DocumentNumber.kind == kind)
        # By the document numbers, whose index leads there however many letters there are.
        .order_by(DocumentNumber.year.desc(), DocumentNumber.number.desc())
        .limit(limit)
    )
    newest = tx.session.scalars(select(Claim.number).order_by(Claim.id.desc()).limit(limit))
    return tuple(dict.fromkeys(each for each in (*written, *newest) if each))[:limit]


def note_set_aside(tx: Tx, kind: str, number: int, name: str, problems: Iterable[str]) -> bool:
    """A version in use fits the program no longer: told to administrators once for a version; False where it was.

    `name` is what the letter is called, `problems` are sentences.
    """
    told = tx.session.scalars(
        select(EventRow.data).where(
            EventRow.stream == f"wording/{kind}", EventRow.trigger == "wording_set_aside"
        )
    )
    if any(json.loads(each)["number"] == number for each in told):
        return False
    data = {"kind": kind, "number": number, "letter": name, "problems": list(problems)}
    append(tx, f"wording/{kind}", "wording_set_aside", actor="system", role="system", data=data)
    return True


def _moved(tx: Tx, kind: str, seen: int) -> WordingMoved:
    found = versions_of(tx, kind)
    author, number = (found[0].author, found[0].version.number) if found else ("", 0)
    return WordingMoved(kind, seen, number, author)


def _kept(row: WordingVersion) -> KeptVersion:
    version = TemplateVersion(row.kind, Source(row.source), row.number, row.sha256)
    return KeptVersion(version, row.text, row.author, row.reason, row.at)
