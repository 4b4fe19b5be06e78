"""Cycles and what falls due, payouts, letters, the register."""

from typing import Annotated

from pydantic import Field

from claims.timing.slots import Outcome
from states.stages import Stage
from web.api.shapes.base import Day, Hash, Moment, Shape, Yuan


class Cycle(Shape):
    year: int
    status: str
    opens_on: Day
    deadline_on: Day
    results_from: Day
    results_to: Day
    notice_days: int
    policy_version: str
    policy_hash: Hash
    budget_yuan: Yuan
    balances: dict[str, Yuan]
    stages: dict[Stage, int]


class Slot(Shape):
    """One thing that must happen at a set time, and what became of it."""

    slot: str
    kind: str
    cycle: int | None
    subject: str
    due_at: Moment
    outcome: Outcome
    finished_at: Moment | None


class LeftOut(Shape):
    claim: str
    code: str
    message: str


class Proposed(Shape):
    """A new batch; `left_out` are claims that its maker may not act on."""

    batch: str
    claims: list[str]
    total_yuan: Yuan
    left_out: list[LeftOut]


class Released(Shape):
    batch: str
    claims: int
    total_yuan: Yuan


class Outcomes(Shape):
    pending: int
    unknown: int
    paid: int
    failed: int


class Batch(Shape):
    batch: str
    cycle: int
    claims: int
    total_yuan: Yuan
    proposed_by: str
    proposed_at: Moment
    released_by: str | None
    released_at: Moment | None
    outcomes: Outcomes
    sha256: Hash


class BatchLine(Shape):
    position: int
    claim: str
    unit: str
    bank: str
    account: Annotated[str, Field(description="Masked: the last four figures")]
    yuan: Yuan
    purpose: str
    outcome: str
    failure: str
    settled_at: Moment | None


class BatchWithLines(Batch):
    lines: list[BatchLine]


class RowProblem(Shape):
    row: int | None
    claim: str | None
    code: str
    message: str
    message_en: str


class Reconciled(Shape):
    """What the bank's answer settled, by outcome, and every row that settled nothing."""

    batch: str
    paid: list[str]
    failed: list[str]
    unknown: list[str]
    unchanged: list[str]
    problems: list[RowProblem]


class LetterSummary(Shape):
    id: int
    kind: str
    recipient: str
    claim: str | None
    event: int
    status: str
    queued_at: Moment
    sent_at: Moment | None
    document_number: str
    subject: str
    channel: str
    address: str
    attempts: int
    perhaps_twice: bool
    error: str


class Copy(Shape):
    """What is kept of a letter in one form: mail, paper or sms."""

    form: str
    sha256: Hash
    bytes: int


class Letter(LetterSummary):
    """The words are those of the kept copy. `template_version`: whose wording it has, and its SHA-256."""

    text: str
    html: str
    message_id: str
    template_hash: Hash
    template_version: str
    check_code: str
    copies: list[Copy]


class Entry(Shape):
    """One award of the register; `is_standard` false: an honour."""

    cycle: int
    claim: str
    unit: str
    uscc: str
    township: str
    item: str
    item_title: str
    is_standard: bool
    standard: str
    title: str
    rank: int | None
    published_on: Day | None
    effective_on: Day | None
    county_yuan: Yuan
    paid_on: Day | None
