"""Planning a cycle: its dates, its budget, what falls due, and what stays once it has opened."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from claims.desk import Desk
from claims.errors import BadDates, BadValue, CycleFixed
from claims.models import Cycle, DueSlot, EventRow
from claims.money import ledger
from claims.money.ledger import Account
from claims.timing.cycles import Plan, budget_of, open_cycle, plan_cycle
from states.errors import BudgetExceeded

PLAN = Plan(2026, date(2026, 3, 1), date(2026, 4, 30), 3_000_000)


def _slots(desk: Desk) -> dict[str, str]:
    with desk.reading() as tx:
        rows = tx.session.execute(
            select(DueSlot.key, DueSlot.due_at).where(DueSlot.cycle == 2026).order_by(DueSlot.due_at)
        )
        return {key: due_at.isoformat(timespec="hours") for key, due_at in rows}


def _plan(desk: Desk, plan: Plan = PLAN) -> Cycle:
    with desk.transaction() as tx:
        return plan_cycle(tx, plan)


def test_a_plan_says_what_falls_due_and_when(desk: Desk) -> None:
    _plan(desk)
    assert _slots(desk) == {
        "call_townships:2026": "2026-02-15T09+08:00",
        "open_cycle:2026": "2026-03-01T00+08:00",
        "remind_townships:2026:14": "2026-04-16T09+08:00",
        "remind_drafts:2026:14": "2026-04-16T09+08:00",
        "remind_townships:2026:5": "2026-04-25T09+08:00",
        "remind_drafts:2026:5": "2026-04-25T09+08:00",
        "remind_townships:2026:1": "2026-04-29T09+08:00",
        "remind_drafts:2026:1": "2026-04-29T09+08:00",
        "close_submissions:2026": "2026-05-01T00+08:00",
        "year_report:2026": "2027-01-10T09+08:00",
        "call_next_year:2026:45": "2027-01-15T09+08:00",
        "call_next_year:2026:14": "2027-02-15T09+08:00",
    }


def test_results_default_to_the_previous_calendar_year_and_the_notice_to_the_policy(desk: Desk) -> None:
    cycle = _plan(desk)
    assert (cycle.results_from, cycle.results_to) == (date(2025, 1, 1), date(2025, 12, 31))
    assert cycle.notice_days == 5
    assert cycle.policy_hash == desk.rulebook.version(cycle.policy_version).hash


def test_no_reminder_is_due_before_the_cycle_opens(desk: Desk) -> None:
    _plan(desk, replace(PLAN, opens_on=date(2026, 4, 26)))
    assert {key for key in _slots(desk) if key.startswith("remind")} == {
        "remind_townships:2026:1",
        "remind_drafts:2026:1",
    }


def test_the_same_plan_again_changes_nothing(desk: Desk) -> None:
    _plan(desk)
    before = _slots(desk)
    _plan(desk)
    assert _slots(desk) == before
    with desk.reading() as tx:
        assert len(tx.session.scalars(select(EventRow).where(EventRow.stream == "cycle/2026")).all()) == 1


def test_a_plan_may_change_until_the_cycle_opens(desk: Desk) -> None:
    _plan(desk)
    cycle = _plan(desk, replace(PLAN, deadline_on=date(2026, 5, 15), budget_yuan=2_000_000, notice_days=7))
    assert (cycle.deadline_on, cycle.notice_days) == (date(2026, 5, 15), 7)
    assert _slots(desk)["close_submissions:2026"] == "2026-05-16T00+08:00"
    with desk.reading() as tx:
        assert budget_of(tx, 2026) == 2_000_000
        assert ledger.imbalances(tx) == []


def test_the_dates_of_an_open_cycle_stay(desk: Desk) -> None:
    _plan(desk)
    with desk.transaction() as tx:
        open_cycle(tx, 2026)
    for changed in (
        replace(PLAN, deadline_on=date(2026, 5, 15)),
        replace(PLAN, notice_days=3),
        replace(PLAN, results_from=date(2024, 1, 1)),
    ):
        with pytest.raises(CycleFixed):
            _plan(desk, changed)


def test_the_budget_of_an_open_cycle_can_be_raised_and_its_log_says_so(desk: Desk) -> None:
    _plan(desk)
    with desk.transaction() as tx:
        open_cycle(tx, 2026)
    _plan(desk, replace(PLAN, budget_yuan=3_500_000))
    with desk.reading() as tx:
        assert ledger.balances(tx, 2026)[Account.AVAILABLE] == 3_500_000
        triggers = tx.session.scalars(
            select(EventRow.trigger).where(EventRow.stream == "cycle/2026").order_by(EventRow.seq)
        )
        assert list(triggers) == ["cycle_planned", "cycle_opened", "budget_changed"]


def test_a_budget_never_falls_below_what_is_spoken_for(desk: Desk) -> None:
    _plan(desk)
    with desk.transaction() as tx:
        ledger.move(tx, 2026, "a grant", 2_500_000, Account.AVAILABLE, Account.RESERVED)
    with pytest.raises(BudgetExceeded):
        _plan(desk, replace(PLAN, budget_yuan=2_400_000))
    with desk.reading() as tx:
        assert budget_of(tx, 2026) == 3_000_000


@pytest.mark.parametrize(
    ("plan", "refusal"),
    [
        (replace(PLAN, deadline_on=date(2026, 2, 1)), BadDates),
        (replace(PLAN, results_from=date(2026, 1, 1)), BadDates),
        (replace(PLAN, budget_yuan=0), BadValue),
        (replace(PLAN, notice_days=0), BadValue),
    ],
    ids=["deadline before opening", "results end before they begin", "no budget", "no notice"],
)
def test_a_plan_that_cannot_be_is_refused(desk: Desk, plan: Plan, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        _plan(desk, plan)
