"""How dates, amounts, names of steps and refusals read on a page, in the language of the page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from claims.timing.slots import Outcome, SlotKind
from states.calendar import TZ
from states.errors import Refusal
from states.policy import Basis
from states.stages import Role, Stage, Titled, Trigger
from web.i18n import Lang

WAN = 10_000
NONE = "—"
SOON_DAYS = 3

_COMMANDS = "claim|cycle|jiangbu|notice|objection|org|payout|policy|resolution|user"
_COMMAND_HINT = re.compile(rf"\s?[（(](?:--[a-z]+|(?:{_COMMANDS}) [\w /,-]+)[）)]", re.ASCII)
"""Refusals name the command that cures them; on a page there are buttons instead."""

EVENTS = MappingProxyType(
    {
        "file": ("建立申报件", "filed as a draft"),
        "undone": ("撤销上一步办理", "last step undone"),
        "evidence_added": ("添加证明材料", "evidence added"),
        "data_corrected": ("修改申报信息", "data corrected"),
        "disclosed": ("登记披露并指定办理人", "disclosure recorded"),
        "municipal_decided": ("登记市级核定金额", "city's amount recorded"),
        "notice_published": ("名单公示", "published in the public notice"),
        "due_moved": ("放假安排公布，期限顺延", "deadline moved by the new calendar"),
        "due_confirmed": ("放假安排公布，期限确定", "deadline confirmed by the new calendar"),
        "objection_filed": ("收到异议", "objection filed"),
        "objection_decided": ("答复异议", "objection decided"),
        "payout_proposed": ("列入拨付批次", "put into a payout batch"),
        "payout_released": ("拨付批次放行", "payout batch released"),
        "payment_failed": ("银行退回", "payment failed"),
        "payment_unknown": ("银行结果待查", "bank's answer unknown"),
    },
)
"""What happens to a claim besides the triggers of the machine."""

FIELDS = MappingProxyType(
    {
        "applicant": ("申报单位信息", "applicant"),
        "contact": ("联系人及联系方式", "contact"),
        "bank_account": ("开户银行及银行账号", "bank account"),
        "item": ("奖补项目", "award item"),
        "field": ("所属领域", "field"),
        "standard_number": ("标准编号（文号）", "standard's number"),
        "title": ("标准（成果）名称", "title"),
        "rank": ("起草单位排名", "rank among the drafters"),
        "revision": ("是否为修订标准", "whether a revision"),
        "published_on": ("发布（认定、验收）日期", "date of publication or decision"),
        "effective_on": ("实施日期", "date of effect"),
        "requested_yuan": ("申请金额", "amount requested"),
        "drafters": ("标准起草单位名单", "list of drafters"),
    },
)
"""What a return for correction may name besides papers."""

SLOTS = MappingProxyType(
    {
        SlotKind.CALL_TOWNSHIPS: ("通知乡镇组织申报", "Call the townships"),
        SlotKind.OPEN_CYCLE: ("开放申报", "Open the cycle"),
        SlotKind.REMIND_TOWNSHIPS: ("提醒乡镇", "Remind townships"),
        SlotKind.REMIND_DRAFTS: ("提醒未提交的单位", "Remind holders of drafts"),
        SlotKind.CLOSE_SUBMISSIONS: ("截止申报", "Close submissions"),
        SlotKind.DEEM_ACCEPTED: ("视为受理", "Deem accepted"),
        SlotKind.REMIND_CORRECTION: ("提醒补正", "Remind of a correction"),
        SlotKind.LAPSE: ("逾期失效", "Lapse"),
        SlotKind.END_NOTICE: ("公示期满", "End the public notice"),
        SlotKind.PROMPT_PAYOUT: ("提请拨付", "Prompt a payout"),
        SlotKind.ESCALATE_OVERDUE: ("督办逾期", "Escalate what is overdue"),
        SlotKind.YEAR_REPORT: ("年度报告", "Report on the year"),
        SlotKind.CALL_NEXT_YEAR: ("提请制定下年计划", "Ask for the next year's plan"),
        SlotKind.RECOUNT: ("重算期限", "Count deadlines anew"),
        SlotKind.SEAL_AUDIT: ("审计封存", "Seal the audit"),
        SlotKind.BACKUP: ("备份", "Back up"),
        SlotKind.RESTORE_DRILL: ("恢复检验", "Prove the backup"),
    },
)
OUTCOMES = MappingProxyType(
    {
        Outcome.PENDING: ("待办", "pending"),
        Outcome.DONE: ("按时完成", "done"),
        Outcome.LATE: ("补办完成", "done late"),
        Outcome.SKIPPED: ("不再需要", "skipped"),
        Outcome.ASKED: ("待人工决定", "asked"),
    },
)
BASES = MappingProxyType(
    {
        Basis.STANDARD: ("标准制定", "Standards"),
        Basis.COMMITTEE: ("标准化技术组织", "Technical committees"),
        Basis.AWARD: ("标准化奖项", "Awards"),
        Basis.ENTERPRISE: ("标准创新型企业", "Standards-innovation enterprises"),
        Basis.LEADER: ("企业标准“领跑者”", "Enterprise-standard leaders"),
        Basis.PILOT: ("标准化试点示范", "Pilot and demonstration projects"),
    },
)
LETTER_STATES = MappingProxyType(
    {
        "queued": ("待发送", "queued"),
        "sending": ("发送中", "sending"),
        "sent": ("已发送", "sent"),
        "written": ("已存为文件", "written to a file"),
        "failed": ("发送失败", "failed"),
        "bounced": ("已被退回", "came back"),
        "settled": ("已另行处理", "settled otherwise"),
        "held": ("暂停发送", "held"),
        "discarded": ("已作废", "discarded"),
        "no_address": ("无邮箱地址", "no address"),
    },
)
WEEKDAYS = (
    ("一", "Mon"),
    ("二", "Tue"),
    ("三", "Wed"),
    ("四", "Thu"),
    ("五", "Fri"),
    ("六", "Sat"),
    ("日", "Sun"),
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Badge:
    """A word with a colour; the word alone says it all."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Words:
    """The wording of one page. Money is whole yuan in, 万元 out (in English, yuan)."""

    lang: Lang

    def t(self, zh: str, en: str, **values: Any) -> str:
        """The sentence of the page's language, with `{name}` replaced by the values."""
        sentence = en if self.lang == "en" else zh
        return sentence.format(**values) if values else sentence

    def pick(self, pair: tuple[str, str]) -> str:
        return pair[self.lang == "en"]

    # Names

    def title(self, value: Titled) -> str:
        """The title of a stage, trigger, role or duty."""
        return format(value, self.lang)

    def stage(self, value: str) -> str:
        return self.title(Stage(value))

    def role(self, value: str) -> str:
        return self.title(Role(value)) if value in set(Role) else value

    def roles(self, values: frozenset[Role]) -> str:
        return self.listing([self.title(role) for role in Role if role in values])

    def event(self, trigger: str) -> str:
        """What an event is called: a trigger's title, or the name of what else happens to a claim."""
        if trigger in set(Trigger):
            name = self.title(Trigger(trigger))
        else:
            name = self.pick(EVENTS.get(trigger, (trigger, trigger.replace("_", " "))))
        return name[:1].upper() + name[1:]

    def known(self, table: MappingProxyType[Any, tuple[str, str]], value: str) -> str:
        pair = table.get(value)
        return value if pair is None else self.pick(pair)

    def slot(self, kind: str) -> str:
        return self.known(SLOTS, kind)

    def outcome(self, value: str) -> str:
        return self.known(OUTCOMES, value)

    def letter_state(self, value: str) -> str:
        return self.known(LETTER_STATES, value)

    def basis(self, value: Basis) -> str:
        return self.pick(BASES[value])

    def listing(self, parts: Sequence[str]) -> str:
        return ("、" if self.lang == "zh" else ", ").join(parts)

    # Money

    def money(self, yuan: int | None) -> str:
        """30.00 万元, CNY 300,000; a dash where there is none."""
        if yuan is None:
            return NONE
        return self.figure(yuan) + " 万元" if self.lang == "zh" else f"CNY {yuan:,}"

    def figure(self, yuan: int | None) -> str:
        """The number alone, for a column whose head names the unit: two decimals of 万元, or exact where those hide something."""
        if yuan is None:
            return NONE
        if self.lang == "en":
            return f"{yuan:,}"
        whole, rest = divmod(abs(yuan), WAN)
        decimals = f"{rest:04}".rstrip("0").ljust(2, "0")
        return f"{'-' if yuan < 0 else ''}{whole:,}.{decimals}"

    @property
    def unit(self) -> str:
        return self.t("万元", "CNY")

    # Dates

    def day(self, value: date | str | None) -> str:
        """2026年5月8日, 8 May 2026."""
        day = as_day(value)
        if day is None:
            return NONE
        if self.lang == "en":
            return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
        return f"{day.year}年{day.month}月{day.day}日"

    def short_day(self, value: date | str | None) -> str:
        """5月8日, 8 May."""
        day = as_day(value)
        if day is None:
            return NONE
        return f"{day.day} {MONTHS[day.month - 1]}" if self.lang == "en" else f"{day.month}月{day.day}日"

    def month(self, day: date) -> str:
        """2026年5月, May 2026."""
        return self.t("{y}年{m}月", "{name} {y}", y=day.year, m=day.month, name=MONTHS[day.month - 1])

    def weekday(self, day: date) -> str:
        return self.t("周{day}", "{day}", day=self.pick(WEEKDAYS[day.weekday()]))

    def moment(self, value: datetime | str | None) -> str:
        """2026年5月8日 09:05."""
        moment = as_moment(value)
        return NONE if moment is None else f"{self.day(moment.date())} {moment:%H:%M}"

    def short_moment(self, value: datetime | str | None) -> str:
        moment = as_moment(value)
        return NONE if moment is None else f"{self.short_day(moment.date())} {moment:%H:%M}"

    def clock(self, value: datetime | str | None) -> str:
        """09:05: for what happens today."""
        moment = as_moment(value)
        return NONE if moment is None else f"{moment:%H:%M}"

    def left(self, due_on: date | str | None, today: date) -> Badge | None:
        """How a deadline stands, in words: 超期 3 天, 今日到期, 剩 2 天."""
        due = as_day(due_on)
        if due is None:
            return None
        days = (due - today).days
        if days < 0:
            return Badge(self.t("超期 {n} 天", "{n} d overdue", n=-days), "red")
        if days == 0:
            return Badge(self.t("今日到期", "due today"), "red")
        tone = "amber" if days <= SOON_DAYS else "plain"
        return Badge(self.t("剩 {n} 天", "{n} d left", n=days), tone)

    def duration(self, seconds: float | None) -> str:
        if seconds is None:
            return NONE
        minutes, rest = divmod(timedelta(seconds=seconds).total_seconds(), 60)
        if minutes:
            return self.t("{m} 分 {s} 秒", "{m} min {s} s", m=int(minutes), s=int(rest))
        return self.t("{s} 秒", "{s} s", s=f"{rest:.1f}")

    def size(self, count: int) -> str:
        return f"{count / 2**20:.1f} MB" if count >= 2**20 else f"{max(1, round(count / 2**10))} KB"

    # Refusals

    def refusal(self, refusal: Refusal) -> str:
        return self.plain(refusal.message(self.lang))

    def plain(self, sentence: str) -> str:
        """A sentence of the rules without the command line's hints in brackets."""
        return _COMMAND_HINT.sub("", sentence)


def as_day(value: date | str | None) -> date | None:
    if value is None or value == "":
        return None
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


def as_moment(value: datetime | str | None) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(TZ)
