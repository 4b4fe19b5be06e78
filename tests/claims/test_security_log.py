"""The security log: whole lines from many hands, nothing of what was undone, no secret, no end."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import world

from claims import security_log
from claims.desk import Desk
from claims.errors import BadValue
from claims.identity import people
from claims.security_log import Note, Origin, coming_from, log_file, write
from states.stages import Role


def lines(home: Path) -> list[dict[str, Any]]:
    text = log_file(home).read_text(encoding="utf-8") if log_file(home).exists() else ""
    return [json.loads(line) for line in text.splitlines()]


def test_what_happens_to_an_account_is_told_with_who_did_it_and_from_where(sqlite_desk: Desk) -> None:
    with coming_from(Origin("10.0.0.7", "ab12")), sqlite_desk.transaction() as tx:
        people.add_user(tx, "li", Role.INTAKE, by="guo")
    assert lines(sqlite_desk.settings.home) == [
        {
            "at": world.MORNING.isoformat(timespec="milliseconds"),
            "event": "role_given",
            "actor": "guo",
            "address": "10.0.0.7",
            "request": "ab12",
            "user": "li",
            "role": "intake",
        }
    ]


def test_what_was_undone_is_not_told(sqlite_desk: Desk) -> None:
    def half_done() -> None:
        with sqlite_desk.transaction() as tx:
            people.add_user(tx, "li", Role.INTAKE, by="guo")
            people.add_user(tx, "no name", Role.INTAKE)

    with pytest.raises(BadValue):
        half_done()
    assert lines(sqlite_desk.settings.home) == []


def test_neither_a_token_nor_a_reason_stands_in_it(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        token = people.make_token(tx, "guo")
        people.declare_interest(tx, "li", world.COMPANY[1], "亲属任职")
        people.add_user(tx, "sun2", Role.INTAKE, email="sun2@example.org")
    home = sqlite_desk.settings.home
    assert [each["event"] for each in lines(home)] == [
        "token_made",
        "interest_declared",
        "role_given",
    ]
    text = log_file(home).read_text(encoding="utf-8")
    for hidden in (token, "亲属", "sun2@", world.COMPANY[1]):
        assert hidden not in text


def test_many_processes_and_threads_write_whole_lines_and_lose_none(tmp_path: Path) -> None:
    """Also while files are put aside under them."""
    script = (
        "import sys; from pathlib import Path; from claims import security_log; "
        "security_log.LARGEST = 20_000\n"
        "for n in range(200): security_log.write(Path(sys.argv[1]), "
        "security_log.Note('e', sys.argv[2], {'n': n, 'padding': 'x' * 150}))"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path), name], cwd=Path(__file__).parents[2])
        for name in "ab"
    ]
    with ThreadPoolExecutor(4) as pool, pytest.MonkeyPatch.context() as patch:
        patch.setattr(security_log, "LARGEST", 20_000)
        for n in range(200):
            pool.submit(write, tmp_path, Note("e", "c", {"n": n, "padding": "x" * 150}))
    assert [each.wait() for each in processes] == [0, 0]
    files = sorted((tmp_path / "log").iterdir())
    assert len(files) > 3
    told = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    assert sorted((each["actor"], each["n"]) for each in told) == [(a, n) for a in "abc" for n in range(200)]


def test_the_log_has_an_end_and_nobody_else_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security_log, "LARGEST", 100)
    monkeypatch.setattr(security_log, "KEPT", 3)
    for n in range(8):
        write(tmp_path, Note("e", "", {"n": n, "padding": "x" * 100}))
    files = sorted((tmp_path / "log").iterdir())
    assert [each.name for each in files] == ["security.jsonl", *(f"security.jsonl.{n}" for n in (1, 2, 3))]
    assert [json.loads(each.read_text())["n"] for each in files] == [7, 6, 5, 4]
    assert {each.stat().st_mode & 0o777 for each in files} == {0o600}


def test_a_log_that_cannot_be_written_stops_nobody(
    sqlite_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    (sqlite_desk.settings.home / "log").write_text("in the way")
    with sqlite_desk.transaction() as tx:
        people.add_user(tx, "li", Role.INTAKE)
    assert "security log cannot be written" in caplog.text
    with sqlite_desk.reading() as tx:
        assert Role.INTAKE in world.who(tx, "li").roles


def test_what_a_stranger_sends_cannot_break_a_line_nor_fill_it(tmp_path: Path) -> None:
    write(tmp_path, Note("e", "", {"path": '/"\n{"event":"signed_in"}\u2028' + "x" * 5_000}))
    (line,) = log_file(tmp_path).read_bytes().decode().split("\n")[:-1]
    assert len(json.loads(line)["path"]) == security_log.LONGEST
