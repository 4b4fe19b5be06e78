"""What must not be possible is refused with its own code, and the records stay as they were."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import world
from shells import Shell

from claims.submission.forms import COLUMNS

GOOD = {
    "申报单位": world.INSTITUTE[0],
    "统一社会信用代码": world.INSTITUTE[1],
    "所属乡镇": world.INSTITUTE[2],
    "联系人": "林某",
    "联系电话": "0580-5081234",
    "电子邮箱": "",
    "开户银行": "浙江嵊泗农村商业银行营业部",
    "银行账号": "201000123456789012",
    "奖补项目": "lead-zhoushan-local",
    "领域": "marine-technology",
    "标准编号": "DB3309/T 112-2024",
    "名称": "嵊泗贻贝苗种包装运输通用技术条件",
    "排名": "1",
    "是否修订": "否",
    "发布日期": "2024-12-17",
    "实施日期": "2025-01-17",
    "申请金额": "100000",
    "备注": "",
    "起草单位": "",
}

WRONG: Mapping[str, tuple[dict[str, str], str, str]] = {
    "a wrong check character": (
        {"统一社会信用代码": world.INSTITUTE[1][:-1] + ("0" if world.INSTITUTE[1][-1] != "0" else "1")},
        "bad_credit_code",
        "统一社会信用代码",
    ),
    "a revision claimed as lead": ({"是否修订": "是"}, "revision_not_paid", "是否修订"),
    "rank 5 as participant": (
        {
            "奖补项目": "participate-national",
            "标准编号": "GB/T 41545-2024",
            "排名": "5",
            "申请金额": "150000",
        },
        "rank_not_paid",
        "排名",
    ),
    "another region's number": ({"标准编号": "DB3310/T 101-2023"}, "other_region", "标准编号"),
    "an amount above the ceiling": ({"申请金额": "100001"}, "above_ceiling", "申请金额"),
    "a number of another level": ({"标准编号": "GB/T 20556-2024"}, "item_mismatch", "标准编号"),
    "a result of another year": ({"发布日期": "2022-12-17"}, "out_of_period", "发布日期"),
}


def sheet(path: Path, *rows: Mapping[str, str]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(COLUMNS.values()))
        writer.writeheader()
        writer.writerows(GOOD | dict(row) for row in rows)
    return path


@contextmanager
def unchanged(shell: Shell) -> Iterator[None]:
    """Inside, nothing may be written: no claim, no event, no money moved."""
    before = state(shell)
    yield
    assert state(shell) == before


def state(shell: Shell) -> tuple[Any, ...]:
    return (
        shell.get("claim", "list"),
        shell.get("audit", "verify")["events"],
        shell.get("cycle", "show", world.YEAR)["balances"],
        shell.get("payout", "list"),
    )


@pytest.mark.parametrize("row", WRONG.values(), ids=WRONG)
def test_a_sheet_is_refused_for(row: tuple[dict[str, str], str, str], at_work: Shell, tmp_path: Path) -> None:
    changes, code, column = row
    with unchanged(at_work):
        file = sheet(tmp_path / "claims.csv", changes)
        said = at_work.run("claim", "import", file, "--cycle", world.YEAR, "--as", "zhou", "--json")
    assert said.status == 1, "nothing at all could be done"
    assert said.json["filed"] == []
    refused = {each["code"]: each for each in said.json["refused"]}
    assert code in refused
    assert refused[code]["row"] == 2
    assert refused[code]["column"] == column
    assert refused[code]["message"]
    assert refused[code]["message_en"]


def test_a_bad_row_keeps_no_good_row_from_being_filed(at_work: Shell, tmp_path: Path) -> None:
    file = sheet(tmp_path / "claims.csv", {"申请金额": "900000"}, {"标准编号": "DB3309/T 113-2024"})
    said = at_work.run("claim", "import", file, "--cycle", world.YEAR, "--as", "zhou", "--json")
    assert said.status == 0
    assert [each["row"] for each in said.json["refused"]] == [2]
    assert [each["row"] for each in said.json["filed"]] == [3]
    assert "1 row(s) taken, 1 refused" in said.err


def test_the_same_standard_twice_is_refused(at_work: Shell, tmp_path: Path) -> None:
    first = sheet(tmp_path / "first.csv", {})
    at_work.get("claim", "import", first, "--cycle", world.YEAR, "--as", "zhou")
    other = {"申报单位": world.COMPANY[0], "统一社会信用代码": world.COMPANY[1], "所属乡镇": "枸杞乡"}
    with unchanged(at_work):
        second = sheet(tmp_path / "second.csv", other)
        said = at_work.run("claim", "import", second, "--cycle", world.YEAR, "--as", "wu", "--json")
    assert {each["code"] for each in said.json["refused"]} <= {"same_standard", "duplicate_standard"}
    assert said.json["refused"]


def test_a_sheet_with_an_unknown_header_is_refused_as_a_whole(at_work: Shell, tmp_path: Path) -> None:
    file = tmp_path / "claims.csv"
    file.write_text("申报单位,不认识\n甲,乙\n", encoding="utf-8")
    with unchanged(at_work):
        assert (
            at_work.refused("claim", "import", file, "--cycle", world.YEAR, "--as", "zhou")
            == "unknown_header"
        )


def submitted(shell: Shell, folder: Path) -> str:
    """A claim that waits for intake."""
    file = sheet(folder / "claims.csv", {})
    filed = shell.get("claim", "import", file, "--cycle", world.YEAR, "--as", "zhou")["filed"]
    number = str(filed[0]["number"])
    for each in shell.get("claim", "show", number)["evidence"]:
        if each["required"]:
            paper = folder / f"{each['kind']}.pdf"
            paper.write_bytes(world.a_paper(each["kind"]))
            shell.get("claim", "attach", number, each["kind"], paper, "--as", "zhou")
    shell.get("claim", "act", number, "submit", "--as", "zhou")
    return number


def test_somebody_of_the_applicant_stands_aside(at_work: Shell, tmp_path: Path) -> None:
    number = submitted(at_work, tmp_path)
    at_work.get("user", "add", "own", "--role", "intake", "--org", world.INSTITUTE[1])
    with unchanged(at_work):
        assert at_work.refused("claim", "act", number, "accept", "--as", "own") == "own_organisation"


def test_nobody_acts_for_two_duties_on_one_claim(at_work: Shell, tmp_path: Path) -> None:
    number = submitted(at_work, tmp_path)
    at_work.get("user", "add", "sun", "--role", "department", "--org", "market-supervision")
    at_work.get("claim", "act", number, "accept", "--as", "sun", "--department", "县市场监管局")
    with unchanged(at_work):
        assert at_work.refused("claim", "act", number, "clear", "--as", "sun") == "same_person"


def test_a_stale_version_is_refused(at_work: Shell, tmp_path: Path) -> None:
    number = submitted(at_work, tmp_path)
    seen = at_work.get("claim", "show", number)["version"]
    act = ("claim", "act", number, "accept", "--as", "sun", "--version")
    with unchanged(at_work):
        assert at_work.refused(*act, seen - 1) == "version_conflict"
    assert at_work.get(*act, seen)["stage"] == "department_check"


def test_a_declared_conflict_stands_in_the_way(at_work: Shell, tmp_path: Path) -> None:
    number = submitted(at_work, tmp_path)
    at_work.get("user", "declare", world.INSTITUTE[1], "--as", "sun", "--reason", "配偶在该单位任职")
    with unchanged(at_work):
        assert at_work.refused("claim", "act", number, "accept", "--as", "sun") == "declared_conflict"


def test_a_role_that_is_not_listed_for_a_trigger_is_refused(at_work: Shell, tmp_path: Path) -> None:
    number = submitted(at_work, tmp_path)
    with unchanged(at_work):
        assert at_work.refused("claim", "act", number, "accept", "--as", "guo") == "role_not_allowed"
        assert at_work.refused("claim", "act", number, "pay", "--as", "feng") == "wrong_stage"
        assert at_work.refused("claim", "act", number, "accept", "--as", "nobody") == "unknown_user"
        assert at_work.refused("claim", "act", "SB-2025-9999", "accept", "--as", "sun") == "unknown_claim"
