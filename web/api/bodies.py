"""What callers send. Unknown members are refused: a misspelt one must not be taken for one that was left out."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from claims.letters.outbox import LetterStatus
from claims.money.bank_sheet import BankOutcome
from claims.publicity.objections import Decision
from claims.reading.queue import Tab
from claims.review.examination import Verdict
from claims.submission.forms import ClaimForm
from states.stages import Role, Stage, Trigger

NO_NUL = r"^[^\x00]*$"
"""PostgreSQL takes every character in a text but one."""

Line = Annotated[str, StringConstraints(max_length=400, pattern=NO_NUL)]
Words = Annotated[str, StringConstraints(max_length=8_000, pattern=NO_NUL)]
Yuan = Annotated[int, Field(strict=True, ge=0, le=10**11, description="Whole yuan")]
Rank = Annotated[int, Field(strict=True, ge=1, le=999)]
Version = Annotated[
    int,
    Field(
        strict=True,
        ge=1,
        le=2**31 - 1,
        description="The version that the caller has seen; 409 `version_conflict` if somebody has acted since",
    ),
]
Year = Annotated[int, Field(strict=True, ge=1000, le=9999)]
Reason = Annotated[Words, Field(description="Read by the applicant")]

InPath = Annotated[str, Path(max_length=200, pattern=r"^[^\x00]+$")]
Number = Annotated[
    str,
    Path(max_length=200, pattern=r"^[^\x00]+$", description="The claim's number", examples=["SB-2025-0001"]),
]
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="The file's SHA-256")]

CLAIM_EXAMPLE = {
    "cycle": 2025,
    "unit_name": "嵊泗县海洋科技研究所",
    "uscc": "12330922MA28K00016",
    "township": "菜园镇",
    "contact": "林某",
    "phone": "0580-5081234",
    "email": "office@institute.example.org",
    "bank": "浙江嵊泗农村商业银行营业部",
    "account": "201000123456789012",
    "item": "lead-zhoushan-local",
    "field": "marine-technology",
    "standard_number": "DB3309/T 112-2024",
    "title": "嵊泗贻贝苗种包装运输通用技术条件",
    "rank": 1,
    "revision": False,
    "dated_on": "2024-12-17",
    "effective_on": "2025-01-17",
    "requested_yuan": 100_000,
    "drafters": ["嵊泗县海洋科技研究所", "嵊泗县水产养殖服务中心"],
}


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


def example(**members: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [members]})


# Claims


class ClaimChanges(Body):
    """Fields of the form with their new values; what is left out stays as it is."""

    unit_name: Line = ""
    uscc: Line = ""
    township: Line = ""
    contact: Line = ""
    phone: Line = ""
    email: Line = ""
    bank: Line = ""
    account: Annotated[
        Line, Field(description="The full number; it is sealed at once and never shown again")
    ] = ""
    item: Annotated[Line, Field(description="Code or title, see `GET /policy/items`")] = ""
    field: Annotated[Line, Field(description="Code or title")] = ""
    standard_number: Annotated[
        Line, Field(description="Or the file number of an award, committee, pilot")
    ] = ""
    title: Line = ""
    rank: Rank | None = None
    revision: StrictBool = False
    dated_on: Annotated[date | None, Field(description="The date that the item is judged by")] = None
    effective_on: date | None = None
    requested_yuan: Annotated[Yuan | None, Field(description="Left out: the amount of the list")] = None
    remark: Words = ""
    drafters: Annotated[list[Line], Field(max_length=100, description="In the order of the foreword")] = []

    def values(self) -> dict[str, Any]:
        """The fields that were sent, as `ClaimForm` has them."""
        sent = self.model_dump(exclude_unset=True, exclude={"cycle"})
        return sent | ({"drafters": tuple(sent["drafters"])} if "drafters" in sent else {})


class NewClaim(ClaimChanges):
    """A claim to file; it is a draft until it is submitted."""

    model_config: ClassVar[ConfigDict] = example(**CLAIM_EXAMPLE)

    cycle: Year
    unit_name: Line
    uscc: Line
    township: Line
    contact: Line
    phone: Line
    bank: Line
    account: Annotated[Line, Field(description="The full number; it is sealed at once and never shown again")]
    item: Annotated[Line, Field(description="Code or title, see `GET /policy/items`")]
    field: Annotated[Line, Field(description="Code or title")]
    standard_number: Annotated[Line, Field(description="Or the file number of an award, committee, pilot")]
    title: Line

    def form(self) -> ClaimForm:
        return ClaimForm(**self.values())


class Correction(Body):
    """Changes to a draft, or to a claim under correction."""

    model_config = example(changes={"rank": 2, "title": "贻贝苗种包装运输通用技术条件"}, version=3)

    changes: ClaimChanges
    version: Version | None = None


class Decided(Body):
    """What goes with a trigger; each asks for what it needs."""

    trigger: Trigger
    reason: Reason = ""
    clause: Annotated[Line, Field(description="The clause that a rejection rests on")] = ""
    amount_yuan: Annotated[Yuan | None, Field(description="For endorse, approve and reclaim")] = None
    departments: Annotated[
        list[Line], Field(max_length=50, description="For accept: whom to ask, by code or name")
    ] = []
    missing: Annotated[
        list[Line],
        Field(max_length=100, description="For return_for_correction: kinds of evidence, or fields"),
    ] = []
    resolution: Annotated[Line | None, Field(description="For approve: the number of the minutes")] = None

    def order(self) -> dict[str, Any]:
        """What goes with the trigger, as `act` takes it."""
        names = ("reason", "clause", "amount_yuan", "departments", "missing", "resolution")
        return {name: getattr(self, name) for name in names}


class Action(Decided):
    """A trigger of one claim."""

    model_config = example(
        trigger="endorse", amount_yuan=100_000, reason="起草单位排名第一，材料齐全。", version=6
    )

    version: Version | None = None


class BulkAction(Decided):
    """The same trigger of many claims, each decided by itself."""

    model_config = example(
        trigger="approve", numbers=["SB-2025-0001", "SB-2025-0002"], resolution="舟标议〔2025〕1号"
    )

    numbers: Annotated[list[Line], Field(min_length=1, max_length=500)]


class Undoing(Body):
    model_config = example(version=7)

    version: Version | None = None


class Interest(Body):
    """One's own conflict of interest with a claim's unit."""

    model_config = example(reason="配偶任职于该单位。")

    reason: Annotated[Words, Field(min_length=1)]


class Disclosure(Body):
    """An office that is among a standard's drafters, and who of it may act on the claim."""

    model_config = example(office="嵊泗县市场监督管理局", users=["li"], reason="该单位仅此一人具备审核资格。")

    office: Line
    users: Annotated[list[Line], Field(min_length=1, max_length=50)]
    reason: Reason


class NewVerdict(Body):
    """What was found about a paper of a claim; `begun` says that somebody has come so far."""

    model_config = example(kind="standard_text", verdict="meets", note="前言载明排名第一。")

    kind: Line
    verdict: Verdict
    note: Annotated[Words | None, Field(description="Left out: the note stays as it is")] = None


class MunicipalDecision(Body):
    """What the city has decided for the same achievement."""

    model_config = example(amount_yuan=300_000, document="舟市监〔2025〕18号", decided_on="2025-03-03")

    amount_yuan: Yuan
    document: Line
    decided_on: date


class NewObjection(Body):
    """An objection, signed by name; the name is shown to the coordination body only."""

    model_config = example(by="王某", text="该标准的第一起草单位并非申报单位。")

    by: Line
    text: Words


class ObjectionDecision(Body):
    model_config = example(outcome="dismissed", reason="经查前言，申报单位列第一位。")

    outcome: Decision
    reason: Reason


# Policy, money, people


class Question(Body):
    """What to work out: the county's amount for an item."""

    model_config = example(code="lead-national", rank=1, revision=False, requested_yuan=300_000)

    code: Line
    rank: Rank | None = None
    revision: StrictBool = False
    requested_yuan: Yuan | None = None
    municipal_decided_yuan: Yuan | None = None
    policy_version: Annotated[Line | None, Field(description="Left out: the one in force")] = None


class Confirmation(Body):
    """The ground on which a reading that the list leaves open is confirmed."""

    model_config = example(reason="市局书面答复确认按10万元执行。")

    reason: Words
    policy_version: Line | None = None


class NewBatch(Body):
    model_config = example(cycle=2025)

    cycle: Year


class WordOfTheBank(Body):
    """What the bank has said since of a payment that it had left unknown."""

    model_config = example(claim="SB-2025-0001", outcome="paid", reason="银行复函〔2025〕12号")

    claim: Line
    outcome: BankOutcome
    reason: Annotated[Words, Field(description="Where the bank said so")]
    failure: Annotated[Line, Field(description="Why it came back, where it did")] = ""


class NewUser(Body):
    """A user to add, or a further role of one who exists."""

    model_config = example(name="shen", role="department", org="嵊泗县农业农村局", email="shen@example.org")

    name: Annotated[Line, Field(min_length=1, max_length=100)]
    role: Role
    org: Annotated[
        Line | None, Field(description="Code, name or credit code; needed where the role has no office")
    ] = None
    email: Line = ""


class Nothing(Body):
    """No member is needed: the address says it all."""


# Lists

Cursor = Annotated[
    str | None,
    Field(
        max_length=200, pattern=NO_NUL, description="Where to go on, as the `Link` of the page before says"
    ),
]
Limit = Annotated[int, Field(ge=1, le=200, description="Rows of a page")]


class ClaimFilters(Body):
    cycle: Annotated[int | None, Field(ge=1000, le=9999)] = None
    stage: Stage | None = None
    township: Annotated[Line | None, Field(description="As 菜园镇")] = None
    item: Annotated[Line | None, Field(description="The code of an item")] = None
    q: Annotated[Line, Field(description="Stands in unit, number, standard or title")] = ""
    overdue: Annotated[bool, Field(description="Only those past their date")] = False
    waiting: Annotated[bool, Field(description="Only those on which the caller has the next word")] = False
    cursor: Cursor = None
    limit: Limit = 50


class SheetForm(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


class QueueFilters(Body):
    """As the queue's page has them in its address."""

    tab: Tab = Tab.ALL
    cycle: Annotated[int | None, Field(ge=1000, le=9999)] = None
    stage: Stage | None = None
    township: Annotated[Line, Field(description="As 菜园镇")] = ""
    item: Annotated[Line, Field(description="The code of an item")] = ""
    q: Annotated[Line, Field(description="Stands in unit, number, standard or title")] = ""
    form: SheetForm = SheetForm.XLSX


class LetterFilters(Body):
    claim: Line | None = None
    kind: Line | None = None
    status: LetterStatus | None = None
    doubtful: Annotated[bool, Field(description="Only those that have perhaps left twice")] = False
    cursor: Annotated[
        int | None, Field(ge=1, le=2**31 - 1, description="As the `Link` of the page before says")
    ] = None
    limit: Limit = 50


class LetterReason(Body):
    """Why somebody does so with a letter that did not arrive."""

    model_config = example(reason="552 mailbox full")

    reason: Annotated[Words, Field(description="Goes into the log")] = ""


class SlotFilters(Body):
    until: Annotated[date | None, Field(description="Up to and with this day")] = None
    cursor: Cursor = None
    limit: Limit = 50


class RegisterFilters(Body):
    cycle: Annotated[int | None, Field(ge=1000, le=9999)] = None
    cursor: Cursor = None
    limit: Limit = 50
