"""What an item is worth, in steps that can be read out: each names its rule, its clause and its two figures.

The county pays on top of the city (“另行奖补”), so the city's amount is shown beside and never subtracted.
"""

from dataclasses import dataclass, replace
from typing import Any

from states.conditions import unmet_conditions
from states.facts import Finding, Severity
from states.policy import MUNICIPAL_NOTE, NO_YUAN, PAID_ONCE, Item, Policy, Yuan


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the calculation. `input` is the figure the rule brings in, `result` what stands after it."""

    rule: str
    rule_en: str
    clause: str
    input: Yuan | None
    result: Yuan

    def as_json(self) -> dict[str, Any]:
        return {"rule": self.rule, "clause": self.clause, "input": self.input, "result": self.result}


@dataclass(frozen=True, slots=True)
class Quote:
    """What the county would pay. `steps` lead from the list's amount to `county_yuan`, which the last one shows.

    `municipal_yuan` is the list's figure for the city, None where it gives none. Not `eligible`: an error stands
    among the findings, and the county pays nothing.
    """

    code: str
    eligible: bool
    municipal_yuan: Yuan | None
    county_yuan: Yuan
    is_ceiling: bool
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "eligible": self.eligible,
            "municipal_yuan": self.municipal_yuan,
            "county_yuan": self.county_yuan,
            "is_ceiling": self.is_ceiling,
            "steps": [each.as_json() for each in self.steps],
            "findings": [each.as_json() for each in self.findings],
        }


def quote(
    policy: Policy,
    item: Item,
    *,
    rank: int | None = None,
    revision: bool = False,
    requested_yuan: Yuan | None = None,
    municipal_decided_yuan: Yuan | None = None,
    earlier_paid_yuan: Yuan = NO_YUAN,
    reading_confirmed: bool = True,
) -> Quote:
    """The most the county may pay for an item, worked out step by step.

    Without a rank the amount is worked out for whoever has a rank that is paid. What was paid before for the same
    achievement is deducted before the request is looked at: a unit may ask for the whole or for the difference.
    """
    findings = [_asked_only(each) for each in unmet_conditions(item, rank, revision=revision)]
    if not reading_confirmed:
        findings.append(unconfirmed_reading(item))
    steps = [_listed(item, reading_confirmed=reading_confirmed)]
    if municipal_decided_yuan is not None and item.is_ceiling and policy.switches.cap_at_municipal:
        steps.append(_capped_at_municipal(steps[-1].result, municipal_decided_yuan))
    if earlier_paid_yuan and policy.switches.deduct_earlier_payment:
        steps.append(_less_earlier(steps[-1].result, earlier_paid_yuan))
        if not steps[-1].result:
            findings.append(_paid_in_full(earlier_paid_yuan))
    if requested_yuan is not None:
        steps.append(_capped_at_request(item, steps[-1].result, requested_yuan))
    against = next((each for each in findings if each.severity is Severity.ERROR), None)
    if against is not None:
        steps.append(_not_payable(steps[-1].result, against))
    return Quote(
        code=item.code,
        eligible=against is None,
        municipal_yuan=item.municipal_yuan,
        county_yuan=steps[-1].result,
        is_ceiling=item.is_ceiling,
        steps=tuple(steps),
        findings=tuple(findings),
    )


def unconfirmed_reading(item: Item) -> Finding:
    return Finding(
        "unconfirmed_reading",
        Severity.INFO,
        f"清单中本项目金额为空，暂按解读计算（{item.reading.rstrip('。')}）；可以审核，"
        f"须由责任人确认解读（policy confirm {item.code}）后方可审定。",
        "The list leaves this item's amount blank and the figure rests on a reading; the claim can be reviewed, and "
        f"approved once a named person has confirmed that reading (policy confirm {item.code}).",
        item.clause,
        "奖补项目",
    )


def _asked_only(finding: Finding) -> Finding:
    """A rank that was not told does not stand against a quote; against a claim it does."""
    return replace(finding, severity=Severity.WARNING) if finding.code == "rank_unknown" else finding


def _listed(item: Item, *, reading_confirmed: bool) -> Step:
    kind, kind_en = ("最高额", "ceiling") if item.is_ceiling else ("金额", "amount")
    source, source_en = f"附件{item.list}所列县级{kind}", f"The county's {kind_en} in list {item.list}"
    if not item.confirmed:
        state, state_en = ("已确认", "confirmed") if reading_confirmed else ("待确认", "not confirmed yet")
        source += f"（清单留空，按解读计，{state}）"
        source_en += f" (blank in the list; by a reading, {state_en})"
    return Step(source, source_en, item.clause, None, item.county_yuan)


def _capped_at_municipal(amount: Yuan, decided: Yuan) -> Step:
    return Step(
        "参考市级：不超过市级核定金额",
        "Following the city: not above the amount that it has decided",
        MUNICIPAL_NOTE,
        decided,
        min(amount, decided),
    )


def _less_earlier(amount: Yuan, paid: Yuan) -> Step:
    return Step(
        "同一成果就高补差：扣除此前已拨金额",
        "One achievement is paid once, at its highest amount: less what was paid before",
        PAID_ONCE,
        paid,
        Yuan(max(amount - paid, 0)),
    )


def _capped_at_request(item: Item, amount: Yuan, requested: Yuan) -> Step:
    return Step(
        "不超过申报金额", "Not above the amount requested", item.clause, requested, min(amount, requested)
    )


def _not_payable(amount: Yuan, against: Finding) -> Step:
    return Step(
        "不符合条件，不予支持",
        "The conditions are not met, so nothing is paid",
        against.clause,
        amount,
        NO_YUAN,
    )


def _paid_in_full(paid: Yuan) -> Finding:
    return Finding(
        "paid_in_full_before",
        Severity.ERROR,
        f"同一成果此前已拨 {paid:,} 元，不低于本项目金额，不再支付；请不予支持并说明理由。",
        f"{paid:,} yuan have been paid for the same achievement before, no less than this item gives, so nothing is "
        "left to pay; reject the claim and say so.",
        PAID_ONCE,
        "奖补项目",
    )
