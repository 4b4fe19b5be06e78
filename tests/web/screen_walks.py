"""The pages of signing in that are reached by walking there: the second factor, and a single sign-on."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial

from one_time_codes import code_of
from playwright.sync_api import Page
from providers import running
from screens import Screen

from claims.desk import Desk
from config.sign_in import SingleSignOn
from states.stages import Role

SECURITY = (
    Screen(
        "/sign-in/second-factor",
        "second-factor-set-up",
        "finance",
        "/",
        "设置两步验证 setting up the second factor",
    ),
    Screen("/sign-in/second-factor", "recovery-codes", "finance", "/", "恢复码 recovery codes"),
    Screen("/sign-in/code", "second-step", "finance", "/", "两步验证 the second step"),
    Screen("/sign-in/oidc/callback", "single-sign-on-unlinked", None, "/", "统一登录未关联 not linked yet"),
    Screen(
        "/sign-in/oidc/callback", "single-sign-on-link", "reviewer2", "/account", "关联统一登录 linking it"
    ),
)

WALKERS = {"zh": ("finance", "reviewer2"), "en": ("finance2", "coordinator2")}
"""Who sets up the second factor, and who links the single sign-on: nobody does either twice."""

Served = Callable[[Desk], AbstractContextManager[str]]
Taking = Callable[[Page, str, str], None]


def walk(
    desk: Desk,
    served: Served,
    in_front: Callable[[str, str], AbstractContextManager[Page]],
    take: Taking,
) -> None:
    """Take these pages too. `in_front` opens a browser at a site in a language; nobody is signed in there."""
    with running(user_claims=()) as provider:
        settings = replace(
            desk.settings,
            single_sign_on=SingleSignOn(provider.issuer, "jiangbu", "secret", "政务统一认证"),
            totp_roles=frozenset({Role.FINANCE}),
        )
        with served(replace(desk, settings=settings)) as site:
            for lang, (finance, linking) in WALKERS.items():
                with in_front(site, lang) as page:
                    _second_factor(page, site, finance, partial(take, page, lang))
                with in_front(site, lang) as page:
                    _single_sign_on(page, site, linking, partial(take, page, lang))


def _sign_in(page: Page, site: str, name: str) -> None:
    page.goto(site)
    page.locator("[name=name]").fill(name)
    page.locator("[name=password]").fill(name)
    page.keyboard.press("Enter")


def _second_factor(page: Page, site: str, name: str, take: Callable[[str], None]) -> None:
    _sign_in(page, site, name)
    page.wait_for_url(re.compile("/sign-in/second-factor"))
    take("second-factor-set-up")
    page.locator("[name=code]").fill(code_of(page.locator("code.wrap").inner_text()))
    page.keyboard.press("Enter")
    page.locator(".codes").wait_for()
    take("recovery-codes")
    page.context.clear_cookies(name="jiangbu")
    _sign_in(page, site, name)
    page.wait_for_url(re.compile("/sign-in/code"))
    take("second-step")


def _single_sign_on(page: Page, site: str, name: str, take: Callable[[str], None]) -> None:
    page.goto(site)
    _approve(page, "/sign-in/oidc", f"sub-of-{name}")
    take("single-sign-on-unlinked")
    _sign_in(page, site, name)
    page.wait_for_url(re.compile("/(claims|cycle|agenda)"))
    page.goto(f"{site}/account")
    _approve(page, "/account/oidc", f"sub-of-{name}")
    take("single-sign-on-link")


def _approve(page: Page, link: str, subject: str) -> None:
    page.locator(f"a[href^='{link}']").first.click()
    page.locator("input[name=sub]").fill(subject)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/sign-in/oidc/callback"))
