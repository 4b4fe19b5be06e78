"""What stands ahead in Prefect bears names that people know, and follows the plan when it changes."""

from datetime import datetime, timedelta

from claims.timing.due import SlotResult
from claims.timing.slots import SlotKind
from flows import agenda
from flows.schedule import SCHEDULE
from flows.steps import STEPS
from states.calendar import TZ

MIDNIGHT = datetime(2030, 5, 1, tzinfo=TZ)


def slot(kind: str, due_at: datetime, cycle: int | None = 2030, subject: str = "cycle/2030") -> SlotResult:
    return SlotResult(f"{kind}:{subject}", kind, cycle, subject, due_at, "pending", None)


def test_a_yearly_moment_is_called_after_its_year_and_others_after_their_day() -> None:
    moments = agenda.moments_of(
        [
            slot("end_notice", MIDNIGHT + timedelta(days=30), subject="嵊标协〔2030〕3号"),
            slot("end_notice", MIDNIGHT + timedelta(days=30), subject="嵊标协〔2030〕4号"),
            slot("close_submissions", MIDNIGHT),
        ],
    )
    assert [each.name for each in moments] == ["close-submissions-2030", "end-notices-2030-05-31"]


def test_deadlines_of_single_claims_are_no_moments_of_the_year() -> None:
    assert agenda.moments_of([slot("lapse", MIDNIGHT), slot("seal_audit", MIDNIGHT, None)]) == ()


def test_each_moment_is_done_by_the_step_that_settles_its_kind() -> None:
    assert set(agenda.STEP_OF) <= {str(each) for each in SlotKind}
    for kind, step in agenda.STEP_OF.items():
        assert kind in (STEPS[step] or ())
        assert step in {entry.flow.name for entry in SCHEDULE}
