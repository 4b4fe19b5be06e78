"""When a stage must be done: counted in working days from the day it began, by the policy's own periods."""

from datetime import date

import pytest
from domain_world import POLICY

from states.calendar import Due, Holidays, Workdays
from states.deadlines import due_in
from states.stages import Stage

WORKDAYS = Workdays({2026: Holidays(off=frozenset(), worked=frozenset())})
MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("stage", "due"),
    [
        (Stage.SUBMITTED, date(2026, 3, 9)),
        (Stage.DEPARTMENT_CHECK, date(2026, 3, 16)),
        (Stage.MARKET_SUPERVISION_REVIEW, date(2026, 3, 16)),
        (Stage.COORDINATION_APPROVAL, date(2026, 3, 30)),
        (Stage.CORRECTION, date(2026, 3, 16)),
        (Stage.FINANCE_PAYOUT, date(2026, 3, 23)),
        (Stage.REJECTED, date(2026, 5, 25)),
    ],
)
def test_each_stage_has_the_period_of_the_policy(stage: Stage, due: date) -> None:
    assert due_in(stage, MONDAY, POLICY.periods, WORKDAYS) == Due(due)


@pytest.mark.parametrize(
    "stage",
    [
        Stage.DRAFT,
        Stage.PUBLIC_NOTICE,
        Stage.PAID,
        Stage.WITHDRAWN,
        Stage.LAPSED,
        Stage.REVOKED,
        Stage.RECLAIMED,
    ],
)
def test_no_period_runs_where_the_cycle_or_the_list_sets_the_day_or_nothing_is_left_to_do(
    stage: Stage,
) -> None:
    assert due_in(stage, MONDAY, POLICY.periods, WORKDAYS) is None


def test_a_day_that_rests_on_a_year_without_a_notice_is_provisional() -> None:
    due = due_in(Stage.SUBMITTED, date(2026, 12, 29), POLICY.periods, WORKDAYS)
    assert due == Due(date(2027, 1, 5), provisional=True)
