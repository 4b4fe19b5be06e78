"""Signing in by OpenID Connect, against a provider that runs: who is linked gets in, and nothing else does."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import world
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import RSAKey
from providers import EXPIRED, Provider, Tokens, running
from sqlalchemy import func, select
from visitors import Visitor, words_of

from claims.desk import Desk
from claims.identity import linked, second_factors, sign_ins
from claims.models import User
from claims.security_log import log_file
from config.settings import Settings
from config.sign_in import SingleSignOn
from states.stages import Role
from web.app import create_app

SUBJECT = "a3f9-0017"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def _provider() -> Iterator[Provider]:
    with running() as found:
        yield found


@pytest.fixture
def provider(_provider: Provider) -> Provider:
    """At its best behaviour."""
    _provider.alter, _provider.deaf = dict, False
    return _provider


def set_up(desk: Desk, issuer: str, **changes: object) -> Desk:
    sign_on = SingleSignOn(issuer, "jiangbu", "a secret/with signs", "政务统一认证")
    settings: Settings = replace(desk.settings, single_sign_on=sign_on, **changes)  # type: ignore[arg-type]
    return replace(desk, settings=settings)


@pytest.fixture
def desk(rehearsal_desk: Desk, provider: Provider) -> Desk:
    found = set_up(rehearsal_desk, provider.issuer)
    with found.transaction() as tx:
        linked.link(tx, "li", provider.issuer, SUBJECT, actor=world.who(tx, "li"))
    return found


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    return create_app(desk)


def sent(visitor: Visitor, url: str = "/sign-in/oidc") -> str:
    answer = visitor.get(url)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def returned(visitor: Visitor, back: str) -> httpx.Response:
    parts = urlsplit(back)
    return visitor.get(f"{parts.path}?{parts.query}")


def refused(answer: httpx.Response, status: int, sentence: str) -> None:
    assert answer.status_code == status
    assert sentence in words_of(answer.text)
    assert "jiangbu=" not in answer.headers.get("set-cookie", "").replace("jiangbu-oidc=", "")


def test_whose_identity_is_linked_is_signed_in_and_led_to_the_page_they_wanted(
    app: FastAPI, provider: Provider
) -> None:
    visitor = Visitor(app)
    assert "用“政务统一认证”登录" in visitor.read("/")
    url = sent(visitor, "/sign-in/oidc?next=/claims%3Ftab%3Dall")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["response_type"] == "code"
    assert len(asked["state"]) >= 43
    assert len(asked["nonce"]) >= 43
    before = provider.verified
    answer = returned(visitor, provider.approve(url, SUBJECT))
    assert answer.headers["location"] == "/claims?tab=all"
    assert provider.verified == before + 1, "the provider has checked our proof (PKCE)"
    assert "li" in visitor.read("/account")


def test_an_identity_that_is_not_linked_gets_no_account_and_is_told_what_to_do(
    app: FastAPI, desk: Desk, provider: Provider
) -> None:
    with desk.reading() as tx:
        before = tx.session.scalar(select(func.count()).select_from(User))
    visitor = Visitor(app)
    answer = returned(visitor, provider.approve(sent(visitor), "stranger-9"))
    refused(answer, 403, "还没有与本平台的用户关联")
    assert "stranger-9" in words_of(answer.text)
    with desk.reading() as tx:
        assert tx.session.scalar(select(func.count()).select_from(User)) == before


def test_a_closed_account_is_not_opened_by_it(app: FastAPI, desk: Desk, provider: Provider) -> None:
    with desk.transaction() as tx:
        tx.session.scalars(select(User).where(User.name == "li")).one().active = False
    visitor = Visitor(app)
    refused(returned(visitor, provider.approve(sent(visitor), SUBJECT)), 403, "还没有与本平台的用户关联")


def test_a_second_factor_is_asked_for_here_as_well(desk: Desk, provider: Provider) -> None:
    found = set_up(desk, provider.issuer, totp_roles=frozenset({Role.REVIEWER}))
    visitor = Visitor(create_app(found))
    answer = returned(visitor, provider.approve(sent(visitor), SUBJECT))
    assert answer.headers["location"] == "/sign-in/second-factor"
    assert visitor.get("/claims").status_code == 303
    with found.reading() as tx:
        assert second_factors.enrolment(tx, "li") is not None


# What goes wrong


def test_who_declines_there_is_told_so(app: FastAPI, provider: Provider) -> None:
    visitor = Visitor(app)
    refused(returned(visitor, provider.decline(sent(visitor))), 401, "没有确认您的身份")


@pytest.mark.parametrize("state", ["", "made-up"])
def test_an_answer_to_another_question_is_refused(app: FastAPI, provider: Provider, state: str) -> None:
    visitor = Visitor(app)
    back = provider.approve(sent(visitor), SUBJECT, state=state)
    refused(returned(visitor, back), 400, "超过了 10 分钟")


def test_an_answer_in_a_browser_that_asked_nothing_is_refused(app: FastAPI, provider: Provider) -> None:
    back = provider.approve(sent(Visitor(app)), SUBJECT)
    refused(returned(Visitor(app), back), 400, "另一个窗口")


def test_an_answer_serves_once(app: FastAPI, provider: Provider) -> None:
    visitor = Visitor(app)
    back = provider.approve(sent(visitor), SUBJECT)
    cookies = dict(visitor.client.cookies)
    assert returned(visitor, back).status_code == 303
    refused(returned(visitor, back), 400, "另一个窗口")
    again = Visitor(app)
    again.client.cookies.update(cookies)
    refused(returned(again, back), 401, "没有通过核验")


def test_who_takes_longer_than_ten_minutes_begins_again(
    app: FastAPI, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(app)
    back = provider.approve(sent(visitor), SUBJECT)
    monkeypatch.setattr("web.pages.single_sign_on.FLOW_SECONDS", -1)
    monkeypatch.setattr("web.single_sign_on.FLOW_SECONDS", -1)
    refused(returned(visitor, back), 400, "超过了 10 分钟")


def test_a_token_for_another_sign_on_is_refused(app: FastAPI, provider: Provider) -> None:
    """The nonce in it is not ours."""
    visitor = Visitor(app)
    refused(returned(visitor, provider.approve(sent(visitor), SUBJECT, nonce="theirs")), 401, "没有通过核验")


def test_a_code_that_somebody_else_obtained_is_refused(app: FastAPI, provider: Provider) -> None:
    """Slipped into a sign-on that has another proof (PKCE)."""
    other, visitor = Visitor(app), Visitor(app)
    code = parse_qs(urlsplit(provider.approve(sent(other), "thief")).query)["code"][0]
    state = parse_qs(urlsplit(sent(visitor)).query)["state"][0]
    answer = visitor.get(f"/sign-in/oidc/callback?code={code}&state={state}")
    refused(answer, 401, "没有通过核验")


def _claims(token: str) -> dict[str, object]:
    part = token.split(".")[1]
    found: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def _part(value: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def for_somebody_else(tokens: Tokens) -> Tokens:
    """The subject is changed; the signature is the provider's, of what it was before."""
    head, _, signature = tokens["id_token"].split(".")
    return tokens | {"id_token": f"{head}.{_part(_claims(tokens['id_token']) | {'sub': 'guo'})}.{signature}"}


def unsigned(tokens: Tokens) -> Tokens:
    return tokens | {"id_token": f"{_part({'alg': 'none'})}.{_part(_claims(tokens['id_token']))}."}


def signed_by_another(tokens: Tokens) -> Tokens:
    key = RSAKey.import_key(generate_private_key(65537, 2048))
    return tokens | {"id_token": jwt.encode({"alg": "RS256"}, _claims(tokens["id_token"]), key)}


def signed_with_our_secret(tokens: Tokens) -> Tokens:
    from joserfc.jwk import OctKey

    key = OctKey.import_key("a secret/with signs")
    return tokens | {"id_token": jwt.encode({"alg": "HS256"}, _claims(tokens["id_token"]), key)}


def without(tokens: Tokens) -> Tokens:
    return {name: value for name, value in tokens.items() if name != "id_token"}


@pytest.mark.parametrize(
    "alter",
    [for_somebody_else, unsigned, signed_by_another, signed_with_our_secret, without],
    ids=lambda each: each.__name__,
)
def test_a_token_that_is_not_the_providers_word_is_refused(
    app: FastAPI, provider: Provider, alter: Callable[[Tokens], Tokens]
) -> None:
    provider.alter = alter
    visitor = Visitor(app)
    refused(returned(visitor, provider.approve(sent(visitor), SUBJECT)), 401, "没有通过核验")
    assert visitor.get("/claims").status_code == 303


def test_a_token_for_another_client_is_refused(app: FastAPI, provider: Provider) -> None:
    visitor = Visitor(app)
    back = provider.approve(sent(visitor), SUBJECT, client_id="another")
    refused(returned(visitor, back), 401, "没有通过核验")


def test_an_expired_token_is_refused(rehearsal_desk: Desk) -> None:
    with running(access_token_max_age=EXPIRED) as provider:
        found = set_up(rehearsal_desk, provider.issuer)
        with found.transaction() as tx:
            linked.link(tx, "li", provider.issuer, SUBJECT, actor=world.who(tx, "li"))
        visitor = Visitor(create_app(found))
        refused(returned(visitor, provider.approve(sent(visitor), SUBJECT)), 401, "没有通过核验")


def test_a_description_of_another_issuer_is_refused(rehearsal_desk: Desk, provider: Provider) -> None:
    visitor = Visitor(create_app(set_up(rehearsal_desk, f"{provider.issuer}/")))
    refused(visitor.get("/sign-in/oidc"), 401, "没有通过核验")


def test_while_the_provider_is_away_one_signs_in_by_password(rehearsal_desk: Desk) -> None:
    with running() as provider:
        issuer = provider.issuer
    visitor = Visitor(create_app(set_up(rehearsal_desk, issuer)))
    refused(visitor.get("/sign-in/oidc"), 503, "暂时没有应答")
    assert visitor.post("/sign-in", {"name": "li", "password": world.PASSWORD}).status_code == 303


def test_a_provider_that_breaks_half_way_signs_nobody_in(app: FastAPI, provider: Provider) -> None:
    visitor = Visitor(app)
    back = provider.approve(sent(visitor), SUBJECT)
    provider.deaf = True
    refused(returned(visitor, back), 503, "暂时没有应答")


def test_one_address_may_not_send_people_there_without_end(app: FastAPI) -> None:
    while app.state.sign_ins.admits("testclient"):
        pass
    assert Visitor(app).get("/sign-in/oidc").status_code == 429


def test_a_desk_without_a_provider_has_no_such_pages(rehearsal_desk: Desk) -> None:
    visitor = Visitor(create_app(rehearsal_desk))
    assert "/sign-in/oidc" not in visitor.get("/").text
    assert visitor.get("/sign-in/oidc").status_code == 404


# Linking


def as_user(desk: Desk, app: FastAPI, name: str) -> Visitor:
    with desk.transaction() as tx:
        return Visitor(app, sign_ins.open_session(tx, name))


def test_a_person_links_their_account_once_by_seeing_and_confirming_it(
    app: FastAPI, desk: Desk, provider: Provider
) -> None:
    visitor = as_user(desk, app, "sun")
    page = returned(visitor, provider.approve(sent(visitor, "/account/oidc"), "b71"))
    assert "请核对是您本人" in words_of(page.text)
    with desk.reading() as tx:
        assert linked.linked(tx, provider.issuer, "sun") is None, "nothing is linked by being led here"
    ticket = page.text.partition('name="ticket" value="')[2].partition('"')[0]
    assert visitor.post("/account/oidc", {"ticket": ticket}).status_code == 303
    newcomer = Visitor(app)
    assert returned(newcomer, provider.approve(sent(newcomer), "b71")).headers["location"] == "/"
    assert visitor.post("/account/oidc/unlink").status_code == 303
    refused(returned(newcomer, provider.approve(sent(newcomer), "b71")), 403, "还没有")


def test_nobody_links_with_a_ticket_that_is_not_theirs(app: FastAPI, desk: Desk) -> None:
    visitor = as_user(desk, app, "sun")
    for ticket in ("", "made up", desk.vault.seal(f"guo\n{SUBJECT}")):
        assert visitor.post("/account/oidc", {"ticket": ticket}).status_code == 422


def test_one_identity_is_one_user(app: FastAPI, desk: Desk) -> None:
    visitor = as_user(desk, app, "guo")
    asked = {"name": "sun", "what": "link", "subject": SUBJECT}
    answer = visitor.post("/admin/accounts", asked)
    assert answer.status_code == 409
    assert "已关联用户 li" in words_of(answer.text)
    assert visitor.post("/admin/accounts", asked | {"subject": "c5"}).status_code == 303
    assert as_user(desk, app, "sun").post("/admin/accounts", asked).status_code == 403


def test_the_security_log_tells_why_nobody_was_signed_in_and_is_not_flooded(
    app: FastAPI, desk: Desk, provider: Provider
) -> None:
    provider.alter = unsigned
    visitor = Visitor(app)
    returned(visitor, provider.approve(sent(visitor), SUBJECT))
    for _ in range(40):
        visitor.get("/sign-in/oidc/callback?error=flood")
    text = log_file(desk.settings.home).read_text(encoding="utf-8")
    assert text.count("flood") < 30, "nor can anybody fill it by an address"
    line, *_ = [each for each in map(json.loads, text.splitlines()) if each["event"] == "sign_in_failed"]
    assert (line["by"], line["why"], line["address"]) == ("single_sign_on", "untrusted", "testclient")
    assert SUBJECT not in text
