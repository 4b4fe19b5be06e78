"""`jiangbu backup` and `jiangbu restore`, as whoever looks after the desk meets them."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from databases import sqlite_url
from shells import Shell

from config.settings import Settings


@pytest.fixture
def elsewhere(demo_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell on an empty data folder of its own, with the key of the demo's desk."""
    home = tmp_path / "elsewhere"
    made = replace(demo_settings, home=home, database_url=sqlite_url(home / "jiangbu.db"))
    return Shell.on(made, monkeypatch)


def test_a_desk_moves_from_one_folder_into_another(
    demo_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, home = tmp_path / "backup.tar", tmp_path / "new home"
    shell = Shell.on(demo_settings, monkeypatch)
    made = shell.get("backup", "--out", here)
    assert made["out"] == str(here)
    assert made["bytes"] == here.stat().st_size
    assert (made["mode"], made["missing"]) == ("rehearsal", [])
    claims = shell.get("claim", "list")

    shell = Shell.on(replace(demo_settings, home=home, database_url=sqlite_url(home / "j.db")), monkeypatch)
    done = shell.get("restore", here)
    assert (done["rows"], done["events"], done["evidence"]) == (
        made["rows"],
        made["events"],
        made["evidence"],
    )
    assert (done["missing"], done["problems"]) == ([], [])
    assert shell.get("claim", "list") == claims
    assert shell.get("audit", "verify")["ok"]
    number = shell.get("claim", "list", "--stage", "submitted")[0]["number"]
    assert shell.get("claim", "act", number, "accept", "--as", "intake")["stage"] == "department_check"
    assert shell.refused("restore", here) == "target_not_empty"


def test_both_say_in_words_what_they_did(demo: Shell, tmp_path: Path) -> None:
    said = demo.run("backup", "--out", tmp_path / "backup.tar")
    assert said.status == 0
    assert "封印 Seal" in said.out
    assert "演练 rehearsal" in said.out


def test_the_key_file_of_the_old_desk_is_asked_for(
    demo: Shell, demo_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo.get("backup", "--out", tmp_path / "backup.tar")
    home = tmp_path / "new"
    shell = Shell.on(replace(demo_settings, home=home, database_url=""), monkeypatch)
    monkeypatch.delenv("JIANGBU_SECRET_KEY")
    assert shell.refused("restore", tmp_path / "backup.tar") == "key_differs"
    shutil.copyfile(demo_settings.home / "secret_key", home / "secret_key")
    assert shell.get("restore", tmp_path / "backup.tar")["problems"] == []


def test_a_lost_key_does_not_lose_the_records(
    demo: Shell, demo_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo.get("backup", "--out", tmp_path / "backup.tar")
    home = tmp_path / "new"
    other = replace(demo_settings, home=home, database_url="", secret_key="quite another secret key")
    shell = Shell.on(other, monkeypatch)
    assert shell.get("restore", tmp_path / "backup.tar", "--other-key")["problems"] == []
    assert shell.get("audit", "verify")["ok"]


def test_a_lost_paper_is_named_and_the_exit_status_tells_scripts(
    demo: Shell, demo_settings: Settings, tmp_path: Path
) -> None:
    next(path for path in demo_settings.evidence_folder.rglob("*") if path.is_file()).unlink()
    said = demo.run("backup", "--out", tmp_path / "backup.tar", "--json")
    assert (said.status, said.code) == (1, "papers_missing")
    (name,) = said.json["missing"]
    assert name in said.err
    assert (tmp_path / "backup.tar").is_file()


def test_what_is_no_backup_is_refused(elsewhere: Shell, tmp_path: Path) -> None:
    (tmp_path / "letter.tar").write_text("Dear all")
    assert elsewhere.refused("restore", tmp_path / "letter.tar") == "backup_damaged"
    assert elsewhere.run("restore", tmp_path / "nothing.tar").status == 2


def test_a_folder_that_is_not_there_is_told(demo: Shell, tmp_path: Path) -> None:
    said = demo.run("backup", "--out", tmp_path / "nowhere" / "backup.tar")
    assert (said.status, said.code) == (3, "file_error")


def test_only_the_administrator_among_users_makes_a_backup(demo: Shell, tmp_path: Path) -> None:
    out = tmp_path / "backup.tar"
    assert demo.refused("backup", "--out", out, "--as", "reviewer") == "not_allowed"
    assert not out.exists()
    assert demo.get("backup", "--out", out, "--as", "administrator")["events"] > 0
