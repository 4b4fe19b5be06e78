"""What the security log is told by the pages and the API, and that a line, an answer and a report can be brought together."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import world
from fastapi import FastAPI
from programs import Program, program
from visitors import SignIn, Visitor

from claims import clock
from claims.desk import Desk
from claims.identity import people, sign_ins
from claims.security_log import log_file
from states.stages import Role
from web import noted, serve, sessions
from web.throttle import Throttle


def told(desk: Desk, event: str) -> list[dict[str, Any]]:
    """The lines of this kind, without when and where."""
    path = log_file(desk.settings.home)
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines() if path.exists() else [])
    return [each for each in lines if each["event"] == event]


def test_signing_in_and_out_is_told_with_where_from_and_under_which_request(
    rehearsal_desk: Desk, passer_by: Visitor
) -> None:
    answer = passer_by.post("/sign-in", {"name": "li", "password": world.PASSWORD})
    (line,) = told(rehearsal_desk, "signed_in")
    assert line == {
        "at": world.MORNING.isoformat(timespec="milliseconds"),
        "event": "signed_in",
        "actor": "li",
        "address": "testclient",
        "request": answer.headers["x-request-id"],
        "by": "password",
    }
    passer_by.post("/sign-out")
    assert [each["actor"] for each in told(rehearsal_desk, "session_ended")] == ["li"]


def test_a_failed_sign_in_tells_a_name_only_where_there_is_one(
    rehearsal_desk: Desk, passer_by: Visitor
) -> None:
    """Whoever types the password into the field of the name must not find it in a log."""
    for name in ("li", "correct-horse-battery"):
        passer_by.post("/sign-in", {"name": name, "password": "wrong"})
    assert [each["actor"] for each in told(rehearsal_desk, "sign_in_failed")] == ["li", ""]
    assert "horse" not in log_file(rehearsal_desk.settings.home).read_text(encoding="utf-8")


def test_a_door_that_is_closed_is_told_by_name_and_by_address(
    rehearsal_desk: Desk, app: FastAPI, passer_by: Visitor
) -> None:
    for _ in range(6):
        passer_by.post("/sign-in", {"name": "li", "password": "wrong"})
    app.state.sign_ins = Throttle(limit=0, seconds=1)
    passer_by.post("/sign-in", {"name": "li", "password": "wrong"})
    assert [each["by"] for each in told(rehearsal_desk, "sign_in_throttled")] == ["name", "address"]


def test_an_expired_session_is_told_once(rehearsal_desk: Desk, app: FastAPI) -> None:
    with clock.standing_at(world.MORNING - timedelta(hours=1)), rehearsal_desk.transaction() as tx:
        visitor = Visitor(app, sign_ins.open_session(tx, "li"))
    for _ in range(2):
        assert visitor.get("/claims").status_code == 303
    assert [each["actor"] for each in told(rehearsal_desk, "session_expired")] == ["li"]


def test_what_is_refused_is_told(rehearsal_desk: Desk, app: FastAPI, sign_in: SignIn) -> None:
    sign_in("lin").get("/admin")
    sign_in("li").post("/admin/users", {"name": "x"}, headers={"Origin": "https://evil.example"})
    with rehearsal_desk.transaction() as tx:
        number = world.add_draft(tx)
    sign_in("lin").post(
        f"/claims/{number}/evidence", {"kind": "application_form"}, files={"file": ("a.exe", b"MZ")}
    )
    sheet = {"file": ("a.xlsx", b"no sheet")}
    sign_in("zhou").post("/township/sheet", {"cycle": "2025"}, files=sheet)
    program(app, rehearsal_desk, "lin").call("GET", "/users")
    Program(app, "jb_made-up").call("GET", "/claims")
    Program(app).call("GET", "/claims")
    assert [(each["actor"], each["path"]) for each in told(rehearsal_desk, "permission_refused")] == [
        ("lin", "/admin"),
        ("lin", "/api/v1/users"),
    ]
    assert [each["path"] for each in told(rehearsal_desk, "foreign_form_refused")] == ["/admin/users"]
    assert [each["actor"] for each in told(rehearsal_desk, "upload_refused")] == ["lin", "zhou"]
    assert [each["path"] for each in told(rehearsal_desk, "token_refused")] == ["/api/v1/claims"]
    assert "jb_" not in log_file(rehearsal_desk.settings.home).read_text(encoding="utf-8")


def test_a_flood_from_one_address_does_not_wash_the_log_away(
    rehearsal_desk: Desk, passer_by: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noted, "MOST_A_MINUTE", 5)
    for _ in range(noted.MOST_A_MINUTE + 5):
        passer_by.get("/api/v1/claims", headers={"Authorization": "Bearer x"})
    passer_by.post("/sign-in", {"name": "li"}, headers={"Origin": "https://evil.example"})
    assert len(told(rehearsal_desk, "token_refused")) == noted.MOST_A_MINUTE
    assert len(told(rehearsal_desk, "foreign_form_refused")) == 1


def test_a_program_at_work_is_told_of_once_an_hour(
    rehearsal_desk: Desk, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter([0.0, 1.0, 3601.0])
    monkeypatch.setattr(sessions, "_token_uses", Throttle(1, 3600, clock=lambda: next(times)))
    caller = program(app, rehearsal_desk, "tang")
    for _ in range(3):
        caller.call("GET", "/cycles")
    assert [each["actor"] for each in told(rehearsal_desk, "token_used")] == ["tang", "tang"]


def test_what_leaves_the_house_as_a_file_is_told(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    visitor = sign_in("tang")
    for path in ("/audit/events.jsonl", "/audit/checkpoint.json", "/cycle/2025/report.xlsx"):
        assert visitor.get(path).status_code == 200
        assert told(rehearsal_desk, "exported")[-1]["path"] == path
    assert {each["actor"] for each in told(rehearsal_desk, "exported")} == {"tang"}


def test_each_answer_bears_the_name_of_its_request_and_takes_none_from_outside(passer_by: Visitor) -> None:
    names = {
        passer_by.get(url, headers={"X-Request-ID": "mine"}).headers["x-request-id"] for url in ("/", "/x")
    }
    assert len(names) == 2
    assert "mine" not in names


def test_an_error_page_bears_the_name_of_its_request(passer_by: Visitor) -> None:
    answer = passer_by.get("/nowhere")
    assert answer.headers["x-request-id"] in answer.text


def test_a_page_about_something_broken_is_as_guarded_as_any_other(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("with a detail for nobody")

    visitor = sign_in("li")
    monkeypatch.setattr("web.pages.queue.queue.counts", broken)
    answer = visitor.get("/claims")
    assert answer.status_code == 500
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"] in answer.text
    assert "detail" not in answer.text


def test_it_tells_under_which_settings_the_desk_is_served(rehearsal_desk: Desk) -> None:
    settings = replace(rehearsal_desk.settings, totp_roles=frozenset({Role.FINANCE}))
    serve.announce(replace(rehearsal_desk, settings=settings))
    (line,) = told(rehearsal_desk, "desk_opened")
    assert (line["rehearsal"], line["database"], line["second_factor_for"]) == (True, "sqlite", "finance")


# Sessions and passwords


def test_a_session_ends_after_twelve_hours_however_busy_it_is(rehearsal_desk: Desk, app: FastAPI) -> None:
    for hours, status in ((11, 200), (13, 303)):
        begun = world.MORNING - timedelta(hours=hours)
        with clock.standing_at(begun), rehearsal_desk.transaction() as tx:
            secret = sign_ins.open_session(tx, "li")
        with rehearsal_desk.transaction() as tx:
            sign_ins.touch_session(tx, secret)
        assert Visitor(app, secret).get("/claims").status_code == status


def test_signing_in_ends_what_the_browser_was_signed_in_as_before(app: FastAPI, sign_in: SignIn) -> None:
    visitor = sign_in("guo")
    secret = visitor.client.cookies[sessions.PLAIN_COOKIE]
    visitor.post("/sign-in", {"name": "li", "password": world.PASSWORD})
    assert Visitor(app, secret).get("/admin").status_code == 303


def test_a_new_password_of_ones_own_ends_the_other_sessions_and_renews_this_one(
    rehearsal_desk: Desk, app: FastAPI, sign_in: SignIn
) -> None:
    here, elsewhere = sign_in("li"), sign_in("li")
    before = here.client.cookies[sessions.PLAIN_COOKIE]
    new = {"present": world.PASSWORD, "new": "a sentence of mine", "again": "a sentence of mine"}
    assert here.post("/account/password", new | {"present": "wrong"}).status_code == 422
    assert here.post("/account/password", new | {"again": "other"}).status_code == 422
    assert here.post("/account/password", new | {"new": "short", "again": "short"}).status_code == 422
    answer = here.post("/account/password", new)
    assert answer.status_code == 303
    assert elsewhere.get("/claims").status_code == 303
    assert Visitor(app, before).get("/claims").status_code == 303
    secret = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    assert "密码已修改" in Visitor(app, secret).read(answer.headers["location"])
    assert sign_ins.authenticate(rehearsal_desk, "li", "a sentence of mine")
    assert [each["actor"] for each in told(rehearsal_desk, "password_changed")] == ["li"]
    assert [each["actor"] for each in told(rehearsal_desk, "session_rotated")] == ["li"]


def test_passwords_are_kept_as_argon2id() -> None:
    assert people.hashed("x").startswith("$argon2id$v=19$m=65536,t=3,")
