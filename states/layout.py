"""The picture's geometry: where the stages stand and how the arrows run between them.

The main line runs across; what leads off it takes a lane of its own above or below, one lane a trigger, so that
arrows of several stages to one join like branches of a line. All measures in pixels.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from states.stages import MAIN_LINE, Stage, Trigger

ABOVE, MAIN, BELOW = -1, 0, 1

BOX_HEIGHT, GAP, LANE = 60, 72, 26
HALF = 0.5
LEFT, RIGHT, EDGE, OUTERMOST = 92, 40, 32, 80
BOX_WIDTH = {"zh": 132, "en": 156}


class Point(NamedTuple):
    x: float
    y: float


class Place(NamedTuple):
    """A column (of the main line, or between two) and a row."""

    column: float
    row: int


PLACES = MappingProxyType(
    {stage: Place(column, MAIN) for column, stage in enumerate(MAIN_LINE)}
    | {
        Stage.CORRECTION: Place(2.5, ABOVE),
        Stage.LAPSED: Place(0, BELOW),
        Stage.WITHDRAWN: Place(1, BELOW),
        Stage.REJECTED: Place(3, BELOW),
        Stage.REVOKED: Place(6, BELOW),
        Stage.RECLAIMED: Place(7, BELOW),
    },
)


class Lane(NamedTuple):
    """The way of a trigger off the main line: side, distance from it, where on a box's edge it docks (0 to 1).

    `label` is the column after which the lane is named; None names it beside its upright.
    """

    side: int
    number: int
    dock: float
    label: int | None


LANES = MappingProxyType(
    {
        Trigger.REMAND: Lane(ABOVE, 1, 0.5, 4),
        Trigger.RESUBMIT: Lane(ABOVE, 2, 0.3, 1),
        Trigger.RETURN_FOR_CORRECTION: Lane(ABOVE, 3, 0.7, 3),
        Trigger.WITHDRAW: Lane(BELOW, 1, 0.4, 1),
        Trigger.REJECT: Lane(BELOW, 2, 0.6, 2),
        Trigger.REVOKE: Lane(BELOW, 2, 0.6, 5),
        Trigger.RECONSIDER: Lane(BELOW, 3, 0.8, None),
        Trigger.LAPSE: Lane(BELOW, 3, 0.2, None),
        Trigger.RECLAIM: Lane(BELOW, 3, 0.5, None),
    },
)

LANES_ABOVE, LANES_BELOW = 3, 3


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float

    @property
    def middle(self) -> Point:
        return Point(self.x + self.width / 2, self.y + BOX_HEIGHT / 2)

    def dock(self, share: float, side: int) -> Point:
        """A point on the upper or lower edge."""
        return Point(self.x + share * self.width, self.y if side == ABOVE else self.y + BOX_HEIGHT)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The measures of the picture in one language."""

    lang: str

    @property
    def box_width(self) -> int:
        return BOX_WIDTH[self.lang]

    @property
    def width(self) -> int:
        return round(LEFT + RIGHT + len(MAIN_LINE) * (self.box_width + GAP) - GAP)

    @property
    def height(self) -> int:
        return round(self._top(BELOW) + BOX_HEIGHT + EDGE)

    def _top(self, row: int) -> float:
        main = EDGE + BOX_HEIGHT + (LANES_ABOVE + 1) * LANE
        return {ABOVE: EDGE, MAIN: main, BELOW: main + BOX_HEIGHT + (LANES_BELOW + 1) * LANE}[row]

    def column(self, column: float) -> float:
        return LEFT + column * (self.box_width + GAP)

    def box(self, stage: Stage) -> Box:
        place = PLACES[stage]
        return Box(self.column(place.column), self._top(place.row), self.box_width)

    def lane(self, lane: Lane) -> float:
        main = self._top(MAIN)
        return main - lane.number * LANE if lane.side == ABOVE else main + BOX_HEIGHT + lane.number * LANE

    def beside(self, column: int) -> float:
        """The middle of the gap after a column: no upright runs there."""
        return self.column(column) + self.box_width + GAP / 2


def onward(sheet: Sheet, source: Stage, target: Stage) -> tuple[Point, ...]:
    """Straight from one box of the main line to the next."""
    start, end = sheet.box(source), sheet.box(target)
    return Point(start.x + start.width, start.middle.y), Point(end.x, end.middle.y)


def sideways(sheet: Sheet, lane: Lane, source: Stage, target: Stage) -> tuple[Point, ...]:
    """Off the main line by the trigger's lane; what leads from above to below goes round the beginning."""
    y = sheet.lane(lane)
    end = sheet.box(target).dock(lane.dock, facing(target, lane))
    if PLACES[source].row == ABOVE and lane.side == BELOW:
        # Docks on the left edge, and runs so far outside that two such lines nest without crossing.
        box = sheet.box(source)
        start = Point(box.x, box.y + BOX_HEIGHT * lane.dock * 1.5)
        outside = sheet.column(0) - OUTERMOST * (1 - lane.dock)
        return start, Point(outside, start.y), Point(outside, y), Point(end.x, y), end
    start = sheet.box(source).dock(lane.dock, facing(source, lane))
    return (start, end) if start.x == end.x else (start, Point(start.x, y), Point(end.x, y), end)


def facing(stage: Stage, lane: Lane) -> int:
    """The edge of a box that looks to the lane: its own side on the main line, the opposite one off it."""
    return lane.side if PLACES[stage].row == MAIN else -lane.side


def label(sheet: Sheet, lane: Lane, target: Stage) -> tuple[Point, str]:
    """Where a lane is named, and by which end the words are held there."""
    if lane.label is not None:
        return Point(sheet.beside(lane.label), sheet.lane(lane)), "middle"
    upright = sheet.box(target).dock(lane.dock, facing(target, lane))
    left = lane.dock < HALF
    return Point(upright.x + (-14 if left else 8), sheet.lane(lane)), "end" if left else "start"
