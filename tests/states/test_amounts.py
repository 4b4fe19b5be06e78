"""What is paid: worked out in steps that can be read out, never more than any of the figures allows."""

from dataclasses import replace
from typing import Any

import pytest
from domain_world import POLICY, item, switched
from hypothesis import given
from hypothesis import strategies as st

from states.amounts import Quote, quote
from states.facts import Severity
from states.policy import MUNICIPAL_NOTE, NO_YUAN, PAID_ONCE, Item, Level, Yuan

yuan = st.integers(1, 2_000_000).map(Yuan)
items = st.sampled_from(list(POLICY.items.values()))
ranks = st.none() | st.integers(1, 8)


def paid(code: str, **given: Any) -> Quote:
    return quote(POLICY, POLICY.items[code], **given)


def told(quoted: Quote) -> list[tuple[str, int | None, int]]:
    return [(step.rule, step.input, step.result) for step in quoted.steps]


def test_a_fixed_item_pays_its_amount() -> None:
    quoted = paid("lead-national", rank=1)
    assert quoted.as_json() == {
        "code": "lead-national",
        "eligible": True,
        "municipal_yuan": 300_000,
        "county_yuan": 300_000,
        "is_ceiling": False,
        "steps": [
            {"rule": "附件1所列县级金额", "clause": "附件1·lead-national", "input": None, "result": 300_000},
        ],
        "findings": [],
    }


def test_a_ceiling_is_named_one() -> None:
    assert told(paid("participate-national", rank=2)) == [("附件1所列县级最高额", None, 150_000)]


def test_an_item_of_list_two_shows_no_amount_of_the_city() -> None:
    assert paid("lead-group", rank=1).municipal_yuan is None


def test_the_request_caps_the_amount() -> None:
    assert told(paid("lead-national", rank=1, requested_yuan=Yuan(120_000)))[-1] == (
        "不超过申报金额",
        120_000,
        120_000,
    )


def test_the_citys_decided_amount_caps_a_ceiling_but_no_fixed_amount() -> None:
    capped = paid("participate-national", rank=2, municipal_decided_yuan=Yuan(80_000))
    assert (capped.county_yuan, capped.steps[-1].clause) == (80_000, MUNICIPAL_NOTE)
    assert paid("lead-national", rank=1, municipal_decided_yuan=Yuan(80_000)).county_yuan == 300_000


def test_the_cap_at_the_citys_amount_is_the_countys_to_lift() -> None:
    lifted = switched(cap_at_municipal=False)
    quoted = quote(lifted, lifted.items["participate-national"], rank=2, municipal_decided_yuan=Yuan(80_000))
    assert quoted.county_yuan == 150_000


def test_a_group_standard_that_became_a_better_paid_one_gets_the_difference() -> None:
    quoted = paid("lead-pinzibiao", rank=1, earlier_paid_yuan=Yuan(100_000), requested_yuan=Yuan(200_000))
    assert quoted.county_yuan == 100_000
    assert PAID_ONCE in {step.clause for step in quoted.steps}


def test_asking_for_the_difference_gives_the_difference_and_not_less() -> None:
    quoted = paid("lead-pinzibiao", rank=1, earlier_paid_yuan=Yuan(100_000), requested_yuan=Yuan(100_000))
    assert quoted.county_yuan == 100_000


def test_what_was_paid_at_least_as_high_before_is_not_paid_again() -> None:
    quoted = paid("lead-group", rank=1, earlier_paid_yuan=Yuan(200_000))
    assert (quoted.eligible, quoted.county_yuan) == (False, 0)
    assert [each.code for each in quoted.findings] == ["paid_in_full_before"]


def test_the_deduction_is_the_countys_to_lift() -> None:
    lifted = switched(deduct_earlier_payment=False)
    quoted = quote(lifted, lifted.items["lead-pinzibiao"], rank=1, earlier_paid_yuan=Yuan(100_000))
    assert quoted.county_yuan == 200_000


@pytest.mark.parametrize(
    ("code", "given", "finding"),
    [
        ("lead-national", {"rank": 2}, "rank_not_paid"),
        ("lead-national", {"rank": 1, "revision": True}, "revision_not_paid"),
        ("participate-national", {"rank": 1}, "rank_not_paid"),
        ("participate-national", {"rank": 5}, "rank_not_paid"),
    ],
)
def test_who_does_not_meet_the_conditions_gets_nothing(
    code: str, given: dict[str, Any], finding: str
) -> None:
    quoted = paid(code, **given)
    assert (quoted.eligible, quoted.county_yuan) == (False, 0)
    assert [(each.code, each.severity, each.clause) for each in quoted.findings] == [
        (finding, Severity.ERROR, POLICY.items[code].clause),
    ]
    assert told(quoted)[-1] == ("不符合条件，不予支持", POLICY.items[code].county_yuan, 0)


@pytest.mark.parametrize("rank", [None, 1, 2, 9])
def test_participating_in_an_international_standard_knows_no_rank(rank: int | None) -> None:
    assert paid("participate-international", rank=rank).county_yuan == 300_000


@pytest.mark.parametrize("rank", [2, 3, 4])
@pytest.mark.parametrize("revision", [False, True])
def test_a_revision_is_paid_to_participants_since_only_the_lead_excludes_it(
    rank: int, *, revision: bool
) -> None:
    assert paid("participate-national", rank=rank, revision=revision).county_yuan == 150_000


def test_a_quote_without_a_rank_names_the_condition_and_the_amount() -> None:
    quoted = paid("lead-national")
    assert (quoted.eligible, quoted.county_yuan) == (True, 300_000)
    assert [(each.code, each.severity) for each in quoted.findings] == [("rank_unknown", Severity.WARNING)]


def test_an_award_knows_neither_rank_nor_revision() -> None:
    assert paid("award-provincial", rank=7, revision=True).county_yuan == 500_000


def test_an_amount_that_rests_on_a_reading_says_so_until_it_is_confirmed() -> None:
    open_ = paid("lead-pinzibiao", rank=1, reading_confirmed=False)
    assert (open_.eligible, open_.county_yuan) == (True, 200_000)
    assert [(each.code, each.severity) for each in open_.findings] == [("unconfirmed_reading", Severity.INFO)]
    assert open_.steps[0].rule == "附件1所列县级金额（清单留空，按解读计，待确认）"
    confirmed = paid("lead-pinzibiao", rank=1, reading_confirmed=True)
    assert confirmed.findings == ()
    assert confirmed.steps[0].rule == "附件1所列县级金额（清单留空，按解读计，已确认）"


@given(
    items,
    ranks,
    st.booleans(),
    st.none() | yuan,
    st.none() | yuan,
    st.just(NO_YUAN) | yuan,
    st.booleans(),
)
def test_no_quote_passes_any_limit_and_its_steps_lead_to_it(
    of: Item,
    rank: int | None,
    revision: bool,
    requested: Yuan | None,
    decided: Yuan | None,
    earlier: Yuan,
    confirmed: bool,
) -> None:
    quoted = quote(
        POLICY,
        of,
        rank=rank,
        revision=revision,
        requested_yuan=requested,
        municipal_decided_yuan=decided,
        earlier_paid_yuan=earlier,
        reading_confirmed=confirmed,
    )
    assert 0 <= quoted.county_yuan <= of.county_yuan
    assert quoted.county_yuan + earlier <= max(of.county_yuan, earlier)
    assert requested is None or quoted.county_yuan <= requested
    assert decided is None or not of.is_ceiling or quoted.county_yuan <= decided
    assert quoted.eligible == (quoted.county_yuan > 0)
    results = [step.result for step in quoted.steps]
    assert results == sorted(results, reverse=True)
    assert results[0] == of.county_yuan
    assert results[-1] == quoted.county_yuan
    assert all(step.rule and step.rule_en and step.clause for step in quoted.steps)


@given(yuan, st.integers(0, 300_000).map(Yuan))
def test_asking_for_more_never_pays_less(requested: Yuan, more: Yuan) -> None:
    lead = POLICY.items["lead-national"]
    less = quote(POLICY, lead, rank=1, requested_yuan=requested).county_yuan
    assert quote(POLICY, lead, rank=1, requested_yuan=Yuan(requested + more)).county_yuan >= less


def test_the_amount_comes_from_the_policy_and_no_code() -> None:
    raised = replace(POLICY.items["lead-national"], county_yuan=Yuan(310_000))
    assert quote(POLICY, raised, rank=1).county_yuan == 310_000
    assert quote(POLICY, item("new", Level.GROUP, 7), rank=1).county_yuan == 70_000
