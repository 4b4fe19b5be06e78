"""A claim's page: only what this person may do, said with its consequence; refusals and conflicts keep what was typed."""

import re

import pytest
import world
from visitors import SignIn, Visitor, words_of

from claims.desk import Desk
from claims.facts import load_claim
from claims.publicity.objections import file_objection
from claims.publicity.resolutions import publish
from claims.review.decisions import act
from states.stages import Stage, Trigger


def version_of(desk: Desk, number: str) -> int:
    with desk.reading() as tx:
        return load_claim(tx, number).version


def stage_of(desk: Desk, number: str) -> Stage:
    with desk.reading() as tx:
        return load_claim(tx, number).stage


def take(visitor: Visitor, desk: Desk, number: str, trigger: str, **fields: object) -> object:
    data = {"trigger": trigger, "version": version_of(desk, number), **fields}
    return visitor.post(f"/claims/{number}/actions", data)


def offered(page: str) -> set[str]:
    return set(re.findall(r'type="radio" name="trigger" value="([a-z_]+)"', page))


# What stands on it


def test_the_page_tells_what_is_claimed_and_how_the_amount_comes_about(
    sign_in: SignIn, under_review: str
) -> None:
    page = sign_in("li").read(f"/claims/{under_review}")
    for words in (
        world.INSTITUTE[0],
        world.INSTITUTE[1],
        "DB3309/T 112-2024",
        "第 1 位",
        "嵊泗县景晟贻贝产业发展有限公司",
        "附件2所列县级金额",
        "县级核算金额 10.00 万元",
        "舟山市地方标准，县级补助10万元",
        "**** 9012",
        "海洋科技",
        "必备 6 / 6 项",
        "已核查通过",
        "第 10 版",
    ):
        assert words in page, words
    assert world.FORM.account not in page


def test_the_step_bar_shows_where_the_claim_is_with_dates_and_people(
    sign_in: SignIn, under_review: str
) -> None:
    page = sign_in("li").get(f"/claims/{under_review}").text
    steps = re.search(r'(?s)<ol class="steps".*?</ol>', page)
    assert steps is not None
    assert steps.group().count('class="done"') == 3
    (now,) = re.findall(r'(?s)<li class="now" aria-current="step">.*?</li>', steps.group())
    assert "市监审核" in now
    assert "3月10日 09:30" in steps.group()
    assert "嵊泗县市场监督管理局 sun" in words_of(f"<body>{steps.group()}")


def test_the_applicant_deals_with_offices_not_with_persons(sign_in: SignIn, under_review: str) -> None:
    page = sign_in("lin").read(f"/claims/{under_review}")
    assert "嵊泗县市场监督管理局" in page
    assert not re.search(r"\b(sun|qian)\b", page)
    assert re.search(r"\bsun\b", sign_in("li").read(f"/claims/{under_review}"))


def test_a_rejected_claim_shows_where_it_ended_and_why(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    take(sign_in("li"), rehearsal_desk, under_review, "reject", reason="标准文本与登记不符")
    page = sign_in("lin").get(f"/claims/{under_review}").text
    assert 'class="ended"' in page
    assert "标准文本与登记不符" in words_of(page)
    assert "可申请重新审核至" in words_of(page)


# What may be done


@pytest.mark.parametrize(
    ("stage", "name", "actions"),
    [
        (Stage.DRAFT, "lin", {"withdraw"}),
        (Stage.DRAFT, "sun", set()),
        (Stage.SUBMITTED, "sun", {"accept", "return_for_correction", "reject"}),
        (Stage.SUBMITTED, "lin", {"withdraw"}),
        (Stage.DEPARTMENT_CHECK, "qian", {"clear", "return_for_correction", "reject"}),
        (Stage.MARKET_SUPERVISION_REVIEW, "li", {"endorse", "return_for_correction", "reject"}),
        (Stage.MARKET_SUPERVISION_REVIEW, "xu", set()),
        (Stage.MARKET_SUPERVISION_REVIEW, "guo", set()),
        (Stage.COORDINATION_APPROVAL, "xu", {"approve", "return_for_correction", "reject"}),
        (Stage.PUBLIC_NOTICE, "xu", {"revoke"}),
        (Stage.PUBLIC_NOTICE, "feng", set()),
    ],
)
def test_only_the_actions_this_person_may_take_are_offered(
    rehearsal_desk: Desk, sign_in: SignIn, stage: Stage, name: str, actions: set[str]
) -> None:
    with rehearsal_desk.transaction() as tx:
        number = world.bring_to(tx, stage)
    answer = sign_in(name).get(f"/claims/{number}")
    assert offered(answer.text) == actions
    assert ("本件现在没有您可以办理的事项" in answer.text) is not bool(actions)


def test_each_action_says_what_follows_from_it(sign_in: SignIn, under_review: str) -> None:
    page = sign_in("li").read(f"/claims/{under_review}")
    assert "以建议金额送协调机构审定，期限 4月22日" in page
    assert "退回申报单位一次性补正，期限 3月24日" in page
    assert "终止本件，向申报单位发送告知书；3月31日前可由协调机构决定重新审核" in page


def test_an_action_that_is_missing_is_explained(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    with rehearsal_desk.transaction() as tx:
        number = world.add_draft(tx)
    page = sign_in("lin").read(f"/claims/{number}")
    assert "暂不能办理 提交 缺少必备材料" in page
    assert "claim attach" not in page


def test_a_claim_goes_its_whole_way_by_its_page(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    with rehearsal_desk.transaction() as tx:
        number = world.add_draft(tx)
        world.add_papers(tx, number)
    for name, trigger, fields, stage in (
        ("lin", "submit", {}, Stage.SUBMITTED),
        ("sun", "accept", {"departments": ["economy", "development"]}, Stage.DEPARTMENT_CHECK),
        ("qian", "clear", {}, Stage.DEPARTMENT_CHECK),
        ("zhao", "clear", {}, Stage.MARKET_SUPERVISION_REVIEW),
        ("li", "endorse", {"amount": "100,000"}, Stage.COORDINATION_APPROVAL),
        ("xu", "approve", {"resolution": world.MINUTES, "amount": "100000"}, Stage.PUBLIC_NOTICE),
    ):
        visitor = sign_in(name)
        assert trigger in offered(visitor.get(f"/claims/{number}").text)
        answer = take(visitor, rehearsal_desk, number, trigger, **fields)
        assert answer.status_code == 303, words_of(answer.text)[:600]
        assert "已办理：" in visitor.read(answer.headers["location"])
        assert stage_of(rehearsal_desk, number) is stage


def test_after_a_decision_the_next_claim_is_one_click_away(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    with rehearsal_desk.transaction() as tx:
        following = world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW)
    visitor = sign_in("li")
    answer = take(visitor, rehearsal_desk, under_review, "endorse")
    page = visitor.get(answer.headers["location"]).text
    assert f'href="/claims/{following}"' in page
    assert "已办理：审核通过" in words_of(page)


def test_a_claim_is_sent_back_with_everything_that_is_missing(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    visitor = sign_in("li")
    refused = take(visitor, rehearsal_desk, under_review, "return_for_correction", reason="请补正")
    assert refused.status_code == 422
    assert 'href="#missing"' in refused.text
    assert "退回补正须一次性列明全部缺项" in words_of(refused.text)
    fields = {"reason": "前言页缺失", "missing": ["standard_text", "rank"]}
    assert take(visitor, rehearsal_desk, under_review, "return_for_correction", **fields).status_code == 303
    page = sign_in("lin").read(f"/claims/{under_review}")
    assert "需补正：标准正式文本（含载明起草单位顺序的前言页）、起草单位排名" in page
    assert "前言页缺失" in page


# What goes wrong


def test_a_refusal_keeps_the_choice_and_what_was_typed_and_leads_to_the_field(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    answer = take(sign_in("li"), rehearsal_desk, under_review, "endorse", amount="900000", reason="核对无误")
    assert answer.status_code == 422
    assert '<a href="#amount">' in answer.text
    assert "金额 900,000 元超过上限 100,000 元" in words_of(answer.text)
    assert 'value="900000"' in answer.text
    assert ">核对无误</textarea>" in answer.text
    assert re.search(r'value="endorse" checked', answer.text)
    assert stage_of(rehearsal_desk, under_review) is Stage.MARKET_SUPERVISION_REVIEW


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"trigger": ""}, "请选择办理结果"),
        ({"trigger": "conjure"}, "请选择办理结果"),
        ({"trigger": "endorse", "amount": "十万"}, "金额“十万”无法识别"),
        ({"trigger": "endorse", "amount": "-5"}, "金额“-5”无法识别"),
        ({"trigger": "endorse", "amount": "50000"}, "须写明理由"),
        ({"trigger": "reject"}, "不予支持须写明理由"),
        ({"trigger": "approve", "resolution": "x"}, "不能审定"),
    ],
)
def test_what_was_not_filled_in_right_is_said_and_nothing_is_written(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str, fields: dict[str, str], says: str
) -> None:
    before = version_of(rehearsal_desk, under_review)
    answer = sign_in("li").post(f"/claims/{under_review}/actions", {"version": before, **fields})
    assert answer.status_code in {409, 422}
    assert says in words_of(answer.text)
    assert version_of(rehearsal_desk, under_review) == before


def test_a_form_that_lost_its_version_is_not_carried_out(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    answer = sign_in("li").post(f"/claims/{under_review}/actions", {"trigger": "endorse"})
    assert answer.status_code == 422
    assert stage_of(rehearsal_desk, under_review) is Stage.MARKET_SUPERVISION_REVIEW


def test_after_a_conflict_the_page_says_who_acted_and_keeps_the_words_but_not_the_choice(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    seen = version_of(rehearsal_desk, under_review)
    with rehearsal_desk.transaction() as tx:
        act(tx, under_review, Trigger.ENDORSE, actor=world.who(tx, "li"))
    answer = sign_in("li").post(
        f"/claims/{under_review}/actions",
        {"trigger": "reject", "version": seen, "reason": "写了很久的意见"},
    )
    assert answer.status_code == 409
    page = words_of(answer.text)
    assert "该申报件刚被他人办理，您的决定尚未提交" in page
    assert "嵊泗县市场监督管理局 li 于 3月10日 09:30 审核通过 市监审核 → 协调机构审定 （第 11 版）" in page
    assert ">写了很久的意见</textarea>" in answer.text
    assert " checked" not in re.sub(r'(?s)name="(?:missing|departments)".*?>', "", answer.text)
    assert stage_of(rehearsal_desk, under_review) is Stage.COORDINATION_APPROVAL


def test_a_choice_that_is_still_open_after_a_conflict_must_be_made_anew(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    with rehearsal_desk.transaction() as tx:
        number = world.bring_to(tx, Stage.SUBMITTED)
        both = ("economy", "development")
        act(tx, number, Trigger.ACCEPT, actor=world.who(tx, "sun"), departments=both)
    seen = version_of(rehearsal_desk, number)
    take(sign_in("zhao"), rehearsal_desk, number, "clear")
    data = {"trigger": "reject", "version": seen, "reason": "与本部门职责不符"}
    answer = sign_in("qian").post(f"/claims/{number}/actions", data)
    assert answer.status_code == 409
    assert "reject" in offered(answer.text)
    assert not re.search(r'value="reject" checked', answer.text)
    assert re.search(r'name="reason"[^>]*>与本部门职责不符</textarea>', answer.text)


def test_an_action_that_is_not_ones_own_is_refused_whatever_the_form_says(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    for name, status in (("lin", 403), ("guo", 403), ("feng", 403), ("he", 404)):
        answer = take(sign_in(name), rehearsal_desk, under_review, "endorse")
        assert answer.status_code == status, name
    assert stage_of(rehearsal_desk, under_review) is Stage.MARKET_SUPERVISION_REVIEW


# Papers


def test_a_paper_is_added_and_one_that_only_bears_the_suffix_is_not(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    with rehearsal_desk.transaction() as tx:
        number = world.add_draft(tx)
    visitor = sign_in("lin")

    def upload(content: bytes) -> object:
        files = {"file": ("申请表.pdf", content, "application/pdf")}
        return visitor.post(f"/claims/{number}/evidence", {"kind": "application_form"}, files=files)

    refused = upload(b"MZ\x90\x00 a programme")
    assert refused.status_code == 422
    assert "材料“申请表.pdf”未被接收：内容不是 PDF" in words_of(refused.text)
    assert upload(b"%PDF-1.7 form").status_code == 303
    page = visitor.read(f"/claims/{number}")
    assert "申请表.pdf" in page
    assert "必备 1 / 6 项" in page


def test_papers_can_be_added_only_while_the_claim_may_change(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    visitor = sign_in("lin")
    assert 'type="file"' not in visitor.get(f"/claims/{under_review}").text
    files = {"file": ("a.pdf", b"%PDF-1.7", "application/pdf")}
    answer = visitor.post(f"/claims/{under_review}/evidence", {"kind": "application_form"}, files=files)
    assert answer.status_code == 409
    assert "只有草稿和待补正时可以修改" in words_of(answer.text)


# Conflicts of interest and objections


def test_whoever_declares_an_interest_has_no_more_say(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    visitor = sign_in("li")
    assert visitor.post(f"/claims/{under_review}/interest", {"reason": " "}).status_code == 422
    assert visitor.post(f"/claims/{under_review}/interest", {"reason": "配偶在该所任职"}).status_code == 303
    page = visitor.get(f"/claims/{under_review}").text
    assert offered(page) == set()
    assert "已申报与 嵊泗县海洋科技研究所 存在利害关系" in words_of(page)


def test_an_office_among_the_drafters_is_shown_and_disclosed_by_the_coordinator(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    with rehearsal_desk.transaction() as tx:
        form = world.another_form(drafters=(world.INSTITUTE[0], "嵊泗县市场监督管理局"))
        number = world.add_draft(tx, form)
        world.submit(tx, number)
    assert "须由协调机构登记披露并指定办理人" in sign_in("sun").read(f"/claims/{number}")
    fields = {"office": "market-supervision", "users": ["sun"], "reason": "仅作形式审查"}
    assert sign_in("xu").post(f"/claims/{number}/disclosure", fields).status_code == 303
    page = sign_in("sun").get(f"/claims/{number}").text
    assert "accept" in offered(page)
    assert "已指定： sun" in words_of(page)


def test_an_objection_shows_its_name_to_the_coordination_body_only_and_is_answered_there(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    with rehearsal_desk.transaction() as tx:
        number = world.bring_to(tx, Stage.PUBLIC_NOTICE)
        publish(tx, world.MINUTES, actor=world.who(tx, "xu"))
        objection = file_objection(tx, number, by="举报人甲", text="该单位不是第一起草单位").id
    assert "举报人甲" in sign_in("xu").read(f"/claims/{number}")
    for name in ("li", "feng", "tang", "guo", "lin", "zhou"):
        page = sign_in(name).read(f"/claims/{number}")
        assert "举报人甲" not in page, name
        assert ("不是第一起草单位" in page) is (name not in {"lin", "zhou"}), name
    coordinator = sign_in("xu")
    url = f"/claims/{number}/objections/{objection}"
    assert coordinator.post(url, {"reason": "经核"}).status_code == 422
    assert coordinator.post(url, {"outcome": "upheld", "reason": "经核实属实"}).status_code == 303
    assert "remand" in offered(coordinator.get(f"/claims/{number}").text)
