"""What anybody finds out without an account: what could be claimed, what became of earlier years, what changed."""

from dataclasses import replace
from datetime import date

import pytest
import world
from visitors import Visitor, words_of

from claims.desk import Desk
from claims.publicity.resolutions import publish
from claims.review.decisions import act
from states.policy import Rulebook, Yuan
from states.stages import Stage, Trigger
from web.app import create_app


def test_a_number_says_what_could_be_claimed_and_why(passer_by: Visitor) -> None:
    page = passer_by.read("/calculator?number=ｇｂ／ｔ２０５５６—2006&rank=2")
    assert "GB/T 20556-2006" in page
    assert page.index("参与制定国家标准") < page.index("可以申报")
    assert "县级奖补 最高 15.00 万元" in page
    assert "只补助起草单位排名第一位" in page
    assert "申报时需要的材料" in page


def test_every_step_is_shown_with_its_clause(passer_by: Visitor) -> None:
    page = passer_by.read("/calculator?item=participate-national&rank=3&requested=12万元&municipal=100000")
    for words in (
        "附件1所列县级最高额",
        "参考市级：不超过市级核定金额 附件1“备注”",
        "10.00 10.00",
        "不超过申报金额",
        "县级奖补 最高 10.00 万元",
    ):
        assert words in page, words


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("item=lead-national&rank=x", "排名“x”无法识别"),
        ("item=lead-national&requested=许多", "申请金额“许多”无法识别"),
        ("item=lead-national&rank=1&revision=yes", "不含修订"),
        ("number=Q/ABC 1-2024", "这个编号没有对应的奖补项目"),
        ("item=none", "填写左边的内容"),
        ("item=lead-national&municipal=-1", "无法识别"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(passer_by: Visitor, query: str, says: str) -> None:
    assert says in passer_by.read(f"/calculator?{query}")


# Results


@pytest.fixture
def granted(rehearsal_desk: Desk) -> str:
    """A claim whose notice is published, and one that is still under review."""
    with rehearsal_desk.transaction() as tx:
        number = world.bring_to(tx, Stage.PUBLIC_NOTICE, world.FORM)
        publish(tx, world.MINUTES, actor=world.who(tx, "xu"))
        world.bring_to(tx, Stage.COORDINATION_APPROVAL)
    return number


def test_the_results_of_a_year_are_what_was_published(passer_by: Visitor, granted: str) -> None:
    assert "2025 年度 1 10.00 万元" in passer_by.read("/results")
    page = passer_by.read("/results/2025")
    for words in ("共 1 件，合计 10.00 万元", granted, world.INSTITUTE[0], "公示中"):
        assert words in page
    sheet = passer_by.get("/results/2025/list.csv")
    assert sheet.text.splitlines()[1].split(",")[0] == granted
    assert passer_by.get("/results/2031").status_code == 404


def test_results_and_sheets_hold_nothing_personal(passer_by: Visitor, granted: str) -> None:
    form = world.FORM
    for text in (words_of(passer_by.get("/results/2025").text), passer_by.get("/results/2025/list.csv").text):
        for private in (
            form.contact,
            form.phone,
            form.email,
            form.account[-4:],
            form.bank,
            form.uscc,
            "lin",
            "xu",
        ):
            assert private not in text.replace(" Shanlin", ""), private


def test_an_award_taken_back_is_shown_as_such_and_not_counted(
    rehearsal_desk: Desk, passer_by: Visitor, granted: str
) -> None:
    with rehearsal_desk.transaction() as tx:
        act(tx, granted, Trigger.REVOKE, actor=world.who(tx, "xu"), reason="材料不实")
    page = passer_by.read("/results/2025")
    assert "已撤销或追回" in page
    assert "合计 0.00 万元" in page
    assert "材料不实" not in page


# Versions


def test_one_version_alone_says_that_there_is_no_other(passer_by: Visitor) -> None:
    assert "目前只有这一个版本" in passer_by.read("/policy/versions")


def test_two_versions_stand_side_by_side(rehearsal_desk: Desk) -> None:
    first = rehearsal_desk.rulebook.versions[0]
    item = replace(first.items["lead-national"], county_yuan=Yuan(400_000), condition="排名第一位")
    second = replace(
        first,
        version="v2",
        effective_from=date(2026, 1, 1),
        items={**first.items, item.code: item},
        periods=replace(first.periods, review=15),
        hash="0" * 64,
    )
    both = Rulebook((replace(first, effective_to=date(2025, 12, 31)), second))
    visitor = Visitor(create_app(replace(rehearsal_desk, rulebook=both)))
    page = visitor.read("/policy/versions")
    assert "1 项有变化" in page
    assert "牵头制定国家标准 有变化 30.00 万元 市级 30.00 万元 40.00 万元" in page
    assert "奖补项目 · 牵头制定国家标准 · 条件 排名第一位，不含修订 排名第一位" in page
    assert "办理期限（工作日） · 市监审核 10 15" in page
    assert visitor.get("/policy/versions?before=v9").status_code == 404
    assert "Amounts" in visitor.read("/policy/versions?lang=en")
