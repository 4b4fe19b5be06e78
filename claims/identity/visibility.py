"""Who may see which claim: one rule for lists, single claims, letters and pages."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, false, func, or_, select, true

from claims.desk import Tx
from claims.errors import UnknownClaim
from claims.facts import load_claim
from claims.models import Claim, DepartmentCheckRow
from states.facts import Actor
from states.stages import FILERS, Role

SEES_ALL = frozenset(
    {
        Role.INTAKE,
        Role.REVIEWER,
        Role.COORDINATOR,
        Role.FINANCE,
        Role.ADMINISTRATOR,
        Role.AUDITOR,
        Role.SYSTEM,
    },
)
"""Roles that see every claim; the others see their own unit's, their township's, or those they were asked about."""


def visible_to(viewer: Actor | None, *, in_lists: bool = False) -> ColumnElement[bool]:
    """The claims somebody may see, as a condition. Nobody in particular (whoever opens the database) sees all.

    `in_lists` says the same in the words that suit a look at all claims rather than at a few.
    """
    if viewer is None or viewer.roles & SEES_ALL:
        return true()
    office = viewer.office
    seen: list[ColumnElement[bool]] = [false()]
    if office is not None:
        if Role.APPLICANT in viewer.roles and office.uscc:
            seen.append(Claim.uscc == office.uscc)
        if Role.TOWNSHIP in viewer.roles and office.kind == "township":
            seen.append(Claim.township == office.township)
        if Role.DEPARTMENT in viewer.roles:
            seen.append(_asked_about(office.code, in_lists=in_lists))
    return or_(*seen)


def _asked_about(office: str, *, in_lists: bool) -> ColumnElement[bool]:
    if in_lists:
        # The function keeps databases from looking up one by one all that a department was ever asked about.
        asked = select(DepartmentCheckRow.claim_id).where(DepartmentCheckRow.office == office)
        return func.coalesce(Claim.id, 0).in_(asked)
    return exists().where(DepartmentCheckRow.claim_id == Claim.id, DepartmentCheckRow.office == office)


def numbers_for(tx: Tx, viewer: Actor | None, numbers: Sequence[str]) -> tuple[str, ...]:
    """Which of these claims' numbers somebody may read: offices all, a unit or a township those of claims it may see."""
    if not numbers or viewer is None or viewer.roles.difference(FILERS):
        return tuple(numbers)
    seen = set(tx.session.scalars(select(Claim.number).where(Claim.number.in_(numbers), visible_to(viewer))))
    return tuple(each for each in numbers if each in seen)


def may_see(tx: Tx, viewer: Actor | None, number: str) -> bool:
    statement = select(Claim.id).where(Claim.number == number.strip().upper(), visible_to(viewer))
    return tx.session.execute(statement).first() is not None


def visible_claim(tx: Tx, number: str, viewer: Actor | None) -> Claim:
    """The claim; raises `UnknownClaim` also for one that the viewer may not see, so that nothing is given away."""
    if not may_see(tx, viewer, number):
        raise UnknownClaim(number)
    return load_claim(tx, number)
