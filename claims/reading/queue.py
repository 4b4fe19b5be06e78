"""The queue: which claims wait for whom, in the order of their deadlines, a page at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from claims.desk import Tx
from claims.facts import policy_of
from claims.identity.visibility import visible_to
from claims.models import Claim, Cycle, DepartmentCheckRow, EventRow, Objection, Resolution
from claims.models.claim import DEADLINE, OPEN_STAGES
from claims.searchable import folded, place_in
from states.facts import Actor
from states.stages import DUTY_OF, FILERS, Role, Stage
from states.table import STAGE_ROLE

PAGE = 30
CHUNK = 500
SOON = timedelta(days=3)

WORKING_ROLES = frozenset({*FILERS, *DUTY_OF})
"""Roles for which claims wait; the others look on."""

T = TypeVar("T")

_NEVER = date(9999, 12, 31)


class Tab(StrEnum):
    MINE = "mine"
    SOON = "soon"
    OVERDUE = "overdue"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; an empty value narrows nothing."""

    text: str = ""
    item: str = ""
    township: str = ""
    stage: Stage | None = None
    cycle: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A claim in the list. `assessed_yuan` is what was granted or proposed, None before."""

    number: str
    unit_name: str
    township: str
    item_title: str
    item_title_en: str
    standard_number: str
    requested_yuan: int
    assessed_yuan: int | None
    stage: Stage
    due_on: date | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Rows by deadline, the sums over the whole list, and where the next page begins (None on the last)."""

    rows: tuple[Row, ...]
    count: int
    requested_yuan: int
    assessed_yuan: int
    after: str | None


def first_tab(viewer: Actor) -> Tab:
    """What the queue opens on: the work that waits, or everything for those who only look on."""
    return Tab.MINE if viewer.roles & WORKING_ROLES else Tab.ALL


def counts(tx: Tx, viewer: Actor) -> dict[Tab, int]:
    """How many claims each tab holds. What is done with is counted, and not looked at."""
    soon, overdue = (
        func.coalesce(func.sum(case((within, 1), else_=0)), 0) for within in (_soon(tx), _overdue(tx))
    )
    dated = tx.session.execute(
        select(func.count(), soon, overdue).select_from(Claim).where(_dated(viewer)),
    ).one()
    everything = select(func.count()).select_from(Claim).where(visible_to(viewer, in_lists=True))
    return {
        Tab.MINE: int(dated[0]) if viewer.roles & WORKING_ROLES else 0,
        Tab.SOON: int(dated[1]),
        Tab.OVERDUE: int(dated[2]),
        Tab.ALL: tx.session.scalar(everything) or 0,
    }


def queue(
    tx: Tx,
    viewer: Actor,
    tab: Tab,
    filters: Filters,
    *,
    after: str = "",
    limit: int = PAGE,
) -> QueuePage:
    """The claims of a tab that fit the filters, by deadline; `after` is where the page before ended."""
    wanted = and_(_of_tab(tx, viewer, tab), *narrowing(filters))
    assessed = func.coalesce(Claim.granted_yuan, Claim.proposed_yuan)
    count, requested, awarded = tx.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(Claim.requested_yuan), 0),
            func.coalesce(func.sum(assessed), 0),
        ).where(wanted),
    ).one()
    claims = list(tx.session.scalars(_by_deadline(select(Claim).where(wanted), after).limit(limit + 1)))
    return QueuePage(
        rows=tuple(_row(tx, claim) for claim in claims[:limit]),
        count=int(count),
        requested_yuan=int(requested),
        assessed_yuan=int(awarded),
        after=_mark(claims[limit - 1]) if len(claims) > limit else None,
    )


def every(tx: Tx, viewer: Actor, tab: Tab, filters: Filters) -> Iterator[Claim]:
    """All claims of a tab that fit the filters, by deadline, read a few hundred at a time."""
    wanted = and_(_of_tab(tx, viewer, tab), *narrowing(filters))
    statement = _by_deadline(select(Claim).where(wanted), "")
    yield from tx.session.scalars(statement.execution_options(yield_per=CHUNK))


def next_waiting(tx: Tx, viewer: Actor, done: str) -> str | None:
    """The claim to take up after `done`: the one with the nearest deadline that waits for this person."""
    statement = select(Claim.number).where(waits_for(viewer), Claim.number != done)
    return tx.session.scalars(_by_deadline(statement, "").limit(1)).first()


def choices(tx: Tx) -> Mapping[str, Any]:
    """What the filters can be set to: the rulebook's items (code, title, English title) and the cycles."""
    items = {code: each for policy in tx.desk.rulebook.versions for code, each in policy.items.items()}
    years = tx.session.scalars(select(Cycle.year).order_by(Cycle.year.desc()))
    return {
        "items": [
            (each.code, each.title, each.title_en)
            for each in sorted(items.values(), key=lambda each: (each.list, each.title))
        ],
        "cycles": list(years),
    }


# What waits for whom


def waits_for(viewer: Actor) -> ColumnElement[bool]:
    """The claims on which this person has the next word, and which they may therefore see.

    Claims on which separation of duties or a declared interest bars the person are left out. That an office is
    among a standard's drafters is not asked here: the claim's page says so, and what to do about it.
    """
    ways: list[ColumnElement[bool]] = [false()]
    ways += [_on_own_side(viewer, role) for role in FILERS if role in viewer.roles]
    ways += [
        and_(_in_hands_of(viewer, role), _not_barred(viewer, role))
        for role in DUTY_OF
        if role in viewer.roles
    ]
    return or_(*ways)


def _on_own_side(viewer: Actor, role: Role) -> ColumnElement[bool]:
    office = viewer.office
    if office is None:
        return false()
    own = Claim.uscc == office.uscc if role is Role.APPLICANT else Claim.township == office.township
    return and_(own, Claim.stage.in_((Stage.DRAFT, Stage.CORRECTION)))


def _in_hands_of(viewer: Actor, role: Role) -> ColumnElement[bool]:
    """What a role works on: its own stage, and what only it can set going again elsewhere."""
    own = or_(*(Claim.stage == stage for stage, each in STAGE_ROLE.items() if each is role), false())
    match role:
        case Role.DEPARTMENT:
            return and_(own, _asked(viewer))
        case Role.COORDINATOR:
            return or_(own, and_(Claim.stage == Stage.PUBLIC_NOTICE, or_(_unpublished(), _objected())))
        case Role.FINANCE:
            return or_(Claim.stage == Stage.FINANCE_PAYOUT, Claim.id.in_(_reclaims()))
        case _:
            return own


def _asked(viewer: Actor) -> ColumnElement[bool]:
    return exists().where(
        DepartmentCheckRow.claim_id == Claim.id,
        DepartmentCheckRow.office == (viewer.office.code if viewer.office else ""),
        DepartmentCheckRow.cleared_at.is_(None),
    )


def _reclaims() -> Select[tuple[int]]:
    """Paid claims of which money is asked back: few among many, so they are looked for by that."""
    return select(Claim.id).where(Claim.stage == Stage.PAID, Claim.reclaim_yuan.is_not(None))


def _unpublished() -> ColumnElement[bool]:
    return exists().where(Resolution.ref == Claim.resolution, Resolution.published_on.is_(None))


def _objected() -> ColumnElement[bool]:
    """An objection to decide, or one upheld that must lead to remand or revocation."""
    return exists().where(
        Objection.claim_id == Claim.id,
        Objection.resolution == Claim.resolution,
        Objection.outcome.in_(("open", "upheld")),
    )


def _not_barred(viewer: Actor, role: Role) -> ColumnElement[bool]:
    # What the person has done in other duties is mostly nothing: found once, not asked of every claim anew.
    others = [str(each) for each in DUTY_OF if each is not role]
    acted = select(EventRow.stream).where(EventRow.actor == viewer.name, EventRow.role.in_(others))
    return and_(Claim.number.not_in(acted), Claim.uscc.not_in(viewer.declared))


# Tabs, filters, pages


def _of_tab(tx: Tx, viewer: Actor, tab: Tab) -> ColumnElement[bool]:
    """The claims of a tab, all of which this person may see."""
    match tab:
        case Tab.MINE:
            return waits_for(viewer)
        case Tab.SOON:
            return and_(_dated(viewer), _soon(tx))
        case Tab.OVERDUE:
            return and_(_dated(viewer), _overdue(tx))
        case Tab.ALL:
            return visible_to(viewer, in_lists=True)


def _soon(tx: Tx) -> ColumnElement[bool]:
    return Claim.due_on.between(tx.now.date(), tx.now.date() + SOON)


def _overdue(tx: Tx) -> ColumnElement[bool]:
    return Claim.due_on < tx.now.date()


def _dated(viewer: Actor) -> ColumnElement[bool]:
    """Claims whose deadline is this person's business: their own work, or, for onlookers, everybody's."""
    if viewer.roles & WORKING_ROLES:
        return waits_for(viewer)
    return and_(Claim.stage.in_(OPEN_STAGES), visible_to(viewer))


def narrowing(filters: Filters) -> list[ColumnElement[bool]]:
    """What a claim must fit to be in the list."""
    found: list[ColumnElement[bool]] = []
    if filters.text:
        found.append(place_in(Claim.searchable, folded(filters.text)) > 0)
    for column, value in (
        (Claim.item, filters.item),
        (Claim.township, filters.township),
        # In a function, so that a database does not look up most of its claims one by one through an index of these.
        (func.coalesce(Claim.stage, ""), filters.stage),
        (func.coalesce(Claim.cycle, 0), filters.cycle),
    ):
        if value:
            found.append(column == value)
    return found


def _by_deadline(statement: Select[tuple[T]], after: str) -> Select[tuple[T]]:
    due = literal_column(DEADLINE, Date())
    place = _place(after)
    if place is not None:
        statement = statement.where(tuple_(due, Claim.id) > place)
    return statement.order_by(due, Claim.id)


def _place(after: str) -> tuple[date, int] | None:
    """Where a page ended. It comes from an address: what cannot be read begins at the first page again."""
    day, _, claim_id = after.partition("~")
    try:
        return date.fromisoformat(day), int(claim_id)
    except ValueError:
        return None


def _mark(claim: Claim) -> str:
    return f"{(deadline(claim) or _NEVER).isoformat()}~{claim.id}"


def deadline(claim: Claim) -> date | None:
    """The date by which somebody owes something, None where nobody does."""
    return claim.due_on if claim.stage in OPEN_STAGES else None


def _row(tx: Tx, claim: Claim) -> Row:
    item = policy_of(tx, claim.policy_version).items[claim.item]
    return Row(
        number=claim.number,
        unit_name=claim.unit_name,
        township=claim.township,
        item_title=item.title,
        item_title_en=item.title_en,
        standard_number=claim.standard_number,
        requested_yuan=claim.requested_yuan,
        assessed_yuan=claim.granted_yuan if claim.granted_yuan is not None else claim.proposed_yuan,
        stage=claim.stage,
        due_on=deadline(claim),
        provisional=claim.due_provisional,
    )
