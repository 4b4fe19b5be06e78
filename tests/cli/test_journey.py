"""A claim's whole way by command line alone, from the sheet to paid, under the clock of a rehearsal."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from shells import Shell

from states.calendar import TZ

YEAR = 2026
USERS = (
    ("zhou", "township", "菜园镇"),
    ("sun", "intake", None),
    ("qian", "department", "县经信局"),
    ("zhao", "department", "县发改局"),
    ("li", "reviewer", None),
    ("xu", "coordinator", None),
    ("feng", "finance", None),
    ("deng", "finance", None),
)
MINUTES = "〔2026〕3号"


def on(month: int, day: int) -> datetime:
    return datetime.combine(date(YEAR, month, day), time(9, 30), tzinfo=TZ)


def set_up(shell: Shell) -> None:
    shell.at(on(2, 20))
    assert shell.get("init", "--rehearsal")["mode"] == "rehearsal"
    for name, role, org in USERS:
        shell.get("user", "add", name, "--role", role, *(["--org", org] if org else []))
    window = ("--opens", "2026-03-01", "--deadline", "2026-04-30", "--budget", 2_000_000)
    shell.get("cycle", "plan", YEAR, *window, "--results-from", "2016-01-01", "--results-to", "2025-12-31")
    shell.at(on(3, 2))
    assert [each["outcome"] for each in shell.get("round") if each["kind"] == "open_cycle"] == ["late"]


def bring_in(shell: Shell, folder: Path) -> list[str]:
    sheet = folder / "申报表.xlsx"
    written = shell.get("demo", "sheet", "--out", sheet)
    how = ("claim", "import", sheet, "--cycle", YEAR, "--as", "zhou", "--evidence", written["evidence"])
    filed = shell.get(*how)["filed"]
    assert [each["stage"] for each in filed] == ["submitted"] * written["claims"]
    again = shell.get(*how)
    assert again["filed"] == []
    assert len(again["unchanged"]) == written["claims"]
    return [each["number"] for each in filed]


def review(shell: Shell, numbers: list[str]) -> None:
    shell.at(on(3, 3))
    results = shell.get("claim", "act-many", "accept", "--stage", "submitted", "--cycle", YEAR, "--as", "sun")
    assert [each["outcome"] for each in results] == ["done"] * len(numbers)
    shell.at(on(3, 5))
    for number in numbers:
        department = shell.get("claim", "show", number)["departments"][0]["code"]
        user = {"economy": "qian", "development": "zhao"}[department]
        assert shell.get("claim", "show", number, "--as", user)["actions"][0] == "clear"
        shell.get("claim", "act", number, "clear", "--as", user)
    shell.at(on(3, 9))
    for number in numbers:
        endorsed = shell.get("claim", "act", number, "endorse", "--as", "li", "--reason", "材料齐全")
        assert endorsed["amounts"]["proposed_yuan"] == endorsed["amounts"]["requested_yuan"]
    shell.at(on(3, 16))
    for number in numbers:
        shell.get("claim", "act", number, "approve", "--as", "xu", "--resolution", MINUTES)


def publish(shell: Shell, numbers: list[str]) -> None:
    published = shell.get("resolution", "publish", MINUTES, "--as", "xu")
    assert published["claims"] == len(numbers)
    assert published["ends_on"] == "2026-03-23", "five working days, without the day of publication"
    shell.at(on(3, 23))
    shell.get("round")
    assert shell.get("claim", "show", numbers[0])["stage"] == "public_notice", "the last day still counts"
    shell.at(on(3, 24))
    shell.get("round")
    assert {each["stage"] for each in shell.get("claim", "list", "--cycle", YEAR)} == {"finance_payout"}


def pay(shell: Shell, folder: Path, total: int) -> list[Any]:
    batch = shell.get("payout", "propose", "--cycle", YEAR, "--as", "feng")
    assert batch["total_yuan"] == total
    assert shell.refused("payout", "release", batch["batch"], "--as", "feng") == "same_releaser"
    shell.get("payout", "release", batch["batch"], "--as", "deng")
    sheet = folder / "拨付.xlsx"
    shell.get("payout", "export", batch["batch"], "--out", sheet, "--as", "deng")
    book = load_workbook(sheet)
    rows = book.active
    headers = [cell.value for cell in rows[1]]
    for row in range(2, rows.max_row + 1):
        rows.cell(row, headers.index("结果") + 1, "成功")
    book.save(sheet)
    first = shell.get("payout", "reconcile", batch["batch"], sheet, "--as", "feng")
    assert first["problems"] == []
    second = shell.get("payout", "reconcile", batch["batch"], sheet, "--as", "feng")
    assert second["paid"] == []
    assert sorted(second["unchanged"]) == sorted(first["paid"])
    return first["paid"]


@pytest.mark.slow
def test_a_claim_goes_from_the_sheet_to_paid_by_command_line_alone(shell: Shell, tmp_path: Path) -> None:
    set_up(shell)
    numbers = bring_in(shell, tmp_path)
    review(shell, numbers)
    publish(shell, numbers)
    asked = sum(each["amounts"]["requested_yuan"] for each in shell.get("claim", "list"))
    assert sorted(pay(shell, tmp_path, asked)) == numbers
    shell.get("round")

    claim = shell.get("claim", "show", numbers[0])
    assert claim["stage"] == "paid"
    assert claim["actions"] == [], "nobody in particular looks"
    history = shell.get("claim", "history", numbers[0])
    assert [each["seq"] for each in history] == list(range(1, len(history) + 1))
    assert [each["previous_hash"] for each in history[1:]] == [each["hash"] for each in history[:-1]]
    explained = shell.get("claim", "explain", numbers[0])
    assert explained["quote"]["county_yuan"] == claim["amounts"]["granted_yuan"]
    assert [each["trigger"] for each in explained["decisions"]] == [
        "endorse",
        "approve",
        "notice_published",
        "pay",
    ]

    assert shell.get("audit", "verify") == {
        "ok": True,
        "events": shell_events(shell, tmp_path),
        "problems": [],
    }
    balances = shell.get("cycle", "show", YEAR)["balances"]
    assert balances["paid"] == asked
    assert balances["published"] == balances["reserved"] == 0
    assert sum(balances.values()) == 0, "every yuan stands in one account"
    kinds = {each["kind"] for each in shell.get("notice", "list") if each["claim"] == numbers[0]}
    assert {"receipt", "acceptance", "endorsement", "approval", "public_notice", "payment"} <= kinds


def shell_events(shell: Shell, folder: Path) -> int:
    out = folder / "events.jsonl"
    written = shell.get("audit", "export", "--out", out)
    assert len(out.read_text(encoding="utf-8").splitlines()) == written["events"]
    return int(written["events"])
