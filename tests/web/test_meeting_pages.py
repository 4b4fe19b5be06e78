"""The body's agenda with its budget, and one vote on many claims under the minutes."""

import re
from dataclasses import replace

import pytest
import world
from visitors import SignIn, words_of

from claims.desk import Desk
from claims.facts import load_claim
from claims.identity import people
from claims.review.meetings import vote_on
from claims.timing.cycles import plan_cycle
from states.stages import Role, Stage

VOTE = {
    "ref": world.MINUTES,
    "held_on": "2025-03-10",
    "present": "7",
    "in_favour": "6",
    "against": "0",
    "abstained": "1",
}


@pytest.fixture
def before_the_body(rehearsal_desk: Desk) -> list[str]:
    """Three claims at coordination, for which the budget has room for two."""
    with rehearsal_desk.transaction() as tx:
        numbers = [world.bring_to(tx, Stage.COORDINATION_APPROVAL) for _ in range(3)]
        amount = load_claim(tx, numbers[0]).proposed_yuan or 0
        plan_cycle(tx, replace(world.PLAN, budget_yuan=2 * amount + 1))
    return numbers


def stages(desk: Desk, numbers: list[str]) -> list[Stage]:
    with desk.reading() as tx:
        return [load_claim(tx, each).stage for each in numbers]


def test_the_agenda_shows_the_budget_fill_before_it_is_exceeded(
    sign_in: SignIn, before_the_body: list[str]
) -> None:
    answer = sign_in("xu").get("/agenda/2025")
    page = words_of(answer.text)
    assert "待审定 3 件，建议合计 30.00 万元" in page
    assert "全部审定合计 30.00 万元，超出可用预算 9.9999 万元" in page
    assert page.count("超出预算") == 1
    checked = re.findall(r'name="picked" value="(SB-[\d-]+)"[^>]* checked', answer.text)
    assert checked == before_the_body[:2], "what the budget has room for is ticked beforehand"


def test_who_must_stand_aside_is_shown_and_cannot_tick(
    rehearsal_desk: Desk, sign_in: SignIn, before_the_body: list[str]
) -> None:
    with rehearsal_desk.transaction() as tx:
        people.add_user(tx, "yao", Role.COORDINATOR, password=world.PASSWORD)
        people.declare_interest(tx, "yao", world.INSTITUTE[1], "亲属任职")
    page = sign_in("xu").get("/agenda/2025").text
    assert "回避 yao 已申报与" in words_of(page)
    assert "disabled" not in page
    assert sign_in("yao").get("/agenda/2025").text.count(" disabled") == 3


def test_one_vote_decides_many_claims_under_the_minutes(
    rehearsal_desk: Desk, sign_in: SignIn, before_the_body: list[str]
) -> None:
    xu = sign_in("xu")
    answer = xu.post("/agenda/2025/preview", {"picked": before_the_body, **VOTE})
    page = words_of(answer.text)
    assert f"会议纪要 {world.MINUTES}，2025年3月10日：出席 7 人，同意 6，反对 0，弃权 1。" in page
    assert "将办理 2 件 合计 20.00 万元" in page
    assert "将跳过 1 件" in page
    assert "预算" in page[page.index("将跳过") :]
    assert stages(rehearsal_desk, before_the_body) == [Stage.COORDINATION_APPROVAL] * 3
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    seen = re.findall(r'name="seen" value="([^"]*)"', answer.text)
    done = xu.post("/agenda/2025/decisions", form | {"seen": seen})
    assert "已办理 2 件。" in words_of(done.text)
    assert stages(rehearsal_desk, before_the_body) == [
        Stage.PUBLIC_NOTICE,
        Stage.PUBLIC_NOTICE,
        Stage.COORDINATION_APPROVAL,
    ]
    with rehearsal_desk.reading() as tx:
        vote = vote_on(tx, world.MINUTES)
    assert vote is not None
    assert (vote.in_favour, vote.recorded_by) == (6, "xu")
    assert "出席 7 人，同意 6，反对 0，弃权 1（xu 登记）" in xu.read(f"/resolution?ref={world.MINUTES}")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ref": " "}, "请填写会议纪要编号"),
        ({"held_on": ""}, "请填写日期"),
        ({"present": "七"}, "无法识别"),
        ({"in_favour": "7"}, "之和须等于出席人数"),
        ({"in_favour": "3", "against": "4", "abstained": "0"}, "未过半数"),
        ({"picked": []}, "请先勾选"),
    ],
)
def test_minutes_that_do_not_add_up_are_refused_with_everything_typed_kept(
    rehearsal_desk: Desk, sign_in: SignIn, before_the_body: list[str], changes: dict[str, object], says: str
) -> None:
    data = {"picked": before_the_body[1:2], **VOTE, **changes}
    answer = sign_in("xu").post("/agenda/2025/preview", data)
    assert answer.status_code == 422
    assert says in words_of(answer.text)
    if "picked" not in changes:
        ticked = re.findall(r'name="picked" value="(SB-[\d-]+)"[^>]* checked', answer.text)
        assert ticked == before_the_body[1:2]
    assert re.search(rf'name="abstained"[^>]*value="{data["abstained"]}"', answer.text)
    assert stages(rehearsal_desk, before_the_body) == [Stage.COORDINATION_APPROVAL] * 3


def test_onlookers_read_the_agenda_and_decide_nothing(sign_in: SignIn, before_the_body: list[str]) -> None:
    page = sign_in("tang").get("/agenda/2025").text
    assert before_the_body[0] in page
    assert 'name="picked"' not in page
    assert sign_in("xu").get("/agenda").headers["location"] == "/agenda/2025"
