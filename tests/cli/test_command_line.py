"""How every command behaves: what goes where, exit statuses, errors, help, start-up."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
from shells import Shell

from cli.main import app
from cli.output import Column, table, width
from config.settings import Settings

HEAVY = ("prefect", "fastapi", "uvicorn", "openpyxl", "xlsxwriter", "cn2an", "jinja2")

INTERFACES = """
init up status user.add user.token user.list org.list
policy.list policy.show policy.check policy.hash policy.diff policy.confirm policy.quote policy.identify
cycle.plan cycle.list cycle.show due round
claim.import claim.list claim.show claim.history claim.explain claim.attach claim.act claim.act-many
resolution.list resolution.show resolution.publish objection.file objection.list objection.decide
payout.propose payout.release payout.export payout.reconcile
notice.list notice.show notice.preview notice.resend report register.export
audit.verify audit.export audit.checkpoint diagram
"""

SERVERS = ("up", "web", "flows")


def commands(node: Any = None, path: str = "") -> dict[str, Any]:
    """Every command by its words, joined with dots."""
    node = node or typer.main.get_command(app)
    found: dict[str, Any] = {}
    for name, each in getattr(node, "commands", {}).items():
        words = f"{path}.{name}" if path else name
        found |= commands(each, words) if getattr(each, "commands", None) else {words: each}
    return found


def test_every_command_of_the_interface_is_there() -> None:
    assert set(INTERFACES.split()) <= set(commands())


@pytest.mark.parametrize("words", commands())
def test_every_command_says_in_both_languages_what_it_does(words: str) -> None:
    said = str(commands()[words].help)
    assert re.search(r"[\u4e00-\u9fff]{2}", said)
    assert re.search(r"[A-Za-z]{3,}", said)


@pytest.mark.parametrize("words", [each for each in commands() if each not in SERVERS])
def test_every_command_that_prints_takes_json(words: str) -> None:
    assert "--json" in {option for each in commands()[words].params for option in each.opts}


def test_without_a_word_the_help_shows_examples_and_exit_statuses(sqlite_shell: Shell) -> None:
    said = sqlite_shell.run("--help")
    assert said.status == 0
    assert "jiangbu claim import" in said.out
    assert "退出码" in said.out
    assert "refused by a rule" in said.out


def test_help_needs_neither_prefect_nor_web_nor_workbooks() -> None:
    probe = f"import sys, cli.main; print([each for each in {HEAVY!r} if each in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_module_is_the_command_and_speaks_utf8_in_any_locale(sqlite_settings: Settings) -> None:
    environment = {
        "JIANGBU_HOME": str(sqlite_settings.home),
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
    }
    command = [sys.executable, "-m", "cli", "policy", "hash"]
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert "版本" in done.stdout.decode("utf-8")


def test_json_is_the_only_thing_on_standard_output_before_and_after_the_word(at_work: Shell) -> None:
    after = at_work.run("user", "add", "min", "--role", "auditor", "--json")
    assert after.json["password"]
    assert "Note the password" in after.err
    before = at_work.run("--json", "user", "list")
    assert before.json == at_work.get("user", "list")


def test_an_error_names_its_code_first_and_speaks_both_languages(at_work: Shell) -> None:
    for words in (("claim", "show", "SB-2025-4711"), ("claim", "show", "SB-2025-4711", "--json")):
        said = at_work.run(*words)
        assert said.status == 1
        assert said.out == ""
        zh, en = said.err.splitlines()
        assert zh.startswith("error[unknown_claim]: 没有编号为 SB-2025-4711")
        assert en.startswith("There is no claim SB-2025-4711")


@pytest.mark.parametrize(
    "words",
    [
        "nonsense",
        "claim act",
        "claim act SB-2025-0001 leap --as sun",
        "claim act SB-2025-0001 accept",
        "claim act SB-2025-0001 endorse --as li --amount 1.5",
        "claim list --stage nowhere",
        "claim import no-such-file.xlsx --cycle 2025 --as zhou",
        "claim act-many accept --as sun",
        "claim act-many accept --as sun --stage submitted",
        "cycle plan 2027 --opens yesterday --deadline 2027-04-30 --budget 1",
        "objection decide 1 perhaps --as xu --reason x",
    ],
)
def test_wrong_usage_ends_with_2(words: str, at_work: Shell) -> None:
    said = at_work.run(*words.split())
    assert said.status == 2
    assert said.out == ""
    assert said.err


def test_without_a_database_commands_say_what_to_do_and_end_with_3(sqlite_shell: Shell) -> None:
    said = sqlite_shell.run("status", "--json")
    assert said.status == 3
    assert said.code == "database_not_ready"
    assert "jiangbu init" in said.err


def test_a_setting_that_cannot_be_used_ends_with_3(
    sqlite_shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIANGBU_NOW", "soon")
    said = sqlite_shell.run("status")
    assert said.status == 3
    assert said.code == "bad_settings"


def test_a_file_that_cannot_be_written_ends_with_3(at_work: Shell, tmp_path: Path) -> None:
    said = at_work.run("audit", "checkpoint", "--out", tmp_path / "nowhere" / "checkpoint.json")
    assert said.status == 3
    assert said.code == "file_error"


def test_a_live_desk_takes_no_borrowed_time(at_work: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANGBU_NOW", "2025-03-10T09:30:00+08:00")
    assert at_work.refused("status") == "live_time"


def test_a_database_is_made_once_and_stays_what_it_is(shell: Shell) -> None:
    first = shell.get("init", "--rehearsal")
    assert (first["mode"], first["database"]["migrations"]) == ("rehearsal", "current")
    assert len(shell.get("policy", "list")) == 26
    assert shell.get("init", "--rehearsal")["policy"] == first["policy"]
    assert shell.refused("init") == "mode_fixed"


# Tables for people


def test_tables_stand_straight_with_chinese_and_latin_text() -> None:
    columns = (
        Column("编号", "Number"),
        Column("单位", "Applicant"),
        Column("金额（元）", "Yuan", right=True),
    )
    rows = [["SB-2026-0001", "望海贻贝专业合作社", 100_000], ["SB-2026-0002", "Lab", None]]
    lines = table(columns, rows).splitlines()
    assert len({width(line) for line in lines}) == 1
    assert lines[3].endswith("   100,000")
    assert lines[4].endswith("—")


def test_a_line_break_in_a_record_does_not_tear_a_table() -> None:
    assert len(table((Column("理由", "Reason"),), [["一\n二\r三"]]).splitlines()) == 4


def test_an_empty_table_says_so() -> None:
    assert "none" in table((Column("编号", "Number"),), [])
