"""Papers of the unit itself that it has handed in with an earlier claim need not be scanned again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from claims.desk import Tx
from claims.errors import UnknownEvidenceKind
from claims.identity.visibility import visible_claim, visible_to
from claims.models import Claim, Evidence
from claims.submission.applicants import editing_role
from claims.submission.evidence import Attached, attach, open_evidence
from states.facts import Actor

ACCOUNT_PROOF = "account_proof"
OF_THE_UNIT = ("registration", ACCOUNT_PROOF)
"""Kinds of papers that tell of the unit, not of what it claims for."""


@dataclass(frozen=True, slots=True)
class EarlierPaper:
    """A paper that can be taken over from another claim of the unit."""

    claim: str
    name: str
    sha256: str
    added_at: datetime


def earlier_papers(tx: Tx, number: str, *, actor: Actor) -> Mapping[str, EarlierPaper]:
    """For each kind of paper that tells of the unit, the latest one that it handed in with another claim.

    The bank's proof counts for the account that it proves.
    """
    claim = visible_claim(tx, number, actor)
    rows = tx.session.execute(
        select(Evidence, Claim.number, Claim.account_digest)
        .join(Claim, Claim.id == Evidence.claim_id)
        .where(
            Claim.uscc == claim.uscc,
            Claim.id != claim.id,
            Evidence.kind.in_(OF_THE_UNIT),
            visible_to(actor),
        )
        .order_by(Evidence.id),
    ).tuples()
    return {
        row.kind: EarlierPaper(other, row.name, row.sha256, row.added_at)
        for row, other, account in rows
        if row.kind != ACCOUNT_PROOF or account == claim.account_digest
    }


def take_over(tx: Tx, number: str, kind: str, *, actor: Actor) -> Attached:
    """Add the earlier paper of this kind to a draft or a claim under correction.

    Raises `UnknownEvidenceKind` where there is none, and as `attach` does.
    """
    editing_role(visible_claim(tx, number, actor), actor)
    papers = earlier_papers(tx, number, actor=actor)
    if kind not in papers:
        raise UnknownEvidenceKind(kind, tuple(papers))
    found = papers[kind]
    paper = open_evidence(tx, found.claim, found.sha256, actor)
    return attach(tx, number, kind, paper.name, paper.content, actor=actor)
