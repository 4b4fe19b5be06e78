"""The second factor at sign-in: asked for, used once, throttled, set up and reset, in the pages and without a script."""

import base64
import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import world
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from fastapi import FastAPI
from sqlalchemy import select
from visitors import SignIn, Visitor, words_of

from claims import clock
from claims.desk import Desk
from claims.identity import second_factors, sign_ins
from claims.models import EventRow, RecoveryCode, SecondFactor
from states.calendar import TZ
from states.stages import Role
from web.app import create_app
from web.sessions import PLAIN_COOKIE

NOON = datetime(2025, 3, 10, 12, 0, 10, tzinfo=TZ)


class Phone:
    """An authenticator that has learned a secret; its clock is the one that the desk is led by."""

    def __init__(self, secret: str) -> None:
        self._totp = TOTP(base64.b32decode(secret.replace(" ", "")), 6, SHA1(), 30)

    def code(self, seconds: int = 0) -> str:
        return self._totp.generate(int(clock.outside().timestamp()) + seconds).decode()


@pytest.fixture(autouse=True)
def _outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The world's time stands still, at the tenth second of a step."""
    monkeypatch.setattr(clock, "outside", lambda: NOON)


def switched_on(desk: Desk, name: str) -> tuple[Phone, tuple[str, ...]]:
    """Set up some minutes ago, so that the present code is still to be used."""
    with desk.transaction() as tx, pytest.MonkeyPatch.context() as earlier:
        earlier.setattr(clock, "outside", lambda: NOON - timedelta(minutes=5))
        phone = Phone(second_factors.begin(tx, name).secret)
        return phone, second_factors.confirm(tx, name, phone.code())


def password_given(visitor: Visitor, name: str, back: str = "") -> str:
    answer = visitor.post("/sign-in", {"name": name, "password": world.PASSWORD, "next": back})
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_who_has_switched_it_on_is_asked_for_a_code_and_led_on_to_the_page_they_wanted(
    rehearsal_desk: Desk, passer_by: Visitor
) -> None:
    phone, _ = switched_on(rehearsal_desk, "li")
    step = password_given(passer_by, "li", "/claims?tab=all")
    assert step == "/sign-in/code?next=%2Fclaims%3Ftab%3Dall"
    assert "6 位验证码" in passer_by.read(step)
    answer = passer_by.post("/sign-in/code", {"code": phone.code(), "next": "/claims?tab=all"})
    assert answer.headers["location"] == "/claims?tab=all"
    assert passer_by.get("/claims").status_code == 200


def test_the_password_alone_opens_nothing(rehearsal_desk: Desk, passer_by: Visitor) -> None:
    switched_on(rehearsal_desk, "li")
    password_given(passer_by, "li")
    for url in ("/claims", "/account", "/notices"):
        assert passer_by.get(url).status_code == 303, url
    assert passer_by.post("/account/second-factor/off", {"code": ""}).status_code == 303


def test_a_session_gets_a_new_secret_with_the_second_step(rehearsal_desk: Desk, passer_by: Visitor) -> None:
    phone, _ = switched_on(rehearsal_desk, "li")
    password_given(passer_by, "li")
    half = passer_by.client.cookies[PLAIN_COOKIE]
    passer_by.post("/sign-in/code", {"code": phone.code()})
    assert passer_by.client.cookies[PLAIN_COOKIE] != half
    with rehearsal_desk.reading() as tx:
        assert sign_ins.half_signed_in(tx, half) is None


def test_the_same_code_never_opens_twice(rehearsal_desk: Desk, app: FastAPI) -> None:
    phone, _ = switched_on(rehearsal_desk, "li")
    code, opened = phone.code(), []
    for _ in range(2):
        visitor = Visitor(app)
        password_given(visitor, "li")
        opened.append(visitor.post("/sign-in/code", {"code": code}).status_code)
    assert opened == [303, 401]


@pytest.mark.parametrize(
    ("seconds", "taken"), [(-30, True), (0, True), (30, True), (-60, False), (60, False)]
)
def test_a_telephones_clock_may_differ_by_half_a_minute(
    rehearsal_desk: Desk, seconds: int, taken: bool
) -> None:
    phone, _ = switched_on(rehearsal_desk, "li")
    assert second_factors.shows(rehearsal_desk, "li", phone.code(seconds)) is taken


def test_an_earlier_code_is_worth_nothing_once_a_later_one_was_used(rehearsal_desk: Desk) -> None:
    phone, _ = switched_on(rehearsal_desk, "li")
    assert second_factors.shows(rehearsal_desk, "li", phone.code(30))
    assert not second_factors.shows(rehearsal_desk, "li", phone.code())


def test_wrong_codes_close_the_door_and_the_password_does_not_open_it_again(
    rehearsal_desk: Desk, app: FastAPI
) -> None:
    """Otherwise a stolen password would buy any number of guesses."""
    phone, _ = switched_on(rehearsal_desk, "li")
    for n in range(5):
        visitor = Visitor(app)
        password_given(visitor, "li")
        assert visitor.post("/sign-in/code", {"code": f"00000{n}"}).status_code == 401
    assert visitor.post("/sign-in/code", {"code": phone.code()}).status_code == 401
    assert not sign_ins.authenticate(rehearsal_desk, "li", world.PASSWORD)
    assert sign_ins.authenticate(rehearsal_desk, "sun", world.PASSWORD)


def test_one_address_may_not_try_codes_without_end(
    app: FastAPI, rehearsal_desk: Desk, passer_by: Visitor
) -> None:
    phone, _ = switched_on(rehearsal_desk, "li")
    password_given(passer_by, "li")
    while app.state.sign_ins.admits("testclient"):
        pass
    assert passer_by.post("/sign-in/code", {"code": phone.code()}).status_code == 429


def test_a_recovery_code_takes_the_telephones_place_once(rehearsal_desk: Desk, app: FastAPI) -> None:
    _, codes = switched_on(rehearsal_desk, "li")
    assert len(set(codes)) == second_factors.RECOVERY_CODES
    opened = []
    for typed in (codes[0].lower(), codes[0], f" {codes[1].replace('-', '')} "):
        visitor = Visitor(app)
        password_given(visitor, "li")
        opened.append(visitor.post("/sign-in/code", {"code": typed}).status_code)
    assert opened == [303, 401, 303]
    with rehearsal_desk.reading() as tx:
        assert second_factors.factor(tx, "li").codes_left == second_factors.RECOVERY_CODES - 2


def test_neither_the_secret_nor_a_recovery_code_lies_open_in_the_records(rehearsal_desk: Desk) -> None:
    with rehearsal_desk.transaction() as tx:
        secret = second_factors.begin(tx, "li").secret.replace(" ", "")
        codes = second_factors.confirm(tx, "li", Phone(secret).code())
    with rehearsal_desk.reading() as tx:
        kept = repr(
            tx.session.execute(select(SecondFactor.secret_sealed)).all()
            + tx.session.execute(select(RecoveryCode.digest)).all()
            + tx.session.execute(select(EventRow.data)).all()
        )
    assert secret not in kept
    assert all(code not in kept and code.replace("-", "") not in kept for code in codes)


def test_half_way_in_ends_after_ten_minutes(rehearsal_desk: Desk, app: FastAPI) -> None:
    phone, _ = switched_on(rehearsal_desk, "li")
    for minutes, status in ((9, 303), (11, 303)):
        opened = world.MORNING - timedelta(minutes=minutes)
        with clock.standing_at(opened), rehearsal_desk.transaction() as tx:
            secret = sign_ins.open_session(tx, "li", owes=sign_ins.Owes.CODE)
        visitor = Visitor(app, secret)
        assert visitor.post("/sign-in/code", {"code": phone.code()}).status_code == status
        assert visitor.get("/claims").status_code == (200 if minutes == 9 else 303)


# One's own account


def test_it_is_set_up_from_the_account_page_with_a_picture_and_recovery_codes(
    app: FastAPI, sign_in: SignIn
) -> None:
    visitor = sign_in("lin")
    assert "启用两步验证" in visitor.read("/account")
    visitor.post("/account/second-factor")
    page = visitor.get("/account")
    assert "img-src 'self'" in page.headers["content-security-policy"]
    assert re.search(r'<svg class="qr" role="img" aria-label="[^"]+" viewBox="0 0 \d+ \d+"', page.text)
    (secret,) = re.findall(r'<code class="wrap">([A-Z2-7 ]{39})</code>', page.text)
    wrong = visitor.post("/account/second-factor/confirm", {"code": "123456"})
    assert wrong.status_code == 422
    assert "验证码不正确" in words_of(wrong.text)
    before = visitor.client.cookies[PLAIN_COOKIE]
    done = visitor.post("/account/second-factor/confirm", {"code": Phone(secret).code()})
    assert len(re.findall(r"<code>([2-9A-Z-]{11})</code>", done.text)) == second_factors.RECOVERY_CODES
    assert done.headers["set-cookie"].startswith(f"{PLAIN_COOKIE}=")
    assert Visitor(app, before).get("/account").status_code == 303, "the old secret has ended"
    visitor = Visitor(app, done.headers["set-cookie"].partition("=")[2].partition(";")[0])
    again = visitor.get("/account").text
    assert secret not in again
    assert not re.search(r"\b[2-9A-Z]{5}-[2-9A-Z]{5}\b", again)


def test_the_picture_holds_what_an_authenticator_reads() -> None:
    from web.qr import qr_code

    uri = "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP"
    picture = qr_code(uri)
    dark = set(re.findall(r"M(\d+) (\d+)h1v1h-1z", picture.path))
    assert len(dark) == picture.path.count("M")
    corner = {(str(x), str(y)) for x in (4, 10) for y in range(4, 11)}
    assert corner <= dark, "a finder pattern stands inside a border of four modules"
    assert not any("0" in (x, y) for x, y in dark)


def test_it_is_switched_off_with_a_code_and_not_without(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    phone, _ = switched_on(rehearsal_desk, "lin")
    visitor = sign_in("lin")
    assert visitor.post("/account/second-factor/off", {"code": "000000"}).status_code == 422
    assert visitor.post("/account/second-factor/off", {"code": phone.code()}).status_code == 303
    with rehearsal_desk.reading() as tx:
        assert second_factors.factor(tx, "lin").since is None
        assert tx.session.scalars(select(RecoveryCode)).all() == []


def test_new_recovery_codes_end_the_old_ones(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    phone, codes = switched_on(rehearsal_desk, "lin")
    answer = sign_in("lin").post("/account/second-factor/codes", {"code": phone.code()})
    assert len(re.findall(r"<code>([2-9A-Z-]{11})</code>", answer.text)) == second_factors.RECOVERY_CODES
    assert not second_factors.shows(rehearsal_desk, "lin", codes[0])


# Administration


def test_an_administrator_resets_a_lost_one_with_a_reason_that_stands_in_the_log(
    rehearsal_desk: Desk, sign_in: SignIn, app: FastAPI
) -> None:
    switched_on(rehearsal_desk, "li")
    signed_in = sign_in("li")
    guo = sign_in("guo")
    asked = {"name": "li", "what": "second_factor"}
    assert guo.post("/admin/accounts", asked).status_code == 422
    assert guo.post("/admin/accounts", asked | {"reason": "手机丢失，已当面核实"}).status_code == 303
    assert signed_in.get("/claims").status_code == 303, "sessions under the old factor have ended"
    with rehearsal_desk.reading() as tx:
        row = tx.session.scalars(select(EventRow).where(EventRow.trigger == "second_factor_reset")).one()
        assert (row.stream, row.actor, row.reason) == ("user/li", "guo", "手机丢失，已当面核实")
    visitor = Visitor(app)
    assert password_given(visitor, "li") == "/"


def test_nobody_resets_their_own(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    switched_on(rehearsal_desk, "guo")
    asked = {"name": "guo", "what": "second_factor", "reason": "方便"}
    answer = sign_in("guo").post("/admin/accounts", asked)
    assert answer.status_code == 409
    assert "不能重置自己的两步验证" in words_of(answer.text)


def test_a_role_may_ask_for_it_and_then_nobody_gets_in_before_it_is_set_up(rehearsal_desk: Desk) -> None:
    settings = replace(rehearsal_desk.settings, totp_roles=frozenset({Role.FINANCE}))
    app = create_app(replace(rehearsal_desk, settings=settings))
    visitor = Visitor(app)
    assert password_given(visitor, "feng", "/payouts") == "/sign-in/second-factor?next=%2Fpayouts"
    assert visitor.get("/payouts").status_code == 303
    page = visitor.get("/sign-in/second-factor?next=%2Fpayouts").text
    (secret,) = re.findall(r'<code class="wrap">([A-Z2-7 ]{39})</code>', page)
    assert visitor.post("/sign-in/second-factor", {"code": "1", "next": "/payouts"}).status_code == 422
    phone = Phone(secret)
    answer = visitor.post("/sign-in/second-factor", {"code": phone.code(), "next": "/payouts"})
    assert answer.status_code == 200
    assert 'href="/payouts"' in answer.text
    assert visitor.get("/payouts").status_code == 200
    refused = visitor.post("/account/second-factor/off", {"code": phone.code(30)})
    assert "必须使用两步验证" in words_of(refused.text)
    assert password_given(Visitor(app), "lin") == "/", "other roles sign in as before"
