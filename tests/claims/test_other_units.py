"""What an applicant and a township learn of another unit's claim for the same standard: that there is one, not which."""

import json
from dataclasses import replace

import pytest
import world

from claims.desk import Desk
from claims.errors import StandardTaken, UnitOutOfScope
from claims.reading.queries import claim_json
from claims.submission import filing_drafts, filing_starts, judging
from claims.submission.filing import correct, file_claim
from states.errors import FindingsOpen

OWN = world.a_form(item="lead-national", standard_number="GB/T 90001-2024", drafters=())
RIVAL = world.a_form(
    unit_name=world.COMPANY[0],
    uscc=world.COMPANY[1],
    township=world.COMPANY[2],
    item="participate-national",
    standard_number=OWN.standard_number,
    rank=3,
    drafters=(),
)


def two_units_on_one_standard(desk: Desk) -> tuple[str, str]:
    with desk.transaction() as tx:
        return world.add_draft(tx, OWN), world.add_draft(tx, RIVAL, by="he")


@pytest.mark.parametrize(
    ("viewer", "told"),
    [
        ("lin", False),
        ("zhou", False),
        ("sun", True),
        ("li", True),
        ("xu", True),
        ("tang", True),
        (None, True),
    ],
)
def test_offices_are_told_which_claim_it_is_and_the_applicants_side_is_not(
    sqlite_desk: Desk, viewer: str | None, told: bool
) -> None:
    own, other = two_units_on_one_standard(sqlite_desk)
    with sqlite_desk.reading() as tx:
        found = claim_json(tx, own, world.who(tx, viewer) if viewer else None)
    (finding,) = (each for each in found["findings"] if each["code"] == "other_claim_on_standard")
    assert finding["claims"] == ([other] if told else [])
    assert (other in json.dumps(found["findings"])) is told


def test_a_refused_filing_does_not_name_another_units_claim(sqlite_desk: Desk) -> None:
    _, other = two_units_on_one_standard(sqlite_desk)
    form = replace(OWN, item=RIVAL.item, rank=RIVAL.rank)
    with sqlite_desk.transaction() as tx, pytest.raises(FindingsOpen) as refused:
        file_claim(tx, world.YEAR, form, actor=world.who(tx, "lin"))
    assert "same_standard" in refused.value.codes
    assert other not in refused.value.message("zh") + refused.value.message("en")


def test_a_rival_at_the_same_moment_is_not_named_either(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, other = two_units_on_one_standard(sqlite_desk)
    monkeypatch.setattr(judging, "duplicates", lambda *_args: ())
    changes = {"item": RIVAL.item, "rank": RIVAL.rank}
    with sqlite_desk.transaction() as tx, pytest.raises(StandardTaken) as refused:
        correct(tx, own, changes, actor=world.who(tx, "lin"))
    assert other not in str(refused.value.facts()) + refused.value.message("zh") + refused.value.message("en")


def test_a_page_filled_in_for_somebody_elses_unit_tells_nothing_about_it(sqlite_desk: Desk) -> None:
    two_units_on_one_standard(sqlite_desk)
    with sqlite_desk.transaction() as tx:
        lin = world.who(tx, "lin")
        key = filing_starts.start_filing(tx, actor=lin)
        typed = {
            "unit_name": RIVAL.unit_name,
            "uscc": RIVAL.uscc,
            "township": RIVAL.township,
            "contact": RIVAL.contact,
            "phone": RIVAL.phone,
            "bank": RIVAL.bank,
            "account": RIVAL.account,
            "item": RIVAL.item,
            "field": RIVAL.field,
            "standard_number": RIVAL.standard_number,
            "title": RIVAL.title,
            "rank": "3",
            "revision": filing_drafts.NO,
            "dated_on": "2024-12-17",
            "effective_on": "2025-01-17",
            "requested_yuan": "10000",
        }
        filing_drafts.save_typed(tx, key, typed, actor=lin)
        found = filing_drafts.filing(tx, key, actor=lin)
        assert (found.errors, found.remarks) == ((), ())
        with pytest.raises(UnitOutOfScope):
            filing_drafts.settle(tx, key, actor=lin)
