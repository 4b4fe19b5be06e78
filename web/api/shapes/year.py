"""A year's round: the body's meetings, absences, letters that are held."""

from states.stages import Role
from web.api.shapes.base import Day, Moment, Shape, Yuan


class AgendaFinding(Shape):
    code: str
    message: str
    message_en: str


class Recusal(Shape):
    """A member of the body who must stand aside, and why."""

    name: str
    code: str
    message: str
    message_en: str


class AgendaItem(Shape):
    """A claim before the body; `obstacle` is what keeps it from being approved."""

    claim: str
    unit: str
    township: str
    item: str
    standard: str
    title: str
    requested_yuan: Yuan
    proposed_yuan: Yuan
    running_yuan: Yuan
    due_on: Day | None
    endorsed_by: str
    opinion: str
    findings: list[AgendaFinding]
    obstacle: AgendaFinding | None
    recusals: list[Recusal]


class Agenda(Shape):
    """What waits for the body: all is counted, the first fifty stand in `items`."""

    cycle: int
    budget_yuan: Yuan
    available_yuan: Yuan
    waiting: int
    proposed_yuan: Yuan
    items: list[AgendaItem]


class Vote(Shape):
    held_on: Day
    present: int
    in_favour: int
    against: int
    abstained: int
    recorded_by: str


class Absence(Shape):
    """`state`: coming, now, over, or ended, where it was called off."""

    id: int
    absent: str
    stand_in: str
    role: Role
    from_on: Day
    to_on: Day
    reason: str
    recorded_by: str
    state: str


class Held(Shape):
    """Letters of a kind that are held because far too many would have left at once."""

    kind: str
    count: int
    since: Moment
    example: str


class HeldSettled(Shape):
    kind: str
    letters: int


class Receipt(Shape):
    letter: int
    by: str
    at: Moment


class Examined(Shape):
    """What somebody found about a paper. `stale`: its files have been replaced or added to since."""

    kind: str
    by: str
    verdict: str
    note: str
    version: int
    at: Moment
    stale: bool
