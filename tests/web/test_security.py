"""What holds for every page: headers, no foreign forms, nothing a stranger wrote is ever run."""

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import world
from fastapi import FastAPI
from starlette.datastructures import Headers
from visitors import ORIGIN, SignIn, Visitor, words_of

from claims.desk import Desk
from claims.identity import people
from claims.publicity.resolutions import publish
from claims.submission.filing import file_claim
from claims.timing import slots
from claims.timing.slots import SlotKind
from notifications.round import run_round
from states.stages import Role
from web.app import create_app
from web.security import BodyLimit, is_own_request
from web.throttle import Throttle

WEB = Path(__file__).parents[2] / "web"
SCRIPT = "<script>alert(1)</script>"


# Headers


@pytest.mark.parametrize(
    "url",
    [
        "/",
        "/claims",
        "/nowhere",
        "/healthz",
        "/static/desk.css",
        "/procedure.svg",
        "/metrics",
        "/notice/2025",
    ],
)
def test_every_answer_forbids_foreign_code_frames_and_sniffing(passer_by: Visitor, url: str) -> None:
    headers = passer_by.get(url).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert (
        "script-src" not in headers["content-security-policy"]
        or "script-src 'self'" in headers["content-security-policy"]
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


def test_pages_are_kept_by_no_proxy_and_files_with_a_digest_for_good(sign_in: SignIn) -> None:
    visitor = sign_in("li")
    page = visitor.get("/claims")
    assert page.headers["cache-control"] == "no-store"
    (sheet,) = re.findall(r'href="(/static/desk\.css\?v=[0-9a-f]+)"', page.text)
    assert "immutable" in visitor.get(sheet).headers["cache-control"]
    assert visitor.get("/static/desk.css").headers["cache-control"] == "no-cache"


def test_no_template_holds_inline_style_or_script() -> None:
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)")
    guilty = [path.name for path in WEB.rglob("*.html") if inline.search(path.read_text(encoding="utf-8"))]
    assert guilty == []


def test_no_template_turns_escaping_off() -> None:
    off = re.compile(r"\|\s*safe\b|autoescape\s+false|Markup")
    assert [path.name for path in WEB.rglob("*.html") if off.search(path.read_text(encoding="utf-8"))] == []


# Foreign forms


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"sec-fetch-site": "same-site", "origin": "http://testserver"},
        {"sec-fetch-site": "none"},
    ],
)
def test_a_form_from_elsewhere_is_refused(headers: dict[str, str]) -> None:
    assert not is_own_request("POST", Headers({"host": "testserver", **headers}))


@pytest.mark.parametrize("headers", [{"origin": ORIGIN}, {"sec-fetch-site": "same-origin"}])
def test_our_own_forms_are_taken(headers: dict[str, str]) -> None:
    assert is_own_request("POST", Headers({"host": "testserver", **headers}))


def test_a_foreign_form_changes_nothing(sign_in: SignIn, under_review: str) -> None:
    visitor = sign_in("li")
    answer = visitor.post(
        f"/claims/{under_review}/actions",
        {"trigger": "endorse", "version": "10"},
        headers={"Origin": "https://evil.example"},
    )
    assert answer.status_code == 403
    assert "不是从本平台的页面发出的" in words_of(answer.text)
    assert "市监审核" in visitor.read(f"/claims/{under_review}")


# What strangers write and send


def test_what_a_stranger_wrote_is_shown_and_never_run(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    with rehearsal_desk.transaction() as tx:
        people.add_user(tx, "eve", Role.TOWNSHIP, org="菜园镇", password=world.PASSWORD)
        form = world.another_form(
            unit_name=SCRIPT, uscc=world.uscc(77), title=SCRIPT, remark=SCRIPT, bank=SCRIPT, contact=SCRIPT
        )
        number = file_claim(tx, world.YEAR, form, actor=world.who(tx, "eve")).number
        world.submit(tx, number, by="eve")
        for step in (world.accept, world.clear, world.endorse, world.approve):
            step(tx, number)
        publish(tx, world.MINUTES, actor=world.who(tx, "xu"))
    run_round(rehearsal_desk)
    visitor = sign_in("xu")
    pages = (
        "/claims",
        f"/claims/{number}",
        f"/claims?q={SCRIPT}",
        "/notice/2025",
        "/notices",
        "/resolutions",
    )
    shown = 0
    for url in (*pages, f"/notice/2025/objection?claim={SCRIPT}", f"/policy?number={SCRIPT}"):
        text = visitor.get(url).text
        assert SCRIPT not in text, url
        shown += "&lt;script&gt;" in text
    assert shown >= 6


def test_an_uploaded_paper_is_handed_out_as_a_file_that_can_do_nothing(
    sign_in: SignIn, under_review: str
) -> None:
    page = sign_in("li").get(f"/claims/{under_review}").text
    (link, *_) = re.findall(rf'href="(/claims/{under_review}/evidence/[0-9a-f]{{64}})"', page)
    answer = sign_in("li").get(link)
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["content-security-policy"].endswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_paper_is_not_handed_to_those_who_may_not_see_the_claim(sign_in: SignIn, under_review: str) -> None:
    page = sign_in("li").get(f"/claims/{under_review}").text
    (link, *_) = re.findall(r'href="(/claims/[^"]+/evidence/[0-9a-f]{64})"', page)
    for name in ("he", "wu", "zhao"):
        assert sign_in(name).get(link).status_code == 404, name


def test_a_body_without_end_is_cut_off_with_a_page_that_says_so(
    app: FastAPI, sign_in: SignIn, rehearsal_desk: Desk
) -> None:
    with rehearsal_desk.transaction() as tx:
        number = world.add_draft(tx)
    for layer in app.user_middleware:
        if layer.cls is BodyLimit:
            layer.kwargs["most"] = 100_000
    answer = sign_in("lin").post(
        f"/claims/{number}/evidence",
        {"kind": "application_form"},
        files={"file": ("a.pdf", b"%PDF-" + b"0" * 200_000, "application/pdf")},
    )
    assert answer.status_code == 413
    assert "每份材料不超过 20 MB" in words_of(answer.text)


# Programs


def test_figures_are_given_to_a_token_of_an_administrator_and_to_nobody_else(
    rehearsal_desk: Desk, passer_by: Visitor, under_review: str
) -> None:
    with rehearsal_desk.transaction() as tx:
        tokens = {name: people.make_token(tx, name) for name in ("guo", "tang", "li")}

    def ask(token: str | None) -> httpx.Response:
        return passer_by.get("/metrics", headers={"Authorization": f"Bearer {token}"} if token else {})

    assert ask(None).status_code == 401
    assert ask("jb_made-up").status_code == 401
    assert ask(tokens["li"]).status_code == 403
    text = ask(tokens["guo"]).text
    assert 'jiangbu_claims{stage="market_supervision_review"} 1.0' in text
    assert ask(tokens["tang"]).text == text
    for name in (under_review, world.INSTITUTE[0], "guo"):
        assert name not in text


def test_probes_answer_without_telling_anything(rehearsal_desk: Desk, passer_by: Visitor) -> None:
    run_round(rehearsal_desk)
    assert passer_by.get("/healthz").json() == {"ok": True}
    assert passer_by.get("/readyz").json() == {"database": True, "migrations": True, "schedules": True}


def test_the_desk_is_not_ready_while_nothing_that_falls_due_is_done(
    rehearsal_desk: Desk, passer_by: Visitor
) -> None:
    with rehearsal_desk.transaction() as tx:
        slots.open_slot(tx, "k", SlotKind.SEAL_AUDIT, "audit", tx.now - timedelta(minutes=40))
    answer = passer_by.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["schedules"] is False


def test_an_address_may_come_back_after_a_while() -> None:
    times = iter([0.0, 1.0, 2.0, 61.0, 62.0])
    throttle = Throttle(2, 60, clock=lambda: next(times))
    assert [throttle.admits("a") for _ in range(5)] == [True, True, False, True, True]


def test_a_live_desk_shows_no_rehearsal_banner(sqlite_desk: Desk, passer_by: Visitor) -> None:
    assert "演练库" in passer_by.read("/")
    assert "演练库" not in Visitor(create_app(sqlite_desk)).read("/")
