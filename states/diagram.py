"""The state machine as a picture, drawn from the table in use: Mermaid text, or an SVG that needs no tool.

The SVG puts the main line across the middle and everything that leads away from it above and below. A trigger
that is new in the table needs its place in `layout.LANES`, a new stage one in `layout.PLACES`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from xml.sax.saxutils import escape

from states import drawing, layout
from states.drawing import DONE, ENDED, ONWARD, REFUSED, WAITING, Tone
from states.layout import LANES, Point, Sheet
from states.soundness import BEGINNING
from states.stages import MAIN_LINE, Role, Stage, Trigger
from states.table import MOVES

TONES = MappingProxyType(
    dict.fromkeys(Stage, ONWARD)
    | {
        Stage.PAID: DONE,
        Stage.CORRECTION: WAITING,
        Stage.LAPSED: ENDED,
        Stage.WITHDRAWN: ENDED,
        Stage.REJECTED: REFUSED,
        Stage.REVOKED: REFUSED,
        Stage.RECLAIMED: REFUSED,
    },
)

NAMES = {"zh": "申报件的环节与操作", "en": "How a claim moves"}


@dataclass(frozen=True, slots=True)
class Arrow:
    """All rows of the table with one trigger from one stage to another, with everybody who may make the move."""

    trigger: Trigger
    source: Stage
    target: Stage
    roles: tuple[Role, ...]

    @property
    def onward(self) -> bool:
        """Whether it leads along the main line, from one stage to the next."""
        return (self.source, self.target) in pairwise(MAIN_LINE)

    @property
    def aside(self) -> bool:
        """Whether it leads off the main line, back to it, or back along it."""
        return not self.onward and self.source is not self.target

    def named(self, lang: str) -> str:
        """The trigger, with who may pull it."""
        if lang == "zh":
            return f"{self.trigger:zh}（{'、'.join(format(role, 'zh') for role in self.roles)}）"
        return f"{self.trigger:en} ({', '.join(format(role, 'en') for role in self.roles)})"

    def told(self, lang: str) -> str:
        """The arrow in words, for those who cannot see it."""
        colon = "：" if lang == "zh" else ": "
        return f"{self.source:{lang}} → {self.target:{lang}}{colon}{self.named(lang)}"


def arrows() -> tuple[Arrow, ...]:
    """The arrows of the diagram, in the order of the table."""
    merged: dict[tuple[Trigger, Stage, Stage], dict[Role, None]] = {}
    for move in MOVES:
        roles = merged.setdefault((move.trigger, move.source, move.target), {})
        roles.update(dict.fromkeys(move.roles))
    return tuple(Arrow(*ends, tuple(roles)) for ends, roles in merged.items())


def mermaid(lang: str = "zh") -> str:
    """A `stateDiagram-v2`; who may make a move stands in brackets."""
    drawn = arrows()
    left_again = {each.source for each in drawn}
    lines = ["stateDiagram-v2", "    direction LR"]
    lines += [f'    state "{stage:{lang}}" as {stage.value}' for stage in Stage]
    lines.append(f"    [*] --> {BEGINNING.value}")
    lines += [f"    {each.source.value} --> {each.target.value} : {each.named(lang)}" for each in drawn]
    lines += [f"    {stage.value} --> [*]" for stage in Stage if stage not in left_again]
    return "\n".join(lines) + "\n"


def svg(lang: str = "zh") -> str:
    """The picture as one SVG document; it carries no style sheet and no script, so any page may show it."""
    drawn, sheet = arrows(), Sheet(lang)
    size = f'viewBox="0 0 {sheet.width} {sheet.height}" width="{sheet.width}" height="{sheet.height}"'
    language = "zh-CN" if lang == "zh" else "en"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" lang="{language}" font-family="{drawing.FONTS}">',
        f"<title>{NAMES[lang]}</title>",
        f"<desc>{escape(_told(drawn, lang))}</desc>",
        f'<rect width="{sheet.width}" height="{sheet.height}" fill="#ffffff"/>',
        drawing.beginning(sheet.box(BEGINNING), ONWARD, format(BEGINNING, lang)),
        *_lines(sheet, drawn),
        *(_box(sheet, stage, drawn) for stage in Stage),
        *_labels(sheet, drawn),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _told(drawn: Iterable[Arrow], lang: str) -> str:
    return ("；" if lang == "zh" else "; ").join(each.told(lang) for each in drawn)


def _lines(sheet: Sheet, drawn: Sequence[Arrow]) -> Iterator[str]:
    """All ways of one trigger together; what leads back to the main line is dashed."""
    for trigger in Trigger:
        along = [each for each in drawn if each.trigger is trigger and each.onward]
        aside = [each for each in drawn if each.trigger is trigger and each.aside]
        if along:
            ways = [layout.onward(sheet, each.source, each.target) for each in along]
            yield drawing.arrows(ways, ONWARD, _told(along, sheet.lang), backward=False)
        if aside:
            ways = [layout.sideways(sheet, LANES[trigger], each.source, each.target) for each in aside]
            backward = aside[0].target in MAIN_LINE
            yield drawing.arrows(ways, _tone(aside[0]), _told(aside, sheet.lang), backward=backward)


def _box(sheet: Sheet, stage: Stage, drawn: Sequence[Arrow]) -> str:
    """A stage; what is done in it without leaving it stands below its title."""
    own = [f"↻ {each.trigger:{sheet.lang}}" for each in drawn if each.source is each.target is stage]
    return drawing.box(sheet.box(stage), format(stage, sheet.lang), TONES[stage], own)


def _labels(sheet: Sheet, drawn: Sequence[Arrow]) -> Iterator[str]:
    """Each arrow of the main line is named above it, any other trigger once on its lane."""
    for each in drawn:
        if each.onward:
            start, end = layout.onward(sheet, each.source, each.target)
            middle = Point((start.x + end.x) / 2, start.y)
            yield drawing.stacked_label(middle, format(each.trigger, sheet.lang), ONWARD)
    aside = {each.trigger: each for each in drawn if each.aside}
    for trigger, each in aside.items():
        at, anchor = layout.label(sheet, LANES[trigger], each.target)
        yield drawing.label(at, format(trigger, sheet.lang), _tone(each), anchor=anchor)


def _tone(each: Arrow) -> Tone:
    """Off the main line an arrow has the colour of the stage there that it leads to or comes from."""
    return TONES[each.source if each.target in MAIN_LINE else each.target]
