"""The picture's shapes and colours, as SVG. Attributes only: a page's policy against inline style lets them pass."""

from collections.abc import Iterable, Sequence
from math import copysign
from textwrap import wrap
from typing import NamedTuple
from xml.sax.saxutils import escape

from states.layout import BOX_HEIGHT, Box, Point

FONTS = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"

CORNER, HEAD_LENGTH, HEAD_WIDTH, LINE_HEIGHT = 9, 9, 4, 19


class Tone(NamedTuple):
    """Colours of one kind of stage; each pair reads at 4.5:1 or better."""

    fill: str
    line: str
    text: str


ONWARD = Tone("#eff5fc", "#1a5cb0", "#0f3566")
DONE = Tone("#e5f4eb", "#0a6238", "#0a6238")
WAITING = Tone("#fff3d9", "#8a5600", "#7a4a00")
REFUSED = Tone("#fdecec", "#b0131e", "#b0131e")
ENDED = Tone("#f3f6f9", "#5b6b7a", "#4d5c6b")


def arrows(ways: Sequence[Sequence[Point]], tone: Tone, told: str, *, backward: bool) -> str:
    """Lines with rounded corners and heads, as one stroke, so that shared pieces are no darker than others.

    `told` is shown where the pointer rests.
    """
    dashes = ' stroke-dasharray="6 4"' if backward else ""
    lines, heads = "", ""
    for *way, tip in ways:
        foot = _towards(tip, way[-1], HEAD_LENGTH)
        lines += _rounded([*way, foot])
        heads += _head(foot, tip)
    return (
        f"<g><title>{escape(told)}</title>"
        f'<path d="{lines}" fill="none" stroke="{tone.line}" stroke-width="1.6"{dashes}/>'
        f'<path d="{heads}" fill="{tone.line}"/></g>'
    )


def box(at: Box, title: str, tone: Tone, notes: Iterable[str] = ()) -> str:
    lines = [(line, 15, "600") for line in wrap(title, 18)] + [(note, 12, "400") for note in notes]
    top = at.middle.y - LINE_HEIGHT * (len(lines) - 1) / 2
    words = "".join(
        _text(Point(at.middle.x, top + LINE_HEIGHT * place), line, tone.text, size=size, weight=weight)
        for place, (line, size, weight) in enumerate(lines)
    )
    return (
        f'<g><rect x="{at.x:g}" y="{at.y:g}" width="{at.width:g}" height="{BOX_HEIGHT}" rx="10" '
        f'fill="{tone.fill}" stroke="{tone.line}" stroke-width="1.6"/>{words}</g>'
    )


def label(at: Point, words: str, tone: Tone, *, anchor: str = "middle") -> str:
    """An arrow's name, with a white rim so that it reads where it stands on a line."""
    rim = ' stroke="#ffffff" stroke-width="6" stroke-linejoin="round" paint-order="stroke"'
    return _text(at, words, tone.text, anchor=anchor, more=rim)


def stacked_label(foot: Point, words: str, tone: Tone) -> str:
    """An arrow's name in the narrow gap above it, one word below the other where it is long."""
    lines = wrap(words, 8)
    return "".join(
        label(Point(foot.x, foot.y - 12 - 15 * place), line, tone)
        for place, line in enumerate(reversed(lines))
    )


def beginning(at: Box, tone: Tone, told: str) -> str:
    """The dot from which every claim starts."""
    end = Point(at.x, at.middle.y)
    start = Point(end.x - 32, end.y)
    dot = f'<circle cx="{start.x:g}" cy="{start.y:g}" r="6" fill="{tone.text}"/>'
    return dot + arrows(((start, end),), tone, told, backward=False)


def _text(
    at: Point,
    words: str,
    colour: str,
    *,
    size: int = 12,
    weight: str = "400",
    anchor: str = "middle",
    more: str = "",
) -> str:
    return (
        f'<text x="{at.x:g}" y="{at.y:g}" dy="0.35em" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{weight}" fill="{colour}"{more}>{escape(words)}</text>'
    )


def _rounded(points: Sequence[Point]) -> str:
    """A path along upright and level pieces, each corner cut by a curve."""
    first, *corners, last = points
    path = [f"M{first.x:g} {first.y:g}"]
    for before, corner, after in zip([first, *corners], corners, [*corners[1:], last], strict=False):
        enter, leave = _towards(corner, before, CORNER), _towards(corner, after, CORNER)
        path.append(f"L{enter.x:g} {enter.y:g}Q{corner.x:g} {corner.y:g} {leave.x:g} {leave.y:g}")
    path.append(f"L{last.x:g} {last.y:g}")
    return "".join(path)


def _towards(start: Point, end: Point, distance: float) -> Point:
    """The point that lies `distance` from start on a level or upright way, or halfway where that is short."""
    wide, high = end.x - start.x, end.y - start.y
    length = abs(wide) + abs(high)
    step = min(distance, length / 2)
    return Point(start.x + copysign(step, wide) * bool(wide), start.y + copysign(step, high) * bool(high))


def _head(foot: Point, tip: Point) -> str:
    level = foot.y == tip.y
    across = Point(0, HEAD_WIDTH) if level else Point(HEAD_WIDTH, 0)
    return (
        f"M{tip.x:g} {tip.y:g}L{foot.x + across.x:g} {foot.y + across.y:g}"
        f"L{foot.x - across.x:g} {foot.y - across.y:g}Z"
    )
