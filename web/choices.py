"""The action card: what this person may do with the claim now, and what each choice leads to, in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from claims.reading.dossier import Dossier
from states.calendar import Workdays
from states.deadlines import due_in
from states.facts import Actor
from states.policy import Periods
from states.stages import Role, Stage, Trigger
from web.wording import Words


@dataclass(frozen=True, slots=True)
class Choice:
    """One action on offer. `consequence` says what follows; `tone` is empty, amber or red."""

    trigger: Trigger
    title: str
    consequence: str
    tone: str


@dataclass(frozen=True, slots=True)
class Today:
    """What tells when a next step would be due."""

    day: date
    periods: Periods
    workdays: Workdays


TONES = {
    Trigger.RETURN_FOR_CORRECTION: "amber",
    Trigger.REMAND: "amber",
    Trigger.REJECT: "red",
    Trigger.WITHDRAW: "red",
    Trigger.REVOKE: "red",
    Trigger.RECLAIM: "red",
}


def choices(words: Words, dossier: Dossier, actor: Actor, today: Today) -> tuple[Choice, ...]:
    """The actions of the claim's page. Payment is none: it is confirmed by the bank's answer to a batch."""
    found = []
    for trigger in dossier.offered:
        tell = _CONSEQUENCES.get(trigger)
        if tell is not None:
            consequence = tell(words, dossier, actor, today)
            found.append(Choice(trigger, words.event(trigger), consequence, TONES.get(trigger, "")))
    return tuple(found)


Tell = Callable[[Words, Dossier, Actor, Today], str]


def _by(words: Words, stage: Stage, today: Today) -> str:
    """The last day of the stage it would go to, as an end of a sentence."""
    due = due_in(stage, today.day, today.periods, today.workdays)
    return words.t("，期限 {day}", ", due {day}", day=words.short_day(due.on)) if due else ""


def _submit(words: Words, _dossier: Dossier, _actor: Actor, today: Today) -> str:
    return words.t("提交后不能再修改，进入受理", "It can no longer be changed and goes to intake") + _by(
        words, Stage.SUBMITTED, today
    )


def _resubmit(words: Words, dossier: Dossier, _actor: Actor, today: Today) -> str:
    stage = Stage(dossier.claim["returned_from"] or Stage.SUBMITTED)
    return words.t(
        "回到“{stage}”继续办理；核查所依据的信息有变的，重新送部门核查",
        "It goes back to “{stage}”; where data that the check relied on has changed, to the departments again",
        stage=words.title(stage),
    ) + _by(words, stage, today)


def _accept(words: Words, _dossier: Dossier, _actor: Actor, today: Today) -> str:
    return words.t("送下列部门核查", "It goes to the departments named below") + _by(
        words, Stage.DEPARTMENT_CHECK, today
    )


def _clear(words: Words, dossier: Dossier, actor: Actor, today: Today) -> str:
    own = actor.office.code if actor.office else ""
    others = [
        each["name"] for each in dossier.claim["departments"] if not each["cleared"] and each["code"] != own
    ]
    if others:
        return words.t(
            "本部门核查通过；还待 {names}",
            "Your check is done; still waiting for {names}",
            names=words.listing(others),
        )
    return words.t("各部门均已核查，转市监审核", "All departments have cleared; it goes to the review") + _by(
        words, Stage.MARKET_SUPERVISION_REVIEW, today
    )


def _endorse(words: Words, _dossier: Dossier, _actor: Actor, today: Today) -> str:
    return words.t(
        "以建议金额送协调机构审定", "It goes to the coordination body with the proposed amount"
    ) + _by(words, Stage.COORDINATION_APPROVAL, today)


def _approve(words: Words, _dossier: Dossier, _actor: Actor, _today: Today) -> str:
    return words.t(
        "列入会议纪要的名单，金额从预算中预留；名单公布后开始公示",
        "It joins the list of the minutes and its amount is reserved; the notice begins when the list is published",
    )


def _return(words: Words, _dossier: Dossier, _actor: Actor, today: Today) -> str:
    return words.t("退回申报单位一次性补正", "The applicant corrects what you name, all at once") + _by(
        words, Stage.CORRECTION, today
    )


def _reject(words: Words, _dossier: Dossier, _actor: Actor, today: Today) -> str:
    due = due_in(Stage.REJECTED, today.day, today.periods, today.workdays)
    return words.t(
        "终止本件，向申报单位发送告知书；{day}前可由协调机构决定重新审核",
        "It ends here and the applicant is told; until {day} the coordination body may have it reviewed anew",
        day=words.short_day(due.on if due else None),
    )


def _withdraw(words: Words, _dossier: Dossier, _actor: Actor, _today: Today) -> str:
    return words.t("撤回后本件终止，不能恢复", "The claim ends and cannot be taken up again")


def _remand(words: Words, _dossier: Dossier, _actor: Actor, today: Today) -> str:
    return words.t(
        "异议成立，退出名单并重新审核", "An objection was upheld: it leaves the list and is reviewed anew"
    ) + _by(words, Stage.MARKET_SUPERVISION_REVIEW, today)


def _reconsider(words: Words, _dossier: Dossier, _actor: Actor, today: Today) -> str:
    return words.t("重新进入市监审核", "It goes to the review again") + _by(
        words, Stage.MARKET_SUPERVISION_REVIEW, today
    )


def _revoke(words: Words, _dossier: Dossier, _actor: Actor, _today: Today) -> str:
    return words.t(
        "撤销审定，金额退回预算，本件终止",
        "The approval is revoked, the amount returns to the budget, the claim ends",
    )


def _reclaim(words: Words, dossier: Dossier, actor: Actor, _today: Today) -> str:
    if Role.COORDINATOR in actor.roles:
        return words.t(
            "提出追回金额和理由，由财政确认后生效",
            "You say how much and why; it takes effect once finance confirms",
        )
    amount = words.money(dossier.claim["amounts"]["reclaim_yuan"])
    return words.t(
        "确认追回 {amount}，计入退回", "You confirm that {amount} comes back to the budget", amount=amount
    )


_CONSEQUENCES: dict[Trigger, Tell] = {
    Trigger.SUBMIT: _submit,
    Trigger.RESUBMIT: _resubmit,
    Trigger.ACCEPT: _accept,
    Trigger.CLEAR: _clear,
    Trigger.ENDORSE: _endorse,
    Trigger.APPROVE: _approve,
    Trigger.RETURN_FOR_CORRECTION: _return,
    Trigger.REJECT: _reject,
    Trigger.WITHDRAW: _withdraw,
    Trigger.REMAND: _remand,
    Trigger.RECONSIDER: _reconsider,
    Trigger.REVOKE: _revoke,
    Trigger.RECLAIM: _reclaim,
}
