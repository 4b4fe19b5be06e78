"""Fonts: free ones come with the program, the county's own stand before them, those of the machine never."""

import os
import shutil
from pathlib import Path

import pylopdf_fonts_zh_cn as packaged
import pytest

from notifications.paper.errors import UnusableFont
from notifications.paper.faces import HEI, SONG, faces


def test_without_fonts_of_its_own_the_county_gets_the_free_ones(tmp_path: Path) -> None:
    found = faces(tmp_path / "fonts")
    assert found.body == found.title == (SONG, HEI)
    assert found.heading == (HEI, SONG)
    assert found.thickened
    assert set(found.fonts.families()) == {SONG, HEI}, "no font of the machine, none built into typst"


@pytest.mark.parametrize(("name", "face"), [("仿宋_GB2312.otf", "body"), ("方正小标宋简体.otf", "title")])
def test_a_font_of_the_county_comes_first_for_what_it_is_named_after(
    tmp_path: Path, name: str, face: str
) -> None:
    shutil.copy(packaged.sans_path(), tmp_path / name)
    found = faces(tmp_path)
    assert getattr(found, face) == (HEI, SONG)
    assert getattr(found, "body" if face == "title" else "title") == (SONG, HEI)
    assert found.thickened == (face != "title")


def test_a_font_put_there_later_is_found(tmp_path: Path) -> None:
    before = faces(tmp_path)
    shutil.copy(packaged.sans_path(), tmp_path / "simhei.ttf")
    os.utime(tmp_path / "simhei.ttf")
    assert faces(tmp_path) is not before
    assert faces(tmp_path) is faces(tmp_path), "fonts are read once"


def test_a_file_that_is_no_font_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "仿宋.ttf").write_bytes(b"not a font")
    with pytest.raises(UnusableFont, match=r"仿宋\.ttf"):
        faces(tmp_path)
