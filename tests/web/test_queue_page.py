"""The queue's page: what waits is first, deadlines are words, filters live in the address."""

import re

import pytest
import world
from visitors import SignIn

from claims.desk import Desk
from claims.reading.queue import PAGE
from states.stages import Stage


def test_the_queue_opens_on_what_waits_for_this_person(sign_in: SignIn, under_review: str) -> None:
    assert under_review in sign_in("li").read("/claims")
    page = sign_in("sun").read("/claims")
    assert under_review not in page
    assert "没有待您办理的申报件" in page


def test_onlookers_open_on_everything_and_are_offered_no_empty_tab(
    sign_in: SignIn, under_review: str
) -> None:
    page = sign_in("tang").read("/claims")
    assert under_review in page
    assert "待我办理" not in page


def test_a_row_tells_unit_item_amount_stage_and_how_the_deadline_stands(
    sign_in: SignIn, under_review: str
) -> None:
    page = sign_in("li").read("/claims")
    for words in (
        world.INSTITUTE[0],
        "牵头制定舟山市地方标准",
        "DB3309/T 112-2024",
        "10.00",
        "市监审核",
        "3月24日 剩 14 天",
    ):
        assert words in page
    assert "共 1 件 申请合计 10.00 万元" in page


def test_filters_stand_in_the_address_and_come_off_one_by_one(sign_in: SignIn, under_review: str) -> None:
    visitor = sign_in("li")
    answer = visitor.get("/claims?tab=all&q=贻贝&stage=market_supervision_review&township=菜园镇")
    assert under_review in answer.text
    chips = re.findall(r'<a class="chip" href="([^"]+)">([^<]+)', answer.text)
    assert [text.strip() for _, text in chips] == ["含“贻贝”", "菜园镇", "市监审核"]
    assert "q=" not in chips[0][0]
    assert "stage=" in chips[0][0]
    nothing = visitor.read("/claims?tab=all&q=牡蛎")
    assert "没有符合筛选条件的申报件" in nothing
    assert "共 0 件" in nothing


def test_a_search_for_signs_of_pattern_language_finds_only_them(sign_in: SignIn, under_review: str) -> None:
    assert "共 0 件" in sign_in("li").read("/claims?tab=all&q=%25")
    assert "共 0 件" in sign_in("li").read("/claims?tab=all&q=_")


@pytest.mark.parametrize(
    "query", ["tab=x", "stage=x", "cycle=x", "after=x", "cycle=9999999999999999999999", "item=%00"]
)
def test_an_address_somebody_has_bent_is_read_as_far_as_it_makes_sense(
    sign_in: SignIn, under_review: str, query: str
) -> None:
    assert sign_in("li").get(f"/claims?{query}").status_code == 200


def test_a_long_queue_has_further_pages(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    with rehearsal_desk.transaction() as tx:
        numbers = [world.add_draft(tx) for _ in range(PAGE + 2)]
    visitor = sign_in("lin")
    first = visitor.get("/claims").text
    (link,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = visitor.get(link.replace("&amp;", "&")).text
    assert re.findall(r"SB-2025-\d{4}(?=</span>)", first + second) == numbers
    assert "下一页" not in second
    assert "回到第一页" in second


def test_applicants_and_townships_see_their_own_claims_only(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    for name, sees in (
        ("lin", True),
        ("zhou", True),
        ("he", False),
        ("wu", False),
        ("qian", True),
        ("zhao", False),
    ):
        visitor = sign_in(name)
        assert (under_review in visitor.read("/claims?tab=all")) is sees, name
        assert visitor.get(f"/claims/{under_review}").status_code == (200 if sees else 404), name


def test_an_assessed_amount_below_the_claimed_one_is_marked_in_words(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    from claims.review.decisions import act
    from states.stages import Trigger

    with rehearsal_desk.transaction() as tx:
        number = world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW)
        act(
            tx,
            number,
            Trigger.ENDORSE,
            actor=world.who(tx, "li"),
            amount_yuan=80_000,
            reason="部分条款未实施",
        )
    assert "8.00 ▾ 低于申请" in sign_in("xu").read("/claims")
