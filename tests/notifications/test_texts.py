"""Texts to applicants: one for each of their letters, in one part, whatever it says."""

import pytest
from letter_examples import EXAMPLES

from claims.letters.phones import mobile
from notifications.concerns import CONCERNS, Audience
from notifications.texting import ONE_PART, TextTooLongError, has_text, text_message, units

SENDER = "嵊泗县市场监督管理局"
TO_APPLICANTS = {
    each.letter.kind
    for row in CONCERNS.values()
    for each in row
    if each.audience in {Audience.APPLICANT, Audience.CORRECTING, Audience.DRAFT_HOLDERS}
}


def test_every_letter_to_an_applicant_has_its_text_and_no_other() -> None:
    assert {each.kind for each in EXAMPLES.values() if has_text(each.kind)} == TO_APPLICANTS


@pytest.mark.parametrize("name", sorted(name for name, each in EXAMPLES.items() if has_text(each.kind)))
def test_a_text_is_one_part_even_in_a_rehearsal_and_names_its_claim(name: str) -> None:
    context = EXAMPLES[name]
    text = text_message(context, SENDER, rehearsal=True)
    assert units(text) <= ONE_PART
    assert text.startswith(f"【演练】【{SENDER}】")
    assert text.endswith("。")
    claim = getattr(context, "claim", None)
    assert claim is None or claim in text


def test_a_text_that_would_leave_in_two_parts_is_refused_and_never_cut() -> None:
    with pytest.raises(TextTooLongError, match="70 at most"):
        text_message(EXAMPLES["receipt"], SENDER * 4, rehearsal=False)


def test_length_counts_as_a_telephone_does() -> None:
    assert [units(each) for each in ("贻贝", "𠮷", "ab")] == [2, 2, 2]


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("13800000000", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("+86 138 0000 0000", "13800000000"),
        ("(86)13800000000", "13800000000"),
        ("0580-5081234", ""),
        ("12800000000", ""),
        ("无", ""),
        ("", ""),
    ],
)
def test_a_number_is_a_mobile_one_or_none(phone: str, number: str) -> None:
    assert mobile(phone) == number
