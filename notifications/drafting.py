"""From an event to what a letter says: one function a kind of letter.

What happened comes from the event (its day, its data, its reason); from the claim comes only what names it and
reaches its unit; the texts of the policy come from the version that the claim is judged by.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TypedDict

from claims.letters.correspondence import Correspondent, Particulars
from claims.letters.outbox import OwedEvent
from config.directory import Directory
from notifications import contexts, wording
from states.calendar import Due
from states.policy import Basis, Item, Policy, Rulebook, Yuan
from states.stages import Stage

FIELD_TITLES = MappingProxyType(
    {
        "applicant": "申报单位名称、统一社会信用代码或者所属乡镇",
        "contact": "联系人及联系方式",
        "bank_account": "开户银行及银行账号",
        "item": "奖补项目",
        "field": "所属领域",
        "standard_number": "标准编号（文号）",
        "title": "标准（成果）名称",
        "rank": "起草单位排名",
        "revision": "是否为修订标准",
        "published_on": "发布（认定、验收）日期",
        "effective_on": "实施日期",
        "requested_yuan": "申请金额",
        "drafters": "标准起草单位名单",
    },
)
"""What a return for correction may name besides papers, as the applicant knows it."""


STAGE_WORDS = MappingProxyType(
    {
        Stage.DRAFT: "填报",
        Stage.SUBMITTED: "受理审查",
        Stage.DEPARTMENT_CHECK: "部门核查",
        Stage.MARKET_SUPERVISION_REVIEW: "市场监督管理部门审核",
        Stage.COORDINATION_APPROVAL: "标准化议事协调机构审定",
        Stage.PUBLIC_NOTICE: "公示",
        Stage.CORRECTION: "补正",
    },
)
"""A stage as work that is done, so that it fits into “经……，需要补正” and “处于……环节”."""


PERIOD_WORDS = MappingProxyType(
    {
        Stage.SUBMITTED: "受理期限",
        Stage.DEPARTMENT_CHECK: "部门核查期限",
        Stage.MARKET_SUPERVISION_REVIEW: "审核期限",
        Stage.COORDINATION_APPROVAL: "审定期限",
        Stage.PUBLIC_NOTICE: "公示截止日",
        Stage.FINANCE_PAYOUT: "拨付期限",
        Stage.CORRECTION: "补正期限",
        Stage.REJECTED: "提请重新审核的期限",
    },
)
"""What ends with the deadline of a stage."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The texts that letters refer to."""

    rulebook: Rulebook
    directory: Directory

    def policy(self, version: str) -> Policy:
        return self.rulebook.version(version)

    def item(self, version: str, code: str) -> Item:
        return self.policy(version).items[code]

    def offices(self, codes: Sequence[str]) -> tuple[str, ...]:
        names = {each.code: each.name for each in self.directory.offices}
        return tuple(names.get(code, code) for code in codes)


@dataclass(frozen=True, slots=True)
class Told:
    """One event about one claim, with what a letter on it needs."""

    event: OwedEvent
    claim: Particulars
    reference: Reference

    @property
    def policy(self) -> Policy:
        return self.reference.policy(self.claim.policy_version)

    @property
    def item(self) -> Item:
        return self.policy.items[self.claim.item]

    @property
    def reasons(self) -> tuple[str, ...]:
        return wording.paragraphs(self.event.reason)

    @property
    def account_tail(self) -> str:
        return wording.account_tail(self.claim.account_masked)

    def yuan(self, name: str) -> Yuan:
        return Yuan(int(self.event.data[name]))

    def due(self, name: str = "due_on", provisional: str = "due_provisional") -> Due:
        """The deadline that the event recorded; KeyError where it recorded none."""
        due = self.due_if_any(name, provisional)
        if due is None:
            raise KeyError(f"event {self.event.event_id} ({self.event.trigger}) records no {name}")
        return due

    def due_if_any(self, name: str = "due_on", provisional: str = "due_provisional") -> Due | None:
        value = self.event.data.get(name)
        return Due(date.fromisoformat(value), bool(self.event.data.get(provisional))) if value else None


class _Common(TypedDict):
    addressee: str
    on: date
    claim: str
    item: str
    achievement: str
    policy: str


def _common(told: Told, addressee: str | None = None) -> _Common:
    return {
        "addressee": addressee or told.claim.unit_name,
        "on": told.event.at.date(),
        "claim": told.claim.number,
        "item": told.item.title,
        "achievement": achievement(told.item, told.claim.standard_number, told.claim.title),
        "policy": told.policy.title,
    }


def achievement(item: Item, number: str, title: str) -> str:
    """《名称》（编号） for a standard, 名称（文号） for anything else."""
    named = f"《{title}》" if item.basis is Basis.STANDARD else title
    return f"{named}（{number}）" if number else named


def _stage(value: str | None) -> str:
    return STAGE_WORDS[Stage(str(value))]


def _granted(told: Told) -> Yuan:
    granted = told.claim.granted_yuan
    if granted is None:
        raise ValueError(f"claim {told.claim.number} has no granted amount")
    return granted


def _remedies(told: Told, decision: str) -> tuple[str, ...]:
    """What the county's legal officer has set for such a decision, in the policy that the claim is judged by."""
    return wording.paragraphs(told.policy.remedies.get(decision, ""))


# To the applicant


def receipt(told: Told) -> contexts.Receipt:
    return contexts.Receipt(**_common(told), requested=told.claim.requested_yuan, answer_by=told.due())


def acceptance(told: Told) -> contexts.Acceptance:
    data = told.event.data
    return contexts.Acceptance(
        **_common(told),
        deemed=bool(data["deemed"]),
        departments=told.reference.offices(data["departments"]),
        due=told.due(),
    )


def departments_cleared(told: Told) -> contexts.DepartmentsCleared:
    return contexts.DepartmentsCleared(**_common(told), due=told.due())


def endorsement(told: Told) -> contexts.Endorsement:
    return contexts.Endorsement(**_common(told), proposed=told.yuan("proposed_yuan"), due=told.due_if_any())


def _missing(told: Told) -> tuple[str, ...]:
    titles = {**{each.kind: each.title for each in told.item.evidence}, **FIELD_TITLES}
    return tuple(titles.get(each, each) for each in told.event.data["missing"])


def correction(told: Told) -> contexts.Correction:
    return contexts.Correction(
        **_common(told),
        stage=_stage(told.event.source),
        missing=_missing(told),
        reasons=told.reasons,
        due=told.due(),
    )


def correction_reminder(told: Told) -> contexts.CorrectionReminder:
    return contexts.CorrectionReminder(
        **_common(told),
        missing=_missing(told),
        days_left=int(told.event.data["days_left"]),
        due=told.due("deadline_on", "provisional"),
    )


def deadline_moved(told: Told) -> contexts.DeadlineMoved:
    return contexts.DeadlineMoved(
        **_common(told),
        period=PERIOD_WORDS[Stage(told.event.data["stage"])],
        before=date.fromisoformat(told.event.data["before"]),
        due=told.due(),
    )


def correction_receipt(told: Told) -> contexts.CorrectionReceipt:
    return contexts.CorrectionReceipt(
        **_common(told),
        stage=_stage(told.event.target),
        recheck=bool(told.event.data["recheck"]),
        due=told.due_if_any(),
    )


def refusal(told: Told) -> contexts.Refusal:
    clause = told.event.data["clause"]
    return contexts.Refusal(
        **_common(told),
        stage=_stage(told.event.source),
        requested=told.claim.requested_yuan,
        clause=told.policy.clauses.get(clause, clause),
        reasons=told.reasons,
        reconsider_by=told.due(),
        remedies=_remedies(told, "refusal"),
    )


def approval(told: Told) -> contexts.Approval:
    return contexts.Approval(
        **_common(told),
        granted=told.yuan("granted_yuan"),
        resolution=told.event.data["resolution"],
    )


def public_notice(told: Told) -> contexts.PublicNotice:
    data = told.event.data
    return contexts.PublicNotice(
        **_common(told),
        granted=told.yuan("granted_yuan"),
        resolution=data["resolution"],
        published_on=date.fromisoformat(data["published_on"]),
        ends=told.due("ends_on", "ends_provisional"),
    )


def objection_notice(told: Told) -> contexts.ObjectionNotice:
    return contexts.ObjectionNotice(**_common(told))


def objection_answer(told: Told) -> contexts.ObjectionAnswer:
    return contexts.ObjectionAnswer(
        **_common(told),
        upheld=told.event.data["outcome"] == "upheld",
        reasons=told.reasons,
    )


def notice_ended(told: Told) -> contexts.NoticeEnded:
    return contexts.NoticeEnded(
        **_common(told),
        granted=_granted(told),
        bank=told.claim.bank,
        account_tail=told.account_tail,
        due=told.due_if_any(),
    )


def remand(told: Told) -> contexts.Remand:
    return contexts.Remand(**_common(told), reasons=told.reasons, due=told.due())


def payment(told: Told) -> contexts.Payment:
    return contexts.Payment(
        **_common(told),
        paid=told.yuan("paid_yuan"),
        bank=told.claim.bank,
        account_tail=told.account_tail,
        batch=told.event.data["batch"],
    )


def payment_failed(told: Told) -> contexts.PaymentFailed:
    return contexts.PaymentFailed(
        **_common(told),
        granted=_granted(told),
        bank=told.claim.bank,
        account_tail=told.account_tail,
        batch=told.event.data["batch"],
        failure=told.event.data["failure"],
    )


def lapse(told: Told) -> contexts.Lapse:
    return contexts.Lapse(**_common(told), was_draft=told.event.source == Stage.DRAFT)


def withdrawal(told: Told) -> contexts.Withdrawal:
    return contexts.Withdrawal(**_common(told), stage=_stage(told.event.source))


def reconsideration(told: Told) -> contexts.Reconsideration:
    return contexts.Reconsideration(**_common(told), reasons=told.reasons, due=told.due())


def revocation(told: Told) -> contexts.Revocation:
    return contexts.Revocation(**_common(told), reasons=told.reasons, remedies=_remedies(told, "revocation"))


def clawback_proposal(told: Told) -> contexts.ClawbackProposal:
    return contexts.ClawbackProposal(
        **_common(told), reclaimed=told.yuan("reclaim_yuan"), reasons=told.reasons
    )


def clawback(told: Told) -> contexts.Clawback:
    return contexts.Clawback(
        **_common(told),
        reclaimed=told.yuan("reclaim_yuan"),
        remedies=_remedies(told, "clawback"),
    )


# To the township, about one claim


def township_lapse(told: Told, township: Correspondent) -> contexts.TownshipLapse:
    return contexts.TownshipLapse(**_common(told, township.name), unit=told.claim.unit_name)
