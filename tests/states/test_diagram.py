"""The picture of the procedure shows the table in use, all of it, and nothing lies on anything else."""

import re
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from snapshots import Snapshots

from states.diagram import arrows, mermaid, svg
from states.layout import BOX_HEIGHT, PLACES, Sheet
from states.stages import Stage, Trigger
from states.table import MOVES

NS = "{http://www.w3.org/2000/svg}"
LANGUAGES = ("zh", "en")


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_mermaid_text_is_the_reviewed_one(snapshots: Snapshots) -> None:
    snapshots.check("moves.mermaid", mermaid())


def test_the_mermaid_text_holds_each_move_of_the_table_and_no_other(lang: str) -> None:
    drawn = re.findall(r"^ {4}(\w+) --> (\w+) : (.+?) ?[（(]", mermaid(lang), re.MULTILINE)
    assert set(drawn) == {
        (move.source.value, move.target.value, format(move.trigger, lang)) for move in MOVES
    }


def test_an_arrow_names_everybody_who_may_make_the_move() -> None:
    named = {(each.trigger, each.source, each.target, role) for each in arrows() for role in each.roles}
    assert named == {(move.trigger, move.source, move.target, role) for move in MOVES for role in move.roles}


def test_the_picture_shows_every_stage_and_every_trigger_by_its_title(lang: str) -> None:
    words = "".join(ET.fromstring(svg(lang)).itertext()).replace(" ", "")
    for titled in (*Stage, *Trigger):
        assert format(titled, lang).replace(" ", "") in words


def test_the_picture_draws_one_line_for_each_arrow_between_stages(lang: str) -> None:
    root = ET.fromstring(svg(lang))
    strokes = [path.get("d", "") for path in root.iter(f"{NS}path") if path.get("fill") == "none"]
    between = [each for each in arrows() if each.source is not each.target]
    from_the_beginning = 1
    assert sum(stroke.count("M") for stroke in strokes) == len(between) + from_the_beginning


def test_the_picture_tells_each_move_to_those_who_cannot_see_it(lang: str) -> None:
    described = ET.fromstring(svg(lang)).findtext(f"{NS}desc") or ""
    for each in arrows():
        assert each.told(lang) in described


def test_the_picture_needs_no_style_script_or_address(lang: str) -> None:
    picture = svg(lang)
    assert not re.search(r"<style|<script|style=|href|\bon\w+=", picture)
    assert re.findall(r"https?://[^\"]+", picture) == ["http://www.w3.org/2000/svg"]


def test_no_stage_lies_on_another_or_off_the_sheet(lang: str) -> None:
    sheet = Sheet(lang)
    boxes = {stage: sheet.box(stage) for stage in PLACES}
    assert set(boxes) == set(Stage)
    for one, other in combinations(boxes.values(), 2):
        assert abs(one.x - other.x) >= one.width or abs(one.y - other.y) >= BOX_HEIGHT, (
            f"{one} lies on {other}"
        )
    for box in boxes.values():
        assert 0 < box.x < box.x + box.width < sheet.width
        assert 0 < box.y < box.y + BOX_HEIGHT < sheet.height
