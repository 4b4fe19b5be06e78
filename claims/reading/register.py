"""The register of standards and honours: what was awarded and paid, all years, without any person in it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from claims.desk import Tx
from claims.facts import policy_of
from claims.models import Claim, PayoutLine
from states.policy import Basis
from states.stages import Stage


@dataclass(frozen=True, slots=True)
class Entry:
    """One award. `is_standard`: else it is an honour, and `standard` the number of its document."""

    cycle: int
    claim: str
    unit: str
    uscc: str
    township: str
    item: str
    item_title: str
    is_standard: bool
    standard: str
    title: str
    rank: int | None
    published_on: date | None
    effective_on: date | None
    county_yuan: int
    paid_on: date | None

    def as_json(self) -> dict[str, Any]:
        return {
            "cycle": self.cycle,
            "claim": self.claim,
            "unit": self.unit,
            "uscc": self.uscc,
            "township": self.township,
            "item": self.item,
            "item_title": self.item_title,
            "is_standard": self.is_standard,
            "standard": self.standard,
            "title": self.title,
            "rank": self.rank,
            "published_on": self.published_on.isoformat() if self.published_on else None,
            "effective_on": self.effective_on.isoformat() if self.effective_on else None,
            "county_yuan": self.county_yuan,
            "paid_on": self.paid_on.isoformat() if self.paid_on else None,
        }


def register(
    tx: Tx, *, cycle: int | None = None, after: str | None = None, limit: int | None = None
) -> list[Entry]:
    """The entries in order of their claims' numbers; `after` is the number that a page before ended with."""
    statement = (
        select(Claim, PayoutLine.settled_at)
        .join(PayoutLine, (PayoutLine.claim == Claim.number) & (PayoutLine.outcome == "paid"))
        .where(Claim.stage == Stage.PAID)
        .order_by(Claim.number)
        .limit(limit)
    )
    if cycle is not None:
        statement = statement.where(Claim.cycle == cycle)
    if after is not None:
        statement = statement.where(Claim.number > after)
    return [
        _entry(tx, claim, settled_at.date() if settled_at else None)
        for claim, settled_at in tx.session.execute(statement).tuples()
    ]


def _entry(tx: Tx, claim: Claim, paid_on: date | None) -> Entry:
    item = policy_of(tx, claim.policy_version).items[claim.item]
    return Entry(
        cycle=claim.cycle,
        claim=claim.number,
        unit=claim.unit_name,
        uscc=claim.uscc,
        township=claim.township,
        item=item.code,
        item_title=item.title,
        is_standard=item.basis is Basis.STANDARD,
        standard=claim.standard_number,
        title=claim.title,
        rank=claim.rank,
        published_on=claim.dated_on,
        effective_on=claim.effective_on,
        county_yuan=claim.granted_yuan or 0,
        paid_on=paid_on,
    )
