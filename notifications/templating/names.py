"""What the facts of letters are called, for those who write the wording."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from notifications.templating.facts import Fact, Sort, facts_of, known_kind

NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "abstained": ("弃权人数", "abstained"),
        "account_tail": ("账号末四位", "last four digits of the account"),
        "achievement": ("申报内容（标准或荣誉及其编号）", "the standard or honour claimed, with its number"),
        "addressee": ("收件单位", "whom the letter is for"),
        "against": ("反对人数", "against"),
        "answer_by": ("告知受理与否的期限", "when the answer on acceptance is due"),
        "at": ("时刻", "time of day"),
        "available": ("预算余额", "what the budget still holds"),
        "backup": ("备份文件名（可能为空）", "name of the backup, perhaps empty"),
        "bank": ("开户银行", "bank"),
        "batch": ("拨付批次", "payout batch"),
        "before": ("此前告知的日期", "the date told before"),
        "begins": ("会议开始时刻", "when the sitting begins"),
        "budget": ("年度预算", "the year's budget"),
        "claim": ("申报编号", "the claim's number"),
        "claims": ("申报件名单", "table of claims"),
        "clause": ("政策条款", "clause of the policy"),
        "confirmed": ("确认的名单", "table of what is confirmed"),
        "cycle": ("申报年度", "year of the cycle"),
        "day": ("有关日期", "the day in question"),
        "days_left": ("剩余天数", "days left"),
        "deadline_on": ("申报截止日", "deadline of the cycle"),
        "deemed": ("是否视为受理", "whether it counts as accepted"),
        "departments": ("核查部门", "departments that check"),
        "drafts": ("未提交的名单", "table of drafts"),
        "due": ("办理期限", "when the next step is due"),
        "ended": ("任务如何结束", "how the run ended"),
        "ends": ("公示截止日", "end of the public notice"),
        "example": ("其中一封的标题", "title of one of them"),
        "failure": ("银行退回的原因", "why the bank returned it"),
        "figures": ("年度数据表", "table of the year's figures"),
        "file": ("报告文件名", "name of the report"),
        "granted": ("审定金额", "amount granted"),
        "held": ("暂不拨付的名单", "table of what is held up"),
        "held_on": ("会议日期", "day of the sitting"),
        "in_favour": ("赞成人数", "in favour"),
        "item": ("奖补项目", "award item"),
        "letter": ("函件名称", "what the letter is called"),
        "letters": ("函件数", "how many letters"),
        "limit": ("每小时上限", "the limit an hour"),
        "missed": ("是否错过了申报期", "whether the window was missed"),
        "missing": ("需要补正的内容", "what is to be corrected"),
        "number": ("版本号", "number of the version"),
        "on": ("函件日期", "date of the letter"),
        "opens_on": ("申报开始日", "when the window opens"),
        "overdue": ("逾期名单", "table of what is overdue"),
        "overdue_total": ("逾期件数", "how many are overdue"),
        "paid": ("已拨付金额", "amount paid"),
        "period": ("何种期限", "which period"),
        "place": ("会议地点", "where the body sits"),
        "policy": ("政策文件名称", "title of the policy"),
        "present": ("出席人数", "members present"),
        "problems": ("发现的问题", "problems found"),
        "proposed": ("审核建议金额", "amount proposed"),
        "published_on": ("公示开始日", "when the list was published"),
        "reasons": ("理由", "reasons"),
        "recheck": ("是否重新核查", "whether departments check anew"),
        "reclaimed": ("追回金额", "amount reclaimed"),
        "reconsider_by": ("提请重新审核的期限", "until when a new review can be asked for"),
        "remedies": ("救济途径告知", "remedies"),
        "renewed": ("是否日期有变再次通知", "whether an earlier call named other dates"),
        "requested": ("申请金额", "amount requested"),
        "resolution": ("会议纪要编号", "number of the minutes"),
        "results_from": ("成果期间起", "results count from"),
        "results_to": ("成果期间止", "results count until"),
        "soon": ("将到期名单", "table of what is due soon"),
        "soon_total": ("将到期件数", "how many are due soon"),
        "stage": ("所处环节", "the stage"),
        "step": ("自动任务名称", "the step's name"),
        "submitted": ("已提交的件数或名单", "what was submitted: a number or a table"),
        "total": ("合计金额", "the sum"),
        "unfiled": ("应报未报单位名单", "table of units that have not filed"),
        "unit": ("申报单位", "the unit"),
        "unlisted": ("未列出的件数", "how many are not listed"),
        "unpaid": ("尚未拨付金额", "granted and not paid yet"),
        "unsubmitted": ("未提交的名单", "table of what was not submitted"),
        "upheld": ("异议是否成立", "whether the objection is upheld"),
        "vote": ("表决情况", "how the body voted"),
        "waiting": ("待办件数", "how many wait"),
        "was_draft": ("是否草稿", "whether it was a draft"),
    }
)


@dataclass(frozen=True, slots=True)
class Writable:
    """A fact of a letter: its name in a template, what that means, and how it is written there."""

    name: str
    zh: str
    en: str
    written: str
    optional: bool


def writables(kind: str) -> tuple[Writable, ...]:
    """All that a letter of this kind can tell. Raises `UnknownLetterKind`."""
    return tuple(_each(facts_of(known_kind(kind))))


def _each(facts: Mapping[str, Fact], within: str = "") -> Iterator[Writable]:
    for name, fact in facts.items():
        if fact.sort is Sort.RECORD:
            for part in _each(fact.parts, f"{name}."):
                zh, en = NAMES[name]
                yield Writable(part.name, f"{zh}：{part.zh}", f"{en}: {part.en}", part.written, fact.optional)
        else:
            yield Writable(within + name, *NAMES[name], fact.sort.written(within + name), fact.optional)
