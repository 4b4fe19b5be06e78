"""What the rules say about a claim, before any person does: findings, each with clause, column and cure.

An error stands in the way of submitting and endorsing, a warning must be answered by the reviewer, an
information only helps. Who may act is judged elsewhere, in `duties`.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from states import credit_codes
from states.amounts import unconfirmed_reading
from states.conditions import place, unmet_conditions
from states.duties import folded
from states.facts import Achievement, Applicant, Finding, Severity, Window
from states.policy import COUNTY_UNITS, CYCLE_CALL, PAID_ONCE, Basis, Item, Level, Policy, Yuan
from states.standards import Identified, identify, items_for, series_of

CREDIT_CODE, NUMBER, RANK = "统一社会信用代码", "标准编号", "排名"
DATE, REQUESTED, DRAFTERS = "发布日期", "申请金额", "起草单位"

REGION_AT = 2
"""Where in a credit code the six digits of the registering region begin."""


class OtherClaim(NamedTuple):
    """Another live claim for the same number; one without a rank is for the same item."""

    number: str
    rank: int | None
    uscc: str


def judge(
    policy: Policy,
    item: Item,
    applicant: Applicant,
    achievement: Achievement,
    *,
    requested_yuan: Yuan,
    window: Window,
    reading_confirmed: bool,
    duplicates: Sequence[tuple[str, int | None, str]],
    series_claims: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """All findings on a claim, in the order of the sheet's columns.

    `duplicates` are the other live claims for the same number (claim number, rank, credit code), `series_claims`
    the numbers of live claims for other parts of the same series.
    """
    others = [OtherClaim(*each) for each in duplicates]
    findings = [*_applicant(policy, applicant)]
    if item.basis is Basis.STANDARD:
        findings += _number(policy, item, achievement)
        findings += unmet_conditions(item, achievement.rank, revision=achievement.revision)
        findings += _drafters(item, applicant, achievement)
    findings += _date(item, achievement, window)
    findings += _amount(item, requested_yuan)
    findings += _others(item, applicant, achievement, others)
    if item.basis is Basis.STANDARD:
        findings += _series(policy, achievement, series_claims)
    if not reading_confirmed:
        findings.append(unconfirmed_reading(item))
    return tuple(findings)


def _applicant(policy: Policy, applicant: Applicant) -> Iterator[Finding]:
    """A unit of the county, by its credit code; party and government organs make the reviewer answer."""
    code, switches = applicant.uscc, policy.switches
    problem = credit_codes.check(code)
    if problem is not None:
        yield Finding(
            "bad_credit_code",
            Severity.ERROR,
            f"统一社会信用代码有误：{problem.zh}。",
            f"The credit code is wrong: {problem.en}.",
            COUNTY_UNITS,
            CREDIT_CODE,
        )
        return
    region = code[REGION_AT:]
    if region.startswith(switches.asked_prefixes):
        yield Finding(
            "unusual_prefix",
            Severity.WARNING,
            "统一社会信用代码的登记机关不在本县；奖补对象为“县域单位”，审核人须核实其注册地或实际所在地并说明。",
            "The credit code was given by an authority outside the county; the opinion supports units of the county "
            "(县域单位), so the reviewer must check where the unit is and say so.",
            COUNTY_UNITS,
            CREDIT_CODE,
        )
    elif not region.startswith(switches.county_prefixes):
        yield Finding(
            "not_in_county",
            Severity.ERROR,
            "统一社会信用代码不是本县登记的单位；奖补对象为“县域单位”，请核对代码或由县域单位申报。",
            "The credit code is not that of a unit registered in the county; the opinion supports units of the county "
            "(县域单位): check the code, or let the county's unit file.",
            COUNTY_UNITS,
            CREDIT_CODE,
        )
    if code.startswith(switches.organ_prefixes):
        yield Finding(
            "organ_asked",
            Severity.WARNING,
            "申报单位为党政机关；意见未写明“县域单位”是否包括机关，审核人须说明可否支持。",
            "The applicant is a party or government organ; the opinion does not say whether 县域单位 includes them, so "
            "the reviewer must say whether it is supported.",
            COUNTY_UNITS,
            CREDIT_CODE,
        )


def _number(policy: Policy, item: Item, achievement: Achievement) -> Iterator[Finding]:
    """The standard's number must be of the level that the item pays for."""
    found = identify(achievement.number)
    if found.level is item.standard_level and found.dated:
        return
    code, zh, en = _number_problem(policy, item, found)
    yield Finding(code, Severity.ERROR, zh, en, item.clause, NUMBER)


def _number_problem(policy: Policy, item: Item, found: Identified) -> tuple[str, str, str]:
    if found.level is Level.UNKNOWN:
        return (
            "number_unrecognised",
            f"“{found.number}”{found.reason}。",
            f"“{found.number}”: {found.reason_en}.",
        )
    if found.level is item.standard_level:
        return (
            "number_unrecognised",
            f"“{found.number}”缺发布年份；请按标准封面填写含年份的完整编号。",
            f"“{found.number}” lacks the year of its edition; copy the number in full from the cover.",
        )
    if found.level is Level.OTHER_REGION:
        return (
            "other_region",
            f"“{found.number}”：{found.reason}；所报项目为{item.title}，请核对编号。",
            f"“{found.number}”: {found.reason_en}; the item claimed is “{item.title_en}”, so check the number.",
        )
    fitting = [policy.items[code] for code in items_for(policy, found)]
    titles = "、".join(each.title for each in fitting) or "无"
    titles_en = ", ".join(f"“{each.title_en}”" for each in fitting) or "none"
    return (
        "item_mismatch",
        f"“{found.number}”与所报项目（{item.title}）不符：{found.reason}；可报项目：{titles}。请更正奖补项目或编号。",
        f"“{found.number}” does not fit “{item.title_en}”: {found.reason_en}. Correct item or number; it fits: {titles_en}.",
    )


def _drafters(item: Item, applicant: Applicant, achievement: Achievement) -> Iterator[Finding]:
    """Where the drafters are given, the applicant stands among them, at the rank it claims."""
    if not achievement.drafters:
        return
    names = [folded(each) for each in achievement.drafters]
    own = folded(applicant.name)
    if own not in names:
        yield Finding(
            "rank_differs_from_drafters",
            Severity.ERROR,
            f"所列起草单位中没有“{applicant.name}”；请按标准前言更正起草单位，或由起草单位申报。",
            f"“{applicant.name}” is not among the drafters given; correct the drafters by the standard's foreword, or "
            "let a drafter file.",
            item.clause,
            DRAFTERS,
        )
        return
    found, rank = names.index(own) + 1, achievement.rank
    if rank is not None and rank != found:
        yield Finding(
            "rank_differs_from_drafters",
            Severity.ERROR,
            f"所填排名为{place(rank)}，而所列起草单位中“{applicant.name}”列{place(found)}；请按标准前言更正。",
            f"The rank given is {rank}, but “{applicant.name}” stands at {found} among the drafters given; correct it by "
            "the standard's foreword.",
            item.clause,
            RANK,
        )


def _date(item: Item, achievement: Achievement, window: Window) -> Iterator[Finding]:
    day = achievement.dated_on
    first, last = window.results_from.isoformat(), window.results_to.isoformat()
    if day is None:
        yield Finding(
            "date_missing",
            Severity.ERROR,
            f"缺{item.date_label}；请按证明文件填写，本年度只受理 {first} 至 {last} 的成果。",
            f"The date that the item is judged by is missing; this cycle takes results from {first} to {last}.",
            CYCLE_CALL,
            DATE,
        )
    elif not window.results_from <= day <= window.results_to:
        yield Finding(
            "out_of_period",
            Severity.ERROR,
            f"{item.date_label} {day.isoformat()} 不在本年度成果期间 {first} 至 {last} 内；请核对日期，或在相应年度申报。",
            f"{day.isoformat()} is outside this cycle's period of results, {first} to {last}; check the date, or claim "
            "in the cycle that it belongs to.",
            CYCLE_CALL,
            DATE,
        )


def _amount(item: Item, requested: Yuan) -> Iterator[Finding]:
    if requested <= item.county_yuan:
        return
    word, word_en = ("最高额", "ceiling") if item.is_ceiling else ("金额", "amount")
    yield Finding(
        "above_ceiling",
        Severity.ERROR,
        f"申请金额 {requested:,} 元超过附件{item.list}所列县级{word} {item.county_yuan:,} 元；请改为不超过该金额。",
        f"{requested:,} yuan are requested, above the county's {word_en} of {item.county_yuan:,} yuan in list "
        f"{item.list}; ask for no more than that.",
        item.clause,
        REQUESTED,
    )


def _others(
    item: Item,
    applicant: Applicant,
    achievement: Achievement,
    others: Sequence[OtherClaim],
) -> Iterator[Finding]:
    """One achievement is paid once: to one unit at each rank, and to a unit once.

    Other units under the same file number of an award are no duplicates: one decision honours many.
    """
    rank = achievement.rank
    for other in others:
        if other.uscc == applicant.uscc:
            zh, en = (
                f"本单位已就“{achievement.number}”申报 {other.number}",
                f"this unit has filed {other.number}",
            )
            yield _same(zh, en)
        elif rank is not None and other.rank == rank:
            yield _same(f"他单位已以排名{place(rank)}申报", f"another unit claims rank {rank}", other.number)
        elif item.basis is Basis.STANDARD:
            at = f"排名{place(other.rank)}" if other.rank is not None else "未填排名"
            at_en = f"rank {other.rank}" if other.rank is not None else "no rank given"
            yield Finding(
                "other_claim_on_standard",
                Severity.INFO,
                f"同一标准另有他单位的申报件（{at}），审核时一并核对起草单位排名。",
                f"Another unit claims the same standard ({at_en}); the drafters' order is compared in review.",
                PAID_ONCE,
                NUMBER,
                (other.number,),
            )


def _same(why: str, why_en: str, *others: str) -> Finding:
    return Finding(
        "same_standard",
        Severity.ERROR,
        f"同一成果不重复奖补：{why}；请核对编号和排名，或先撤回其中一件。",
        f"One achievement is paid once: {why_en}; check number and rank, or withdraw one of the claims.",
        PAID_ONCE,
        NUMBER,
        others,
    )


def _series(
    policy: Policy,
    achievement: Achievement,
    claims: Sequence[str],
) -> Iterator[Finding]:
    series = series_of(achievement.number)
    if series is None:
        return
    if not policy.switches.series_paid_once:
        yield Finding(
            "series",
            Severity.WARNING,
            f"本标准为系列标准 {series} 的一部分；意见未限制系列标准，审核人须说明与其他部分是否重复。",
            f"This is a part of the series {series}; the opinion sets no limit for series, so the reviewer must say "
            "whether it repeats another part.",
            PAID_ONCE,
            NUMBER,
            tuple(claims),
        )
    elif claims:
        yield Finding(
            "series",
            Severity.ERROR,
            f"系列标准 {series} 只支持一个部分，其他部分已申报；请只保留一件。",
            f"Only one part of the series {series} is paid, and another part is claimed already; keep one of the claims.",
            PAID_ONCE,
            NUMBER,
            tuple(claims),
        )
