"""The rulebook says what the opinion says."""

import re
from datetime import date
from itertools import accumulate

import pytest
from opinion_tables import ANNEX_1, ANNEX_2, BY_DUTIES, PART_TWO

from config.directory import load_directory
from config.rulebook import load_rulebook
from states.guards import CORRECTABLE_FIELDS
from states.policy import GENERAL_CLAUSES, Basis, Item, Level, Policy

WAN = 10_000
BLANK = {"lead-zhejiang-local", "lead-pinzibiao"}

POLICY = load_rulebook().versions[0]
ITEMS = tuple(POLICY.items.values())


def headings(rows: tuple[tuple[str, ...], ...]) -> list[str]:
    """The first cells, each continued downwards as the merged cell it stands for."""
    return list(accumulate((row[0] for row in rows), lambda above, cell: cell or above))


def cell(item: Item, yuan: int | None) -> str:
    """An amount as the lists write it."""
    assert yuan is not None
    assert yuan % WAN == 0
    return f"{'最高' if item.is_ceiling else ''}{yuan // WAN}"


def heading(item: Item) -> str:
    return f"{item.group}（{item.condition}）" if item.condition else item.group


def test_the_first_annex_is_in_the_rulebook_row_by_row() -> None:
    items = [each for each in ITEMS if each.list == 1]
    assert [heading(each) for each in items] == headings(ANNEX_1)
    assert [each.level for each in items] == [row[1] for row in ANNEX_1]
    for item, (_, _, city, county) in zip(items, ANNEX_1, strict=True):
        if county:
            assert (cell(item, item.municipal_yuan), cell(item, item.county_yuan)) == (city, county)


def test_the_second_annex_is_in_the_rulebook_row_by_row_and_the_city_pays_nothing_there() -> None:
    items = [each for each in ITEMS if each.list == 2]
    assert [heading(each) for each in items] == headings(ANNEX_2)
    assert [each.level for each in items] == [row[1] for row in ANNEX_2]
    assert [cell(each, each.county_yuan) for each in items] == [row[2] for row in ANNEX_2]
    assert {each.municipal_yuan for each in items} == {None}


def test_only_the_blank_cells_are_readings_and_read_as_the_row_above() -> None:
    assert {each.code for each in ITEMS if not each.confirmed} == BLANK
    assert {each.code for each in ITEMS if each.reading} == BLANK
    above = POLICY.items["lead-industry"]
    for code in BLANK:
        item = POLICY.items[code]
        assert (item.municipal_yuan, item.county_yuan) == (above.municipal_yuan, above.county_yuan)
        assert "行业标准" in item.reading


def test_drafting_and_committees_are_subsidised_and_everything_else_is_awarded() -> None:
    subsidised = {each.basis for each in ITEMS if each.kind == "subsidy"}
    awarded = {each.basis for each in ITEMS if each.kind == "award"}
    assert subsidised == {Basis.STANDARD, Basis.COMMITTEE}
    assert awarded == {Basis.AWARD, Basis.ENTERPRISE, Basis.LEADER, Basis.PILOT}


def test_the_lead_drafter_ranks_first_and_revises_nothing() -> None:
    lead = [each for each in ITEMS if each.group == "牵头制定"]
    assert {(each.ranks, each.revisions) for each in lead} == {((1, 1), False)}


def test_participants_are_limited_as_the_list_says_and_may_revise() -> None:
    assert POLICY.items["participate-international"].ranks is None
    assert POLICY.items["participate-national"].ranks == (2, 4)
    assert all(each.revisions for each in ITEMS if each.group != "牵头制定")


def test_rank_plays_no_part_for_what_is_no_standard() -> None:
    others = [each for each in ITEMS if each.basis is not Basis.STANDARD]
    assert {each.ranks for each in others} == {None}
    assert {each.standard_level for each in others} == {None}


def test_each_level_that_the_lists_pay_for_has_its_lead_item() -> None:
    unpaid = {Level.OTHER_REGION, Level.ENTERPRISE, Level.UNKNOWN}
    paid = {each.standard_level for each in ITEMS if each.group == "牵头制定"}
    assert paid == set(Level) - unpaid


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_a_clause_quotes_the_row_and_the_amounts_it_rests_on(item: Item) -> None:
    clause = POLICY.clauses[item.clause]
    nested = item.group.replace("“", "‘").replace("”", "’")
    assert clause.startswith(f"附件{item.list}“")
    assert item.group in clause or nested in clause
    assert item.condition in clause
    assert item.level.removeprefix("“浙江标准”：") in clause
    assert f"{cell(item, item.county_yuan)}万元" in clause
    assert ("市级、县级各" in clause) is (item.municipal_yuan is not None)
    assert ("空白" in clause) is not item.confirmed


def test_every_clause_is_used_or_belongs_to_all() -> None:
    assert set(POLICY.clauses) == {each.clause for each in ITEMS} | set(GENERAL_CLAUSES)


def test_every_claim_brings_the_four_common_papers_and_the_proof_of_its_kind() -> None:
    common = ("application_form", "registration", "account_proof", "credit_pledge")
    proof = {
        Basis.STANDARD: {"standard_text", "publication"},
        Basis.COMMITTEE: {"founding_approval"},
        Basis.AWARD: {"decision"},
        Basis.ENTERPRISE: {"decision"},
        Basis.LEADER: {"assessment"},
        Basis.PILOT: {"project_approval", "task_book", "acceptance"},
    }
    for item in ITEMS:
        more = (
            {"project_registration", "translation"} if item.standard_level is Level.INTERNATIONAL else set()
        )
        assert item.required_evidence[:4] == common
        assert set(item.required_evidence[4:]) == proof[item.basis] | more


def test_the_citys_decision_may_be_shown_where_the_city_pays() -> None:
    shown = {each.code for each in ITEMS if "municipal_decision" in {paper.kind for paper in each.evidence}}
    assert shown == {each.code for each in ITEMS if each.municipal_yuan is not None}


def test_a_paper_is_never_called_like_a_field_of_the_claim() -> None:
    kinds = {paper.kind for item in ITEMS for paper in item.evidence}
    assert not kinds & set(CORRECTABLE_FIELDS)


def test_what_people_read_is_chinese_and_has_its_english() -> None:
    papers = {paper for item in ITEMS for paper in item.evidence}
    for named in (*ITEMS, *papers, *POLICY.fields.values(), POLICY):
        assert re.search(r"[一-鿿]", named.title)
        assert named.title_en
        assert not re.search(r"[一-鿿]", named.title_en)


def test_the_fields_ask_the_departments_that_the_opinion_names() -> None:
    directory = load_directory()

    def asked(named: str) -> tuple[str, ...]:
        offices = [directory.find(name) for name in named.split("、")]
        codes = [office.code for office in offices if office is not None]
        assert len(codes) == len(offices)
        # The bureau reviews in any case: it is asked only where nobody else is named.
        return tuple(code for code in codes if code != "market-supervision") or tuple(codes)

    assert [each.measure for each in POLICY.fields.values()] == [measure for measure, _ in PART_TWO]
    for field, (_, named) in zip(POLICY.fields.values(), PART_TWO, strict=True):
        assert set(field.departments) == (set() if named == BY_DUTIES else set(asked(named)))


def test_every_decision_that_can_be_fought_tells_of_remedies() -> None:
    assert set(POLICY.remedies) == {"refusal", "revocation", "clawback"}
    assert all("行政复议" in text and "行政诉讼" in text for text in POLICY.remedies.values())


def test_a_draft_policy_judges_and_says_that_it_is_a_draft() -> None:
    assert not POLICY.in_force
    assert load_rulebook().policy_on(date(2025, 6, 1)) is POLICY
    assert POLICY.effective_to is None


def test_a_day_before_the_first_version_is_judged_by_the_first() -> None:
    assert load_rulebook().policy_on(date(2019, 1, 1)) is POLICY


def test_the_packaged_rulebook_is_read_once() -> None:
    assert load_rulebook() is load_rulebook()


def test_a_policy_is_a_value_that_nobody_can_write_to() -> None:
    def write(policy: Policy) -> None:
        policy.items["lead-national"] = policy.items["lead-group"]  # type: ignore[index]

    with pytest.raises(TypeError):
        write(POLICY)
