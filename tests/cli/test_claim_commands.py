"""The commands of `jiangbu claim`, at work in the rehearsal year."""

from pathlib import Path

import world
from shells import Shell, at_stage

CLAIM_KEYS = {
    "number", "cycle", "stage", "version", "item", "field", "applicant", "standard", "amounts", "due_on",
    "departments", "evidence", "findings", "actions",
}  # fmt: skip
EVENT_KEYS = {
    "seq", "trigger", "source", "target", "actor", "role", "at", "reason", "data", "hash", "previous_hash",
}  # fmt: skip


def test_a_claim_shows_what_the_interfaces_promise(demo: Shell) -> None:
    claim = demo.get("claim", "show", at_stage(demo, "market_supervision_review"), "--as", "reviewer")
    assert claim.keys() >= CLAIM_KEYS
    assert claim["applicant"].keys() >= {"name", "uscc", "township"}
    assert claim["standard"].keys() >= {"number", "title", "rank", "revision", "published_on"}
    assert claim["amounts"].keys() >= {
        "municipal_yuan", "county_yuan", "requested_yuan", "proposed_yuan", "granted_yuan",
    }  # fmt: skip
    assert claim["departments"][0].keys() >= {"code", "name", "cleared"}
    assert claim["evidence"][0].keys() >= {"kind", "required", "files"}
    assert claim["evidence"][0]["files"][0].keys() >= {"name", "sha256", "bytes"}
    assert claim["actions"] == ["endorse", "return_for_correction", "reject"]


def test_an_account_is_shown_masked_everywhere(demo: Shell) -> None:
    numbers = [each["number"] for each in demo.get("claim", "list")]
    words = [
        ("claim", "show", numbers[0]),
        ("claim", "history", numbers[0]),
        ("payout", "show", "BF-2026-01"),
    ]
    batch = demo.get("payout", "list")[-1]["batch"]
    words[2] = ("payout", "show", batch)
    for each in words:
        for said in (demo.run(*each), demo.run(*each, "--json")):
            assert said.status == 0
            assert "62280000000000" not in said.out
    assert "**** 0018" in demo.run(*words[0]).out


def test_claims_are_listed_by_cycle_stage_township_and_lateness(demo: Shell) -> None:
    everything = demo.get("claim", "list")
    assert {each["township"] for each in (claim["applicant"] for claim in everything)} == {
        "菜园镇", "嵊山镇", "洋山镇", "五龙乡", "黄龙乡", "枸杞乡", "花鸟乡",
    }  # fmt: skip
    here = demo.get("claim", "list", "--township", "花鸟乡", "--stage", "draft")
    assert [each["applicant"]["township"] for each in here] == ["花鸟乡"]
    late = demo.get("claim", "list", "--overdue")
    assert late
    assert all(each["overdue"] for each in late)
    assert len(late) < len(everything)
    assert demo.get("claim", "list", "--cycle", 2000) == []


def test_a_user_sees_what_is_theirs_and_the_rest_is_not_there(demo: Shell) -> None:
    everything = demo.get("claim", "list")
    assert demo.get("claim", "list", "--as", "auditor") == everything
    own = demo.get("claim", "list", "--as", "applicant")
    assert {each["applicant"]["name"] for each in own} == {"望海贻贝专业合作社（演练）"}
    assert {each["applicant"]["township"] for each in demo.get("claim", "list", "--as", "gouqi")} == {
        "枸杞乡"
    }
    asked = demo.get("claim", "list", "--as", "department5")
    assert 0 < len(asked) < len(everything)
    other = next(each["number"] for each in everything if each["applicant"]["township"] == "枸杞乡")
    for word in ("show", "history", "explain"):
        assert demo.refused("claim", word, other, "--as", "applicant") == "unknown_claim"


def test_history_and_explanation_lead_to_the_paid_yuan(demo: Shell) -> None:
    number = at_stage(demo, "paid")
    history = demo.get("claim", "history", number)
    assert all(each.keys() >= EVENT_KEYS for each in history)
    explained = demo.get("claim", "explain", number)
    claim = demo.get("claim", "show", number)
    assert explained["quote"]["steps"][-1]["result"] == claim["amounts"]["granted_yuan"]
    assert all(step["clause"] for step in explained["quote"]["steps"])
    assert explained["decisions"][-1]["amount_yuan"] == claim["amounts"]["granted_yuan"]
    assert "确认拨付 pay" in demo.run("claim", "explain", number).out


def test_what_was_returned_is_corrected_completed_and_submitted_again(demo: Shell, tmp_path: Path) -> None:
    number = at_stage(demo, "correction", item="lead-zhejiang-local")
    assert (
        demo.refused("claim", "correct", number, "--set", "排名=5", "--as", "applicant3") == "findings_open"
    )
    assert (
        demo.refused("claim", "correct", number, "--set", "发布日期=soon", "--as", "applicant3")
        == "findings_open"
    )
    assert demo.run("claim", "correct", number, "--set", "天气=晴", "--as", "applicant3").status == 2
    corrected = demo.get("claim", "correct", number, "--set", "发布日期=2014-12-30", "--as", "applicant3")
    assert corrected["standard"]["published_on"] == "2014-12-30"
    paper = tmp_path / "announcement.pdf"
    paper.write_bytes(world.a_paper("announcement"))
    attached = demo.get("claim", "attach", number, "publication", paper, "--as", "applicant3")
    files = next(each["files"] for each in attached["evidence"] if each["kind"] == "publication")
    assert "announcement.pdf" in {each["name"] for each in files}
    assert demo.get("claim", "act", number, "resubmit", "--as", "applicant3")["stage"] == "submitted"


def test_a_return_names_several_things_by_repeating_or_by_commas(demo: Shell) -> None:
    first, second = (each["number"] for each in demo.get("claim", "list", "--stage", "submitted")[:2])
    act = ("return_for_correction", "--as", "intake", "--reason", "请补正", "--missing")
    assert demo.refused("claim", "act", first, *act, "weather") == "missing_not_named"
    demo.get("claim", "act", first, *act, "publication,rank")
    demo.get("claim", "act", second, *act, "publication", "--missing", "rank")
    for number in (first, second):
        assert demo.get("claim", "history", number)[-1]["data"]["missing"] == ["publication", "rank"]


def test_intake_names_departments_where_the_field_names_none(demo: Shell) -> None:
    number = at_stage(demo, "draft", field="services")
    demo.get("claim", "act", number, "submit", "--as", "huaniao")
    words = ("claim", "act", number, "accept", "--as", "intake", "--department")
    assert demo.refused(*words, "县气象局") == "department_unknown"
    accepted = demo.get(*words, "县发改局，县农业农村局")
    assert [each["name"] for each in accepted["departments"]] == ["嵊泗县发展和改革局", "嵊泗县农业农村局"]


def test_many_are_acted_on_each_by_itself_and_again_without_harm(demo: Shell, tmp_path: Path) -> None:
    waiting = [each["number"] for each in demo.get("claim", "list", "--stage", "submitted")]
    file = tmp_path / "numbers.txt"
    file.write_text("\n".join([*waiting, "SB-2000-0001"]), encoding="utf-8")
    words = ("claim", "act-many", "accept", "--numbers", file, "--as", "intake")
    outcomes = [each["outcome"] for each in demo.get(*words)]
    assert outcomes == ["done"] * len(waiting) + ["refused"]
    again = demo.run(*words, "--json")
    assert [each["outcome"] for each in again.json] == ["unchanged"] * len(waiting) + ["refused"]
    assert again.json[-1]["code"] == "unknown_claim"
    only_wrong = tmp_path / "wrong.txt"
    only_wrong.write_text("SB-2000-0001", encoding="utf-8")
    said = demo.run("claim", "act-many", "accept", "--numbers", only_wrong, "--as", "intake", "--json")
    assert (said.status, said.code) == (1, "all_refused")


def test_a_drafter_among_the_offices_is_disclosed_before_a_reviewer_acts(demo: Shell) -> None:
    number = at_stage(demo, "market_supervision_review", item="lead-group")
    endorse = ("claim", "act", number, "endorse", "--as", "reviewer", "--reason", "已核对")
    assert demo.refused(*endorse) == "disclosure_needed"
    disclose = ("claim", "disclose", number, "县市场监管局", "--user", "reviewer", "--as", "coordinator")
    assert demo.get(*disclose, "--reason", "未参与起草")["users"] == ["intake", "reviewer"]
    assert demo.get(*endorse)["stage"] == "coordination_approval"
