"""What callers send of a year's round: its plan, meetings of the body, absences of people."""

from datetime import date
from typing import Annotated

from pydantic import Field

from states.stages import Role
from web.api.bodies import Body, Line, Words, Yuan, example

People = Annotated[int, Field(strict=True, ge=0, le=999)]


class NewPlan(Body):
    """A cycle's dates and its budget."""

    model_config = example(opens_on="2026-03-02", deadline_on="2026-04-30", budget_yuan=2_000_000)

    opens_on: date
    deadline_on: Annotated[date, Field(description="The last day on which claims are taken")]
    budget_yuan: Yuan
    results_from: Annotated[date | None, Field(description="Left out: results of the year before")] = None
    results_to: date | None = None
    notice_days: Annotated[
        int | None, Field(strict=True, ge=1, le=365, description="Working days; left out: the policy's")
    ] = None


class NewSitting(Body):
    """When and where the body meets."""

    model_config = example(held_on="2025-03-14", begins="14:30", place="县市场监管局三楼会议室")

    held_on: date
    begins: Line
    place: Line


class NewVote(Body):
    """How the body voted on a list; those in favour, against and abstaining are all who were present."""

    model_config = example(
        resolution="〔2025〕3号", held_on="2025-03-10", present=7, in_favour=6, against=0, abstained=1
    )

    resolution: Annotated[Line, Field(description="The number of the minutes")]
    held_on: date
    present: People
    in_favour: People
    against: People
    abstained: People


class NewAbsence(Body):
    """A role put into a colleague's hands, from one day to another, both included."""

    model_config = example(
        absent="li", stand_in="wang", role="reviewer", from_on="2025-03-10", to_on="2025-03-14", reason="出差"
    )

    absent: Line
    stand_in: Line
    role: Role
    from_on: date
    to_on: date
    reason: Words
