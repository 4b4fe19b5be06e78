"""`jiangbu wording`: a county writes its letters in an editor, and nothing unchecked is ever sent."""

from pathlib import Path

import world
from shells import Shell

from claims.desk import open_desk
from config.settings import Settings

OURS = """{% block subject %}收件回执{% endblock %}
{% block body %}
已收到{{ addressee }}的材料，将于{{ answer_by | deadline }}前告知结果。
{% endblock %}
"""
ADMINISTRATOR = ("--as", "guo", "--reason", "统一用语")


def written(settings: Settings, text: str = OURS, name: str = "receipt.jinja") -> Path:
    settings.wording_folder.mkdir(exist_ok=True)
    path = settings.wording_folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_wording_goes_from_the_editor_into_use_and_back(
    at_work: Shell, sqlite_world_settings: Settings
) -> None:
    path = sqlite_world_settings.wording_folder / "receipt.jinja"
    assert at_work.refused("wording", "use", "receipt", *ADMINISTRATOR) == "bad_value"
    assert "收讫" in at_work.get("wording", "show", "receipt", "--out", path)["text"]
    assert at_work.get("wording", "diff", "receipt")["lines"] == []
    written(sqlite_world_settings)
    assert any(line.startswith("+已收到") for line in at_work.get("wording", "diff", "receipt")["lines"])
    (checked,) = at_work.get("wording", "check")
    assert checked["ok"]
    assert [each["severity"] for each in checked["findings"]] == ["warning"] * len(checked["findings"])
    assert at_work.get("wording", "use", "receipt", *ADMINISTRATOR, "--version", 0)["number"] == 1
    assert at_work.get("wording", "show", "receipt")["text"] == OURS
    assert at_work.get("wording", "revert", "receipt", 0, *ADMINISTRATOR)["source"] == "packaged"
    assert at_work.get("wording", "revert", "receipt", 1, *ADMINISTRATOR)["number"] == 3
    versions = at_work.get("wording", "list", "receipt")
    assert [(each["number"], each["source"], each["author"]) for each in versions] == [
        (3, "county", "guo"),
        (2, "packaged", "guo"),
        (1, "county", "guo"),
    ]
    listed = {each["kind"]: each for each in at_work.get("wording", "list")}
    assert listed["receipt"]["number"] == 3
    assert listed["payment"]["changed"] is None
    assert "县级 county" in at_work.run("wording", "list").out


def test_a_fault_is_told_with_file_line_and_cure_and_nothing_changes(
    at_work: Shell, sqlite_world_settings: Settings
) -> None:
    path = written(sqlite_world_settings, OURS.replace("addressee", "adressee"))
    written(sqlite_world_settings, OURS, "reciept.jinja")
    said = at_work.run("wording", "check")
    assert said.status == 1
    assert (
        f"error[wording_refused]: {path} 第 3 行：本函件没有名为 adressee 的内容，是否为 addressee？"
        in said.err
    )
    assert "reciept.jinja 不是任何函件" in said.err
    used = at_work.run("wording", "use", "receipt", *ADMINISTRATOR)
    assert (used.status, used.code) == (1, "wording_refused")
    assert "第 3 行" in used.err
    assert at_work.get("wording", "list", "receipt") == []


def test_wording_is_changed_by_administrators_alone_and_on_what_they_saw(
    at_work: Shell, sqlite_world_settings: Settings, tmp_path: Path
) -> None:
    written(sqlite_world_settings)
    assert at_work.refused("wording", "use", "receipt", "--as", "xu", "--reason", "统一") == "not_allowed"
    assert at_work.refused("wording", "list", "--as", "lin") == "not_allowed"
    assert at_work.refused("wording", "use", "receipt", *ADMINISTRATOR, "--version", 4) == "wording_moved"
    assert at_work.refused("wording", "show", "love_letter") == "unknown_letter_kind"
    assert at_work.refused("wording", "show", "receipt", "--number", 7) == "unknown_wording"
    other = tmp_path / "latin.jinja"
    other.write_bytes("回执".encode("gbk"))
    assert at_work.refused("wording", "use", "receipt", *ADMINISTRATOR, "--file", other) == "bad_value"


def test_a_text_is_previewed_with_a_claim_beside_the_one_in_use(
    at_work: Shell, sqlite_world_settings: Settings, tmp_path: Path
) -> None:
    with open_desk(sqlite_world_settings) as desk, desk.transaction() as tx:
        number = world.add_draft(tx)
    path = written(sqlite_world_settings)
    words = ("notice", "preview", "receipt", "--claim", number, "--wording", path)
    both = at_work.get(*words)
    assert "前告知结果" in both["text"]
    assert "前告知结果" not in both["current"]["text"]
    out = at_work.run(*words).out
    assert "+　　已收到" in out
    assert "-　　本局已于" in out
    paper = tmp_path / "receipt.pdf"
    at_work.get(*words, "--out", paper)
    assert paper.read_bytes().startswith(b"%PDF")
    written(sqlite_world_settings, OURS.replace("addressee", "adressee"))
    assert at_work.refused(*words) == "wording_refused"


def test_status_says_that_no_wording_is_set_aside(at_work: Shell) -> None:
    assert at_work.get("status")["wording_set_aside"] == []
