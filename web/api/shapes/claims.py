"""Claims: what they are, what happened to them, and what became of many at once."""

from typing import Annotated, Any

from pydantic import Field

from claims.review.batches import ItemOutcome
from states.facts import Severity
from states.stages import Stage, Trigger
from web.api.shapes.base import Day, Hash, Moment, Shape, Yuan


class Applicant(Shape):
    name: str
    uscc: str
    township: str


class Achievement(Shape):
    """The standard, or what else is claimed for; `number` is then a document's."""

    number: str
    title: str
    rank: int | None
    revision: bool
    published_on: Day | None
    effective_on: Day | None
    drafters: list[str]


class Sums(Shape):
    requested_yuan: Yuan
    proposed_yuan: Yuan | None
    granted_yuan: Yuan | None


class Amounts(Sums):
    municipal_yuan: Yuan | None
    county_yuan: Yuan
    is_ceiling: bool
    municipal_decided_yuan: Yuan | None
    worked_out_yuan: Yuan
    reclaim_yuan: Yuan | None


class ClaimSummary(Shape):
    """A claim as lists show it."""

    number: str
    cycle: int
    stage: Stage
    version: int
    item: str
    item_title: str
    field: str
    applicant: Applicant
    standard: Achievement
    amounts: Sums
    due_on: Day | None
    provisional: Annotated[bool, Field(description="The date rests on holidays not yet announced")]
    overdue: bool
    moved_at: Moment


class Contact(Shape):
    name: str
    phone: str
    email: str


class Account(Shape):
    bank: str
    number: Annotated[str, Field(description="Masked: the last four figures")]


class Check(Shape):
    code: str
    name: str
    cleared: bool


class Paper(Shape):
    name: str
    sha256: Hash
    bytes: int
    media_type: str
    added_by: str
    added_at: Moment


class Papers(Shape):
    kind: str
    title: str
    title_en: str
    required: bool
    files: list[Paper]


class Finding(Shape):
    code: str
    severity: Severity
    message: str
    message_en: str
    clause: str | None
    column: str | None


class ClaimFinding(Finding):
    """`claims`: numbers of the claims it speaks of, as far as the caller may know them."""

    claims: list[str]


class OnList(Shape):
    ref: str
    published_on: Day | None
    ends_on: Day | None


class Objections(Shape):
    open: int
    upheld: int
    dismissed: int


class Payment(Shape):
    batch: str
    yuan: Yuan
    account: str
    outcome: str
    failure: str
    settled_at: Moment | None


class DisclosedTo(Shape):
    office: str
    user: str


class Claim(ClaimSummary):
    """A claim with what speaks for and against it. `actions` is what the caller may do now."""

    amounts: Amounts
    policy_version: str
    contact: Contact
    account: Account
    departments: list[Check]
    evidence: list[Papers]
    findings: list[ClaimFinding]
    actions: list[Trigger]
    resolution: OnList | None
    objections: Objections
    payments: list[Payment]
    disclosed_to: list[DisclosedTo]
    returned_from: Stage | None
    remark: str
    filed_by: str
    filed_at: Moment
    submitted_at: Moment | None


class Event(Shape):
    """One event of a claim's chain; `hash` covers it and, through `previous_hash`, all before it."""

    seq: int
    trigger: str
    source: Stage | None
    target: Stage | None
    actor: str
    role: str
    at: Moment
    reason: str
    data: dict[str, Any]
    hash: Hash
    previous_hash: str


class Step(Shape):
    rule: str
    clause: str
    input: Yuan | None
    result: Yuan


class Quote(Shape):
    """What the county would pay, in steps from the list's amount to `county_yuan`."""

    code: str
    eligible: bool
    municipal_yuan: Yuan | None
    county_yuan: Yuan
    is_ceiling: bool
    steps: list[Step]
    findings: list[Finding]


class PolicyInForce(Shape):
    version: str
    title: str
    document: str
    hash: Hash


class AmountDecision(Shape):
    """A decision on the amount, with the steps as they were worked out at that time."""

    trigger: str
    actor: str
    role: str
    at: Moment
    amount_yuan: Yuan | None
    resolution: str | None
    clause: str | None
    reason: str
    steps: list[dict[str, Any]]


class Explanation(Shape):
    """Why the amount is what it is, to the yuan."""

    number: str
    stage: Stage
    item: str
    item_title: str
    clause: str
    policy: PolicyInForce
    quote: Quote
    decisions: list[AmountDecision]
    amounts: Amounts


class ItemResult(Shape):
    """What became of one claim of many."""

    number: str
    outcome: ItemOutcome
    stage: Stage | None
    version: int | None
    code: str | None
    message: str | None
    message_en: str | None


class TakenRow(Shape):
    row: int
    number: str | None
    stage: Stage


class RefusedRow(Shape):
    row: int
    column: str
    code: str
    message: str
    message_en: str


class Imported(Shape):
    filed: list[TakenRow]
    refused: list[RefusedRow]
    unchanged: list[TakenRow]
    completed: list[TakenRow]


class InterestDeclared(Shape):
    name: str
    unit: str


class Disclosed(Shape):
    number: str
    office: str
    users: list[str]


class MunicipalDecided(Shape):
    number: str
    version: int
    municipal_decided_yuan: Yuan
    document: str
    decided_on: Day
