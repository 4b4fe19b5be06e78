"""Where a claim stands and what comes next, in plain words for those who filed it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from states.stages import Stage
from web.wording import Words


@dataclass(frozen=True, slots=True)
class Outlook:
    """`now` says where the claim stands, `next` what follows and by when; `yours`: the next word is the applicant's."""

    now: str
    next: str
    yours: bool


_Pair = tuple[str, str]
_TEXTS: Mapping[Stage, tuple[_Pair, _Pair]] = MappingProxyType(
    {
        Stage.DRAFT: (
            ("还没有提交。", "Not handed in yet."),
            (
                "请在 {day} 前填完、传齐材料并提交，逾期自动失效。",
                "Finish it, add the papers and submit by {day}; after that it lapses.",
            ),
        ),
        Stage.SUBMITTED: (
            ("已提交，等待受理。", "Handed in; waiting to be accepted."),
            (
                "县市场监管局在 {day} 前受理或一次性告知补正，逾期视为受理。",
                "The bureau accepts it or asks for corrections, all at once, by {day}; otherwise it counts as accepted.",
            ),
        ),
        Stage.DEPARTMENT_CHECK: (
            ("已受理，有关部门正在核查。", "Accepted; the departments are checking it."),
            ("预计 {day} 前核查完，随后由市监部门审核。", "Due by {day}; then the bureau reviews it."),
        ),
        Stage.MARKET_SUPERVISION_REVIEW: (
            ("市监部门正在审核。", "The bureau is reviewing it."),
            (
                "预计 {day} 前审核完，随后由标准化议事协调机构审定。",
                "Due by {day}; then the coordination body decides.",
            ),
        ),
        Stage.COORDINATION_APPROVAL: (
            (
                "审核通过，等待议事协调机构开会审定。",
                "Reviewed; waiting for the coordination body's meeting.",
            ),
            ("预计 {day} 前审定，随后公示。", "Due by {day}; then comes the public notice."),
        ),
        Stage.PUBLIC_NOTICE: (
            ("已审定，正在公示或等待公示。", "Approved; in its public notice or waiting for it."),
            (
                "公示期满无异议的转财政拨付；公示情况见公示页。",
                "If nobody objects it goes to finance for payment; see the public notice.",
            ),
        ),
        Stage.FINANCE_PAYOUT: (
            ("公示期满，等待财政拨付。", "The notice is over; waiting for payment."),
            (
                "预计 {day} 前拨到所填账户，请保持账户可用。",
                "Due by {day}, to the account you gave; keep it open.",
            ),
        ),
        Stage.PAID: (
            ("奖补资金已拨付。", "The award has been paid."),
            (
                "请核对到账金额；有疑问请联系县市场监管局。",
                "Check what arrived; ask the bureau if something is wrong.",
            ),
        ),
        Stage.CORRECTION: (
            ("已退回，等您补正。", "Returned to you for correction."),
            (
                "请在 {day} 前逐项补正并重新提交，逾期自动失效。",
                "Correct each thing named and submit again by {day}; after that it lapses.",
            ),
        ),
        Stage.REJECTED: (
            ("不予支持，理由见告知书。", "Not supported; the letter says why."),
            (
                "{day} 前可以书面申请重新审核；告知书写明了其他救济途径。",
                "Until {day} you may ask in writing for a new review; the letter names other remedies.",
            ),
        ),
        Stage.WITHDRAWN: (
            ("已撤回。", "Withdrawn."),
            ("本件不再办理；申报期内可以重新申报。", "It ends here; within the window you may file anew."),
        ),
        Stage.LAPSED: (
            ("逾期未办，已失效。", "Lapsed: the deadline went by."),
            ("本件不再办理；申报期内可以重新申报。", "It ends here; within the window you may file anew."),
        ),
        Stage.REVOKED: (
            ("审定已撤销，理由见告知书。", "The approval was revoked; the letter says why."),
            ("告知书写明了救济途径。", "The letter names the remedies."),
        ),
        Stage.RECLAIMED: (
            ("已追回。", "The award was paid back."),
            ("本件已办结。", "Nothing more follows."),
        ),
    },
)

YOURS = frozenset({Stage.DRAFT, Stage.CORRECTION})


def outlook(words: Words, stage: Stage, due_on: date | str | None) -> Outlook:
    now, following = _TEXTS[stage]
    day = words.day(due_on) if due_on else words.t("规定期限", "the time set")
    return Outlook(words.pick(now), words.t(*following, day=day), stage in YOURS)
