"""Signing in and out: nobody gets in without a password, and nobody is led away from the desk by it."""

from datetime import timedelta

import pytest
import world
from fastapi import FastAPI
from fastapi.testclient import TestClient
from visitors import SignIn, Visitor, words_of

from claims import clock
from claims.desk import Desk
from claims.identity import sign_ins
from claims.identity.people import load_user
from claims.models import UserRole
from web.app import create_app
from web.pages.sign_in import safe_path
from web.sessions import PLAIN_COOKIE, SECURE_COOKIE


def test_the_front_page_asks_a_passer_by_to_sign_in(passer_by: Visitor) -> None:
    assert "用户名" in passer_by.read("/")


def test_the_right_password_leads_to_ones_own_page(passer_by: Visitor) -> None:
    answer = passer_by.post("/sign-in", {"name": "li", "password": world.PASSWORD})
    assert answer.status_code == 303
    assert passer_by.get(answer.headers["location"]).headers["location"] == "/claims"
    assert "待我办理" in passer_by.read("/claims")


@pytest.mark.parametrize(
    ("name", "home"), [("zhou", "/township"), ("guo", "/cycle"), ("tang", "/audit"), ("feng", "/claims")]
)
def test_everybody_begins_where_their_work_is(sign_in: SignIn, name: str, home: str) -> None:
    assert sign_in(name).get("/").headers["location"] == home


def test_a_wrong_password_says_so_and_keeps_the_name(passer_by: Visitor) -> None:
    answer = passer_by.post("/sign-in", {"name": "li", "password": "wrong"})
    assert answer.status_code == 401
    assert "用户名或密码不正确" in words_of(answer.text)
    assert 'value="li"' in answer.text
    assert passer_by.get("/claims").status_code == 303


def test_five_failures_close_the_door_for_the_name(passer_by: Visitor) -> None:
    for _ in range(5):
        passer_by.post("/sign-in", {"name": "li", "password": "wrong"})
    assert passer_by.post("/sign-in", {"name": "li", "password": world.PASSWORD}).status_code == 401
    assert passer_by.post("/sign-in", {"name": "sun", "password": world.PASSWORD}).status_code == 303


def test_one_address_may_not_try_names_without_end(app: FastAPI, passer_by: Visitor) -> None:
    while app.state.sign_ins.admits("testclient"):
        pass
    answer = passer_by.post("/sign-in", {"name": "li", "password": world.PASSWORD})
    assert answer.status_code == 429
    assert "请过几分钟再试" in words_of(answer.text)


def test_whoever_was_sent_to_sign_in_comes_back_to_the_page_they_wanted(passer_by: Visitor) -> None:
    first = passer_by.get("/claims?tab=all&q=贻贝")
    assert first.status_code == 303
    page = passer_by.get(first.headers["location"]).text
    assert 'name="next" value="/claims?tab=all&amp;q=' in page
    answer = passer_by.post(
        "/sign-in", {"name": "li", "password": world.PASSWORD, "next": "/claims?tab=all&q=x"}
    )
    assert answer.headers["location"] == "/claims?tab=all&q=x"


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "evil",
        "",
        "javascript:1",
    ],
)
def test_signing_in_never_leads_to_another_site(passer_by: Visitor, path: str) -> None:
    assert safe_path(path) == ""
    answer = passer_by.post("/sign-in", {"name": "li", "password": world.PASSWORD, "next": path})
    assert answer.headers["location"] == "/"


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(passer_by: Visitor) -> None:
    cookie = passer_by.post("/sign-in", {"name": "li", "password": world.PASSWORD}).headers["set-cookie"]
    assert cookie.startswith(f"{PLAIN_COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Domain" not in cookie


def test_over_https_the_browser_itself_guards_the_cookie(rehearsal_desk: Desk) -> None:
    client = TestClient(create_app(rehearsal_desk), base_url="https://desk.example", follow_redirects=False)
    answer = client.post(
        "/sign-in",
        data={"name": "li", "password": world.PASSWORD},
        headers={"Origin": "https://desk.example"},
    )
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{SECURE_COOKIE}=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert answer.headers["strict-transport-security"]


def test_signing_in_gives_a_new_secret_each_time(passer_by: Visitor) -> None:
    secrets = set()
    for _ in range(2):
        passer_by.post("/sign-in", {"name": "li", "password": world.PASSWORD})
        secrets.add(passer_by.client.cookies[PLAIN_COOKIE])
    assert len(secrets) == 2


def test_signing_out_ends_the_session_on_the_desk_not_only_in_the_browser(sign_in: SignIn) -> None:
    visitor = sign_in("li")
    secret = visitor.client.cookies[PLAIN_COOKIE]
    assert visitor.post("/sign-out").status_code == 303
    visitor.client.cookies.set(PLAIN_COOKIE, secret)
    assert visitor.get("/claims").status_code == 303


def test_a_session_that_rests_for_half_an_hour_has_ended(app: FastAPI, rehearsal_desk: Desk) -> None:
    for minutes, status in ((29, 200), (31, 303)):
        opened = world.MORNING - timedelta(minutes=minutes)
        with clock.standing_at(opened), rehearsal_desk.transaction() as tx:
            secret = sign_ins.open_session(tx, "li")
        assert Visitor(app, secret).get("/claims").status_code == status


def test_looking_at_pages_keeps_a_session_alive(app: FastAPI, rehearsal_desk: Desk) -> None:
    with (
        clock.standing_at(world.MORNING - timedelta(minutes=20)),
        rehearsal_desk.transaction() as tx,
    ):
        secret = sign_ins.open_session(tx, "li")
    Visitor(app, secret).get("/claims")
    with rehearsal_desk.reading() as tx:
        found = sign_ins.session_user(tx, secret)
        assert found is not None
        assert not found.touch_due


def test_a_role_taken_away_is_gone_with_the_next_click(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    visitor = sign_in("guo")
    assert visitor.get("/admin").status_code == 200
    with rehearsal_desk.transaction() as tx:
        user = load_user(tx, "guo")
        for role in list(user.roles):
            tx.session.delete(tx.session.get_one(UserRole, (user.id, role.role)))
    assert visitor.get("/admin").status_code == 403


def test_the_foot_of_the_page_tells_when_one_was_here_before(sign_in: SignIn) -> None:
    sign_in("li")
    assert "您上次登录： 2025年3月10日 09:30" in sign_in("li").read("/claims")
