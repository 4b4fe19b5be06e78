"""The policy as people ask about it, and the readings that a named person must confirm."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from shutil import copy, copytree

import pytest
from sqlalchemy import select

from claims import clock
from claims.desk import Desk, Tx, create_database, open_desk
from claims.errors import (
    AlreadyConfirmed,
    BadValue,
    NotAllowed,
    NothingToConfirm,
    UnknownItem,
    UnknownPolicy,
)
from claims.models import EventRow
from claims.policy import policies
from claims.policy.policy_check import policy_check
from config.rulebook import load_rulebook
from config.settings import Settings
from states.calendar import TZ
from states.facts import Actor
from states.policy import Rulebook, Yuan
from states.stages import Role

NOON = datetime(2026, 3, 9, 12, tzinfo=TZ)
LI = Actor("li", frozenset({Role.REVIEWER}))
ZHAO = Actor("zhao", frozenset({Role.COORDINATOR}))
READING = "lead-pinzibiao"
WHY = "经与县财政局核对，该栏与行业标准为合并单元格。"


@pytest.fixture
def empty_desk(database_settings: Settings) -> Iterator[Desk]:
    create_database(database_settings, rehearsal=False)
    with open_desk(database_settings) as desk, clock.standing_at(NOON):
        yield desk


@pytest.fixture
def tx(empty_desk: Desk) -> Iterator[Tx]:
    with empty_desk.transaction() as tx:
        yield tx


@pytest.fixture
def reading(sqlite_settings: Settings) -> Iterator[Tx]:
    """For what is answered from the rulebook alone, whichever the database."""
    create_database(sqlite_settings, rehearsal=False)
    with open_desk(sqlite_settings) as desk, clock.standing_at(NOON), desk.reading() as tx:
        yield tx


# Readings


def test_a_confirmed_reading_names_who_when_and_why_in_the_audit_log(tx: Tx) -> None:
    confirmed = policies.confirm_reading(tx, READING, actor=LI, reason=f"  {WHY} ")
    assert confirmed.as_json() == {
        "item": READING,
        "policy_version": "v1",
        "confirmed_by": "li",
        "reason": WHY,
        "at": "2026-03-09T12:00:00+08:00",
    }
    event = tx.session.scalars(select(EventRow).where(EventRow.stream == f"policy/{READING}")).one()
    assert (event.trigger, event.actor, event.role, event.reason) == (
        "reading_confirmed",
        "li",
        "reviewer",
        WHY,
    )
    data = json.loads(event.data)
    assert (data["policy_version"], data["municipal_yuan"], data["county_yuan"]) == ("v1", 200_000, 200_000)
    assert data["policy_hash"] == load_rulebook().version("v1").hash
    assert "行业标准" in data["reading"]


def test_a_confirmed_reading_is_confirmed_wherever_the_item_is_shown(tx: Tx) -> None:
    assert policies.policy_item(tx, READING)["confirmation"] is None
    policies.confirm_reading(tx, READING, actor=LI, reason=WHY)
    listed = {each["code"]: each["confirmed"] for each in policies.policy_items(tx)}
    assert listed[READING]
    assert not listed["lead-zhejiang-local"]
    assert policies.policy_item(tx, READING)["confirmation"]["confirmed_by"] == "li"
    codes = {each["code"] for each in policies.quote_json(tx, READING)["findings"]}
    assert "unconfirmed_reading" not in codes


def test_a_reading_is_confirmed_once_and_the_first_stands(tx: Tx) -> None:
    policies.confirm_reading(tx, READING, actor=LI, reason=WHY)
    with pytest.raises(AlreadyConfirmed, match="li 于 2026-03-09"):
        policies.confirm_reading(tx, READING, actor=ZHAO, reason=WHY)
    events = tx.session.scalars(select(EventRow.actor).where(EventRow.stream == f"policy/{READING}")).all()
    assert events == ["li"]


def test_an_amount_that_the_list_states_needs_no_confirmation(tx: Tx) -> None:
    with pytest.raises(NothingToConfirm) as caught:
        policies.confirm_reading(tx, "lead-national", actor=LI, reason=WHY)
    assert caught.value.open == ("lead-zhejiang-local", "lead-pinzibiao")


def test_a_confirmation_needs_its_reason(tx: Tx) -> None:
    with pytest.raises(BadValue, match="--reason"):
        policies.confirm_reading(tx, READING, actor=LI, reason=" ")


def test_only_the_offices_that_answer_for_the_amount_confirm_a_reading(tx: Tx) -> None:
    for role in set(Role) - {Role.REVIEWER, Role.COORDINATOR, Role.ADMINISTRATOR}:
        with pytest.raises(NotAllowed):
            policies.confirm_reading(tx, READING, actor=Actor("wang", frozenset({role})), reason=WHY)


def test_of_two_who_confirm_at_once_the_first_stands(empty_desk: Desk) -> None:
    def confirm_too() -> None:
        with empty_desk.transaction() as tx:
            policies.confirm_reading(tx, READING, actor=ZHAO, reason=WHY)

    with ThreadPoolExecutor(1) as other:
        with empty_desk.transaction() as tx:
            policies.confirm_reading(tx, READING, actor=LI, reason=WHY)
            # The other looks before this one commits, and must then meet what it has written.
            second = other.submit(confirm_too)
            wait([second], timeout=0.3)
        with pytest.raises(AlreadyConfirmed, match="li"):
            second.result(timeout=30)


def test_a_reading_belongs_to_its_version_of_the_policy(empty_desk: Desk) -> None:
    with replace(empty_desk, rulebook=two_versions()).transaction() as tx:
        policies.confirm_reading(tx, READING, actor=LI, reason=WHY, version="v1")
        assert policies.policy_item(tx, READING, "v1")["confirmed"]
        assert not policies.policy_item(tx, READING)["confirmed"]


def test_a_misspelt_item_or_version_is_named(reading: Tx) -> None:
    with pytest.raises(UnknownItem, match="lead-nation"):
        policies.policy_item(reading, "lead-nation")
    with pytest.raises(UnknownPolicy, match="v1"):
        policies.policy_items(reading, "v9")


# Items, quotes, numbers


def test_the_list_gives_every_item_with_what_programs_rely_on(reading: Tx) -> None:
    items = policies.policy_items(reading)
    assert len(items) == 26
    first = items[0]
    assert (
        first
        | {
            "code": "lead-international",
            "list": 1,
            "kind": "subsidy",
            "group": "牵头制定",
            "condition": "排名第一位，不含修订",
            "level": "国际标准",
            "municipal_yuan": 1_000_000,
            "county_yuan": 1_000_000,
            "is_ceiling": False,
            "confirmed": True,
            "clause": "附件1·牵头制定·国际标准",
        }
        == first
    )
    assert {"kind", "title", "required"} <= set(first["evidence"][0])
    assert first["clause_text"].startswith("附件1“牵头制定（排名第一位，不含修订）”")


def test_a_quote_names_a_clause_with_words_at_every_step(reading: Tx) -> None:
    clauses = load_rulebook().version("v1").clauses
    answer = policies.quote_json(
        reading, "participate-national", rank=3, requested_yuan=140_000, municipal_decided_yuan=120_000
    )
    assert answer["eligible"]
    assert answer["county_yuan"] == answer["steps"][-1]["result"] == 120_000
    assert {each["clause"] for each in answer["steps"]} <= set(clauses)


@pytest.mark.parametrize("given", [{"rank": 5}, {"rank": 1}])
def test_a_rank_that_is_not_paid_is_quoted_at_nothing(reading: Tx, given: dict[str, int]) -> None:
    answer = policies.quote_json(reading, "participate-national", rank=given["rank"])
    assert (answer["eligible"], answer["county_yuan"]) == (False, 0)


def test_an_open_reading_is_quoted_and_says_that_it_is_open(reading: Tx) -> None:
    answer = policies.quote_json(reading, READING, rank=1)
    assert answer["county_yuan"] == 200_000
    assert "unconfirmed_reading" in {each["code"] for each in answer["findings"]}


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("GB/T 20556-2006", ["lead-national", "participate-national"]),
        ("ＤＢ３３０９／Ｔ１１２—2024", ["lead-zhoushan-local"]),
        ("t/zzb 0562–2018", ["lead-pinzibiao"]),
        ("DB21/T 3719-2023", []),
        ("随便写的", []),
    ],
)
def test_a_number_tells_the_items_it_points_to_and_none_is_an_answer(
    reading: Tx, text: str, items: list[str]
) -> None:
    answer = policies.identify_json(reading, text)
    assert answer["items"] == items
    assert answer["reason"]


# Versions


def two_versions() -> Rulebook:
    """The policy, and a successor that pays more for a national standard from 2026 on."""
    first = load_rulebook().version("v1")
    item = replace(first.items["lead-national"], county_yuan=Yuan(400_000))
    second = replace(
        first,
        version="v2",
        effective_from=date(2026, 1, 1),
        items={**first.items, item.code: item},
        hash="0" * 64,
    )
    return Rulebook((replace(first, effective_to=date(2025, 12, 31)), second))


def test_a_difference_names_its_place_and_both_values() -> None:
    differences = {each["place"]: each for each in policies.policy_diff(two_versions(), "v1", "v2")}
    amount = differences.pop("items.lead-national.county_yuan")
    assert (amount["before"], amount["after"]) == (300_000, 400_000)
    assert set(differences) == {"version", "effective_from", "effective_to"}


def test_a_paper_asked_for_besides_is_one_difference() -> None:
    rulebook = two_versions()
    first, second = rulebook.versions
    item = second.items["lead-group"]
    paper = replace(item.evidence[0], kind="photo", title="照片", title_en="Photograph")
    changed = replace(
        second, items={**second.items, item.code: replace(item, evidence=(*item.evidence, paper))}
    )
    places = {each["place"] for each in policies.policy_diff(Rulebook((first, changed)), "v1", "v2")}
    assert {place for place in places if "lead-group" in place} == {
        f"items.lead-group.evidence.photo.{name}" for name in ("kind", "title", "title_en", "required")
    }


def test_a_version_does_not_differ_from_itself() -> None:
    assert policies.policy_diff(load_rulebook(), "v1", "v1") == []


def test_one_hash_stands_for_all_versions() -> None:
    whole, alone = policies.rulebook_hash(two_versions()), policies.rulebook_hash(load_rulebook())
    assert [each["version"] for each in whole["versions"]] == ["v1", "v2"]
    assert alone["versions"][0]["hash"] == whole["versions"][0]["hash"]
    assert whole["hash"] != alone["hash"]


# The check


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the county's data."""
    with resources.as_file(resources.files("config")) as config:
        for name in ("rulebook", "workdays"):
            copytree(config / name, tmp_path / name)
        copy(config / "directory.yaml", tmp_path)
    return tmp_path


def test_the_countys_data_is_in_order_and_says_what_is_still_to_settle() -> None:
    report = policy_check(date(2025, 3, 10))
    assert report.ok
    assert [each.code for each in report.notices] == ["policy_draft", "reading_open", "reading_open"]
    assert {name: report.counts[name] for name in ("versions", "items", "fields")} == {
        "versions": 1,
        "items": 26,
        "fields": 17,
    }


def test_a_year_without_its_holidays_is_pointed_out_ahead_of_time() -> None:
    years = [each.en for each in policy_check(date(2026, 3, 10)).notices if each.code == "year_not_announced"]
    assert len(years) == 1
    assert "workdays/2027.yaml" in years[0]


def test_the_countys_own_holidays_are_checked_with_ours(tmp_path: Path) -> None:
    table = "year: 2027\nnotice: 县里录入\noff: []\nworked: {}\n"
    (tmp_path / "2027.yaml").write_text(table.format("[]"), encoding="utf-8")
    found = policy_check(date(2026, 3, 10), county=tmp_path)
    assert found.ok
    assert "year_not_announced" not in {each.code for each in found.notices}
    (tmp_path / "2027.yaml").write_text(table.format("[2027-03-01]"), encoding="utf-8")
    assert [each.line for each in policy_check(county=tmp_path).problems] == [4]


def test_the_check_names_the_first_problem_of_each_kind_of_file(data: Path) -> None:
    for name, old, new in (
        ("rulebook/v1.yaml", "county_yuan: 300000", "county_yuan: -1"),
        ("workdays/2025.yaml", "year: 2025", "year: soon"),
    ):
        path = data / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    report = policy_check(data=data).as_json()
    assert not report["ok"]
    assert [each["file"] for each in report["problems"]] == ["workdays/2025.yaml", "rulebook/v1.yaml"]
    assert all(each["line"] > 1 and each["message"] and each["message_en"] for each in report["problems"])


def test_a_broken_directory_is_named_once(data: Path) -> None:
    path = data / "directory.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("kind: body", "kind: bodies"), encoding="utf-8")
    assert [each.file for each in policy_check(data=data).problems] == ["directory.yaml"]
