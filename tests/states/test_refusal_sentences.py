"""Refusals: one stable code each, a sentence in both languages, a status that fits."""

from dataclasses import fields

import pytest

from states import errors
from states.errors import BudgetExceeded, EvidenceMissing, FindingsOpen, Refusal, VersionConflict, WrongStage
from states.stages import Stage, Trigger

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, Refusal) and kind is not Refusal
]


def test_no_two_refusals_share_a_code() -> None:
    codes = [kind.code for kind in KINDS]
    assert len(set(codes)) == len(codes)
    assert "refused" not in codes


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_a_refusal_speaks_both_languages_and_names_only_what_it_knows(kind: type[Refusal]) -> None:
    refusal = kind(**{each.name: 7 for each in fields(kind)})
    assert refusal.code.isidentifier()
    assert refusal.status in {403, 409, 422}
    assert refusal.message("zh") == str(refusal)
    assert refusal.message("en").isascii() or "“" in refusal.message("en")
    assert refusal.message("zh") != refusal.message("en")


@pytest.mark.parametrize(
    ("refusal", "zh", "en"),
    [
        (
            WrongStage("SB-2026-0001", Stage.PAID, Trigger.ENDORSE),
            "申报件 SB-2026-0001 现处“已拨付”环节，不能审核通过；请刷新后按当前环节可办事项办理。",
            "Claim SB-2026-0001 is at “Paid” and cannot endorse from there; reload it and choose one of its present actions.",
        ),
        (
            BudgetExceeded(2026, 100_000, 300_000, 200_000),
            "2026 年度预算可用 100,000 元，本次需 300,000 元，缺 200,000 元；请调整金额或追加预算。",
            "The budget of 2026 has 100,000 yuan left, this needs 300,000: 200,000 short; lower the amount or raise the budget.",
        ),
        (
            FindingsOpen(
                ("a", "b"), ("编号不符。", "排名不符。"), ("The number is wrong.", "The rank is wrong.")
            ),
            "存在不符合条件的事项：编号不符。排名不符。",
            "The claim does not meet the conditions: The number is wrong. The rank is wrong.",
        ),
        (
            EvidenceMissing(("standard_text", "seal"), ("标准文本", "印章")),
            "缺少必备材料：标准文本、印章；请补齐后再办（claim attach）。",
            "Required evidence is missing: standard_text, seal; attach it first (claim attach).",
        ),
    ],
    ids=["wrong stage", "budget", "findings", "evidence"],
)
def test_a_refusal_reads_as_a_sentence(refusal: Refusal, zh: str, en: str) -> None:
    assert (refusal.message("zh"), refusal.message("en")) == (zh, en)


def test_a_refusal_carries_its_facts_for_programs() -> None:
    assert VersionConflict("SB-2026-0001", 3, 4).facts() == {
        "number": "SB-2026-0001",
        "expected": 3,
        "found": 4,
    }
