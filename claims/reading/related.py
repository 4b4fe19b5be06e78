"""What else has been claimed by the unit, and for the standard: what a reviewer would ask of an older colleague."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from claims.desk import Tx
from claims.facts import policy_of
from claims.identity.visibility import visible_to
from claims.models import Claim
from states.facts import Actor
from states.stages import Stage

MOST = 8


@dataclass(frozen=True, slots=True)
class RelatedClaim:
    """Another claim in one line. `yuan` is what was granted, else proposed, else asked for."""

    number: str
    cycle: int
    unit_name: str
    item_title: str
    item_title_en: str
    standard_number: str
    rank: int | None
    stage: Stage
    yuan: int


@dataclass(frozen=True, slots=True)
class Related:
    """The newest other claims of the unit and of the standard; `more` where there are others yet."""

    of_unit: tuple[RelatedClaim, ...]
    of_standard: tuple[RelatedClaim, ...]
    more_of_unit: bool
    more_of_standard: bool


def related(tx: Tx, claim: Claim, viewer: Actor) -> Related:
    """Of those that the viewer may see, whatever has become of them."""
    unit, more_of_unit = _newest(tx, claim, viewer, Claim.uscc == claim.uscc)
    standard, more_of_standard = _newest(tx, claim, viewer, Claim.standard_number == claim.standard_number)
    return Related(unit, standard, more_of_unit, more_of_standard)


def _newest(
    tx: Tx, claim: Claim, viewer: Actor, same: ColumnElement[bool]
) -> tuple[tuple[RelatedClaim, ...], bool]:
    statement = select(Claim).where(same, Claim.id != claim.id, visible_to(viewer))
    found = list(tx.session.scalars(statement.order_by(Claim.id.desc()).limit(MOST + 1)))
    return tuple(_line(tx, each) for each in found[:MOST]), len(found) > MOST


def _line(tx: Tx, claim: Claim) -> RelatedClaim:
    item = policy_of(tx, claim.policy_version).items[claim.item]
    amounts = (claim.granted_yuan, claim.proposed_yuan, claim.requested_yuan)
    return RelatedClaim(
        number=claim.number,
        cycle=claim.cycle,
        unit_name=claim.unit_name,
        item_title=item.title,
        item_title_en=item.title_en,
        standard_number=claim.standard_number,
        rank=claim.rank,
        stage=claim.stage,
        yuan=next(each for each in amounts if each is not None),
    )
