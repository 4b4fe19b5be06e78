"""Refusals: typed, each with one stable code, one sentence in Chinese and in English, one HTTP status.

The sentence says what to do about it. `str(refusal)` is the Chinese one; entries ask `message("en")` too.
"""

from dataclasses import dataclass, fields
from typing import Any, ClassVar

from states.stages import Duty, Role, Stage, Trigger


@dataclass(eq=False)
class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault of the program
    """Base of all refusals. Subclasses give `code`, `zh`, `en` and, where it is not 422, `status`."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422
    zh: ClassVar[str] = "办理被拒绝。"
    en: ClassVar[str] = "Refused."

    def facts(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def message(self, lang: str = "zh") -> str:
        template = self.en if lang == "en" else self.zh
        return template.format(**{name: _Words(value, lang) for name, value in self.facts().items()})

    def __str__(self) -> str:
        return self.message()


class _Words:
    """Formats a fact for a sentence: titles by language, several things joined, amounts grouped."""

    def __init__(self, value: Any, lang: str) -> None:
        self.value = value
        self.lang = lang

    def __format__(self, spec: str) -> str:
        if isinstance(self.value, tuple | frozenset | list):
            return _joined([format(_Words(each, self.lang), spec) for each in self.value], self.lang)
        if isinstance(self.value, int) and spec == ",":
            return f"{self.value:,}"
        if isinstance(self.value, Stage | Trigger | Role | Duty):
            return format(self.value, spec)
        return str(self.value)


def _joined(words: list[str], lang: str) -> str:
    """Things are listed; whole sentences follow one another."""
    if any(each.endswith(("。", ".")) for each in words):
        return ("" if lang == "zh" else " ").join(words)
    return ("、" if lang == "zh" else ", ").join(words)


@dataclass(eq=False)
class WrongStage(Refusal):
    code = "wrong_stage"
    status = 409
    zh = "申报件 {number} 现处“{stage:zh}”环节，不能{trigger:zh}；请刷新后按当前环节可办事项办理。"
    en = "Claim {number} is at “{stage:en}” and cannot {trigger:en} from there; reload it and choose one of its present actions."
    number: str
    stage: Stage
    trigger: Trigger


@dataclass(eq=False)
class VersionConflict(Refusal):
    code = "version_conflict"
    status = 409
    zh = "申报件 {number} 已被他人办理（您看到的是第 {expected} 版，现为第 {found} 版）；请重新打开后再办。"
    en = "Someone else acted on claim {number} meanwhile (you saw version {expected}, it is now {found}); open it again, then act."
    number: str
    expected: int
    found: int | str


@dataclass(eq=False)
class UndoOver(Refusal):
    code = "undo_over"
    status = 409
    zh = "申报件 {number} 的上一步已不能撤销：可撤销的时间已过，或其后又有办理；如有错误，请按现环节可办事项处理。"
    en = "The last step on claim {number} can no longer be undone: its time is over, or something followed it; choose one of the claim's present actions instead."
    number: str


@dataclass(eq=False)
class NotYoursToUndo(Refusal):
    code = "not_yours_to_undo"
    status = 403
    zh = "申报件 {number} 的上一步由 {by} 办理，只能由其本人撤销。"
    en = "{by} took the last step on claim {number}, and nobody else undoes it."
    number: str
    by: str


@dataclass(eq=False)
class CannotStandIn(Refusal):
    code = "cannot_stand_in"
    zh = "{stand_in} 不能代 {absent} 履行“{role:zh}”：{zh_detail}。"
    en = "{stand_in} cannot stand in for {absent} as {role:en}: {en_detail}."
    absent: str
    stand_in: str
    role: Role
    zh_detail: str
    en_detail: str


@dataclass(eq=False)
class RoleNotAllowed(Refusal):
    code = "role_not_allowed"
    status = 403
    zh = "“{trigger:zh}”只能由{allowed:zh}办理，您的角色是{held:zh}。"
    en = "Only {allowed:en} may {trigger:en}; your role is {held:en}."
    trigger: Trigger
    allowed: tuple[Role, ...]
    held: tuple[Role, ...]


@dataclass(eq=False)
class OutOfScope(Refusal):
    code = "out_of_scope"
    status = 403
    zh = "申报件 {number} 不属于{office}的范围，请由所属单位或乡镇办理。"
    en = "Claim {number} is outside the scope of {office}; its own unit or township must act."
    number: str
    office: str


@dataclass(eq=False)
class SamePerson(Refusal):
    code = "same_person"
    status = 403
    zh = "{actor} 已在本件履行“{earlier:zh}”职责，不得再履行“{wanted:zh}”职责；请由他人办理。"
    en = "{actor} has already acted on this claim for {earlier:en} and may not act for {wanted:en}; let another person act."
    actor: str
    earlier: Duty
    wanted: Duty


@dataclass(eq=False)
class SameReleaser(Refusal):
    code = "same_releaser"
    status = 403
    zh = "批次 {batch} 由 {actor} 提出，须由另一人复核放行。"
    en = "Batch {batch} was proposed by {actor}; another person must release it."
    batch: str
    actor: str


@dataclass(eq=False)
class OwnOrganisation(Refusal):
    code = "own_organisation"
    status = 403
    zh = "{actor} 属于申报单位 {unit}，须回避；请由其他单位人员办理。"
    en = "{actor} belongs to the applicant {unit} and must stand aside; let someone of another organisation act."
    actor: str
    unit: str


@dataclass(eq=False)
class DeclaredConflict(Refusal):
    code = "declared_conflict"
    status = 403
    zh = "{actor} 已申报与 {unit} 存在利害关系，须回避；请由他人办理。"
    en = "{actor} has declared a conflict of interest with {unit} and must stand aside; let another person act."
    actor: str
    unit: str


@dataclass(eq=False)
class DisclosureNeeded(Refusal):
    code = "disclosure_needed"
    status = 403
    zh = "{office} 是标准 {standard} 的起草单位；须由协调机构登记披露并指定办理人（claim disclose），{actor} 方可办理。"
    en = "{office} is among the drafters of {standard}; the coordinator must record the disclosure and name who may act (claim disclose) before {actor} can."
    actor: str
    office: str
    standard: str


@dataclass(eq=False)
class EvidenceMissing(Refusal):
    code = "evidence_missing"
    zh = "缺少必备材料：{titles}；请补齐后再办（claim attach）。"
    en = "Required evidence is missing: {kinds}; attach it first (claim attach)."
    kinds: tuple[str, ...]
    titles: tuple[str, ...]


@dataclass(eq=False)
class FindingsOpen(Refusal):
    code = "findings_open"
    zh = "存在不符合条件的事项：{messages}"
    en = "The claim does not meet the conditions: {messages_en}"
    codes: tuple[str, ...]
    messages: tuple[str, ...]
    messages_en: tuple[str, ...]


@dataclass(eq=False)
class WarningsUnanswered(Refusal):
    code = "warnings_unanswered"
    zh = "下列提示须由审核人在理由中逐项说明：{messages}"
    en = "These warnings need the reviewer's answer in the reason: {messages_en}"
    codes: tuple[str, ...]
    messages: tuple[str, ...]
    messages_en: tuple[str, ...]


@dataclass(eq=False)
class WindowClosed(Refusal):
    code = "window_closed"
    zh = "{cycle} 年度申报时间为 {opens_on} 至 {deadline_on}，今日不在其中。"
    en = "Claims of {cycle} are taken from {opens_on} to {deadline_on}; today is outside that window."
    cycle: int
    opens_on: str
    deadline_on: str


@dataclass(eq=False)
class ReasonNeeded(Refusal):
    code = "reason_needed"
    zh = "{trigger:zh}须写明理由（申报单位会看到）。"
    en = "To {trigger:en} you must give a reason; the applicant will read it."
    trigger: Trigger


@dataclass(eq=False)
class MissingNotNamed(Refusal):
    code = "missing_not_named"
    zh = "退回补正须一次性列明全部缺项（--missing）；可填：{choices}。"
    en = "A return must name every missing thing at once (--missing); choose from: {choices:en}."
    choices: tuple[str, ...]


@dataclass(eq=False)
class DepartmentsNotNamed(Refusal):
    code = "departments_not_named"
    zh = "该领域未列责任单位，受理时须指定核查部门（--department）。"
    en = "The claim's field names no department; say which to ask (--department)."


@dataclass(eq=False)
class DepartmentUnknown(Refusal):
    code = "department_unknown"
    zh = "没有名为“{name}”的部门；用 org list 查看名录。"
    en = "There is no department “{name}”; see org list."
    name: str


@dataclass(eq=False)
class DepartmentNotAsked(Refusal):
    code = "department_not_asked"
    status = 403
    zh = "本件未请{office}核查，或其已核查；待核查部门：{waiting}。"
    en = "{office} was not asked to check this claim, or has cleared it already; still waiting for: {waiting:en}."
    office: str
    waiting: tuple[str, ...]


@dataclass(eq=False)
class AmountNeeded(Refusal):
    code = "amount_needed"
    zh = "{trigger:zh}须给出金额（元，大于零的整数）。"
    en = "To {trigger:en} you must give an amount in whole yuan greater than zero."
    trigger: Trigger


@dataclass(eq=False)
class AmountAboveCeiling(Refusal):
    code = "amount_above_ceiling"
    zh = "金额 {amount:,} 元超过上限 {ceiling:,} 元（{rule}）；请改为不超过上限的金额。"
    en = "{amount:,} yuan is above the limit of {ceiling:,} yuan ({rule}); give an amount within it."
    amount: int
    ceiling: int
    rule: str


@dataclass(eq=False)
class AmountNeedsReason(Refusal):
    code = "amount_needs_reason"
    zh = "金额 {amount:,} 元与应有的 {expected:,} 元不同，须写明理由。"
    en = "{amount:,} yuan differs from the {expected:,} yuan expected at this step; give the reason."
    amount: int
    expected: int


@dataclass(eq=False)
class ReadingUnconfirmed(Refusal):
    code = "reading_unconfirmed"
    zh = "清单中 {title} 一项金额为空，其解读尚未确认；须由责任人确认（policy confirm {item}）后方可审定。"
    en = "The list leaves the amount of {title_en} blank and its reading is not confirmed; a named person must confirm it (policy confirm {item}) before approval."
    item: str
    title: str
    title_en: str


@dataclass(eq=False)
class ResolutionNeeded(Refusal):
    code = "resolution_needed"
    zh = "审定须写明会议纪要编号（--resolution）。"
    en = "An approval needs the number of the minutes (--resolution)."


@dataclass(eq=False)
class ResolutionPublished(Refusal):
    code = "resolution_published"
    status = 409
    zh = "纪要 {ref} 的名单已公示并冻结，不能再加入；请使用新的纪要编号。"
    en = "The list of resolution {ref} is published and frozen; use a new resolution."
    ref: str


@dataclass(eq=False)
class BudgetExceeded(Refusal):
    code = "budget_exceeded"
    zh = "{cycle} 年度预算可用 {available:,} 元，本次需 {wanted:,} 元，缺 {shortfall:,} 元；请调整金额或追加预算。"
    en = "The budget of {cycle} has {available:,} yuan left, this needs {wanted:,}: {shortfall:,} short; lower the amount or raise the budget."
    cycle: int
    available: int
    wanted: int
    shortfall: int


@dataclass(eq=False)
class TooEarly(Refusal):
    code = "too_early"
    zh = "{trigger:zh}须在 {due_on} 期满之后。"
    en = "The system may {trigger:en} only after {due_on} has passed."
    trigger: Trigger
    due_on: str


@dataclass(eq=False)
class TooLate(Refusal):
    code = "too_late"
    zh = "{trigger:zh}的期限 {due_on} 已过。"
    en = "The time to {trigger:en} ended on {due_on}."
    trigger: Trigger
    due_on: str


@dataclass(eq=False)
class NoticeNotPublished(Refusal):
    code = "notice_not_published"
    zh = "名单尚未公示；请先公布（resolution publish）。"
    en = "The list is not published yet; publish it first (resolution publish)."


@dataclass(eq=False)
class ObjectionOpen(Refusal):
    code = "objection_open"
    zh = "本件有 {count} 件异议未答复；请先处理（objection decide）。"
    en = "{count} objection(s) to this claim are undecided; decide them first (objection decide)."
    count: int


@dataclass(eq=False)
class ObjectionUpheld(Refusal):
    code = "objection_upheld"
    zh = "本件有异议成立，不能转入拨付；请发回审核或撤销。"
    en = "An objection to this claim was upheld, so it cannot go on to payment; remand or revoke it."


@dataclass(eq=False)
class NoObjectionUpheld(Refusal):
    code = "no_objection_upheld"
    zh = "没有成立的异议，不能发回。"
    en = "No objection to this claim was upheld, so it cannot be remanded."


@dataclass(eq=False)
class NotThroughBatch(Refusal):
    code = "not_through_batch"
    zh = "拨付只能经拨付批次和银行回单核对确认（payout propose / release / reconcile）。"
    en = "Money is paid only through a batch and the bank's reconciled answer (payout propose, release, reconcile)."


@dataclass(eq=False)
class PayoutInProgress(Refusal):
    code = "payout_in_progress"
    status = 409
    zh = "本件已在拨付批次中，银行结果未明，暂不能{trigger:zh}。"
    en = "This claim is in a payout batch whose answer is open; it cannot {trigger:en} now."
    trigger: Trigger


@dataclass(eq=False)
class ReclaimNotProposed(Refusal):
    code = "reclaim_not_proposed"
    zh = "追回须先由协调机构提出金额和理由，再由财政确认。"
    en = "The coordinator must propose the clawback with amount and reason before finance confirms it."
