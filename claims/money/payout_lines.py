"""The lines of payout batches: what proposing, releasing, exporting and reconciling all read and hold to."""

import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy import and_, select

from claims.desk import Tx
from claims.errors import BatchAltered, DiffersFromPublished, UnknownBatch
from claims.models import Claim, PayoutBatch, PayoutLine, PublishedLine
from claims.money.bank_sheet import Payment
from claims.once import ROW_LOCK
from states.events import canonical
from states.policy import Yuan


def load_batch(tx: Tx, code: str, *, lock: bool = False) -> PayoutBatch:
    """The batch of this code; raises `UnknownBatch`."""
    row = tx.session.get(PayoutBatch, code.strip().upper(), with_for_update=ROW_LOCK if lock else None)
    if row is None:
        raise UnknownBatch(code)
    return row


def lines_of(tx: Tx, code: str) -> list[PayoutLine]:
    return list(
        tx.session.scalars(select(PayoutLine).where(PayoutLine.batch == code).order_by(PayoutLine.position)),
    )


def payments(tx: Tx, lines: Iterable[PayoutLine]) -> list[Payment]:
    """The lines with their accounts opened: only for the bank's sheet and for comparing its answer."""
    return [
        Payment(
            batch=line.batch,
            claim=line.claim,
            unit_name=line.unit_name,
            bank=line.bank,
            account=tx.desk.vault.open(line.account_sealed),
            yuan=Yuan(line.yuan),
            purpose=line.purpose,
        )
        for line in lines
    ]


def require_as_published(tx: Tx, lines: Sequence[PayoutLine]) -> None:
    """Raise `DiffersFromPublished` where unit, amount or account is not the one on the published list."""
    published = {
        line.claim: line
        for line in tx.session.scalars(
            select(PublishedLine)
            .join(
                Claim,
                and_(Claim.number == PublishedLine.claim, Claim.resolution == PublishedLine.resolution),
            )
            .where(PublishedLine.claim.in_([line.claim for line in lines])),
        )
    }
    vault = tx.desk.vault
    differing = [
        line.claim
        for line in lines
        if (found := published.get(line.claim)) is None
        or (found.unit_name, found.yuan) != (line.unit_name, line.yuan)
        or {line.account_digest, vault.digest(vault.open(line.account_sealed))} != {found.account_digest}
    ]
    if differing:
        raise DiffersFromPublished(tuple(differing))


def require_unaltered(tx: Tx, batch: PayoutBatch, lines: Sequence[PayoutLine]) -> None:
    if digest_of(lines) != batch.sha256:
        raise BatchAltered(batch.code)
    require_as_published(tx, lines)


def digest_of(lines: Sequence[PayoutLine]) -> str:
    frozen = [
        [
            line.batch,
            line.position,
            line.claim,
            line.unit_name,
            line.bank,
            line.account_digest,
            line.yuan,
            line.purpose,
        ]
        for line in lines
    ]
    return hashlib.sha256(canonical(frozen).encode()).hexdigest()


def total_of(lines: Iterable[PayoutLine]) -> Yuan:
    return Yuan(sum(line.yuan for line in lines))
