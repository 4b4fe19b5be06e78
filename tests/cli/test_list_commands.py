"""Official lists and the body's meeting on the command line."""

from pathlib import Path

import pytest
from shells import Shell, at_stage

from claims.sheets import read_rows


def test_a_list_is_one_whatever_its_form(demo: Shell, tmp_path: Path) -> None:
    ref = next(each["resolution"] for each in demo.get("resolution", "list") if each["published_on"])
    files = [tmp_path / f"list.{form}" for form in ("xlsx", "pdf")]
    resolved = [demo.get("resolution", "export", ref, "--out", file) for file in files]
    assert resolved[0] | {"out": ""} == resolved[1] | {"out": ""}
    assert resolved[0]["rows"] == demo.get("resolution", "show", ref)["claims"]
    assert [file.read_bytes()[:4] for file in files] == [b"PK\x03\x04", b"%PDF"]
    public = demo.get("resolution", "export", ref, "--public", "--out", files[0], "--as", "applicant")
    assert public["title"].endswith("公示名单")
    assert demo.refused("resolution", "export", ref, "--out", files[0], "--as", "applicant") == "not_allowed"
    assert demo.refused("resolution", "export", ref, "--out", tmp_path / "list.docx") == "unknown_list_form"


@pytest.mark.parametrize("kind", ["filed", "unfiled"])
def test_a_townships_lists_are_written(demo: Shell, tmp_path: Path, kind: str) -> None:
    year = demo.get("cycle", "list")[0]["year"]
    told = demo.get("township", kind, "菜园镇", "--cycle", year, "--out", tmp_path / "list.xlsx")
    assert told["title"].startswith(f"{year}年度菜园镇")
    assert (tmp_path / "list.xlsx").exists()


def test_the_payout_list_is_paper_and_the_banks_sheet_stays_what_it_was(demo: Shell, tmp_path: Path) -> None:
    batch = next(each for each in demo.get("payout", "list") if each["released_by"])
    told = demo.get("payout", "export", batch["batch"], "--out", tmp_path / "list.pdf")
    assert (told["rows"], told["total_yuan"]) == (batch["claims"], batch["total_yuan"])
    demo.get("payout", "export", batch["batch"], "--out", tmp_path / "sheet.xlsx")
    assert read_rows(tmp_path / "sheet.xlsx").headers[:2] == ("批次", "申报编号")


def test_the_body_is_convened(demo: Shell) -> None:
    number = at_stage(demo, "coordination_approval")
    year = int(number.split("-")[1])
    found = demo.get("meeting", "agenda", year)
    assert number in [each["claim"] for each in found["items"]]
    call = ("meeting", "call", year, "--at", "9:30", "--place", "县行政中心", "--as", "coordinator")
    assert demo.refused(*call, "--on", "2020-01-01") == "bad_dates"
    assert demo.get(*call, "--on", "2030-01-02")["total_yuan"] == found["items"][-1]["running_yuan"]
