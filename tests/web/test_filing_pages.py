"""Filing a claim page by page, from the first word to the receipt, and answering a return for correction."""

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
import world
from visitors import SignIn, Visitor, words_of

from claims import clock
from claims.desk import Desk
from claims.facts import load_claim
from claims.review.decisions import act
from claims.submission.filing import form_of
from states.stages import Stage, Trigger

UNIT = {"contact": "林某", "phone": "0580-5081234", "email": ""}
BANK = {"bank": "浙江嵊泗农村商业银行营业部", "account": "2010 0012 3456 7890 12"}
STANDARD = {
    "standard_number": "db3309/t112—2024",
    "title": "嵊泗贻贝苗种包装运输通用技术条件",
    "dated_on": "2024年12月17日",
    "effective_on": "",
    "rank": "第一",
    "revision": "no",
    "drafters": "\n".join(world.FORM.drafters),
}
ITEM = {"item": "lead-zhoushan-local", "field": "marine-technology"}
AMOUNT = {"requested_yuan": "10万元", "remark": ""}
TOPICS = {"unit": UNIT, "bank": BANK, "standard": STANDARD, "item": ITEM, "amount": AMOUNT}


def begin(visitor: Visitor, unit: str = "") -> str:
    answer = visitor.post("/apply", {"unit": unit})
    assert answer.status_code == 303
    return answer.headers["location"].removeprefix("/apply/")


def fill_in(visitor: Visitor, key: str, topics: Mapping[str, Mapping[str, str]] = TOPICS) -> str:
    """Leave each page filled in; answers with the key that the filing has then."""
    for topic, typed in topics.items():
        answer = visitor.post(f"/apply/{key}/{topic}", {**typed, "go": "next"})
        assert answer.status_code == 303, words_of(answer.text)
        key = answer.headers["location"].split("/")[2]
    return key


def hand_in_papers(visitor: Visitor, number: str) -> None:
    item = world.FORM.item
    kinds = [
        each.kind
        for each in visitor.client.app.state.desk.rulebook.versions[0].items[item].evidence  # type: ignore[attr-defined]
        if each.required
    ]
    for kind in kinds:
        file = {"file": (f"{kind}.pdf", world.a_paper(kind))}
        answer = visitor.post(f"/apply/{number}/evidence", {"kind": kind}, files=file)
        assert answer.headers["location"] == f"/apply/{number}/evidence#paper-{kind}"


def test_a_claim_is_filed_from_its_first_page_to_the_receipt(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    visitor = sign_in("lin")
    key = begin(visitor)
    page = visitor.get(f"/apply/{key}/unit").text
    assert world.INSTITUTE[1] in page
    assert 'name="uscc"' not in page
    number = fill_in(visitor, key)
    assert number == "SB-2025-0001"
    hand_in_papers(visitor, number)
    page = visitor.read(f"/apply/{number}/check")
    assert "提交前还要处理" not in page
    assert "县级奖补 10.00 万元" in page
    version = _version(rehearsal_desk, number)
    answer = visitor.post(f"/apply/{number}/check", {"version": str(version)})
    assert answer.headers["location"] == f"/claims/{number}/receipt"
    receipt = visitor.read(f"/claims/{number}/receipt")
    for words in (number, "申报回执", "2025年3月10日 09:30", "等待受理", "2025年3月17日"):
        assert words in receipt, words
    with rehearsal_desk.reading() as tx:
        claim = load_claim(tx, number)
        assert claim.stage is Stage.SUBMITTED
        assert form_of(tx, claim) == world.a_form(email="", effective_on=None)


def _version(desk: Desk, number: str) -> int:
    with desk.reading() as tx:
        return load_claim(tx, number).version


def test_each_page_is_saved_as_it_is_left_however_wrong_it_is(sign_in: SignIn) -> None:
    visitor = sign_in("lin")
    key = begin(visitor)
    answer = visitor.post(
        f"/apply/{key}/standard", {**STANDARD, "rank": "x", "dated_on": "去年", "go": "next"}
    )
    assert answer.status_code == 422
    said = words_of(answer.text)
    assert "排名“x”无法识别" in said
    assert "日期“去年”无法识别" in said
    page = visitor.get(f"/apply/{key}/standard").text
    assert 'value="去年"' in page
    assert "需更正" in visitor.read(f"/apply/{key}")
    assert (
        visitor.post(f"/apply/{key}/unit", {"contact": "林", "go": "later"}).headers["location"]
        == f"/apply/{key}"
    )
    assert 'value="林"' in visitor.get(f"/apply/{key}/unit").text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("uscc", world.INSTITUTE[1][:-1] + "0", "校验"),
        ("rank", "x", "排名“x”无法识别"),
        ("dated_on", "17/12/2024", "日期“17/12/2024”无法识别"),
        ("requested_yuan", "十万", "申请金额“十万”无法识别"),
        ("requested_yuan", "900000", "100,000"),
        ("standard_number", "GB/T 20556-2006", "国家标准"),
        ("phone", "abc", "不是电话号码"),
        ("item", "", "缺“奖补项目”"),
    ],
)
def test_an_error_stands_at_its_field_and_keeps_the_filing_from_being_handed_in(
    sign_in: SignIn, field: str, value: str, says: str
) -> None:
    visitor = sign_in("zhou")
    unit = {**UNIT, "unit_name": world.INSTITUTE[0], "uscc": world.INSTITUTE[1], "township": "菜园镇"}
    topics = {**TOPICS, "unit": unit}
    topic = next(each for each, typed in topics.items() if field in typed)
    key = begin(visitor)
    for each, typed in topics.items():
        visitor.post(
            f"/apply/{key}/{each}", {**typed, "go": "later"} | ({field: value} if each == topic else {})
        )
    answer = visitor.post(f"/apply/{key}/{topic}", {**topics[topic], field: value, "go": "next"})
    assert answer.status_code == 422
    (listed,) = re.findall(rf'<a href="#{field}">([^<]+)</a>', answer.text)
    assert says in listed
    assert says in visitor.read(f"/apply/{key}/check")
    assert visitor.post(f"/apply/{key}/check").status_code == 422


def test_a_unit_files_for_itself_only(sign_in: SignIn) -> None:
    visitor = sign_in("lin")
    key = begin(visitor)
    unit = {**UNIT, "unit_name": world.COMPANY[0], "uscc": world.COMPANY[1], "township": world.COMPANY[2]}
    standard = {**STANDARD, "drafters": ""}
    for topic, typed in {**TOPICS, "unit": unit, "standard": standard}.items():
        answer = visitor.post(f"/apply/{key}/{topic}", {**typed, "go": "next"})
    assert answer.status_code == 403
    assert f'value="{AMOUNT["requested_yuan"]}"' in answer.text


def test_a_claim_under_review_cannot_be_changed(sign_in: SignIn, under_review: str) -> None:
    assert sign_in("lin").get(f"/claims/{under_review}/edit").status_code == 409
    assert sign_in("lin").post(f"/apply/{under_review}/bank/typed", BANK).status_code == 409


def test_what_is_typed_is_kept_before_the_page_is_left(sign_in: SignIn) -> None:
    visitor = sign_in("lin")
    key = begin(visitor)
    answer = visitor.post(f"/apply/{key}/bank/typed", {"bank": "某银", "account": "20100012345"})
    assert answer.text == "已于 09:30 自动保存"
    page = sign_in("lin").get(f"/apply/{key}/bank").text
    assert 'value="某银"' in page
    assert "20100012345" not in page
    assert "**** 2345" in page
    assert "尚未填写成果" in visitor.read("/apply")


def test_the_number_offers_the_items_that_fit_its_rank(sign_in: SignIn) -> None:
    visitor = sign_in("lin")
    key = begin(visitor)
    visitor.post(f"/apply/{key}/standard", {**STANDARD, "standard_number": "GB/T 20556-2006", "rank": "2"})
    page = visitor.read(f"/apply/{key}/item")
    assert "按标准编号，可以申报" in page
    assert page.index("参与制定国家标准") < page.index("牵头制定国家标准")
    assert "只补助起草单位排名第一位" in page


def test_what_is_known_of_a_unit_is_not_asked_again(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    with rehearsal_desk.transaction() as tx:
        earlier = world.add_draft(tx)
        world.add_papers(tx, earlier)
    visitor = sign_in("lin")
    key = begin(visitor)
    page = visitor.get(f"/apply/{key}/unit").text
    assert f"已按 {earlier} 填入" in page
    assert f'value="{world.FORM.phone}"' in page
    number = fill_in(visitor, key, {each: TOPICS[each] for each in ("standard", "item", "amount")})
    papers = visitor.read(f"/apply/{number}/evidence")
    assert papers.count(f"沿用 {earlier} 的材料") == 2
    answer = visitor.post(f"/apply/{number}/evidence/registration/earlier")
    assert answer.status_code == 303
    assert visitor.read(f"/apply/{number}/evidence").count(f"沿用 {earlier} 的材料") == 1
    assert visitor.post(f"/apply/{number}/evidence/standard_text/earlier").status_code == 422
    with rehearsal_desk.reading() as tx:
        assert form_of(tx, load_claim(tx, number)).account == world.FORM.account


def test_the_checklist_says_what_need_not_be_handed_in(sign_in: SignIn) -> None:
    visitor = sign_in("lin")
    number = fill_in(visitor, begin(visitor))
    page = visitor.read(f"/apply/{number}/evidence")
    needed, unneeded = page.split("本项目不必提交")
    assert "标准正式文本" in needed
    assert "试点示范项目任务书" in unneeded
    assert "标准正式文本" not in unneeded


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("承诺书.jpg", b"MZ\x90\x00", "“承诺书.jpg”"),
        ("空.pdf", b"", "“空.pdf”"),
    ],
)
def test_a_paper_that_is_not_taken_is_named_with_its_cause(
    sign_in: SignIn, name: str, content: bytes, says: str
) -> None:
    visitor = sign_in("lin")
    number = fill_in(visitor, begin(visitor))
    answer = visitor.post(
        f"/apply/{number}/evidence", {"kind": "credit_pledge"}, files={"file": (name, content)}
    )
    assert answer.status_code == 422
    assert words_of(answer.text).count(says) == 2
    answer = visitor.post(f"/apply/{number}/evidence", {"kind": "credit_pledge"})
    assert answer.status_code == 422
    assert "请先选择文件" in words_of(answer.text)


def test_papers_come_after_the_claim_has_its_number(sign_in: SignIn) -> None:
    visitor = sign_in("lin")
    key = begin(visitor)
    assert "尚不能开始" in visitor.read(f"/apply/{key}")
    assert visitor.get(f"/apply/{key}/evidence").headers["location"] == f"/apply/{key}/check"
    page = visitor.read(f"/apply/{key}/check")
    assert "提交前还要处理" in page
    assert "缺“标准编号”" in page
    assert visitor.post(f"/apply/{key}/check").status_code == 422


def test_a_filing_is_its_own_sides_business(sign_in: SignIn) -> None:
    key = begin(sign_in("lin"))
    for name in ("he", "zhou"):
        other = sign_in(name)
        assert other.get(f"/apply/{key}").status_code == 404
        assert other.post(f"/apply/{key}/unit", UNIT).status_code == 404
        assert other.post(f"/apply/{key}/unit/typed", UNIT).status_code == 404
        assert other.post(f"/apply/{key}/discard").status_code == 404
    number = fill_in(sign_in("lin"), key)
    assert sign_in("he").get(f"/apply/{number}").status_code == 404
    assert sign_in("he").get(f"/apply/{number}/evidence").status_code == 404
    assert sign_in("zhou").get(f"/apply/{number}").status_code == 200
    assert sign_in("wu").get(f"/apply/{number}").status_code == 404


def test_a_standard_that_another_claims_is_told_and_what_was_typed_stays(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    with rehearsal_desk.transaction() as tx:
        world.add_draft(tx, world.FORM)
    visitor = sign_in("lin")
    key = begin(visitor)
    for topic, typed in TOPICS.items():
        visitor.post(f"/apply/{key}/{topic}", {**typed, "go": "later"})
    page = visitor.read(f"/apply/{key}/check")
    assert "SB-2025-0001" in page
    assert visitor.get(f"/apply/{key}/evidence").status_code == 303


def test_a_filing_begun_and_left_untouched_is_taken_up_again(sign_in: SignIn) -> None:
    visitor = sign_in("lin")
    key = begin(visitor)
    assert begin(visitor) == key
    visitor.post(f"/apply/{key}/unit/typed", UNIT)
    clock.pin(world.MORNING + timedelta(minutes=1))
    visitor.post(f"/apply/{key}/unit/typed", UNIT)
    assert begin(visitor) != key
    assert visitor.post(f"/apply/{key}/discard").status_code == 303
    assert visitor.get(f"/apply/{key}").status_code == 404


def test_after_the_deadline_nothing_can_be_begun_and_what_was_begun_says_so(sign_in: SignIn) -> None:
    visitor = sign_in("lin")
    key = begin(visitor)
    clock.pin(world.MORNING + timedelta(days=60))
    visitor = sign_in("lin")
    assert "现在没有开放申报的年度" in visitor.read("/apply")
    assert visitor.post("/apply").status_code == 422
    for topic, typed in TOPICS.items():
        answer = visitor.post(f"/apply/{key}/{topic}", {**typed, "go": "next"})
    assert answer.status_code == 422
    assert "2025年4月30日" in words_of(answer.text) or "2025-04-30" in words_of(answer.text)


def test_a_township_files_for_a_unit_of_its_own(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    visitor = sign_in("zhou")
    page = visitor.get("/apply").text
    assert world.INSTITUTE[0] in page
    assert world.COMPANY[0] not in page
    key = begin(visitor, world.INSTITUTE[1])
    assert f'value="{world.INSTITUTE[1]}"' in visitor.get(f"/apply/{key}/unit").text
    unit = {**UNIT, "unit_name": world.INSTITUTE[0], "uscc": world.INSTITUTE[1], "township": "菜园镇"}
    number = fill_in(visitor, key, {**TOPICS, "unit": unit})
    assert number in sign_in("lin").read("/apply")
    strange = begin(visitor, world.COMPANY[1])
    assert world.COMPANY[1] not in visitor.get(f"/apply/{strange}/unit").text


@pytest.fixture
def returned(rehearsal_desk: Desk) -> str:
    """A claim returned for a paper, its bank account and its title."""
    with rehearsal_desk.transaction() as tx:
        number = world.add_draft(tx, world.FORM)
        world.submit(tx, number)
    with rehearsal_desk.transaction() as tx:
        act(
            tx,
            number,
            Trigger.RETURN_FOR_CORRECTION,
            actor=world.who(tx, "sun"),
            reason="前言页不清晰，账号与开户证明不一致。",
            missing=("standard_text", "bank_account", "contact"),
        )
    return number


def test_a_correction_is_answered_thing_by_thing(
    rehearsal_desk: Desk, sign_in: SignIn, returned: str
) -> None:
    visitor = sign_in("lin")
    assert f'href="/apply/{returned}"' in visitor.get("/apply").text
    page = visitor.read(f"/apply/{returned}")
    assert "前言页不清晰，账号与开户证明不一致。" in page
    assert "已处理 0 / 3" in page
    answer = visitor.post(
        f"/apply/{returned}/bank", {"bank": BANK["bank"], "account": "622848001", "go": "next"}
    )
    assert answer.headers["location"] == f"/apply/{returned}"
    file = {"file": ("前言.pdf", world.a_paper("foreword"))}
    visitor.post(f"/apply/{returned}/evidence", {"kind": "standard_text"}, files=file)
    visitor.post(f"/apply/{returned}/unit", {**UNIT, "contact": "王某"})
    assert "已处理 3 / 3" in visitor.read(f"/apply/{returned}")
    assert "补正后提交" in visitor.read(f"/apply/{returned}/check")
    answer = visitor.post(f"/apply/{returned}/check", {"version": str(_version(rehearsal_desk, returned))})
    assert answer.status_code == 303
    with rehearsal_desk.reading() as tx:
        assert load_claim(tx, returned).stage is Stage.SUBMITTED
    assert visitor.get(f"/apply/{returned}").status_code == 409


def test_somebody_else_changing_the_claim_meanwhile_stops_the_submission(
    rehearsal_desk: Desk, sign_in: SignIn, returned: str
) -> None:
    version = _version(rehearsal_desk, returned)
    sign_in("zhou").post(f"/apply/{returned}/unit", {"contact": "王某"})
    answer = sign_in("lin").post(f"/apply/{returned}/check", {"version": str(version)})
    assert answer.status_code == 409
    assert "王某" in words_of(answer.text)


def test_forms_come_filled_in_for_the_seal(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    with rehearsal_desk.transaction() as tx:
        number = world.add_draft(tx, world.FORM)
    visitor = sign_in("lin")
    form = visitor.read(f"/claims/{number}/forms/application_form")
    for words in ("标准化奖补申请表", world.INSTITUTE[0], "DB3309/T 112-2024", "申报单位（盖章）"):
        assert words in form
    assert "郑重承诺" in visitor.read(f"/claims/{number}/forms/credit_pledge")
    assert visitor.get(f"/claims/{number}/receipt").headers["location"] == f"/apply/{number}"
    assert sign_in("he").get(f"/claims/{number}/forms/application_form").status_code == 404
