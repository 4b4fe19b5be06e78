"""Versions of the policy follow one another without gap or overlap, and each has a hash of its own."""

from datetime import date

import pytest
from spoiled import Files

V1 = "rulebook/v1.yaml"
BEGINS = "effective_from: 2024-01-01"
AMOUNT = "county_yuan: 300000"


def end_first(files: Files, day: str) -> int:
    return files.spoil(V1, BEGINS, f"{BEGINS}\neffective_to: {day}") + 1


def test_a_version_ends_the_day_before_the_next_begins(files: Files) -> None:
    files.add_version("v2", BEGINS, "effective_from: 2025-07-01")
    end_first(files, "2025-06-30")
    rulebook = files.load()
    assert [each.version for each in rulebook.versions] == ["v1", "v2"]
    assert rulebook.policy_on(date(2025, 6, 30)).version == "v1"
    assert rulebook.policy_on(date(2025, 7, 1)).version == "v2"


@pytest.mark.parametrize(("last_day", "what"), [("2025-07-15", "an overlap"), ("2025-05-31", "a gap")])
def test_an_overlap_and_a_gap_are_refused_with_the_day_to_write(
    files: Files, last_day: str, what: str
) -> None:
    files.add_version("v2", BEGINS, "effective_from: 2025-07-01")
    line = end_first(files, last_day)
    refusal = files.refusal()
    assert (refusal.file, refusal.line) == (V1, line), what
    assert "effective_to: 2025-06-30" in refusal.zh
    assert "effective_to: 2025-06-30" in refusal.en


def test_a_version_that_never_ends_leaves_no_room_for_the_next(files: Files) -> None:
    files.add_version("v2", BEGINS, "effective_from: 2025-07-01")
    assert "effective_to: 2025-06-30" in files.refusal().en


def test_two_versions_of_one_day_are_refused(files: Files) -> None:
    files.add_version("v2", AMOUNT, "county_yuan: 400000")
    end_first(files, "2023-12-31")
    assert "同日生效" in files.refusal().zh


def test_a_yuan_changes_the_hash_and_a_comment_does_not(files: Files) -> None:
    before = files.load().versions[0].hash
    files.spoil(V1, "version: v1", "# 说明\nversion: v1")
    assert files.load().versions[0].hash == before
    files.spoil(V1, AMOUNT, "county_yuan: 300001")
    assert files.load().versions[0].hash != before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("同一标准、同一荣誉只奖补一次", "同一标准只奖补一次"),
        ("  intake: 5", "  intake: 7"),
        ("series_paid_once: false", "series_paid_once: true"),
        ("departments: [县经信局]", "departments: [县发改局]"),
        ("[project_registration, translation]", "[project_registration]"),
        ("六十日内", "三十日内"),
    ],
)
def test_every_word_that_decides_a_claim_is_in_the_hash(files: Files, old: str, new: str) -> None:
    before = files.load().versions[0].hash
    files.spoil(V1, old, new)
    assert files.load().versions[0].hash != before


def test_growing_old_does_not_change_what_a_version_says(files: Files) -> None:
    before = files.load().versions[0].hash
    files.spoil(V1, "status: draft", "status: superseded\neffective_to: 2025-06-30")
    files.add_version("v2", "status: superseded", "status: in_force")
    files.spoil(
        "rulebook/v2.yaml",
        "effective_to: 2025-06-30\neffective_from: 2024-01-01",
        "effective_from: 2025-07-01",
    )
    first, second = files.load().versions
    assert (first.hash, first.in_force, second.in_force) == (before, False, True)
