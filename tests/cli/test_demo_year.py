"""The rehearsal year of `jiangbu up --demo`: alive at every stage, true to the rules, made once."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from shells import Shell

from claims.desk import open_desk
from claims.identity import people, sign_ins
from claims.money import ledger
from claims.reading.queries import claim_json, claim_list
from claims.trail.audit import verify
from cli.demo import prepare_demo, unfinished
from cli.demo.papers import forms, packaged, specimen, units
from cli.demo.people import PEOPLE
from config.settings import Settings, load_settings
from states import credit_codes
from states.calendar import TZ
from states.facts import Severity
from states.stages import PEOPLES_ROLES, Stage


def test_every_stage_has_claims_today(demo: Shell) -> None:
    found = Counter(each["stage"] for each in demo.get("claim", "list"))
    assert set(found) == set(Stage)
    assert all(found[stage] > 1 for stage in ("submitted", "market_supervision_review", "public_notice"))


def test_some_things_are_overdue_some_due_soon_and_some_held_up(demo: Shell) -> None:
    status = demo.get("status")
    assert {each["stage"] for each in status["overdue"]["claims"]} >= {"department_check", "finance_payout"}
    assert status["overdue"]["slots"] == 0, "what was due has been done"
    assert status["next_steps"]
    assert [each["outcome"] for each in demo.get("objection", "list")] == ["open", "upheld", "dismissed"]
    partly = [
        [department["cleared"] for department in demo.get("claim", "show", each["number"])["departments"]]
        for each in demo.get("claim", "list", "--stage", "department_check")
    ]
    assert any(True in each and False in each for each in partly)
    assert [each["released_by"] for each in demo.get("payout", "list")] == [None, "finance2"]


def test_the_window_is_open_so_that_one_can_file_now(demo: Shell) -> None:
    assert [each["status"] for each in demo.get("cycle", "list")] == ["open"]


def test_slots_were_done_on_their_day(demo: Shell) -> None:
    assert "late" not in {each["outcome"] for each in demo.get("due")}


def test_it_is_true_to_the_rules(demo_settings: Settings) -> None:
    with open_desk(demo_settings) as desk, desk.reading() as tx:
        assert desk.rehearsal
        assert verify(tx).ok
        assert ledger.imbalances(tx) == []


def test_no_claim_in_it_has_an_error_against_it(demo_settings: Settings) -> None:
    with open_desk(demo_settings) as desk, desk.reading() as tx:
        for each in claim_list(tx):
            findings = claim_json(tx, each["number"])["findings"]
            assert Severity.ERROR not in {finding["severity"] for finding in findings}


def test_there_is_a_user_for_every_role_whose_password_is_the_name(demo_settings: Settings) -> None:
    assert {each.role for each in PEOPLE} == set(PEOPLES_ROLES)
    with open_desk(demo_settings) as desk, desk.reading() as tx:
        assert sign_ins.authenticate(desk, "reviewer", "reviewer")
        assert {each.name for each in people.users(tx)} == {each.name for each in PEOPLE}


def test_a_second_start_leaves_it_as_it_is_and_says_the_same(demo_settings: Settings) -> None:
    with open_desk(demo_settings) as desk, desk.reading() as tx:
        before = claim_list(tx)
    first = prepare_demo(demo_settings)
    assert any("reviewer" in line for line in first)
    assert any("demo sheet" in line for line in first)
    with open_desk(demo_settings) as desk, desk.reading() as tx:
        assert claim_list(tx) == before
    assert prepare_demo(demo_settings) == first


def test_a_desk_in_use_is_never_filled(at_work: Shell) -> None:
    settings = load_settings()
    assert list(prepare_demo(settings)) == []
    assert at_work.get("claim", "list") == []


def test_a_making_that_was_interrupted_is_made_anew(demo_settings: Settings) -> None:
    (demo_settings.home / unfinished.MARK).touch()
    unfinished.clear(demo_settings)
    assert unfinished.is_untouched(demo_settings)
    assert not (demo_settings.home / "evidence").exists()
    assert (demo_settings.home / "secret_key").exists()


def test_the_mark_stays_only_while_a_making_fails(sqlite_settings: Settings) -> None:
    untouched = unfinished.is_untouched(sqlite_settings)
    assert untouched
    mark = sqlite_settings.home / unfinished.MARK
    with pytest.raises(KeyboardInterrupt), unfinished.marked(sqlite_settings, untouched=untouched):
        raise KeyboardInterrupt
    assert mark.exists()
    with unfinished.marked(sqlite_settings, untouched=True):
        pass
    assert not mark.exists()


def test_a_database_that_was_there_is_never_marked_for_removal(sqlite_settings: Settings) -> None:
    (sqlite_settings.home / "jiangbu.db").touch()
    assert not unfinished.is_untouched(sqlite_settings)
    elsewhere = replace(sqlite_settings, database_url="postgresql://db.example.org/jiangbu")
    assert not unfinished.is_untouched(elsewhere)


@pytest.mark.slow
@pytest.mark.parametrize("today", ["2026-01-05T00:10", "2027-10-04T10:00"])
def test_it_can_be_made_on_any_day(today: str, tmp_path: Path) -> None:
    """In the first days of a year, and in the long holidays of a year whose list is not announced."""
    now = datetime.fromisoformat(today).replace(tzinfo=TZ)
    settings = replace(load_settings({"JIANGBU_HOME": str(tmp_path / "home")}), now=now)
    prepare_demo(settings)
    with open_desk(settings) as desk, desk.reading() as tx:
        assert {each["stage"] for each in claim_list(tx)} == set(Stage)


# What it is made of


def test_made_up_units_carry_valid_credit_codes() -> None:
    assert len(units()) == 10
    assert all(credit_codes.check(each.uscc) is None for each in units().values())
    assert all("演练" in each.name for each in units().values())


def test_the_sheet_claims_what_the_year_does_not() -> None:
    sheet = {each["标准编号"] for each in csv.DictReader(packaged("sheet.csv").splitlines())}
    assert len(sheet) == 4
    assert not sheet & {each.standard_number for each in forms().values()}


def test_the_sheet_is_filed_and_submitted_in_the_year(demo: Shell, tmp_path: Path) -> None:
    for suffix in ("xlsx", "csv"):
        written = demo.get("demo", "sheet", "--out", tmp_path / f"sheet.{suffix}")
        words = (
            "--cycle",
            demo.get("cycle", "list")[0]["year"],
            "--as",
            "township",
            "--evidence",
            written["evidence"],
        )
        checked = demo.get("claim", "import", written["out"], *words, "--dry-run")
        assert checked["refused"] == []
    filed = demo.get("claim", "import", written["out"], *words)["filed"]
    assert {each["stage"] for each in filed} == {"submitted"}


def test_a_specimen_is_a_pdf_with_its_table_in_place() -> None:
    paper = specimen("Rehearsal (specimen)", "发布公告")
    start = int(paper.rsplit(b"startxref\n", 1)[1].split()[0])
    assert paper[start:].startswith(b"xref")
    places = [int(line.split()[0]) for line in paper[start:].split(b"trailer")[0].splitlines()[3:]]
    assert all(paper[place:].startswith(f"{number} 0 obj".encode()) for number, place in enumerate(places, 1))
    assert b"(Rehearsal \\(specimen\\)) Tj" in paper
