"""The other groups of commands, at work in the rehearsal year: what it answers to programs and to people."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import world
from shells import Shell, at_stage

ITEM_KEYS = {
    "code", "list", "kind", "group", "condition", "level", "municipal_yuan", "county_yuan", "is_ceiling", "confirmed",
    "evidence", "clause",
}  # fmt: skip
SLOT_KEYS = {"slot", "kind", "cycle", "subject", "due_at", "outcome", "finished_at"}
LETTER_KEYS = {"id", "kind", "recipient", "claim", "event", "status", "queued_at", "sent_at"}


# Policy


def test_the_policy_is_listed_shown_quoted_and_identified(demo: Shell) -> None:
    items = demo.get("policy", "list")
    assert len(items) == 26
    assert all(each.keys() >= ITEM_KEYS for each in items)
    assert demo.get("policy", "show", "lead-national")["county_yuan"] == 300_000
    quote = demo.get("policy", "quote", "participate-national", "--rank", 3, "--requested", 90_000)
    assert quote.keys() >= {
        "code", "eligible", "municipal_yuan", "county_yuan", "is_ceiling", "steps", "findings",
    }  # fmt: skip
    assert quote["county_yuan"] == 90_000
    assert all(step.keys() >= {"rule", "clause", "input", "result"} for step in quote["steps"])
    refused = demo.get("policy", "quote", "lead-national", "--revision")
    assert (refused["eligible"], refused["county_yuan"]) == (False, 0)
    found = demo.get("policy", "identify", "ｇｂ/t 20556—2006")
    assert found["number"] == "GB/T 20556-2006"
    assert found["items"] == ["lead-national", "participate-national"]
    assert demo.get("policy", "identify", "not a number")["items"] == []
    assert demo.refused("policy", "show", "lead-moon") == "unknown_item"


def test_a_reading_is_confirmed_once_and_by_whom_it_may_be(demo: Shell) -> None:
    number = at_stage(demo, "coordination_approval", item="lead-zhejiang-local")
    approve = ("claim", "act", number, "approve", "--as", "coordinator", "--resolution", "〔2026〕9号")
    assert demo.refused(*approve) == "reading_unconfirmed"
    confirm = ("policy", "confirm", "lead-zhejiang-local", "--reason", "经会议研究")
    assert demo.refused(*confirm, "--as", "applicant") == "not_allowed"
    assert demo.get(*confirm, "--as", "coordinator")["confirmed_by"] == "coordinator"
    assert demo.refused(*confirm, "--as", "reviewer") == "already_confirmed"
    assert demo.get(*approve)["amounts"]["granted_yuan"] == 200_000


def test_the_data_are_checked_and_hashed(demo: Shell, tmp_path: Path) -> None:
    assert demo.get("policy", "check")["ok"] is True
    version = demo.get("policy", "hash")["versions"][0]
    assert len(version["hash"]) == 64
    assert demo.get("policy", "diff", version["version"], version["version"]) == []
    broken = tmp_path / "config"
    shutil.copytree(Path(__file__).parents[2] / "config", broken)
    (broken / "directory.yaml").write_text("offices: 3\n", encoding="utf-8")
    said = demo.run("policy", "check", broken, "--json")
    assert said.status == 1
    assert said.code == "rulebook_invalid"
    assert said.json["problems"][0]["line"] == 1


# Cycles, slots


def test_a_cycle_is_planned_listed_and_shown(demo: Shell) -> None:
    plan = ("cycle", "plan", 2099, "--opens", "2099-03-01", "--deadline", "2099-04-30", "--budget", 1_000_000)
    assert demo.refused(*plan, "--as", "applicant") == "not_allowed"
    planned = demo.get(*plan, "--notice-days", 7, "--as", "administrator")
    assert (planned["status"], planned["notice_days"], planned["balances"]["available"]) == (
        "planned",
        7,
        1_000_000,
    )
    assert demo.get("cycle", "show", 2099) == planned
    assert planned in demo.get("cycle", "list")
    assert demo.refused("cycle", "show", 2098) == "unknown_cycle"
    assert demo.refused(*plan[:5], "--deadline", "2099-01-01", "--budget", 1) == "bad_dates"


def test_due_and_round_tell_slots_and_outcomes(demo: Shell) -> None:
    slots = demo.get("due")
    assert all(each.keys() >= SLOT_KEYS for each in slots)
    assert {each["outcome"] for each in slots} >= {"pending", "done", "skipped"}
    closing = next(each for each in slots if each["kind"] == "close_submissions")
    deadline = demo.get("cycle", "list")[0]["deadline_on"]
    assert closing["due_at"][:10] > deadline, "closing is due when the last day is over"
    assert closing not in demo.get("due", "--until", deadline)
    assert closing in demo.get("due", "--until", closing["due_at"][:10])
    assert demo.get("round") == [], "the rehearsal year is up to date"


# Resolutions, objections, payouts


def test_resolutions_show_their_frozen_lists(demo: Shell) -> None:
    last = demo.get("resolution", "list")[-1]
    shown = demo.get("resolution", "show", last["resolution"])
    assert len(shown["lines"]) == last["claims"] == 3
    assert sum(each["yuan"] for each in shown["lines"]) == last["total_yuan"]
    publish = ("resolution", "publish", last["resolution"], "--as")
    assert demo.refused(*publish, "coordinator") == "resolution_published"
    assert demo.refused(*publish, "reviewer") == "not_allowed"
    assert demo.refused("resolution", "show", "〔1999〕1号") == "unknown_resolution"


def test_an_objection_is_filed_hidden_by_name_and_decided_once(demo: Shell) -> None:
    number = at_stage(demo, "public_notice", item="committee-municipal")
    filed = demo.get("objection", "file", number, "--by", "李某", "--text", "请核实")
    assert filed["claim"] == number
    assert demo.get("objection", "list")[0]["by"] is None
    assert demo.get("objection", "list", "--as", "coordinator")[0]["by"] == "李某"
    decide = ("objection", "decide", filed["id"], "dismissed", "--as", "coordinator", "--reason", "已核实")
    assert demo.get(*decide)["outcome"] == "dismissed"
    assert demo.refused(*decide) == "objection_decided"
    paid = at_stage(demo, "paid")
    assert demo.refused("objection", "file", paid, "--by", "李某", "--text", "x") == "objection_not_possible"


def test_a_batch_is_released_by_another_and_written_for_the_bank(demo: Shell, tmp_path: Path) -> None:
    batch = demo.get("payout", "list")[0]["batch"]
    out = tmp_path / "bank.csv"
    assert demo.refused("payout", "export", batch, "--out", out) == "batch_not_released"
    assert demo.refused("payout", "release", batch, "--as", "finance") == "same_releaser"
    assert demo.get("payout", "release", batch, "--as", "finance2")["batch"] == batch
    demo.get("payout", "export", batch, "--out", out, "--as", "finance2")
    assert (
        out.read_text(encoding="utf-8-sig")
        .splitlines()[0]
        .startswith("批次,申报编号,申报单位,开户银行,银行账号,金额（元）,金额大写,用途")
    )
    said = demo.run("payout", "reconcile", batch, out, "--as", "finance", "--json")
    assert said.status == 1, "the bank has answered nothing"
    assert said.json["problems"]
    assert demo.get("payout", "show", batch)["outcomes"]["pending"] == 4


# Letters


def test_letters_are_listed_shown_previewed_and_sent_again(demo: Shell, tmp_path: Path) -> None:
    number = at_stage(demo, "paid")
    letters = demo.get("notice", "list", "--claim", number)
    assert all(each.keys() >= LETTER_KEYS for each in letters)
    shown = demo.get("notice", "show", letters[0]["id"])
    assert "演练" in shown["text"]
    assert demo.get("notice", "resend", letters[0]["id"], "--as", "administrator")["status"] == "queued"
    assert demo.refused("notice", "resend", letters[0]["id"], "--as", "applicant") == "not_allowed"
    back = ("notice", "bounced", letters[1]["id"], "--as", "administrator")
    assert demo.refused(*back, "--reason", " ") == "letter_reason_needed"
    assert demo.get(*back, "--reason", "552 mailbox full")["status"] == "bounced"
    assert demo.refused(*back, "--reason", "552 mailbox full") == "letter_not_like_that"
    settle = ("notice", "settle", letters[1]["id"], "--reason", "已送达纸质件", "--as", "administrator")
    assert demo.get(*settle)["status"] == "settled"
    assert demo.get("notice", "held") == []
    release = ("notice", "release", "payment", "--reason", "属实", "--as", "administrator")
    assert demo.refused(*release) == "nothing_held"
    assert demo.get("notice", "list", "--doubtful") == []
    for suffix in ("txt", "html"):
        out = tmp_path / f"letter.{suffix}"
        demo.get("notice", "preview", "payment", "--claim", number, "--out", out)
        assert "拨付" in out.read_text(encoding="utf-8")
    pdf = tmp_path / "letter.pdf"
    demo.get("notice", "preview", "payment", "--claim", number, "--out", pdf)
    assert pdf.read_bytes().startswith(b"%PDF-")
    sheet = ("notice", "preview", "payment", "--claim", number, "--out", tmp_path / "letter.docx")
    assert demo.refused(*sheet) == "unknown_form"
    assert demo.refused("notice", "preview", "valentine", "--claim", number) == "unknown_letter_kind"
    assert demo.refused("notice", "show", 99_999) == "unknown_letter"


# People, papers, audit


def test_users_and_units_are_added_and_listed(demo: Shell) -> None:
    unit = ("org", "add", "新单位（演练）", "--uscc", world.uscc(9001), "--township", "五龙乡")
    added = demo.get(*unit)
    assert demo.get(*unit) == added, "the same unit again changes nothing"
    assert added in demo.get("org", "list")
    user = demo.get("user", "add", "xin", "--role", "applicant", "--org", world.uscc(9001))
    assert user.keys() == {"name", "role", "org", "password"}
    assert user["org"] == "新单位（演练）"
    assert next(each for each in demo.get("user", "list") if each["name"] == "xin")["roles"] == ["applicant"]
    assert demo.get("user", "token", "xin")["token"].startswith("jb_")
    assert demo.refused("user", "add", "nan", "--role", "applicant") == "bad_value"
    assert demo.refused("user", "add", "nan", "--role", "township", "--org", "月球") == "unknown_organisation"
    wrong = world.uscc(9002)[:-1] + "?"
    assert demo.refused("org", "add", "错", "--uscc", wrong, "--township", "五龙乡") == "bad_value"


@pytest.mark.parametrize(
    "words",
    ["user list", "payout list", "audit verify", "status", "due", "round", "user add nan --role auditor"],
)
def test_an_applicant_is_refused_what_is_the_offices_business(words: str, demo: Shell) -> None:
    assert demo.refused(*words.split(), "--as", "applicant") == "not_allowed"


@pytest.mark.parametrize("words", ["cycle list", "policy list", "org list"])
def test_everybody_may_see_what_is_public(words: str, demo: Shell) -> None:
    assert demo.get(*words.split(), "--as", "applicant") == demo.get(*words.split())
    assert demo.refused(*words.split(), "--as", "nobody") == "unknown_user"


def test_reports_the_register_and_the_diagram_are_written(demo: Shell, tmp_path: Path) -> None:
    year = demo.get("cycle", "list")[0]["year"]
    report, register = tmp_path / "report.xlsx", tmp_path / "register.csv"
    assert demo.get("report", year, "--out", report) == {"year": year, "out": str(report)}
    assert report.read_bytes().startswith(b"PK")
    demo.get("register", "export", "--out", register)
    assert len(register.read_text(encoding="utf-8-sig").splitlines()) == 1 + 3
    assert demo.run("diagram").out.startswith("stateDiagram")
    assert demo.run("diagram", "--format", "svg").out.startswith("<svg")


def test_the_audit_is_verified_exported_and_sealed_for_outsiders(demo: Shell, tmp_path: Path) -> None:
    events, checkpoint = tmp_path / "events.jsonl", tmp_path / "checkpoint.json"
    demo.get("audit", "checkpoint", "--out", checkpoint)
    demo.get("audit", "export", "--out", events)
    assert demo.get("audit", "verify", "--against", checkpoint)["ok"] is True
    script = Path(__file__).parents[2] / "claims" / "verify.py"
    check = [sys.executable, "-I", str(script), str(events), str(checkpoint)]
    assert subprocess.run(check, capture_output=True, check=False).returncode == 0
    document = json.loads(checkpoint.read_text(encoding="utf-8"))
    document["heads"] = {name: [seq + 1, digest] for name, (seq, digest) in document["heads"].items()}
    checkpoint.write_text(json.dumps(document), encoding="utf-8")
    said = demo.run("audit", "verify", "--against", checkpoint, "--json")
    assert (said.status, said.code) == (1, "audit_broken")
    assert said.json["problems"]
    checkpoint.write_text("no checkpoint", encoding="utf-8")
    assert demo.run("audit", "verify", "--against", checkpoint).status == 2


def test_status_tells_versions_policy_steps_and_what_is_overdue(demo: Shell) -> None:
    status = demo.get("status")
    assert status.keys() >= {
        "versions", "database", "policy", "last_steps", "next_steps", "overdue", "stages", "letters", "mode",
    }  # fmt: skip
    assert status["versions"]["prefect"]
    assert status["overdue"]["claims"]
    assert status["next_steps"][0]["outcome"] == "pending"
