"""What everybody may read: notices with dates that can be counted after, objections, the policy, the procedure."""

from datetime import timedelta

import pytest
import world
from fastapi import FastAPI
from visitors import SignIn, Visitor, words_of

from claims import clock
from claims.desk import Desk
from claims.publicity.resolutions import publish
from states.stages import Stage


@pytest.fixture
def published(rehearsal_desk: Desk) -> str:
    """A claim in its public notice, published on the world's Monday: five working days end on the next one."""
    with rehearsal_desk.transaction() as tx:
        number = world.bring_to(tx, Stage.PUBLIC_NOTICE, world.FORM)
        publish(tx, world.MINUTES, actor=world.who(tx, "xu"))
    return number


def test_the_notice_tells_the_list_and_how_its_dates_were_counted(passer_by: Visitor, published: str) -> None:
    assert passer_by.get("/notice").headers["location"] == "/notice/2025"
    page = passer_by.read("/notice/2025")
    for words in (
        "2025 年度标准化奖补公示",
        "2025年3月10日 （周一）公布，公示至 2025年3月17日 （周一）",
        "自次日起计算 5 个工作日",
        "3月11日 周二 计入",
        "3月15日 周六 不计",
        "3月17日 周一 计入",
        "1 件，合计 10.00 万元",
        world.INSTITUTE[0],
        published,
        "提出异议",
    ):
        assert words in page, words


def test_the_notice_holds_nothing_personal(passer_by: Visitor, published: str) -> None:
    page = passer_by.read("/notice/2025")
    form = world.FORM
    for private in (form.contact, form.phone, form.email, form.account[-4:], form.bank, " lin ", " xu "):
        assert private not in page, private


def test_before_anything_is_published_the_notice_says_so(passer_by: Visitor) -> None:
    assert "本年度尚未公示名单" in passer_by.read("/notice/2025")
    assert passer_by.get("/notice/2031").status_code == 404
    assert passer_by.get("/notice/99999").status_code == 422


def test_anybody_may_object_by_name_and_gets_a_receipt(
    passer_by: Visitor, sign_in: SignIn, published: str
) -> None:
    page = passer_by.get(f"/notice/2025/objection?claim={published}").text
    assert f'value="{published}" selected' in page
    answer = passer_by.post(
        "/notice/2025/objection", {"claim": published, "by": "王某", "text": "该单位不是第一起草单位"}
    )
    assert answer.status_code == 200
    assert "异议已收到 受理编号" in words_of(answer.text)
    assert "收到异议" in sign_in("xu").read(f"/claims/{published}")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"claim": "SB-2025-9999", "by": "王某", "text": "x"}, "请选择正在公示的申报件"),
        ({"by": "", "text": "事实"}, "异议须实名提出"),
        ({"by": "王某", "text": " "}, "请写明异议内容"),
    ],
)
def test_an_objection_that_cannot_be_taken_says_why_and_keeps_the_words(
    passer_by: Visitor, published: str, fields: dict[str, str], says: str
) -> None:
    answer = passer_by.post("/notice/2025/objection", {"claim": published, **fields})
    assert answer.status_code == 422
    assert says in words_of(answer.text)
    assert fields["text"].strip() in answer.text


def test_objections_from_one_address_are_slowed_down(
    app: FastAPI, passer_by: Visitor, published: str
) -> None:
    while app.state.objections.admits("testclient"):
        pass
    answer = passer_by.post("/notice/2025/objection", {"claim": published, "by": "王某", "text": "x"})
    assert answer.status_code == 429


def test_after_the_last_day_no_objection_is_offered_or_taken(
    rehearsal_desk: Desk, passer_by: Visitor, published: str
) -> None:
    clock.pin(world.MORNING + timedelta(days=8))
    page = passer_by.read("/notice/2025")
    assert "公示期满" in page
    assert "提出异议" not in page
    fields = {"claim": published, "by": "王某", "text": "x"}
    assert passer_by.post("/notice/2025/objection", fields).status_code == 422


def test_the_policy_shows_every_item_with_both_amounts(rehearsal_desk: Desk, passer_by: Visitor) -> None:
    page = passer_by.read("/policy")
    for item in rehearsal_desk.rulebook.versions[0].items.values():
        assert item.title in page
    assert "解读待确认" in page


def test_a_standards_number_is_read_however_it_is_written(passer_by: Visitor) -> None:
    page = passer_by.read("/policy?number=ｇｂ／ｔ２０５５６—2006")
    assert "GB/T 20556-2006" in page
    assert "牵头制定国家标准" in page
    assert "没有对应的奖补项目" in passer_by.read("/policy?number=Q/ABC 1-2024")


def test_an_item_is_worked_out_step_by_step_for_whoever_asks(passer_by: Visitor) -> None:
    page = passer_by.read("/policy/lead-national?rank=1&requested=250000")
    assert "不超过申报金额 25.00 25.00" in page
    assert "县级金额 25.00 万元" in page
    assert "县级金额 0.00 万元" in passer_by.read("/policy/lead-national?rank=2")
    assert passer_by.get("/policy/no-such-item").status_code == 404
    for bent in ("rank=x", "rank=²", "requested=9999999999999999999999"):
        assert passer_by.get(f"/policy/lead-national?{bent}").status_code == 200


def test_a_reading_is_confirmed_by_name_and_with_a_reason(sign_in: SignIn, passer_by: Visitor) -> None:
    url = "/policy/lead-pinzibiao"
    assert "经确认前可以审核，不能审定" in passer_by.read(url)
    reviewer = sign_in("li")
    assert reviewer.post(f"{url}/confirmation", {"reason": " "}).status_code == 422
    assert reviewer.post(f"{url}/confirmation", {"reason": "请示县政府后确认"}).status_code == 303
    assert "解读已由 li 于 2025年3月10日 09:30 确认：请示县政府后确认" in passer_by.read(url)


def test_the_procedure_is_drawn_in_the_language_of_the_page(passer_by: Visitor) -> None:
    assert "办理流程" in passer_by.read("/procedure")
    for lang, word in (("zh", "市监审核"), ("en", "Market-supervision review")):
        answer = passer_by.get(f"/procedure.svg?lang={lang}")
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert word.split()[0] in answer.text
