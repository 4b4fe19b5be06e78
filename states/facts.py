"""Frozen values that the rules judge: who acts, on what claim, with which order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from states.policy import NO_YUAN, Item, Policy, Yuan
from states.stages import Duty, Role, Stage


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says about a claim. `zh` and `en` name the cure, `column` the import sheet's column.

    `claims` are numbers of other claims that it speaks of. They may be other units': the sentences, which the
    applicant reads, do not hold them.
    """

    code: str
    severity: Severity
    zh: str
    en: str
    clause: str = ""
    column: str = ""
    claims: tuple[str, ...] = ()

    def as_json(self) -> dict[str, str]:
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.zh,
            "message_en": self.en,
            "clause": self.clause,
            "column": self.column,
        }


@dataclass(frozen=True, slots=True)
class Office:
    """An organisation somebody belongs to. `names` holds every name it is known by, the official one first."""

    code: str
    kind: str
    names: tuple[str, ...]
    uscc: str = ""
    township: str = ""

    @property
    def name(self) -> str:
        return self.names[0]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system) with the roles held and the units declared as conflicts (credit codes)."""

    name: str
    roles: frozenset[Role]
    office: Office | None = None
    declared: frozenset[str] = frozenset()


SYSTEM = Actor("system", frozenset({Role.SYSTEM}))


@dataclass(frozen=True, slots=True)
class Applicant:
    name: str
    uscc: str
    township: str


@dataclass(frozen=True, slots=True)
class Achievement:
    """What is claimed for: a standard, or the award, committee or pilot project of an item that is none.

    `number` is normalised; `rank` None where the drafters stand in no order or the item knows no rank;
    `dated_on` is the date its item is judged by (published, founded, decided, accepted).
    """

    number: str
    title: str
    rank: int | None
    revision: bool
    dated_on: date | None
    effective_on: date | None = None
    drafters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DepartmentCheck:
    code: str
    name: str
    cleared: bool


@dataclass(frozen=True, slots=True)
class Window:
    """The dates of a cycle; both ends belong to the period."""

    opens_on: date
    deadline_on: date
    results_from: date
    results_to: date


@dataclass(frozen=True, slots=True)
class ResolutionFacts:
    ref: str
    published_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class PayoutFacts:
    """`in_batch` while a line of the claim waits for its answer, `settled_yuan` once the bank has paid it."""

    in_batch: bool = False
    settled_yuan: Yuan | None = None


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """Everything the rules need to know of a claim, loaded before they are asked."""

    number: str
    cycle: int
    stage: Stage
    version: int
    item: Item
    policy: Policy
    applicant: Applicant
    achievement: Achievement
    window: Window
    requested_yuan: Yuan
    municipal_decided_yuan: Yuan | None = None
    proposed_yuan: Yuan | None = None
    granted_yuan: Yuan | None = None
    earlier_paid_yuan: Yuan = NO_YUAN
    findings: tuple[Finding, ...] = ()
    evidence: frozenset[str] = frozenset()
    departments: tuple[DepartmentCheck, ...] = ()
    field_departments: tuple[str, ...] = ()
    due_on: date | None = None
    returned_from: Stage | None = None
    relied_data_changed: bool = False
    acted: Mapping[Duty, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    disclosed_to: frozenset[tuple[str, str]] = frozenset()
    """(office code, user name): the coordinator has recorded the office's part and named who may act."""
    reading_confirmed: bool = True
    resolution: ResolutionFacts | None = None
    open_objections: int = 0
    objection_upheld: bool = False
    available_yuan: Yuan = NO_YUAN
    payout: PayoutFacts = PayoutFacts()
    reclaim_yuan: Yuan | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What the actor says with the trigger. `resolution` is the resolution the approval refers to."""

    reason: str = ""
    clause: str = ""
    amount_yuan: Yuan | None = None
    departments: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    resolution: ResolutionFacts | None = None
