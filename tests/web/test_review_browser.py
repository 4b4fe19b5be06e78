"""A reviewer's day in a real browser, by keyboard alone; the body's meeting; and what axe-core says of these pages."""

import re
from typing import Any

import pytest
import typst
import world
from browsing import REAL_BROWSER, SCREENS, Witness, barriers, defects, sign_in
from playwright.sync_api import Browser, Page, expect

from claims.desk import Desk
from claims.facts import load_claim
from claims.review.municipal import record_municipal_decision
from states.stages import Stage

pytestmark = REAL_BROWSER


@pytest.fixture
def rehearsal_desk(led_desk: Desk) -> Desk:
    return led_desk


@pytest.fixture
def waiting(rehearsal_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three claims under review, with papers that a browser can show."""
    page = typst.compile(b"#set page(width: 12cm, height: 8cm)\n= DB3309/T 112-2024")
    monkeypatch.setattr(world, "a_paper", lambda kind: page + f"\n% {kind}\n".encode())
    with rehearsal_desk.transaction() as tx:
        return [world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW) for _ in range(3)]


def stages(desk: Desk, numbers: list[str]) -> list[Stage]:
    with desk.reading() as tx:
        return [load_claim(tx, each).stage for each in numbers]


def press_until(page: Page, selector: str, key: str = "Tab", most: int = 80) -> None:
    """Press a key until what the selector names has the focus, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
    pytest.fail(f"{selector} cannot be reached by {key}")


def focused(page: Page, expression: str) -> Any:
    return page.evaluate(f"document.activeElement.{expression}")


def test_a_reviewers_day_from_sign_in_to_sign_out_without_a_mouse(
    page: Page, site: str, witness: Witness, rehearsal_desk: Desk, waiting: list[str]
) -> None:
    page.goto(site)
    press_until(page, "[name=name]")
    page.keyboard.type("li")
    press_until(page, "[name=password]")
    page.keyboard.type(world.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/claims"))
    _decide_two_at_once(page)
    assert stages(rehearsal_desk, waiting) == [
        Stage.COORDINATION_APPROVAL,
        Stage.COORDINATION_APPROVAL,
        Stage.MARKET_SUPERVISION_REVIEW,
    ]
    _open_the_third(page, waiting[2])
    _doubt_a_paper(page)
    _send_it_back(page)
    assert stages(rehearsal_desk, waiting[2:]) == [Stage.CORRECTION]
    _take_that_back(page)
    assert stages(rehearsal_desk, waiting[2:]) == [Stage.MARKET_SUPERVISION_REVIEW]
    press_until(page, "[name=trigger]")
    page.keyboard.press("Space")
    press_until(page, ".act .btn.pri")
    page.keyboard.press("Enter")
    expect(page.locator(".alert.ok")).to_contain_text("已办理：审核通过")
    assert stages(rehearsal_desk, waiting[2:]) == [Stage.COORDINATION_APPROVAL]
    press_until(page, ".who .plain", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("用户名")).to_be_visible()


def _decide_two_at_once(page: Page) -> None:
    expect(page.locator("#bulk")).to_be_hidden()
    for key in "jxjx":
        page.keyboard.press(key)
    expect(page.locator("#bulk")).to_contain_text("已选 2 件 · 合计 20.00 万元")
    press_until(page, "#bulk button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="将办理 2 件")).to_be_visible()
    press_until(page, ".form-foot .btn.pri")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已办理 2 件")


def _open_the_third(page: Page, number: str) -> None:
    press_until(page, "[role=status] a")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/claims\?tab=mine"))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/claims/{number}")


def _doubt_a_paper(page: Page) -> None:
    """Opened, found doubtful, noted; what is being typed elsewhere on the page stays."""
    press_until(page, "#reason")
    page.keyboard.type("请尽快补齐。")
    press_until(page, "#paper-standard_text .plain", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".preview iframe")).to_be_visible()
    assert focused(page, "value") == "begun", "the focus stays where it was"
    expect(page.locator("#paper-standard_text")).to_contain_text("看过，未定")
    press_until(page, "#note")
    page.keyboard.type("前言页不清")
    press_until(page, ".preview button[value=doubtful]")
    page.keyboard.press("Enter")
    expect(page.locator("#paper-standard_text .note")).to_have_text("前言页不清")
    expect(page.locator("#reason")).to_have_value("请尽快补齐。")


def _send_it_back(page: Page) -> None:
    press_until(page, "[name=trigger]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert focused(page, "value") == "return_for_correction"
    press_until(page, "[name=missing][value=standard_text]")
    if not focused(page, "checked"):
        page.keyboard.press("Space")
    press_until(page, ".on-return_for_correction [name=phrases]")
    assert "前言页不清" in focused(page, "value")
    press_until(page, ".act .btn.pri")
    page.keyboard.press("Enter")
    expect(page.locator(".alert.ok")).to_contain_text("已办理：退回补正")


def _take_that_back(page: Page) -> None:
    press_until(page, ".undo .btn")
    page.keyboard.press("Enter")
    expect(page.locator(".alert.ok")).to_contain_text("撤销上一步办理")


def test_keys_rest_while_an_input_method_composes_and_when_they_are_turned_off(
    page: Page, site: str, witness: Witness, waiting: list[str]
) -> None:
    sign_in(page, "li", site)
    for event in ("{key: 'j', isComposing: true}", "{key: 'j', keyCode: 229}", "{key: 'j', ctrlKey: true}"):
        page.evaluate(
            f"document.body.dispatchEvent(new KeyboardEvent('keydown', {{...{event}, bubbles: true}}))"
        )
        assert focused(page, "tagName") == "BODY"
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘操作")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.locator("#keys").uncheck()
    for key in ("j", "x", "?"):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert focused(page, "id") == "keys"
    expect(page.locator("#bulk")).to_be_hidden()


def test_a_verdict_that_cannot_be_given_is_told_by_the_page(
    page: Page, site: str, rehearsal_desk: Desk, waiting: list[str]
) -> None:
    sign_in(page, "li", site)
    page.goto(f"{site}/claims/{waiting[0]}")
    with rehearsal_desk.transaction() as tx:
        world.endorse(tx, waiting[0])
    page.locator("#paper-standard_text .verdicts button").first.click()
    expect(page.get_by_role("alert")).to_contain_text("无权核对材料")


def test_after_a_conflict_nothing_that_was_typed_or_ticked_is_lost(
    page: Page, site: str, rehearsal_desk: Desk, waiting: list[str]
) -> None:
    sign_in(page, "li", site)
    page.goto(f"{site}/claims/{waiting[0]}")
    page.get_by_label("退回补正").check()
    page.get_by_label("起草单位排名", exact=True).check()
    page.get_by_label("扫描件不清晰").check()
    page.locator("#reason").fill("写了很久的意见")
    with rehearsal_desk.transaction() as tx:
        day, li = tx.now.date(), world.who(tx, "li")
        record_municipal_decision(
            tx, waiting[0], yuan=50_000, document="舟市监〔2025〕7号", decided_on=day, actor=li
        )
    page.get_by_role("button", name="提交办理结果").click()
    expect(page.get_by_role("alert")).to_contain_text("登记市级核定金额")
    expect(page.get_by_label("退回补正")).not_to_be_checked()
    page.get_by_label("退回补正").check()
    expect(page.get_by_label("起草单位排名", exact=True)).to_be_checked()
    expect(page.get_by_label("扫描件不清晰")).to_be_checked()
    expect(page.locator("#reason")).to_have_value("写了很久的意见")


def test_the_budget_fills_while_claims_are_ticked_and_the_vote_is_taken(
    page: Page, site: str, witness: Witness, rehearsal_desk: Desk
) -> None:
    with rehearsal_desk.transaction() as tx:
        numbers = [world.bring_to(tx, Stage.COORDINATION_APPROVAL) for _ in range(2)]
    sign_in(page, "xu", site)
    page.get_by_role("link", name="会议").click()
    said = page.locator("#money [role=status]")
    expect(said).to_contain_text("已选 2 件，合计 20.00 万元；审定后可用预算剩 180.00 万元")
    page.get_by_label(f"选中 {numbers[1]}").uncheck()
    expect(said).to_contain_text("已选 1 件，合计 10.00 万元")
    for label, value in (("会议纪要编号", world.MINUTES), ("出席", "5"), ("同意", "5")):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="核对后审定").click()
    page.get_by_role("button", name="确认审定 1 件").click()
    expect(page.get_by_role("status")).to_contain_text("已办理 1 件")
    assert stages(rehearsal_desk, numbers) == [Stage.PUBLIC_NOTICE, Stage.COORDINATION_APPROVAL]


def test_many_are_decided_without_javascript(
    browser: Browser, site: str, rehearsal_desk: Desk, waiting: list[str]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "li", site)
    page.get_by_label(f"选中 {waiting[0]}").check()
    page.get_by_role("button", name="批量审核通过").click()
    page.get_by_role("button", name="确认审核通过 1 件").click()
    expect(page.get_by_role("status")).to_contain_text("已办理 1 件")
    page.goto(f"{site}/claims/{waiting[1]}")
    page.locator("#paper-standard_text").get_by_role("button", name="存疑").click()
    expect(page.locator("#paper-standard_text [aria-pressed=true]")).to_have_text("存疑")
    context.close()


PAGES = {
    "li": ("/claims", "/claims/{0}?paper={paper}"),
    "xu": ("/agenda/2025", "/claims/{1}"),
    "guo": (
        "/admin",
        "/admin/absences",
        "/admin/wording",
        "/admin/wording/receipt",
        "/admin/settings",
        "/audit",
    ),
}


@pytest.mark.parametrize(("width", "lang"), SCREENS)
def test_these_pages_fit_their_screen_and_serve_everybody(
    browser: Browser, site: str, rehearsal_desk: Desk, waiting: list[str], width: int, lang: str
) -> None:
    with rehearsal_desk.transaction() as tx:
        world.endorse(tx, waiting[1])
    wrong = []
    for name, urls in PAGES.items():
        context = browser.new_context(viewport={"width": width, "height": 800})
        seen = Witness(context, site)
        page = context.new_page()
        sign_in(page, name, site)
        paper = ""
        if name == "li":
            page.goto(f"{site}/claims/{waiting[0]}")
            paper = page.locator("#paper-standard_text [name=paper]").first.get_attribute("value") or ""
        for url in urls:
            path = url.format(*waiting, paper=paper)
            page.goto(f"{site}{path}{'&' if '?' in path else '?'}lang={lang}")
            wrong += [f"{path}: {each}" for each in (*defects(page), *barriers(page))]
        wrong += seen.complaints
        context.close()
    assert not wrong, "\n".join(wrong)
