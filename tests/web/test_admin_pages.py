"""The administrator's pages: accounts, absence, interests, settings; and the log searched."""

import re

import pytest
import world
from visitors import SignIn, words_of

from claims.desk import Desk
from claims.identity import people, sign_ins
from states.stages import Role, Stage


def accounts(sign_in: SignIn, **data: str) -> object:
    return sign_in("guo").post("/admin/accounts", data)


def test_an_account_is_closed_and_opened_again(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    li = sign_in("li")
    assert li.get("/claims").status_code == 200
    assert accounts(sign_in, name="li", what="deactivate").status_code == 303
    assert li.get("/claims").status_code == 303, "signed out at once"
    assert "li 已停用" in sign_in("guo").read("/admin")
    assert accounts(sign_in, name="li", what="reactivate").status_code == 303
    assert sign_ins.authenticate(rehearsal_desk, "li", world.PASSWORD)


def test_a_new_password_is_shown_this_once(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    page = accounts(sign_in, name="li", what="password").text
    password = re.search(r"新密码只显示这一次：<code>(\S+)</code>", page)
    assert password
    assert sign_ins.authenticate(rehearsal_desk, "li", password[1])
    assert password[1] not in sign_in("guo").get("/admin").text


def test_a_role_is_given_and_taken_under_the_administrators_name(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    guo = sign_in("guo")
    assert "已添加 li（受理）" in words_of(guo.post("/admin/users", {"name": "li", "role": "intake"}).text)
    assert accounts(sign_in, name="li", what="take_role", role="reviewer").status_code == 303
    with rehearsal_desk.reading() as tx:
        assert world.who(tx, "li").roles == {Role.INTAKE}
    log = guo.read("/audit?stream=user/li")
    assert "取消角色 guo 管理员" in log
    assert "授予角色 guo 管理员" in log


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"name": "guo", "what": "deactivate"}, "不能停用自己的账号"),
        ({"name": "guo", "what": "take_role", "role": "administrator"}, "不能停用自己的账号"),
        ({"name": "li", "what": "conjure"}, "请选择要做的事"),
        ({"name": "li", "what": "take_role", "role": "system"}, "请选择角色"),
    ],
)
def test_what_must_not_be_done_is_said(sign_in: SignIn, data: dict[str, str], says: str) -> None:
    answer = accounts(sign_in, **data)
    assert answer.status_code in {409, 422}
    assert says in words_of(answer.text)


def test_an_absence_is_recorded_listed_and_called_off(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    guo = sign_in("guo")
    data = {
        "absent": "li",
        "stand_in": "sun",
        "role": "reviewer",
        "from_on": "2025-03-10",
        "to_on": "2025-03-14",
        "reason": "外出学习",
    }
    refused = guo.post("/admin/absences", data | {"stand_in": "xu"})
    assert "两人不在同一单位" in words_of(refused.text)
    assert re.search(r'name="reason"[^>]*value="外出学习"', refused.text)
    assert guo.post("/admin/absences", data).status_code == 303
    page = guo.get("/admin/absences")
    assert "li → sun 外出学习 · guo 登记 市监审核 3月10日 — 3月14日 代理中" in words_of(page.text)
    url = re.search(r'action="(/admin/absences/\d+/end)"', page.text)
    assert url
    assert guo.post(url[1]).status_code == 303
    assert "已终止" in guo.read("/admin/absences")
    with rehearsal_desk.reading() as tx:
        assert world.who(tx, "sun").roles == {Role.INTAKE}


def test_declared_interests_are_listed(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    with rehearsal_desk.transaction() as tx:
        people.declare_interest(tx, "li", world.INSTITUTE[1], "亲属任职")
    assert f"li {world.INSTITUTE[0]} {world.INSTITUTE[1]} 亲属任职" in sign_in("guo").read("/admin/absences")


def test_settings_are_shown_with_their_source_and_without_secrets(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    page = sign_in("guo").get("/admin/settings")
    assert "JIANGBU_UNDO_MINUTES" in page.text
    assert str(rehearsal_desk.settings.home) in page.text
    assert rehearsal_desk.settings.secret_key not in page.text
    assert "市监审核期限 10 个工作日" in words_of(page.text)
    assert 'method="post" action="/admin' not in page.text


@pytest.mark.parametrize(
    ("query", "shows", "hides"),
    [
        ("actor=qian", "核查通过", "审核通过 市监审核"),
        ("trigger=endorse", "审核通过 市监审核 → 协调机构审定", "核查通过 部门核查"),
        ("stream=cycle/", "年度 2025", "SB-2025-0001"),
        ("from_on=2025-03-11", "没有符合条件的记录", "SB-2025-0001"),
        ("from_on=gestern&before=x", "SB-2025-0001", "没有符合条件的记录"),
    ],
)
def test_the_log_is_searched_by_what_stands_in_the_address(
    rehearsal_desk: Desk, sign_in: SignIn, query: str, shows: str, hides: str
) -> None:
    with rehearsal_desk.transaction() as tx:
        world.bring_to(tx, Stage.COORDINATION_APPROVAL)
    page = re.sub(r"(?s)<select.*?</select>", "", sign_in("tang").get(f"/audit?{query}").text)
    assert shows in words_of(page)
    assert hides not in words_of(page)


def test_the_log_goes_on_page_by_page(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    with rehearsal_desk.transaction() as tx:
        for _ in range(5):
            world.bring_to(tx, Stage.SUBMITTED)
    tang, url, places = sign_in("tang"), "/audit?trigger=evidence_added", []
    while url:
        page = tang.get(url).text
        places += re.findall(r'<span class="vh"> (SB-[\d-]+ #\d+)</span>', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = following[1].replace("&amp;", "&") if following else ""
    assert len(places) == len(set(places)) == 30
