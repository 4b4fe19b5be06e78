"""The words of the procedure: stages, triggers, roles and duties, each with its Chinese and English title."""

from enum import StrEnum
from types import MappingProxyType


class Titled(StrEnum):
    """A value with a title for people: `f"{Stage.DRAFT:zh}"` reads 草稿, `f"{Stage.DRAFT:en}"` Draft.

    Without a format, the value itself is written, as in the interfaces and in the records.
    """

    def __format__(self, spec: str) -> str:
        if spec in {"zh", "en"}:
            return TITLES[self][spec == "en"]
        return super().__format__(spec)


class Stage(Titled):
    """Where a claim stands (环节)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    DEPARTMENT_CHECK = "department_check"
    MARKET_SUPERVISION_REVIEW = "market_supervision_review"
    COORDINATION_APPROVAL = "coordination_approval"
    PUBLIC_NOTICE = "public_notice"
    FINANCE_PAYOUT = "finance_payout"
    PAID = "paid"
    CORRECTION = "correction"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    REVOKED = "revoked"
    RECLAIMED = "reclaimed"


class Trigger(Titled):
    """A named action that moves a claim (操作)."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    CLEAR = "clear"
    ENDORSE = "endorse"
    APPROVE = "approve"
    END_NOTICE = "end_notice"
    REMAND = "remand"
    PAY = "pay"
    RETURN_FOR_CORRECTION = "return_for_correction"
    RESUBMIT = "resubmit"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    RECONSIDER = "reconsider"
    REVOKE = "revoke"
    RECLAIM = "reclaim"


class Role(Titled):
    """In which capacity somebody acts. `SYSTEM` is the desk itself and is never given to a person."""

    APPLICANT = "applicant"
    TOWNSHIP = "township"
    INTAKE = "intake"
    DEPARTMENT = "department"
    REVIEWER = "reviewer"
    COORDINATOR = "coordinator"
    FINANCE = "finance"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    SYSTEM = "system"


class Duty(Titled):
    """The five duties of which nobody may hold two on one claim."""

    INTAKE = "duty_intake"
    DEPARTMENT = "duty_department"
    REVIEW = "duty_review"
    COORDINATION = "duty_coordination"
    FINANCE = "duty_finance"


FILERS = (Role.APPLICANT, Role.TOWNSHIP)
"""The applicant's side: who files, and corrects what was filed."""

PEOPLES_ROLES = tuple(role for role in Role if role is not Role.SYSTEM)

DUTY_OF = MappingProxyType(
    {
        Role.INTAKE: Duty.INTAKE,
        Role.DEPARTMENT: Duty.DEPARTMENT,
        Role.REVIEWER: Duty.REVIEW,
        Role.COORDINATOR: Duty.COORDINATION,
        Role.FINANCE: Duty.FINANCE,
    },
)

# The way of a claim that meets no obstacle, in order: what step bars and diagrams draw as the main line.
MAIN_LINE = (
    Stage.DRAFT,
    Stage.SUBMITTED,
    Stage.DEPARTMENT_CHECK,
    Stage.MARKET_SUPERVISION_REVIEW,
    Stage.COORDINATION_APPROVAL,
    Stage.PUBLIC_NOTICE,
    Stage.FINANCE_PAYOUT,
    Stage.PAID,
)

REVIEW_STAGES = (
    Stage.SUBMITTED,
    Stage.DEPARTMENT_CHECK,
    Stage.MARKET_SUPERVISION_REVIEW,
    Stage.COORDINATION_APPROVAL,
)

# A claim in one of these no longer stands in the way of another for the same achievement.
ENDED_WITHOUT_AWARD = (Stage.REJECTED, Stage.WITHDRAWN, Stage.LAPSED, Stage.REVOKED, Stage.RECLAIMED)

TITLES: MappingProxyType[Titled, tuple[str, str]] = MappingProxyType(
    {
        Stage.DRAFT: ("草稿", "Draft"),
        Stage.SUBMITTED: ("待受理", "Submitted"),
        Stage.DEPARTMENT_CHECK: ("部门核查", "Department check"),
        Stage.MARKET_SUPERVISION_REVIEW: ("市监审核", "Market-supervision review"),
        Stage.COORDINATION_APPROVAL: ("协调机构审定", "Coordination body's approval"),
        Stage.PUBLIC_NOTICE: ("公示", "Public notice"),
        Stage.FINANCE_PAYOUT: ("财政拨付", "Finance payout"),
        Stage.PAID: ("已拨付", "Paid"),
        Stage.CORRECTION: ("待补正", "Correction"),
        Stage.REJECTED: ("不予支持", "Rejected"),
        Stage.WITHDRAWN: ("已撤回", "Withdrawn"),
        Stage.LAPSED: ("逾期失效", "Lapsed"),
        Stage.REVOKED: ("已撤销", "Revoked"),
        Stage.RECLAIMED: ("已追回", "Reclaimed"),
        Trigger.SUBMIT: ("提交", "submit"),
        Trigger.ACCEPT: ("受理", "accept"),
        Trigger.CLEAR: ("核查通过", "clear"),
        Trigger.ENDORSE: ("审核通过", "endorse"),
        Trigger.APPROVE: ("审定", "approve"),
        Trigger.END_NOTICE: ("公示期满", "end the public notice"),
        Trigger.REMAND: ("发回审核", "remand"),
        Trigger.PAY: ("确认拨付", "pay"),
        Trigger.RETURN_FOR_CORRECTION: ("退回补正", "return for correction"),
        Trigger.RESUBMIT: ("补正后提交", "resubmit"),
        Trigger.REJECT: ("不予支持", "reject"),
        Trigger.WITHDRAW: ("撤回", "withdraw"),
        Trigger.LAPSE: ("逾期失效", "lapse"),
        Trigger.RECONSIDER: ("重新审核", "reconsider"),
        Trigger.REVOKE: ("撤销", "revoke"),
        Trigger.RECLAIM: ("追回", "reclaim"),
        Role.APPLICANT: ("申报单位", "applicant"),
        Role.TOWNSHIP: ("乡镇", "township"),
        Role.INTAKE: ("受理", "intake"),
        Role.DEPARTMENT: ("主管部门", "department"),
        Role.REVIEWER: ("市监审核", "reviewer"),
        Role.COORDINATOR: ("协调机构", "coordinator"),
        Role.FINANCE: ("财政", "finance"),
        Role.ADMINISTRATOR: ("管理员", "administrator"),
        Role.AUDITOR: ("审计", "auditor"),
        Role.SYSTEM: ("系统", "system"),
        Duty.INTAKE: ("受理", "intake"),
        Duty.DEPARTMENT: ("部门核查", "department check"),
        Duty.REVIEW: ("市监审核", "review"),
        Duty.COORDINATION: ("协调机构审定", "coordination"),
        Duty.FINANCE: ("财政拨付", "finance"),
    },
)
