"""When a stage must be done: the period the policy gives it, counted in working days from the day it began."""

from datetime import date

from states.calendar import Due, Workdays
from states.policy import Periods
from states.stages import Stage


def due_in(stage: Stage, since: date, periods: Periods, workdays: Workdays) -> Due | None:
    """The last day of a stage entered on `since`, or None where no period runs.

    A draft is due with its cycle, a public notice when its list is published; both are set where that is known.
    For a rejected claim it is the last day on which it may be reconsidered.
    """
    length = {
        Stage.SUBMITTED: periods.intake,
        Stage.DEPARTMENT_CHECK: periods.department_check,
        Stage.MARKET_SUPERVISION_REVIEW: periods.review,
        Stage.COORDINATION_APPROVAL: periods.coordination,
        Stage.CORRECTION: periods.correction,
        Stage.FINANCE_PAYOUT: periods.payout,
        Stage.REJECTED: periods.reconsideration,
    }.get(stage)
    return None if length is None else workdays.add_working_days(since, length)
