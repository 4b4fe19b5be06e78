"""What falls due is done once, in order, each by itself, however late the desk comes to it."""

from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType

import journey as j
import pytest
from sqlalchemy import select
from world import MORNING, YEAR

from claims.desk import Desk, Tx
from claims.models import Claim, DueSlot, EventRow
from claims.timing import due, slots
from claims.timing.due import Rule, due_slots, settle_due
from claims.timing.slots import SlotKind
from states.calendar import TZ
from states.errors import TooEarly, VersionConflict
from states.stages import Stage, Trigger


def slot_of(desk: Desk, subject: str, kind: str) -> DueSlot:
    with desk.reading() as tx:
        return tx.session.scalars(
            select(DueSlot).where(DueSlot.subject == subject, DueSlot.kind == kind)
        ).one()


def round_at(desk: Desk, day: date, hour: int = 9) -> dict[str, tuple[str, str]]:
    """What a round at this time does with claims, reminders aside: kind and outcome by subject."""
    with j.on(day, hour):
        return {
            each.subject: (each.kind, each.outcome)
            for each in settle_due(desk)
            if each.subject.startswith("SB-") and each.kind != "remind_correction"
        }


@pytest.fixture
def quiet(sqlite_desk: Desk) -> Desk:
    """A desk that has done all that was due by now."""
    settle_due(sqlite_desk)
    return sqlite_desk


# What the desk does of itself


def test_a_claim_that_nobody_answers_for_five_working_days_is_deemed_accepted(desk: Desk) -> None:
    number = j.brought_to(desk, Stage.SUBMITTED)
    assert round_at(desk, date(2025, 3, 17), hour=23) == {}, "the last day is the office's own"
    assert round_at(desk, date(2025, 3, 18), hour=0) == {number: ("deem_accepted", "done")}
    assert j.stage_of(desk, number) is Stage.DEPARTMENT_CHECK
    assert j.asked(desk, number) == ["economy"]
    j.require_whole(desk)


def test_deemed_accepted_in_a_field_without_departments_it_goes_to_the_default_one(quiet: Desk) -> None:
    number = j.brought_to(quiet, Stage.SUBMITTED, field="industry-upgrade")
    round_at(quiet, date(2025, 3, 18))
    assert j.asked(quiet, number) == ["market-supervision"]
    with j.on(date(2025, 3, 18)):
        stage = j.do(quiet, number, Trigger.CLEAR, j.department(quiet, "market-supervision"))
    assert stage is Stage.MARKET_SUPERVISION_REVIEW


def test_what_a_person_has_done_in_time_is_not_done_again(quiet: Desk) -> None:
    number = j.brought_to(quiet, Stage.DEPARTMENT_CHECK)
    assert round_at(quiet, date(2025, 3, 18)) == {}
    slot = slot_of(quiet, number, "deem_accepted")
    assert (slot.outcome, slot.detail) == ("skipped", "accept by intake-zhao")


def test_drafts_lapse_when_the_deadline_is_past_and_not_before(desk: Desk) -> None:
    numbers = [j.filed(desk, serial) for serial in (1, 2)]
    submitted = j.brought_to(desk, Stage.SUBMITTED, 3)
    round_at(desk, date(2025, 4, 30), hour=23)
    assert {j.stage_of(desk, number) for number in numbers} == {Stage.DRAFT}
    assert round_at(desk, date(2025, 5, 1), hour=0) == dict.fromkeys(numbers, ("lapse", "done"))
    assert {j.stage_of(desk, number) for number in numbers} == {Stage.LAPSED}
    assert j.stage_of(desk, submitted) is Stage.DEPARTMENT_CHECK
    with desk.reading() as tx:
        closing = tx.session.scalars(select(EventRow).where(EventRow.trigger == "cycle_closed")).one()
        first_lapse = tx.session.scalars(select(EventRow).where(EventRow.trigger == "lapse")).first()
    assert first_lapse is not None
    assert closing.id < first_lapse.id, "the window closes before its drafts lapse"
    assert '"lapsed":2,"submitted":1' in closing.data


def test_a_correction_that_stays_out_lapses_after_ten_working_days(quiet: Desk) -> None:
    number = j.brought_to(quiet, Stage.MARKET_SUPERVISION_REVIEW)
    j.do(
        quiet,
        number,
        Trigger.RETURN_FOR_CORRECTION,
        j.reviewer(quiet),
        missing=["title"],
        reason="名称有误",
    )
    assert round_at(quiet, date(2025, 3, 24), hour=23) == {}
    assert round_at(quiet, date(2025, 3, 25), hour=0) == {number: ("lapse", "done")}
    assert j.stage_of(quiet, number) is Stage.LAPSED


def test_a_second_correction_has_its_own_deadline(quiet: Desk) -> None:
    number = j.brought_to(quiet, Stage.MARKET_SUPERVISION_REVIEW)
    back = partial(j.do, quiet, number, Trigger.RETURN_FOR_CORRECTION, missing=["title"], reason="名称有误")
    back(j.reviewer(quiet))
    with j.on(date(2025, 3, 20)):
        j.do(quiet, number, Trigger.RESUBMIT, j.owner(quiet, number))
        back(j.reviewer(quiet))
    assert round_at(quiet, date(2025, 3, 25), hour=0) == {}
    assert round_at(quiet, date(2025, 4, 4), hour=0) == {number: ("lapse", "done")}


def test_a_settled_slot_keeps_its_own_record(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.SUBMITTED)
    round_at(sqlite_desk, date(2025, 3, 18), hour=1)
    slot = slot_of(sqlite_desk, number, "deem_accepted")
    assert (slot.outcome, slot.detail) == ("done", "")
    assert slot.finished_at == datetime(2025, 3, 18, 1, tzinfo=TZ)


# How it is done


def test_a_second_round_finds_nothing_to_do(desk: Desk) -> None:
    j.brought_to(desk, Stage.SUBMITTED)
    with j.later(10):
        assert settle_due(desk)
        assert settle_due(desk) == ()


def test_after_weeks_away_everything_is_done_in_order_and_marked_late(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.SUBMITTED)
    draft = j.filed(sqlite_desk, 2)
    with j.on(date(2025, 6, 20)):
        found = [(each.kind, each.outcome) for each in settle_due(sqlite_desk)]
    assert found == [
        ("call_townships", "skipped"),
        ("open_cycle", "late"),
        ("deem_accepted", "late"),
        *[(kind, "skipped") for _ in range(3) for kind in ("remind_townships", "remind_drafts")],
        ("close_submissions", "late"),
        ("lapse", "late"),
        ("seal_audit", "done"),
        ("backup", "done"),
        ("escalate_overdue", "done"),
    ]
    assert j.stage_of(sqlite_desk, number) is Stage.DEPARTMENT_CHECK
    assert j.stage_of(sqlite_desk, draft) is Stage.LAPSED
    j.require_whole(sqlite_desk)


def test_reminders_go_to_those_who_have_drafts(quiet: Desk) -> None:
    number = j.filed(quiet)
    with j.on(date(2025, 4, 16)):
        settle_due(quiet)
    with quiet.reading() as tx:
        reminded = tx.session.scalars(select(EventRow).where(EventRow.trigger == "drafts_reminded")).one()
    assert f'"claims":["{number}"]' in reminded.data
    assert '"days_left":14' in reminded.data


def test_only_the_kinds_asked_for_are_done(sqlite_desk: Desk) -> None:
    j.brought_to(sqlite_desk, Stage.SUBMITTED)
    with j.later(10):
        found = settle_due(sqlite_desk, kinds=frozenset({"deem_accepted"}))
    assert {each.kind for each in found} == {"deem_accepted"}


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> dict[SlotKind, Rule]:
    """The rules of slots, for a test to change."""
    changed = dict(due.RULES)
    monkeypatch.setattr(due, "RULES", MappingProxyType(changed))
    return changed


def test_a_slot_whose_work_fails_stays_pending_and_holds_up_no_other(
    quiet: Desk, rules: dict[SlotKind, Rule], caplog: pytest.LogCaptureFixture
) -> None:
    first, second = (j.brought_to(quiet, Stage.SUBMITTED, serial) for serial in (1, 2))
    works = rules[SlotKind.DEEM_ACCEPTED].work

    def breaks_on_the_first(tx: Tx, slot: DueSlot) -> str | None:
        answer = works(tx, slot)
        if slot.subject == first:
            raise OSError("disk full")
        return answer

    rules[SlotKind.DEEM_ACCEPTED] = Rule(breaks_on_the_first)
    with j.on(date(2025, 3, 18)):
        results = {each.subject: each for each in settle_due(quiet)}
    assert (results[first].outcome, results[first].detail) == ("pending", "OSError: disk full")
    assert results[second].outcome == "done"
    assert j.stage_of(quiet, first) is Stage.SUBMITTED, "what it had written is gone with it"
    assert "could not be settled" in caplog.text
    rules[SlotKind.DEEM_ACCEPTED] = Rule(works)
    assert round_at(quiet, date(2025, 3, 18), hour=10) == {first: ("deem_accepted", "done")}
    j.require_whole(quiet)


def test_a_slot_against_which_a_rule_stands_is_skipped_and_says_why(
    quiet: Desk, rules: dict[SlotKind, Rule]
) -> None:
    number = j.brought_to(quiet, Stage.SUBMITTED)

    def refuses(tx: Tx, slot: DueSlot) -> str | None:
        tx.session.scalars(select(Claim).where(Claim.number == slot.subject)).one().remark = "half done"
        tx.session.flush()
        raise TooEarly(Trigger.ACCEPT, "2025-03-17")

    rules[SlotKind.DEEM_ACCEPTED] = Rule(refuses)
    round_at(quiet, date(2025, 3, 18))
    slot = slot_of(quiet, number, "deem_accepted")
    assert slot.outcome == "skipped"
    assert slot.detail.startswith("too_early: ")
    with quiet.reading() as tx:
        assert tx.session.scalars(select(Claim.remark).where(Claim.number == number)).one() == ""


@pytest.mark.parametrize(("conflicts", "outcome"), [(1, "done"), (2, "done"), (3, "pending")])
def test_a_slot_that_meets_other_decisions_is_tried_again_and_never_given_up(
    quiet: Desk, rules: dict[SlotKind, Rule], conflicts: int, outcome: str
) -> None:
    number = j.brought_to(quiet, Stage.SUBMITTED)
    works, left = rules[SlotKind.DEEM_ACCEPTED].work, [None] * conflicts

    def contested(tx: Tx, slot: DueSlot) -> str | None:
        if left:
            left.pop()
            raise VersionConflict(slot.subject, 2, 3)
        return works(tx, slot)

    rules[SlotKind.DEEM_ACCEPTED] = Rule(contested)
    assert round_at(quiet, date(2025, 3, 18)) == {number: ("deem_accepted", outcome)}
    round_at(quiet, date(2025, 3, 18), hour=10)
    assert j.stage_of(quiet, number) is Stage.DEPARTMENT_CHECK


# The ledger of due slots


def test_a_slot_of_one_key_opens_once(quiet: Desk) -> None:
    opening = [SlotKind.SEAL_AUDIT, "audit", MORNING]
    with quiet.transaction() as tx:
        assert slots.open_slot(tx, "seal_audit:x", *opening)  # type: ignore[arg-type]
        assert not slots.open_slot(tx, "seal_audit:x", *opening)  # type: ignore[arg-type]


def test_the_ledger_lists_what_is_due_until_a_moment_in_order(quiet: Desk) -> None:
    number = j.brought_to(quiet, Stage.SUBMITTED)
    with quiet.reading() as tx:
        found = due_slots(tx, until=MORNING + timedelta(days=30))
    assert [(each.kind, each.outcome) for each in found][-5:] == [
        ("seal_audit", "done"),
        ("backup", "done"),
        ("escalate_overdue", "skipped"),
        ("restore_drill", "pending"),
        ("deem_accepted", "pending"),
    ]
    assert found[-1].as_json() == {
        "slot": f"deem_accepted:{number}:8",
        "kind": "deem_accepted",
        "cycle": YEAR,
        "subject": number,
        "due_at": "2025-03-18T00:00:00+08:00",
        "outcome": "pending",
        "finished_at": None,
    }


def test_every_kind_has_its_rule_and_its_line_in_the_docs() -> None:
    assert set(due.RULES) == set(SlotKind)
    lines = (Path(__file__).parents[2] / "docs" / "due-slots.md").read_text(encoding="utf-8").splitlines()
    assert [line.split("`")[1] for line in lines if line.startswith("| `")] == [
        str(kind) for kind in SlotKind
    ]
