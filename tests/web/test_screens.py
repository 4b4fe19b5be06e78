"""The pictures under docs/screens: no page without them, none without a page."""

import re

from screen_gallery import FOLDER, index
from screen_walks import SECURITY
from screens import DOWNLOADS, LEADS_ON, SCREENS
from test_guards import ROUTES, method

PICTURES = {
    f"{each.name}-{lang}{ending}.png"
    for each in (*SCREENS, *SECURITY)
    for lang in ("zh", "en")
    for ending in ("", "-phone")
}
OF_OTHERS = re.compile("prefect-.*|township-report-.*|year-board-zh.png|administrator-zh.png")
"""Taken by hand: Prefect's pages and a desk after a year of runs (`docs/running.md`), and the answer to a faulty sheet."""


def test_every_page_has_its_pictures() -> None:
    pages = {route.path for route in ROUTES if method(route) == "GET"} - DOWNLOADS - LEADS_ON
    assert pages - {each.route for each in (*SCREENS, *SECURITY)} == set()


def test_every_picture_is_there_and_shows_a_page() -> None:
    found = {path.name for path in FOLDER.glob("*.png")}
    assert {each for each in found if not OF_OTHERS.fullmatch(each)} == PICTURES


def test_the_table_of_pictures_names_them_all() -> None:
    assert FOLDER.joinpath("README.md").read_text("utf-8") == index()
