"""What the rules find in a claim: each finding names its clause, its column and the cure."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from domain_world import (
    COUNTY_CODE,
    OTHER_CODE,
    POLICY,
    STANDARD,
    UNIT,
    WINDOW,
    credit_code,
    switched,
)

from states.facts import Achievement, Finding, Severity
from states.judgement import judge
from states.policy import Policy, Yuan

LEAD, JOIN, AWARD = "lead-national", "participate-national", "award-provincial"
PRIZE = Achievement("浙政发〔2025〕5号", "贻贝标准体系", None, revision=False, dated_on=date(2025, 9, 1))
ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


def found(item: str = LEAD, achievement: Achievement = STANDARD, **given: Any) -> tuple[Finding, ...]:
    policy: Policy = given.pop("policy", POLICY)
    values: dict[str, Any] = {
        "requested_yuan": policy.items[item].county_yuan,
        "window": WINDOW,
        "reading_confirmed": True,
        "duplicates": (),
    }
    applicant = replace(UNIT, **given.pop("applicant", {}))
    return judge(policy, policy.items[item], applicant, achievement, **values | given)


def standard(**changes: Any) -> Achievement:
    return replace(STANDARD, **changes)


def test_a_claim_in_good_order_meets_no_objection() -> None:
    assert found() == ()
    assert found(JOIN, standard(rank=3)) == ()
    assert found(AWARD, PRIZE) == ()


# One row a finding: what is changed of a claim in good order, the code, how grave it is, and the sheet's column.
FINDINGS: list[tuple[str, Severity, str, dict[str, Any]]] = [
    ("bad_credit_code", ERROR, "统一社会信用代码", {"applicant": {"uscc": COUNTY_CODE[:-1] + "0"}}),
    ("bad_credit_code", ERROR, "统一社会信用代码", {"applicant": {"uscc": ""}}),
    ("not_in_county", ERROR, "统一社会信用代码", {"applicant": {"uscc": credit_code("91330902MA2A0001X")}}),
    (
        "unusual_prefix",
        WARNING,
        "统一社会信用代码",
        {"applicant": {"uscc": credit_code("91330900MA2A0001X")}},
    ),
    (
        "unusual_prefix",
        WARNING,
        "统一社会信用代码",
        {"applicant": {"uscc": credit_code("91100000MA2A0001X")}},
    ),
    ("organ_asked", WARNING, "统一社会信用代码", {"applicant": {"uscc": credit_code("1133092200261234X")}}),
    ("number_unrecognised", ERROR, "标准编号", {"achievement": standard(number="水产品分类")}),
    ("number_unrecognised", ERROR, "标准编号", {"achievement": standard(number="GB/T 41545")}),
    ("item_mismatch", ERROR, "标准编号", {"achievement": standard(number="SC/T 2073-2025")}),
    ("item_mismatch", ERROR, "标准编号", {"achievement": standard(number="Q/HDHL 001-2025")}),
    ("other_region", ERROR, "标准编号", {"achievement": standard(number="DB3310/T 101-2025")}),
    ("revision_not_paid", ERROR, "是否修订", {"achievement": standard(revision=True)}),
    ("rank_not_paid", ERROR, "排名", {"achievement": standard(rank=2)}),
    ("rank_not_paid", ERROR, "排名", {"item": JOIN, "achievement": standard(rank=5)}),
    ("rank_not_paid", ERROR, "排名", {"item": JOIN}),
    ("rank_unknown", ERROR, "排名", {"achievement": standard(rank=None)}),
    (
        "rank_differs_from_drafters",
        ERROR,
        "排名",
        {"achievement": standard(drafters=("嵊泗县贻贝行业协会", UNIT.name))},
    ),
    (
        "rank_differs_from_drafters",
        ERROR,
        "起草单位",
        {"achievement": standard(drafters=("嵊泗县贻贝行业协会",))},
    ),
    ("date_missing", ERROR, "发布日期", {"achievement": standard(dated_on=None)}),
    ("out_of_period", ERROR, "发布日期", {"achievement": standard(dated_on=date(2024, 12, 31))}),
    ("out_of_period", ERROR, "发布日期", {"achievement": standard(dated_on=date(2026, 1, 1))}),
    (
        "out_of_period",
        ERROR,
        "发布日期",
        {"item": AWARD, "achievement": replace(PRIZE, dated_on=date(2026, 1, 1))},
    ),
    ("above_ceiling", ERROR, "申请金额", {"requested_yuan": Yuan(300_001)}),
    (
        "above_ceiling",
        ERROR,
        "申请金额",
        {"item": AWARD, "achievement": PRIZE, "requested_yuan": Yuan(500_001)},
    ),
    ("same_standard", ERROR, "标准编号", {"duplicates": (("SB-2026-0002", 1, OTHER_CODE),)}),
    ("same_standard", ERROR, "标准编号", {"duplicates": (("SB-2026-0002", 2, COUNTY_CODE),)}),
    (
        "same_standard",
        ERROR,
        "标准编号",
        {"item": AWARD, "achievement": PRIZE, "duplicates": (("SB-2026-0002", None, COUNTY_CODE),)},
    ),
    ("other_claim_on_standard", INFO, "标准编号", {"duplicates": (("SB-2026-0002", 2, OTHER_CODE),)}),
    ("series", WARNING, "标准编号", {"achievement": standard(number="GB/T 41545.2-2025")}),
    ("unconfirmed_reading", INFO, "奖补项目", {"reading_confirmed": False}),
]


@pytest.mark.parametrize(
    ("code", "severity", "column", "given"),
    FINDINGS,
    ids=[f"{code}-{n}" for n, (code, *_) in enumerate(FINDINGS)],
)
def test_one_thing_amiss_is_found_alone(
    code: str, severity: Severity, column: str, given: dict[str, Any]
) -> None:
    (finding,) = found(**given)
    assert (finding.code, finding.severity, finding.column) == (code, severity, column)
    assert finding.clause
    assert finding.zh.endswith("。")
    assert finding.en.endswith(".")


def test_all_that_is_amiss_is_told_at_once() -> None:
    wrong = standard(number="DB21/T 3719-2025", rank=3, revision=True, dated_on=None)
    codes = [each.code for each in found(achievement=wrong, requested_yuan=Yuan(900_000))]
    assert codes == ["other_region", "revision_not_paid", "rank_not_paid", "date_missing", "above_ceiling"]


def test_a_rank_outside_the_condition_is_refused_in_the_words_of_the_list() -> None:
    (finding,) = found(JOIN, standard(rank=5))
    assert "排名第二位至第四位" in finding.zh
    assert "第五位" in finding.zh
    assert "ranks 2 to 4" in finding.en
    (alone,) = found(achievement=standard(rank=2))
    assert "排名第一位，" in alone.zh
    assert "for rank 1 among" in alone.en


@pytest.mark.parametrize(("rank", "words"), [(10, "第十位"), (11, "第11位")])
def test_a_rank_of_any_length_can_be_told(rank: int, words: str) -> None:
    (finding,) = found(JOIN, standard(rank=rank))
    assert words in finding.zh


def test_a_mismatch_names_the_items_that_would_fit() -> None:
    (finding,) = found("lead-group", standard(number="DB3309/T 112-2025"))
    assert "可报项目：项目 lead-zhoushan-local。" in finding.zh
    assert "“Item lead-zhoushan-local”" in finding.en


def test_the_first_and_the_last_day_of_the_period_belong_to_it() -> None:
    for day in (WINDOW.results_from, WINDOW.results_to):
        assert found(achievement=standard(dated_on=day)) == ()


def test_a_standard_is_judged_by_its_publication_even_if_it_takes_effect_in_another_year() -> None:
    late = standard(dated_on=date(2025, 12, 17), effective_on=date(2026, 1, 17))
    assert found(achievement=late) == ()


def test_an_applicant_at_its_rank_among_the_drafters_is_in_order_however_the_name_is_written() -> None:
    drafters = ("嵊泗县贻贝行业协会", "嵊泗县 海洋科技研究所", "嵊泗县水产养殖服务中心")
    assert found(JOIN, standard(rank=2, drafters=drafters)) == ()


def test_two_units_honoured_by_one_decision_both_claim() -> None:
    assert found(AWARD, PRIZE, duplicates=(("SB-2026-0002", None, OTHER_CODE),)) == ()


def test_a_taken_rank_points_to_the_claim_that_has_it_and_does_not_name_it_to_the_applicant() -> None:
    for rank in (1, 2, None):
        (finding,) = found(duplicates=(("SB-2026-0002", rank, OTHER_CODE),))
        assert finding.claims == ("SB-2026-0002",)
        assert "SB-" not in finding.zh + finding.en


def test_a_unit_is_told_which_claim_of_its_own_stands_in_the_way() -> None:
    (finding,) = found(duplicates=(("SB-2026-0002", 1, COUNTY_CODE),))
    assert "SB-2026-0002" in finding.zh
    assert "SB-2026-0002" in finding.en


def test_parts_of_a_series_are_paid_once_where_the_county_says_so() -> None:
    part = standard(number="GB/T 41545.2-2025")
    once = switched(series_paid_once=True)
    assert found(achievement=part, policy=once) == ()
    (finding,) = found(achievement=part, policy=once, series_claims=("SB-2026-0002",))
    assert (finding.code, finding.severity) == ("series", Severity.ERROR)
    assert finding.claims == ("SB-2026-0002",)


def test_the_reviewer_is_told_which_claims_are_for_other_parts() -> None:
    (finding,) = found(
        achievement=standard(number="GB/T 41545.2-2025"), series_claims=("SB-2026-0002", "SB-2026-0003")
    )
    assert finding.claims == ("SB-2026-0002", "SB-2026-0003")
    assert "SB-" not in finding.zh + finding.en


def test_which_units_are_asked_about_is_the_countys_setting() -> None:
    organ = {"uscc": credit_code("1133092200261234X")}
    assert found(applicant=organ, policy=switched(organ_prefixes=())) == ()
    elsewhere = {"uscc": credit_code("91330902MA2A0001X")}
    assert found(applicant=elsewhere, policy=switched(county_prefixes=("330922", "330902"))) == ()


def test_a_finding_reads_as_json() -> None:
    (finding,) = found(achievement=standard(rank=2))
    assert set(finding.as_json()) == {"code", "severity", "message", "message_en", "clause", "column"}
    assert finding.as_json()["severity"] == "error"
