"""Which lists stand in public notice, and in which year."""

from sqlalchemy import func, select

from claims.desk import Tx
from claims.models import Cycle, Resolution


def published_lists(tx: Tx, year: int) -> tuple[str, ...]:
    """The resolutions of a cycle whose lists are published, the latest first."""
    statement = (
        select(Resolution.ref)
        .where(Resolution.cycle == year, Resolution.published_on.is_not(None))
        .order_by(Resolution.published_on.desc(), Resolution.opened_at.desc(), Resolution.ref)
    )
    return tuple(tx.session.scalars(statement))


def notice_year(tx: Tx) -> int | None:
    """The year of the latest notice; before there is one, the latest cycle, or None where none is planned."""
    published = tx.session.scalar(
        select(func.max(Resolution.cycle)).where(Resolution.published_on.is_not(None))
    )
    return published or tx.session.scalar(select(func.max(Cycle.year)))


def years(tx: Tx) -> tuple[int, ...]:
    """The cycles there are, the latest first."""
    return tuple(tx.session.scalars(select(Cycle.year).order_by(Cycle.year.desc())))
