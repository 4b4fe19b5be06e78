"""Objections, resolutions, and the policy."""

from typing import Annotated

from pydantic import Field

from claims.publicity.objections import Decision
from web.api.shapes.base import Day, Hash, Moment, Shape, Yuan


class ObjectionFiled(Shape):
    id: int
    claim: str
    filed_at: Moment


class ObjectionDecided(Shape):
    id: int
    claim: str
    outcome: Decision


class Objection(Shape):
    id: int
    claim: str
    resolution: str
    by: Annotated[str | None, Field(description="The objector, for the coordination body only")]
    text: str
    filed_at: Moment
    outcome: str
    decided_by: str | None
    decided_at: Moment | None
    reason: str


class Line(Shape):
    claim: str
    unit: str
    township: str
    item: str
    standard: str
    title: str
    yuan: Yuan


class Resolution(Shape):
    resolution: str
    cycle: int
    opened_by: str
    opened_at: Moment
    published_by: str | None
    published_on: Day | None
    ends_on: Day | None
    provisional: bool
    claims: int
    total_yuan: Yuan
    sha256: Hash | None


class ResolutionWithLines(Resolution):
    """A list as it was frozen, or, while it is not published, as it stands."""

    lines: list[Line]


class Published(Shape):
    resolution: str
    published_on: Day
    ends_on: Day
    claims: int
    total_yuan: Yuan
    sha256: Hash


# Policy


class EvidenceKind(Shape):
    kind: str
    title: str
    title_en: str
    required: bool


EvidenceKinds = list[EvidenceKind]


class Item(Shape):
    code: str
    title: str
    title_en: str
    list: int
    kind: str
    group: str
    condition: str
    level: str
    municipal_yuan: Yuan | None
    county_yuan: Yuan
    is_ceiling: bool
    confirmed: bool
    evidence: EvidenceKinds
    clause: str
    clause_text: str


class Version(Shape):
    version: str
    status: str
    hash: Hash


class Confirmed(Shape):
    item: str
    policy_version: str
    confirmed_by: str
    reason: str
    at: Moment


class ItemInFull(Item):
    policy: Version
    ranks: list[int] | None
    revisions: bool
    dated_by: str
    reading: str
    confirmation: Confirmed | None


class Identified(Shape):
    """Which items a standard's number points to; none is an answer too."""

    number: str
    level: str
    items: list[str]
    reason: str
    reason_en: str
