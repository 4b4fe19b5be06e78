"""Looking through a claim's papers: what each person of the offices has begun, and what they found.

A working note, not a decision: it moves nothing and stands in no chain. The decision that follows does.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from claims.desk import Tx
from claims.errors import NotUnderReview, UnknownEvidenceKind
from claims.facts import facts_of
from claims.identity.people import require_role
from claims.identity.visibility import visible_claim
from claims.models import Claim, Evidence, Examination
from states.duties import objection_to
from states.facts import Actor
from states.table import STAGE_ROLE


class Verdict(StrEnum):
    BEGUN = "begun"
    MEETS = "meets"
    DOUBTFUL = "doubtful"
    FAILS = "fails"


@dataclass(frozen=True, slots=True)
class Examined:
    """What somebody found about one paper. `stale`: its files have been replaced or added to since."""

    kind: str
    by: str
    verdict: Verdict
    note: str
    version: int
    at: datetime
    stale: bool

    @property
    def settled(self) -> bool:
        return self.verdict is not Verdict.BEGUN and not self.stale


def examine(
    tx: Tx, number: str, kind: str, verdict: Verdict, *, actor: Actor, note: str | None = None
) -> Examined:
    """Note how far one has come with a paper; a later verdict takes the place of one's own earlier one.

    Opening a paper again (`BEGUN`) leaves a verdict on the same files as it is; `note` None leaves the note.
    Raises `NotUnderReview`, `NotAllowed`, `UnknownEvidenceKind`, and what the duties hold against the person.
    """
    claim = visible_claim(tx, number, actor)
    role = STAGE_ROLE.get(claim.stage)
    if role is None:
        raise NotUnderReview(claim.number, claim.stage)
    require_role(actor, (role,), "核对材料", "examine papers")
    facts = facts_of(tx, claim)
    refusal = objection_to(facts, actor, role)
    if refusal is not None:
        raise refusal
    kinds = tuple(each.kind for each in facts.item.evidence)
    if kind not in kinds:
        raise UnknownEvidenceKind(kind, kinds)
    papers = _papers(tx, claim.id)[kind]
    row = tx.session.get(Examination, (claim.id, kind, actor.name))
    if row is None:
        row = Examination(claim_id=claim.id, kind=kind, user_name=actor.name, note="")
        tx.session.add(row)
    elif verdict is Verdict.BEGUN and row.papers == papers:
        return _examined(row, papers)
    row.verdict, row.version, row.papers, row.at = str(verdict), claim.version, papers, tx.now
    row.note = row.note if note is None else note.strip()
    tx.session.flush()
    return _examined(row, papers)


def examinations(tx: Tx, claim: Claim) -> tuple[Examined, ...]:
    """What everybody has found about the claim's papers, in the order in which they did."""
    now = _papers(tx, claim.id)
    rows = select(Examination).where(Examination.claim_id == claim.id)
    return tuple(
        _examined(each, now[each.kind])
        for each in tx.session.scalars(rows.order_by(Examination.at, Examination.user_name, Examination.kind))
    )


def own(found: Iterable[Examined], name: str) -> Mapping[str, Examined]:
    """One person's own checklist, by paper."""
    return {each.kind: each for each in found if each.by == name}


class _Papers(dict[str, str]):
    """What stands for the files of each paper; of one without files, nothing does."""

    def __missing__(self, kind: str) -> str:
        return ""


def _papers(tx: Tx, claim_id: int) -> _Papers:
    rows = select(Evidence.kind, Evidence.sha256).where(Evidence.claim_id == claim_id)
    files: dict[str, list[str]] = {}
    for kind, sha256 in tx.session.execute(rows.order_by(Evidence.sha256)).tuples():
        files.setdefault(kind, []).append(sha256)
    return _Papers(
        {kind: hashlib.sha256(" ".join(each).encode()).hexdigest() for kind, each in files.items()}
    )


def _examined(row: Examination, papers: str) -> Examined:
    values: dict[str, Any] = {name: getattr(row, name) for name in ("kind", "note", "version", "at")}
    return Examined(by=row.user_name, verdict=Verdict(row.verdict), stale=row.papers != papers, **values)
