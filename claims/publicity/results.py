"""What became of the published lists: each award as it stands, with nothing about any person."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select

from claims.desk import Tx
from claims.facts import load_cycle, policy_of
from claims.models import Claim, PublishedLine, Resolution
from states.policy import Item
from states.stages import Stage


class Standing(StrEnum):
    """How an award stands once its notice has been published."""

    IN_NOTICE = "in_notice"
    GRANTED = "granted"
    PAID = "paid"
    TAKEN_BACK = "taken_back"


STANDINGS = {
    Stage.PUBLIC_NOTICE: Standing.IN_NOTICE,
    Stage.FINANCE_PAYOUT: Standing.GRANTED,
    Stage.PAID: Standing.PAID,
    Stage.REVOKED: Standing.TAKEN_BACK,
    Stage.RECLAIMED: Standing.TAKEN_BACK,
}
"""A claim in none of these was taken off its list again and is under review anew."""


@dataclass(frozen=True, slots=True)
class Result:
    """One award as it was published. `item` is of the policy that judged it."""

    claim: str
    unit: str
    township: str
    item: Item
    standard: str
    title: str
    yuan: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class YearTotal:
    """A year's published awards that stand, in number and in yuan."""

    year: int
    awards: int
    yuan: int


def results(tx: Tx, year: int) -> tuple[Result, ...]:
    """The published awards of a year in the order of their numbers, each by its latest list. Raises `UnknownCycle`."""
    load_cycle(tx, year)
    rows = tx.session.execute(
        select(PublishedLine, Claim.policy_version, Claim.stage)
        .join(Claim, (Claim.number == PublishedLine.claim) & (Claim.resolution == PublishedLine.resolution))
        .where(Claim.cycle == year, Claim.stage.in_(STANDINGS))
        .order_by(PublishedLine.claim),
    ).tuples()
    return tuple(
        Result(
            claim=line.claim,
            unit=line.unit_name,
            township=line.township,
            item=policy_of(tx, version).items[line.item],
            standard=line.standard_number,
            title=line.title,
            yuan=line.yuan,
            standing=STANDINGS[stage],
        )
        for line, version, stage in rows
    )


def totals(tx: Tx) -> tuple[YearTotal, ...]:
    """Every year that has published a list, the latest first; what was revoked or paid back is left out."""
    standing = [stage for stage, each in STANDINGS.items() if each is not Standing.TAKEN_BACK]
    years = tx.session.scalars(
        select(Resolution.cycle)
        .where(Resolution.published_on.is_not(None))
        .distinct()
        .order_by(Resolution.cycle.desc())
    )
    found = {
        year: YearTotal(year, int(count), int(yuan))
        for year, count, yuan in tx.session.execute(
            select(Claim.cycle, func.count(), func.coalesce(func.sum(PublishedLine.yuan), 0))
            .join(
                PublishedLine,
                (Claim.number == PublishedLine.claim) & (Claim.resolution == PublishedLine.resolution),
            )
            .where(Claim.stage.in_(standing))
            .group_by(Claim.cycle),
        ).tuples()
    }
    return tuple(found.get(year, YearTotal(year, 0, 0)) for year in years)
