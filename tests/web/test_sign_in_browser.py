"""Signing in with a second factor and by a single sign-on in a real browser, and what axe-core says of these pages."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import world
from browsing import DESKTOP, PHONE, REAL_BROWSER, barriers, defects
from one_time_codes import code_of
from playwright.sync_api import Browser, Page, expect
from providers import Provider, running

from claims.desk import Desk
from claims.identity import sign_ins
from config.sign_in import SingleSignOn
from states.stages import Role
from web.sessions import PLAIN_COOKIE

pytestmark = [*REAL_BROWSER, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running(user_claims=()) as found:
        yield found


@pytest.fixture
def rehearsal_desk(rehearsal_desk: Desk, provider: Provider) -> Desk:
    """With everything that signing in can be set to; finance needs the second factor."""
    sign_on = SingleSignOn(provider.issuer, "jiangbu", "secret", "政务统一认证")
    settings = replace(rehearsal_desk.settings, single_sign_on=sign_on, totp_roles=frozenset({Role.FINANCE}))
    return replace(rehearsal_desk, settings=settings)


def serious(page: Page) -> list[str]:
    """What axe-core finds that is serious or worse, and what a reader would stumble over."""
    return barriers(page) + defects(page)


def test_nobody_gets_to_the_payouts_without_a_telephone_and_a_recovery_code_stands_in_for_it(
    page: Page, site: str
) -> None:
    complaints: list[str] = []
    page.on("console", lambda each: complaints.append(each.text) if each.type == "error" else None)
    found = {}
    page.goto(f"{site}/payouts")
    found["sign_in"] = serious(page)
    page.get_by_label("用户名").fill("feng")
    page.get_by_label("密码").fill(world.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/sign-in/second-factor"))
    found["enrolment"] = serious(page)
    secret = page.locator("code.wrap").inner_text()
    page.get_by_label("验证码", exact=True).fill(code_of(secret))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("请保存恢复码")
    found["codes"] = serious(page)
    recovery = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="已保存，继续").click()
    page.wait_for_url(re.compile("/payouts"))
    page.get_by_role("button", name="退出").click()
    page.get_by_label("用户名").fill("feng")
    page.get_by_label("密码").fill(world.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/sign-in/code"))
    found["code"] = serious(page)
    page.get_by_label("验证码或恢复码").fill(recovery)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/claims"))
    page.get_by_role("link", name="feng").click()
    expect(page.locator("#second-factor")).to_contain_text("剩余恢复码 9 个")
    found["account"] = serious(page)
    assert found == {key: [] for key in found}
    assert complaints == []


def test_a_person_links_the_single_sign_on_and_comes_in_by_it_the_next_time(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("link", name="政务统一认证").click()
    page.locator("input[name=sub]").fill("zhang-17")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("未能用“政务统一认证”登录")
    assert serious(page) == []
    page.get_by_role("link", name="用用户名和密码登录").click()
    page.get_by_label("用户名").fill("li")
    page.get_by_label("密码").fill(world.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/claims"))
    page.goto(f"{site}/account")
    page.get_by_role("link", name="关联“政务统一认证”").click()
    page.locator("input[name=sub]").fill("zhang-17")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("关联“政务统一认证”")
    assert serious(page) == []
    page.get_by_role("button", name="是本人，关联").click()
    expect(page.get_by_role("status")).to_contain_text("已关联")
    page.get_by_role("button", name="退出").click()
    page.get_by_role("link", name="政务统一认证").click()
    page.locator("input[name=sub]").fill("zhang-17")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/claims"))


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_account_and_the_users_read_well_on_a_telephone_and_on_a_desk_in_both_languages(
    browser: Browser, site: str, rehearsal_desk: Desk, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    with rehearsal_desk.transaction() as tx:
        secret = sign_ins.open_session(tx, "guo")
    context.add_cookies([{"name": PLAIN_COOKIE, "value": secret, "url": site}])
    page = context.new_page()
    page.goto(f"{site}/account")
    page.get_by_role("button", name="启用两步验证").click()
    found = {}
    for lang in ("zh", "en"):
        for url in ("/account", "/admin", "/claims"):
            page.goto(f"{site}{url}?lang={lang}")
            found[url, lang] = serious(page)
    context.close()
    assert found == {key: [] for key in found}
