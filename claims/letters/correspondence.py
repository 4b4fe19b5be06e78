"""What letters need to know of claims, units and townships: values, read for many at once.

A letter tells what an event recorded; from the claim's own row it takes only what names the claim and reaches
its unit.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from claims.desk import Tx
from claims.letters.phones import mobile
from claims.models import Claim, Organisation, PublishedLine, User, UserRole
from states.policy import Yuan
from states.stages import DUTY_OF, Role, Stage


@dataclass(frozen=True, slots=True)
class Particulars:
    """A claim as letters name it. `unit` is its organisation's code, `address` where its unit is written to."""

    number: str
    cycle: int
    policy_version: str
    stage: Stage
    item: str
    field: str
    unit: str
    unit_name: str
    township: str
    address: str
    phone: str
    bank: str
    account_masked: str
    standard_number: str
    title: str
    requested_yuan: Yuan
    granted_yuan: Yuan | None
    resolution: str | None
    submitted_at: datetime | None
    moved_at: datetime


OFFICIALS = tuple(DUTY_OF)
"""Who deals with claims in an office."""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A township government or another office. `township` is the short name that claims carry, else empty."""

    code: str
    name: str
    township: str
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a published list, as it was frozen."""

    claim: str
    unit_name: str
    township: str
    item: str
    standard_number: str
    title: str
    yuan: Yuan
    policy_version: str


def particulars(tx: Tx, numbers: Collection[str]) -> dict[str, Particulars]:
    """The claims of these numbers, by number."""
    if not numbers:
        return {}
    return {each.number: each for each in _particulars(tx, Claim.number.in_(sorted(set(numbers))))}


def claims_of_cycle(tx: Tx, year: int) -> tuple[Particulars, ...]:
    """All claims of a cycle, in order of their numbers."""
    return _particulars(tx, Claim.cycle == year)


def townships(tx: Tx) -> tuple[Correspondent, ...]:
    """The township governments of the directory."""
    return _correspondents(tx, Organisation.kind == "township", Role.TOWNSHIP)


def offices(tx: Tx, *roles: Role) -> dict[str, Correspondent]:
    """The county's offices by code, each reached through its people of these roles where it has no address itself."""
    found = _correspondents(tx, Organisation.kind.not_in(("township", "unit")), *roles)
    return {each.code: each for each in found}


def _correspondents(tx: Tx, which: ColumnElement[bool], *roles: Role) -> tuple[Correspondent, ...]:
    rows = list(tx.session.scalars(select(Organisation).where(which).order_by(Organisation.id)))
    people = _people(tx, [row.id for row in rows], *roles)
    return tuple(
        Correspondent(row.code, row.names[0], row.township, row.email or people[row.id]) for row in rows
    )


def published_lines(tx: Tx, ref: str) -> tuple[Line, ...]:
    """The frozen list of a resolution, in its order."""
    rows = tx.session.execute(
        select(PublishedLine, Claim.policy_version)
        .join(Claim, Claim.number == PublishedLine.claim)
        .where(PublishedLine.resolution == ref)
        .order_by(PublishedLine.position),
    ).tuples()
    return tuple(
        Line(
            line.claim,
            line.unit_name,
            line.township,
            line.item,
            line.standard_number,
            line.title,
            Yuan(line.yuan),
            version,
        )
        for line, version in rows
    )


def address_of(tx: Tx, organisation: str, claim: str | None) -> str:
    """Where an organisation is written to now, about this claim or in general; empty where nobody knows."""
    row = tx.session.scalars(select(Organisation).where(Organisation.code == organisation)).one_or_none()
    if row is None:
        return ""
    given = ""
    if row.kind == "unit" and claim is not None:
        given = tx.session.scalars(select(Claim.email).where(Claim.number == claim)).one_or_none() or ""
    roles = {"unit": (Role.APPLICANT,), "township": (Role.TOWNSHIP,)}.get(
        row.kind, (*OFFICIALS, Role.ADMINISTRATOR)
    )
    return given or row.email or _people(tx, [row.id], *roles)[row.id]


def phone_of(tx: Tx, claim: str | None) -> str:
    """The mobile number that a claim gives now, plain; empty where there is none."""
    return mobile(tx.session.scalars(select(Claim.phone).where(Claim.number == claim)).one_or_none() or "")


def _particulars(tx: Tx, which: ColumnElement[bool]) -> tuple[Particulars, ...]:
    rows = list(
        tx.session.execute(
            select(Claim, Organisation.code, Organisation.email)
            .join(Organisation, Organisation.id == Claim.unit_id)
            .where(which)
            .order_by(Claim.number),
        ).tuples(),
    )
    people = _people(
        tx, {claim.unit_id for claim, _, email in rows if not claim.email and not email}, Role.APPLICANT
    )
    return tuple(
        Particulars(
            number=claim.number,
            cycle=claim.cycle,
            policy_version=claim.policy_version,
            stage=claim.stage,
            item=claim.item,
            field=claim.field,
            unit=code,
            unit_name=claim.unit_name,
            township=claim.township,
            address=claim.email or email or people[claim.unit_id],
            phone=claim.phone,
            bank=claim.bank,
            account_masked=claim.account_masked,
            standard_number=claim.standard_number,
            title=claim.title,
            requested_yuan=Yuan(claim.requested_yuan),
            granted_yuan=None if claim.granted_yuan is None else Yuan(claim.granted_yuan),
            resolution=claim.resolution,
            submitted_at=claim.submitted_at,
            moved_at=claim.moved_at,
        )
        for claim, code, email in rows
    )


def _people(tx: Tx, organisations: Collection[int], *roles: Role) -> defaultdict[int, str]:
    """The addresses of the people who act for these organisations, as one line for each."""
    found: defaultdict[int, str] = defaultdict(str)
    if not organisations:
        return found
    rows = tx.session.execute(
        select(User.org_id, User.email, User.name)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.org_id.in_(organisations), UserRole.role.in_(roles), User.active, User.email != "")
        .distinct()
        .order_by(User.name),
    ).tuples()
    for organisation, email, _ in rows:
        if organisation is not None:
            found[organisation] = ", ".join(filter(None, (found[organisation], email)))
    return found
