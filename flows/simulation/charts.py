"""The charts, drawn by hand as SVG: no library, one look, and the same bytes for the same figures."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from html import escape

from flows.simulation.scenario import Outage
from flows.simulation.tally import STEPS
from states.stages import MAIN_LINE, Stage

WIDTH, HEIGHT = 960, 420
LEFT, RIGHT, TOP, BOTTOM = 76, 196, 64, 48
INK, FAINT, RULE, SHADE = "#1f2933", "#66727f", "#e3e8ee", "#f3d9d5"
PLOT_WIDTH, PLOT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
WAN = 10_000

LIVE = tuple(stage for stage in (*MAIN_LINE, Stage.CORRECTION) if stage is not Stage.PAID)
WORKED_IN = tuple(stage for stage in LIVE if stage not in {Stage.DRAFT, Stage.PUBLIC_NOTICE})
"""Stages that people must leave in time; the others end by the calendar."""

STAGE_COLOURS = ("#c9d3de", "#9fc3d8", "#5f9fc0", "#2f7ba3", "#1d5b7f", "#e0b04c", "#6fa36b", "#c8795a")
MONEY = {
    "paid": ("已拨付 Paid", "#6fa36b"),
    "returned": ("已追回 Returned", "#c8795a"),
    "published": ("已公示 Published", "#e0b04c"),
    "reserved": ("已审定 Reserved", "#5f9fc0"),
    "available": ("可用 Available", "#c9d3de"),
}
LATE_COLOURS = ("#8fb996", "#d9d7a3", "#edc773", "#e39a5f", "#cf6b4f", "#a63d3d")
"""From on time to latest, one more than there are bounds."""


def stages_chart(days: Sequence[date], stages: Sequence[Mapping[str, int]], outages: Sequence[Outage]) -> str:
    """Claims on their way, by stage over time; what has ended is not shown."""
    layers = [
        (f"{stage:zh} {stage:en}", colour, [week.get(stage, 0) for week in stages])
        for stage, colour in zip(LIVE, STAGE_COLOURS, strict=True)
    ]
    return _stacked("在办申报件 Claims on their way", "件 claims", days, layers, outages)


def money_chart(days: Sequence[date], money: Sequence[Mapping[str, int]], outages: Sequence[Outage]) -> str:
    """The budgets of all cycles together, by where the money stands."""
    layers = [
        (title, colour, [week.get(account, 0) // WAN for week in money])
        for account, (title, colour) in MONEY.items()
    ]
    return _stacked("资金 Money", "万元 10,000 yuan", days, layers, outages)


def lateness_chart(people: Mapping[str, Counter[int]], slots: Counter[int]) -> str:
    """How late claims left each stage, and how late the desk itself did what was due, in shares."""
    rows = [(f"{stage:zh} {stage:en}", people.get(stage, Counter())) for stage in WORKED_IN]
    rows.append(("到期事项 Due slots, by the desk", slots))
    pitch = PLOT_HEIGHT / len(rows)
    parts = [_title("逾期 Lateness", "办结时超过期限的天数 days past the deadline when done")]
    left = LEFT + 120
    across = WIDTH - left - 60
    for place, (name, counts) in enumerate(rows):
        top, total = TOP + 24 + place * pitch, sum(counts.values())
        zh, _, en = name.partition(" ")
        parts.append(_text(left - 12, top + pitch * 0.3, zh, anchor="end"))
        parts.append(_text(left - 12, top + pitch * 0.3 + 15, en, anchor="end", size=10, colour=FAINT))
        parts.append(_text(WIDTH - 48, top + pitch * 0.45, f"{total:,}", colour=FAINT))
        x = float(left)
        for step, colour in enumerate(LATE_COLOURS):
            wide = across * counts[step] / total if total else 0.0
            if wide:
                parts.append(
                    f'<rect x="{x:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{pitch * 0.66:.1f}" fill="{colour}"/>'
                )
            x += wide
    parts += _late_legend(left)
    return _svg(parts)


def _late_legend(left: float) -> list[str]:
    names = ["按期 in time", *(f"≤ {bound} 天 days" for bound in STEPS[1:]), f"> {STEPS[-1]} 天 days"]
    parts = []
    for place, (name, colour) in enumerate(zip(names, LATE_COLOURS, strict=True)):
        x = left + place * 112
        parts.append(f'<rect x="{x:.0f}" y="{HEIGHT - 22}" width="12" height="12" rx="2" fill="{colour}"/>')
        parts.append(_text(x + 18, HEIGHT - 12, name, size=12, colour=FAINT))
    return parts


# Stacked areas over time

Layer = tuple[str, str, Sequence[int]]


def _stacked(
    title: str, unit: str, days: Sequence[date], layers: Sequence[Layer], outages: Sequence[Outage]
) -> str:
    first, last = days[0].toordinal(), days[-1].toordinal()
    top = _round_up(max(map(sum, zip(*(values for _, _, values in layers), strict=True)), default=0))

    def x(day: float) -> float:
        return LEFT + PLOT_WIDTH * min(max((day - first) / max(last - first, 1), 0.0), 1.0)

    def y(value: float) -> float:
        return TOP + PLOT_HEIGHT * (1 - value / top)

    parts = [_title(title, unit)]
    for outage in outages:
        start, end = (_ordinal(each) for each in (outage.start, outage.end))
        parts.append(
            f'<rect x="{x(start):.1f}" y="{TOP}" width="{max(x(end) - x(start), 0.6):.1f}" height="{PLOT_HEIGHT}"'
            f' fill="{SHADE}"/>'
        )
    parts += [_grid(y(top * part / 4), top * part // 4) for part in range(5)]
    floor = [0] * len(days)
    for name, colour, values in layers:
        ceiling = [low + value for low, value in zip(floor, values, strict=True)]
        points = [(x(day.toordinal()), y(value)) for day, value in zip(days, ceiling, strict=True)]
        points += [(x(day.toordinal()), y(low)) for day, low in reversed(list(zip(days, floor, strict=True)))]
        drawn = " ".join(f"{across:.1f},{down:.1f}" for across, down in points)
        parts.append(f'<polygon points="{drawn}" fill="{colour}"><title>{escape(name)}</title></polygon>')
        floor = ceiling
    parts += _years(days, x)
    parts += _legend([(name, colour) for name, colour, _ in reversed(layers)], shaded=bool(outages))
    return _svg(parts)


def _ordinal(moment: datetime) -> float:
    return moment.toordinal() + moment.hour / 24


def _round_up(value: int) -> int:
    """The next figure that four lines part evenly into readable ones."""
    magnitude = 1
    while True:
        for factor in (4, 8, 12, 20, 28):
            if value <= factor * magnitude:
                return factor * magnitude
        magnitude *= 10


def _grid(height: float, value: int) -> str:
    line = f'<line x1="{LEFT}" x2="{LEFT + PLOT_WIDTH}" y1="{height:.1f}" y2="{height:.1f}" stroke="{RULE}"/>'
    return line + _text(LEFT - 10, height + 4, f"{value:,}", anchor="end", size=12, colour=FAINT)


def _years(days: Sequence[date], x: Callable[[float], float]) -> list[str]:
    """A mark at each new year, and its figures in the middle of it."""
    parts = []
    for year in range(days[0].year, days[-1].year + 1):
        start, end = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
        at = x(start)
        parts.append(
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP + PLOT_HEIGHT}" y2="{TOP + PLOT_HEIGHT + 6}" stroke="{FAINT}"/>'
        )
        parts.append(
            _text(
                (at + x(end)) / 2, TOP + PLOT_HEIGHT + 22, str(year), anchor="middle", size=12, colour=FAINT
            )
        )
    return parts


def _legend(entries: Sequence[tuple[str, str]], *, shaded: bool) -> list[str]:
    parts = []
    entries = [*entries, *([("停机 Outage", SHADE)] if shaded else [])]
    for place, (name, colour) in enumerate(entries):
        y = TOP + 6 + place * 26
        zh, _, en = name.partition(" ")
        parts.append(
            f'<rect x="{LEFT + PLOT_WIDTH + 20}" y="{y}" width="12" height="12" rx="2" fill="{colour}"/>'
        )
        parts.append(_text(LEFT + PLOT_WIDTH + 40, y + 6, zh, size=12))
        parts.append(_text(LEFT + PLOT_WIDTH + 40, y + 18, en, size=10, colour=FAINT))
    return parts


# Small parts


def _title(title: str, unit: str) -> str:
    return _text(LEFT - 52, 30, title, size=18, weight=600) + _text(
        LEFT - 52, 48, unit, size=12, colour=FAINT
    )


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    size: int = 13,
    colour: str = INK,
    weight: int = 400,
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}"'
        f' fill="{colour}">{escape(text)}</text>'
    )


def _svg(parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        " font-family=\"system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif\">"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    )
    return "\n".join([head, *parts, "</svg>"]) + "\n"
