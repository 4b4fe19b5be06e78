"""The desk in a real browser: worked by keyboard, on a telephone, on paper, with nothing loaded from elsewhere."""

import pytest
import world
from browsing import REAL_BROWSER, SCREENS, Witness, barriers, defects, sign_in
from playwright.sync_api import Browser, Page, expect

from claims.desk import Desk
from claims.facts import load_claim
from claims.publicity.resolutions import publish
from notifications.round import run_round
from states.stages import Stage

A4_WIDTH = 670
"""Pixels of a page's text, as a browser lays it out for paper."""

pytestmark = REAL_BROWSER


@pytest.fixture
def claims_everywhere(rehearsal_desk: Desk) -> dict[Stage, str]:
    """A claim at each stage up to a running public notice, and the letters that follow."""
    stages = (
        Stage.DRAFT,
        Stage.SUBMITTED,
        Stage.DEPARTMENT_CHECK,
        Stage.MARKET_SUPERVISION_REVIEW,
        Stage.COORDINATION_APPROVAL,
        Stage.PUBLIC_NOTICE,
    )
    with rehearsal_desk.transaction() as tx:
        found = {stage: world.bring_to(tx, stage) for stage in stages}
        publish(tx, world.MINUTES, actor=world.who(tx, "xu"))
    run_round(rehearsal_desk)
    return found


def press_until(page: Page, key: str, selector: str, most: int = 60) -> None:
    """Press a key until what the selector names has the focus, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
    pytest.fail(f"{selector} cannot be reached by {key}")


def test_a_reviewer_endorses_a_claim_without_touching_the_mouse(
    page: Page, site: str, witness: Witness, rehearsal_desk: Desk, under_review: str
) -> None:
    sign_in(page, "li", site)
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == world.INSTITUTE[0]
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/claims/{under_review}")
    press_until(page, "Tab", "input[name=trigger]")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.value") == "endorse"
    expect(page.get_by_label("金额（元）")).to_be_visible()
    expect(page.get_by_label("依据条款")).to_be_hidden()
    press_until(page, "Tab", "#amount")
    assert page.evaluate("document.activeElement.value") == "100000"
    press_until(page, "Tab", "#reason")
    page.keyboard.type("起草单位排名与前言一致。")
    press_until(page, "Tab", ".act .btn.pri")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已办理：审核通过")
    with rehearsal_desk.reading() as tx:
        assert load_claim(tx, under_review).stage is Stage.COORDINATION_APPROVAL


def test_the_first_tab_leads_past_the_head_and_the_focus_can_be_seen(
    page: Page, site: str, witness: Witness, under_review: str
) -> None:
    sign_in(page, "li", site)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"


def test_letters_typed_into_a_field_are_no_shortcuts_and_the_keys_can_be_turned_off(
    page: Page, site: str, witness: Witness, under_review: str
) -> None:
    sign_in(page, "li", site)
    page.get_by_label("单位、编号、标准").press_sequentially("jk")
    expect(page.get_by_label("单位、编号、标准")).to_have_value("jk")
    page.get_by_label("快捷键").uncheck()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "keys"
    page.reload()
    expect(page.get_by_label("快捷键")).not_to_be_checked()


def test_a_refusal_takes_the_focus_to_what_is_wrong(
    page: Page, site: str, witness: Witness, under_review: str
) -> None:
    sign_in(page, "li", site)
    page.goto(f"{site}/claims/{under_review}")
    page.get_by_label("不予支持").check()
    page.get_by_role("button", name="提交办理结果").click()
    expect(page.get_by_role("alert")).to_contain_text("不予支持须写明理由")
    assert page.evaluate("document.activeElement.id") == "problem"
    # A refused form is answered with its status: the browser reports that, and nothing else.
    witness.complaints[:] = [each for each in witness.complaints if "status of 422" not in each]
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("意见、理由")).to_be_in_viewport()
    expect(page.get_by_label("不予支持")).to_be_checked()


def test_everything_works_without_javascript(
    browser: Browser, site: str, rehearsal_desk: Desk, under_review: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "li", site)
    page.get_by_role("link", name=world.INSTITUTE[0]).click()
    page.get_by_label("审核通过").check()
    page.get_by_role("button", name="提交办理结果").click()
    expect(page.get_by_role("status")).to_contain_text("已办理")
    context.close()
    with rehearsal_desk.reading() as tx:
        assert load_claim(tx, under_review).stage is Stage.COORDINATION_APPROVAL


PAGES = {
    "li": (
        "/claims?tab=all",
        "/resolutions",
        "/notices",
        "/claims/{market_supervision_review}",
        "/account",
    ),
    "sun": ("/claims/{submitted}",),
    "xu": (
        "/claims/{coordination_approval}",
        "/claims/{public_notice}",
        "/resolution?ref=〔2025〕3号",
        "/payouts",
    ),
    "lin": ("/claims/{draft}", "/claims/{draft}/edit", "/apply"),
    "zhou": ("/township",),
    "guo": (
        "/cycle/2025",
        "/cycle/2025/rehearsal",
        "/calendar",
        "/calendar/day?on=2025-03-10",
        "/notices/1",
        "/admin/wording/receipt/versions/0",
        "/audit",
        "/admin",
    ),
    None: (
        "/",
        "/notice/2025",
        "/notice/2025/objection",
        "/policy?number=GB/T 20556-2006",
        "/policy/lead-national",
        "/procedure",
        "/check",
        "/check/0000-0000-0000",
        "/none",
    ),
}


@pytest.mark.parametrize(("width", "lang"), SCREENS)
def test_no_page_is_wider_than_its_screen_nor_asks_anybody_else(
    browser: Browser, site: str, claims_everywhere: dict[Stage, str], width: int, lang: str
) -> None:
    wrong = []
    for name, urls in PAGES.items():
        context = browser.new_context(viewport={"width": width, "height": 800})
        seen = Witness(context, site)
        page = context.new_page()
        if name is not None:
            sign_in(page, name, site)
        for url in urls:
            path = url.format(**{str(stage): number for stage, number in claims_everywhere.items()})
            page.goto(f"{site}{path}{'&' if '?' in path else '?'}lang={lang}")
            wrong += [f"{path}: {each}" for each in defects(page)]
            wrong += [f"{path}: {each}" for each in barriers(page)]
        wrong += [each for each in seen.complaints if "status of 404" not in each]
        context.close()
    assert not wrong, "\n".join(wrong)


def test_the_public_notice_prints_without_the_desk_around_it(
    page: Page, site: str, witness: Witness, claims_everywhere: dict[Stage, str]
) -> None:
    page.goto(f"{site}/notice/2025")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4_WIDTH, "height": 1000})
    expect(page.get_by_role("navigation", name="主导航")).to_be_hidden()
    expect(page.get_by_role("link", name="提出异议").first).to_be_hidden()
    expect(page.get_by_role("heading", name="2025 年度标准化奖补公示")).to_be_visible()
    expect(page.get_by_role("columnheader", name="申报单位")).to_be_visible()
    assert not defects(page)
