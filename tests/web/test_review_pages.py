"""A reviewer's pages: papers examined beside their preview, many decided at once after a look, a step taken back."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
import world
from visitors import SignIn, Visitor, words_of

from claims import clock
from claims.desk import Desk
from claims.facts import load_claim
from claims.identity import people
from claims.identity.delegations import delegate
from claims.models import Letter
from claims.review.decisions import act
from claims.submission.evidence import attach
from notifications.derive import derive
from states.stages import Role, Stage, Trigger

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def rehearsal_desk(led_desk: Desk) -> Desk:
    return led_desk


@pytest.fixture
def three(rehearsal_desk: Desk) -> list[str]:
    """Three claims under review, the second with a warning that wants an answer."""
    with rehearsal_desk.transaction() as tx:
        first = world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW)
        series = [world.another_form(standard_number=f"T/SSYB 565.{part}-2024") for part in (1, 2)]
        warned = world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW, series[0])
        world.add_draft(tx, series[1])
        return [first, warned, world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW)]


def version_of(desk: Desk, number: str) -> int:
    with desk.reading() as tx:
        return load_claim(tx, number).version


def stage_of(desk: Desk, number: str) -> Stage:
    with desk.reading() as tx:
        return load_claim(tx, number).stage


def hidden(page: str, name: str) -> list[str]:
    return re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)


def paper_of(visitor: Visitor, number: str, kind: str = "standard_text") -> str:
    page = visitor.get(f"/claims/{number}").text
    found = re.search(rf'id="paper-{kind}".*?name="paper" value="([0-9a-f]{{64}})"', page, re.DOTALL)
    assert found
    return found[1]


def row(visitor: Visitor, number: str, kind: str = "standard_text") -> str:
    """What a reader sees of one line of the checklist."""
    page = visitor.get(f"/claims/{number}").text
    found = re.search(rf'(?s)<li id="paper-{kind}".*?</li>', page)
    assert found
    return words_of(f"<body>{found.group()}")


# Papers


def test_a_paper_goes_from_not_started_over_looked_at_to_a_verdict(
    sign_in: SignIn, under_review: str
) -> None:
    li = sign_in("li")
    sha = paper_of(li, under_review)
    assert "尚未核对" in row(li, under_review)
    opened = li.post(
        f"/claims/{under_review}/examination", {"kind": "standard_text", "verdict": "begun", "paper": sha}
    )
    assert opened.headers["location"] == f"/claims/{under_review}?paper={sha}#evidence"
    assert "看过，未定" in row(li, under_review)
    assert "已核 0 / 7 项" in li.read(f"/claims/{under_review}")
    data = {"kind": "standard_text", "verdict": "doubtful", "note": "前言页不清"}
    assert li.post(f"/claims/{under_review}/examination", data).status_code == 303
    page = li.get(f"/claims/{under_review}").text
    assert re.search(r'value="doubtful" class="doubtful" aria-pressed="true"', page)
    assert "前言页不清" in row(li, under_review)
    assert "已核 1 / 7 项" in words_of(page)


def test_what_was_noted_is_ready_to_be_sent_back_all_at_once(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    li = sign_in("li")
    for kind, note in (("standard_text", "前言页不清"), ("account_proof", "户名不符")):
        li.post(f"/claims/{under_review}/examination", {"kind": kind, "verdict": "fails", "note": note})
    page = li.get(f"/claims/{under_review}").text
    assert set(re.findall(r'name="missing" value="(\w+)" checked', page)) == {
        "standard_text",
        "account_proof",
    }
    phrases = re.findall(r'name="phrases" value="([^"]*)" checked', page)
    assert [each.partition("：")[2] for each in phrases] == ["户名不符。", "前言页不清。"]
    answer = li.post(
        f"/claims/{under_review}/actions",
        {
            "trigger": "return_for_correction",
            "version": version_of(rehearsal_desk, under_review),
            "missing": ["standard_text", "account_proof"],
            "phrases": phrases,
            "reason": "其余材料无误。",
        },
    )
    assert answer.status_code == 303, words_of(answer.text)
    told = sign_in("lin").read(f"/claims/{under_review}")
    for words in ("前言页不清。", "户名不符。", "其余材料无误。"):
        assert words in told


def test_a_ticked_sentence_is_reason_enough_and_only_where_it_belongs(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    li = sign_in("li")
    data = {"version": version_of(rehearsal_desk, under_review), "phrases": ["该项目不属于所列奖补范围。"]}
    assert li.post(f"/claims/{under_review}/actions", {"trigger": "reject", **data}).status_code == 303
    assert "该项目不属于所列奖补范围。" in sign_in("lin").read(f"/claims/{under_review}")


def test_colleagues_read_each_others_verdicts_and_applicants_none(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    data = {"kind": "standard_text", "verdict": "doubtful", "note": "前言页不清"}
    sign_in("li").post(f"/claims/{under_review}/examination", data)
    assert "li：存疑" in row(sign_in("xu"), under_review)
    assert "前言页不清" not in sign_in("lin").read(f"/claims/{under_review}")
    refused = sign_in("xu").post(f"/claims/{under_review}/examination", data)
    assert refused.status_code == 403


def test_a_paper_is_shown_in_a_sandbox_that_only_we_may_frame(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    li = sign_in("li")
    sha = paper_of(li, under_review)
    page = li.get(f"/claims/{under_review}?paper={sha}").text
    assert f'<iframe src="/claims/{under_review}/evidence/{sha}/shown' in page
    assert "frame-src 'self'" in li.get(f"/claims/{under_review}").headers["content-security-policy"]
    shown = li.get(f"/claims/{under_review}/evidence/{sha}/shown")
    assert shown.headers["content-disposition"].startswith("inline; ")
    policy = shown.headers["content-security-policy"]
    assert policy == "default-src 'none'; sandbox; frame-ancestors 'self'"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["x-frame-options"] == "SAMEORIGIN"
    assert sign_in("he").get(f"/claims/{under_review}/evidence/{sha}/shown").status_code == 404


def test_a_picture_is_shown_and_what_no_browser_shows_is_a_file_to_keep(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("OFD.xml", "<ofd/>")
    with rehearsal_desk.transaction() as tx:
        number, lin = world.add_draft(tx), world.who(tx, "lin")
        picture = attach(tx, number, "application_form", "a.png", PNG, actor=lin).sha256
        ofd = attach(tx, number, "application_form", "b.ofd", packed.getvalue(), actor=lin).sha256
    visitor = sign_in("lin")
    assert (
        f'<img src="/claims/{number}/evidence/{picture}/shown"'
        in visitor.get(f"/claims/{number}?paper={picture}").text
    )
    assert "OFD" in visitor.read(f"/claims/{number}?paper={ofd}")
    kept = visitor.get(f"/claims/{number}/evidence/{ofd}/shown")
    assert kept.headers["content-disposition"].startswith("attachment; ")


def test_other_claims_of_the_unit_and_the_standard_stand_beside(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    with rehearsal_desk.transaction() as tx:
        form = world.another_form(item="lead-national", standard_number="GB/T 90001-2024")
        number = world.add_draft(tx, form)
        same_unit = world.add_draft(tx)
        name, uscc, township = world.COMPANY
        other = replace(
            form, unit_name=name, uscc=uscc, township=township, item="participate-national", rank=3
        )
        same_standard = world.add_draft(tx, other, by="he")
    page = sign_in("li").read(f"/claims/{number}")
    related = page[page.index("相关申报") :]
    assert related.index(same_unit) < related.index("同一标准") < related.index(same_standard)
    own = sign_in("lin").read(f"/claims/{number}")
    assert same_standard not in own[own.index("相关申报") :], "another unit's claim"


def test_the_citys_decision_is_recorded_on_the_page_and_what_was_typed_stays_where_it_is_refused(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    li = sign_in("li")
    data = {"municipal": "30万", "document": "舟市监〔2025〕7号", "decided_on": "2025-03-05"}
    refused = li.post(f"/claims/{under_review}/municipal", data)
    assert refused.status_code == 422
    assert 'value="舟市监〔2025〕7号"' in refused.text
    assert li.post(f"/claims/{under_review}/municipal", data | {"municipal": "60000"}).status_code == 303
    page = li.read(f"/claims/{under_review}")
    assert "市级核定 6.00 万元" in page
    assert "文件 舟市监〔2025〕7号" in page
    assert "登记市级核定金额" not in sign_in("lin").read(f"/claims/{under_review}").partition("办理记录")[0]


# Many at once


def test_before_many_are_decided_what_will_be_skipped_is_shown_with_the_reason(
    rehearsal_desk: Desk, sign_in: SignIn, three: list[str]
) -> None:
    li = sign_in("li")
    before = [version_of(rehearsal_desk, each) for each in three]
    answer = li.post("/claims/preview", {"picked": three, "trigger": "endorse", "back": "/claims?tab=mine"})
    page = words_of(answer.text)
    assert "将办理 2 件 合计 20.00 万元" in page
    skipped = page[page.index("将跳过 1 件") :]
    assert three[1] in skipped
    assert "须" in skipped[skipped.index(three[1]) :]
    assert [version_of(rehearsal_desk, each) for each in three] == before
    assert hidden(answer.text, "seen") == [f"{three[0]}@{before[0]}", f"{three[2]}@{before[2]}"]


def test_then_each_has_its_result_and_one_that_changed_meanwhile_is_not_overrun(
    rehearsal_desk: Desk, sign_in: SignIn, three: list[str]
) -> None:
    li = sign_in("li")
    first, _, last = three
    seen = hidden(li.post("/claims/preview", {"picked": three, "trigger": "endorse"}).text, "seen")
    with rehearsal_desk.transaction() as tx:
        act(tx, last, Trigger.REJECT, actor=world.who(tx, "li"), reason="不属于奖补范围")
    page = words_of(li.post("/claims/decisions", {"seen": seen, "trigger": "endorse"}).text)
    assert "已办理 1 件，未办理 1 件。" in page
    assert stage_of(rehearsal_desk, first) is Stage.COORDINATION_APPROVAL
    assert stage_of(rehearsal_desk, last) is Stage.REJECTED
    again = words_of(li.post("/claims/decisions", {"seen": seen[:1], "trigger": "endorse"}).text)
    assert "已办理 0 件，先前已办 1 件。" in again, "sent again, it changes nothing"


@pytest.mark.parametrize("trigger", ["reject", "return_for_correction", "approve", "accept", ""])
def test_many_are_never_rejected_at_once_nor_decided_by_whom_it_is_not_up_to(
    rehearsal_desk: Desk, sign_in: SignIn, three: list[str], trigger: str
) -> None:
    li = sign_in("li")
    for url in ("/claims/preview", "/claims/decisions"):
        answer = li.post(url, {"picked": three, "seen": [f"{three[0]}@10"], "trigger": trigger})
        assert answer.status_code == 422
        assert "请逐件办理" in words_of(answer.text)
    assert stage_of(rehearsal_desk, three[0]) is Stage.MARKET_SUPERVISION_REVIEW


def test_nothing_ticked_is_said(sign_in: SignIn) -> None:
    answer = sign_in("li").post("/claims/preview", {"trigger": "endorse"})
    assert answer.status_code == 422
    assert "请先勾选" in words_of(answer.text)


def test_the_way_back_never_leads_elsewhere(sign_in: SignIn, three: list[str]) -> None:
    for back in ("https://elsewhere.example", "//elsewhere.example", "/claims?tab=mine\\@x"):
        page = (
            sign_in("li").post("/claims/preview", {"picked": three, "trigger": "endorse", "back": back}).text
        )
        assert 'href="/claims"' in page
        assert "elsewhere" not in re.sub(r'name="back" value="[^"]*"', "", page)


# A step taken back


def endorse(visitor: Visitor, desk: Desk, number: str) -> str:
    data = {"trigger": "endorse", "version": version_of(desk, number), "reason": "核对无误"}
    answer = visitor.post(f"/claims/{number}/actions", data)
    assert answer.status_code == 303
    return visitor.read(answer.headers["location"])


def test_a_decision_can_be_taken_back_from_its_page_and_no_letter_ever_leaves(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    li = sign_in("li")
    page = endorse(li, rehearsal_desk, under_review)
    assert "可在 09:40 前撤销" in page
    assert "撤销此步" not in sign_in("xu").read(f"/claims/{under_review}")
    answer = li.post(f"/claims/{under_review}/undo", {"version": version_of(rehearsal_desk, under_review)})
    page = li.read(answer.headers["location"])
    assert "已办理：撤销上一步办理" in page
    assert "撤销的是：审核通过" in page
    assert "审核通过 已撤销" in page
    assert stage_of(rehearsal_desk, under_review) is Stage.MARKET_SUPERVISION_REVIEW
    clock.pin(world.MORNING + timedelta(hours=1))
    derive(rehearsal_desk)
    with rehearsal_desk.reading() as tx:
        assert not tx.session.query(Letter).filter_by(claim=under_review, kind="endorsement").count()


def test_after_its_time_it_is_offered_no_more_and_refused(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    li = sign_in("li")
    endorse(li, rehearsal_desk, under_review)
    clock.pin(world.MORNING + timedelta(minutes=10))
    assert "撤销此步" not in li.read(f"/claims/{under_review}")
    answer = li.post(f"/claims/{under_review}/undo", {"version": version_of(rehearsal_desk, under_review)})
    assert answer.status_code == 409
    assert "已不能撤销" in words_of(answer.text)


def test_what_was_decided_with_many_is_taken_back_one_by_one(
    rehearsal_desk: Desk, sign_in: SignIn, three: list[str]
) -> None:
    li = sign_in("li")
    seen = hidden(li.post("/claims/preview", {"picked": three, "trigger": "endorse"}).text, "seen")
    assert "10 分钟内可在各申报件页面逐件撤销" in words_of(
        li.post("/claims/decisions", {"seen": seen, "trigger": "endorse"}).text
    )
    assert "撤销此步" in li.read(f"/claims/{three[0]}")


def test_after_a_conflict_the_ticks_stay_as_well(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    li, seen = sign_in("li"), version_of(rehearsal_desk, under_review)
    li.post(
        f"/claims/{under_review}/municipal",
        {"municipal": "60000", "document": "舟市监〔2025〕7号", "decided_on": "2025-03-05"},
    )
    answer = li.post(
        f"/claims/{under_review}/actions",
        {
            "trigger": "return_for_correction",
            "version": seen,
            "missing": ["rank"],
            "phrases": ["扫描件不清晰或缺页，请重新扫描后提交。"],
            "reason": "写了很久的意见",
        },
    )
    assert answer.status_code == 409
    assert re.search(r'name="missing" value="rank" checked', answer.text)
    assert re.search(r'value="扫描件不清晰或缺页，请重新扫描后提交。" checked', answer.text)
    assert ">写了很久的意见</textarea>" in answer.text
    assert not re.search(r'name="trigger"[^>]* checked', answer.text)


def test_whoever_stands_in_is_told_on_the_queue_and_may_decide_many(
    rehearsal_desk: Desk, sign_in: SignIn, three: list[str]
) -> None:
    with rehearsal_desk.transaction() as tx:
        day, guo = tx.now.date(), world.who(tx, "guo")
        people.add_user(tx, "min", Role.INTAKE, password=world.PASSWORD)
        delegate(tx, "li", "min", Role.REVIEWER, from_on=day, to_on=day, reason="外出", actor=guo)
    page = sign_in("min").get("/claims").text
    assert "您代 li 履行“市监审核”，至 3月10日" in words_of(page)
    assert set(re.findall(r'name="trigger" value="(\w+)"', page)) == {"accept", "endorse"}
