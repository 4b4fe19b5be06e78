"""The policy as values: items, evidence, periods and the switches that the county may set.

The figures come from the rulebook in `config/rulebook/`; nothing here knows a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

Yuan = NewType("Yuan", int)
"""Whole yuan; the only unit of money inside the desk."""

NO_YUAN = Yuan(0)

COUNTY_UNITS = "第三部分（二）"
MUNICIPAL_NOTE = "附件1·备注"
PAID_ONCE = "不重复奖补"
CYCLE_CALL = "年度申报"
GENERAL_CLAUSES = (COUNTY_UNITS, MUNICIPAL_NOTE, PAID_ONCE, CYCLE_CALL)
"""Codes of the clauses that are no item's own; every version of the policy gives their words."""


class Level(StrEnum):
    """What a standard's number says about where the standard stands."""

    INTERNATIONAL = "international"
    NATIONAL = "national"
    INDUSTRY = "industry"
    ZHEJIANG_LOCAL = "zhejiang-local"
    PINZIBIAO = "pinzibiao"
    YONGZHOU_REGIONAL = "yongzhou-regional"
    ZHOUSHAN_LOCAL = "zhoushan-local"
    GROUP = "group"
    OTHER_REGION = "other-region"
    ENTERPRISE = "enterprise"
    UNKNOWN = "unknown"


class Basis(StrEnum):
    """What an item is paid for; decides evidence, rank rules and the date it is judged by."""

    STANDARD = "standard"
    COMMITTEE = "committee"
    AWARD = "award"
    ENTERPRISE = "enterprise"
    LEADER = "leader"
    PILOT = "pilot"


class PolicyStatus(StrEnum):
    DRAFT = "draft"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """One paper of the checklist."""

    kind: str
    title: str
    title_en: str
    required: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One of the rows of the policy lists.

    `ranks` is the inclusive range of drafter ranks it is paid for, None where rank plays no part.
    `municipal_yuan` is what the city pays beside it, None where the list gives none.
    """

    code: str
    list: int
    kind: str
    group: str
    condition: str
    level: str
    title: str
    title_en: str
    municipal_yuan: Yuan | None
    county_yuan: Yuan
    is_ceiling: bool
    confirmed: bool
    reading: str
    clause: str
    basis: Basis
    standard_level: Level | None
    ranks: tuple[int, int] | None
    revisions: bool
    evidence: tuple[EvidenceKind, ...]
    date_label: str

    @property
    def required_evidence(self) -> tuple[str, ...]:
        return tuple(each.kind for each in self.evidence if each.required)


@dataclass(frozen=True, slots=True)
class Field:
    """One of the fields of part two, with the codes of the departments asked at the department check."""

    code: str
    title: str
    title_en: str
    measure: str
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Periods:
    """How long each step may take, and how long past its deadline the superior hears of it; working days."""

    intake: int
    department_check: int
    review: int
    coordination: int
    correction: int
    payout: int
    notice: int
    reconsideration: int
    escalation: int


@dataclass(frozen=True, slots=True)
class Switches:
    """Points the opinion leaves open, settled by the county in the rulebook.

    Prefixes are of credit codes: where a unit is registered (signs 3 to 8; `county_prefixes` are the county's,
    `asked_prefixes` make the reviewer look), and of what kind it is (signs 1 and 2; `organ_prefixes`).
    """

    county_prefixes: tuple[str, ...]
    asked_prefixes: tuple[str, ...]
    organ_prefixes: tuple[str, ...]
    cap_at_municipal: bool
    deduct_earlier_payment: bool
    series_paid_once: bool
    default_department: str


@dataclass(frozen=True, slots=True)
class Policy:
    """One dated version of the policy. `effective_to` is the last day it judges, None while open."""

    version: str
    title: str
    title_en: str
    document: str
    status: PolicyStatus
    effective_from: date
    effective_to: date | None
    items: Mapping[str, Item]
    fields: Mapping[str, Field]
    periods: Periods
    switches: Switches
    clauses: Mapping[str, str]
    remedies: Mapping[str, str]
    hash: str

    @property
    def in_force(self) -> bool:
        return self.status is PolicyStatus.IN_FORCE


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All versions of the policy, oldest first, without gap or overlap (the loader sees to it)."""

    versions: tuple[Policy, ...]

    def version(self, version: str) -> Policy:
        """The version of this name; KeyError where there is none, since records only ever name known ones."""
        for policy in self.versions:
            if policy.version == version:
                return policy
        raise KeyError(version)

    def policy_on(self, day: date) -> Policy:
        """The version that judges a day. A day before the first version is judged by the first."""
        return next(
            (each for each in reversed(self.versions) if each.effective_from <= day), self.versions[0]
        )
