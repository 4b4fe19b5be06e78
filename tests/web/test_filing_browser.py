"""Filing in a real browser: to the receipt, with the tab killed and the network cut, on a telephone, without a script."""

import re
from pathlib import Path

import pytest
import world
from browsing import REAL_BROWSER, SCREENS, Witness, barriers, defects, sign_in
from playwright.sync_api import Browser, BrowserContext, Page, expect

from claims.desk import Desk
from claims.facts import load_claim
from claims.publicity.resolutions import publish
from claims.review.decisions import act
from notifications.round import run_round
from states.stages import Stage, Trigger

pytestmark = REAL_BROWSER

GO_ON = re.compile("^保存并继续")


def begin(page: Page, site: str) -> None:
    sign_in(page, "lin", site)
    page.get_by_role("button", name="开始填报").click()
    page.wait_for_url(re.compile(r"/apply/\d+$"))


def fill_in(page: Page) -> None:
    """From the list of topics to the papers, a page at a time."""
    page.get_by_role("link", name="申报单位").click()
    page.get_by_label("联系人").fill("林某")
    page.get_by_label("联系电话").fill("0580-5081234")
    page.get_by_role("button", name=GO_ON).click()
    page.get_by_label("开户银行").fill("浙江嵊泗农村商业银行营业部")
    page.get_by_label("银行账号").fill("201000123456789012")
    page.get_by_role("button", name=GO_ON).click()
    page.get_by_label("标准编号（或文号）").fill("DB3309/T 112-2024")
    page.get_by_label("标准（成果）名称").fill("嵊泗贻贝苗种包装运输通用技术条件")
    page.get_by_label("发布（批准、认定、验收）日期").fill("2024-12-17")
    page.get_by_label("起草单位排名").fill("1")
    page.get_by_label("否，新制定").check()
    page.get_by_role("button", name=GO_ON).click()
    page.get_by_label("牵头制定舟山市地方标准").check()
    page.get_by_label("所属领域").select_option("marine-technology")
    page.get_by_role("button", name=GO_ON).click()
    expect(page.get_by_role("row", name="县级奖补")).to_contain_text("10.00 万元")
    page.get_by_role("button", name=GO_ON).click()
    page.wait_for_url("**/evidence")


def papers(folder: Path) -> dict[str, Path]:
    """A file for each paper that the item asks for, by its title."""
    titles = (
        "标准化奖补申请表（加盖公章）",
        "营业执照或者法人登记证书（复印件加盖公章）",
        "银行开户证明",
        "信用承诺书（加盖公章）",
        "标准正式文本（含载明起草单位顺序的前言页）",
        "标准发布公告或者批准发布文件",
    )
    found = {title: folder / f"{title[:4]}.pdf" for title in titles}
    for title, path in found.items():
        path.write_bytes(world.a_paper(title))
    return found


def test_a_claim_is_filed_from_the_sign_in_to_the_receipt(
    page: Page, site: str, witness: Witness, rehearsal_desk: Desk, tmp_path: Path
) -> None:
    begin(page, site)
    fill_in(page)
    for title, path in papers(tmp_path).items():
        page.get_by_label(f"上传 {title}").set_input_files(path)
        row = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=title))
        expect(row.get_by_role("link", name=path.name)).to_be_visible()
    page.get_by_role("link", name="核对并提交 →").click()
    page.get_by_role("button", name="提交申报").click()
    page.wait_for_url("**/receipt")
    expect(page.get_by_role("heading", name="申报回执")).to_be_visible()
    expect(page.get_by_text("SB-2025-0001").first).to_be_visible()
    expect(page.get_by_role("button", name="打印回执")).to_be_visible()
    with rehearsal_desk.reading() as tx:
        assert load_claim(tx, "SB-2025-0001").stage is Stage.SUBMITTED


def test_a_tab_killed_while_typing_loses_nothing(
    context: BrowserContext, page: Page, site: str, witness: Witness
) -> None:
    begin(page, site)
    page.get_by_role("link", name="申报单位").click()
    url = page.url
    page.get_by_label("联系人").press_sequentially("林某")
    expect(page.locator("#saved")).to_contain_text("自动保存")
    page.get_by_label("联系电话").press_sequentially("0580-5081234")
    page.close()  # within the moment before it would have been saved
    again = context.new_page()
    for _ in range(40):  # what the closing tab still sends may arrive behind the new one's question
        again.goto(url)
        if again.get_by_label("联系电话").input_value() == "0580-5081234":
            break
        again.wait_for_timeout(250)
    expect(again.get_by_label("联系人")).to_have_value("林某")
    expect(again.get_by_label("联系电话")).to_have_value("0580-5081234")
    again.goto(f"{site}/apply")
    again.get_by_role("link", name="继续").click()
    expect(again.get_by_role("heading", name="填报清单")).to_be_visible()


def test_a_network_cut_while_typing_is_told_and_saved_when_it_is_back(
    context: BrowserContext, page: Page, site: str, witness: Witness
) -> None:
    begin(page, site)
    page.get_by_role("link", name="申报单位").click()
    context.set_offline(True)
    page.get_by_label("联系人").press_sequentially("林某")
    line = page.locator("#saved")
    expect(line).to_contain_text("连接中断，尚未保存")
    page.get_by_role("button", name=GO_ON).click()
    expect(page.get_by_label("联系人")).to_have_value("林某")
    context.set_offline(False)
    expect(line).to_contain_text("自动保存")
    witness.complaints[:] = [each for each in witness.complaints if "ERR_INTERNET_DISCONNECTED" not in each]
    page.reload()
    expect(page.get_by_label("联系人")).to_have_value("林某")


def test_a_session_that_ended_while_typing_is_told(
    context: BrowserContext, page: Page, site: str, witness: Witness
) -> None:
    begin(page, site)
    page.get_by_role("link", name="申报单位").click()
    kept = context.cookies()
    context.clear_cookies()
    page.get_by_label("联系人").press_sequentially("林某")
    expect(page.locator("#saved")).to_contain_text("登录已过期")
    context.add_cookies(kept)
    expect(page.locator("#saved")).to_contain_text("自动保存")


def test_a_wrong_file_is_named_beside_its_paper_and_the_others_stay(
    page: Page, site: str, witness: Witness, tmp_path: Path
) -> None:
    begin(page, site)
    fill_in(page)
    wrong = tmp_path / "承诺书.jpg"
    wrong.write_bytes(b"MZ program")
    page.get_by_label("上传 信用承诺书（加盖公章）").set_input_files(wrong)
    row = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="信用承诺书"))
    expect(row).to_contain_text("“承诺书.jpg”")
    expect(page.get_by_role("alert")).to_be_focused()
    huge = tmp_path / "扫描.pdf"
    with huge.open("wb") as file:
        file.truncate(21 * 2**20)
    page.get_by_label("上传 信用承诺书（加盖公章）").set_input_files(huge)
    expect(row).to_contain_text("“扫描.pdf”超过 20 MB")
    witness.complaints[:] = [each for each in witness.complaints if "status of 422" not in each]


def test_filing_works_without_a_script(
    browser: Browser, site: str, rehearsal_desk: Desk, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    begin(page, site)
    fill_in(page)
    for title, path in papers(tmp_path).items():
        page.get_by_label(f"上传 {title}").set_input_files(path)
        row = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=title))
        row.get_by_role("button", name="上传", exact=True).click()
    page.get_by_role("link", name="核对并提交 →").click()
    page.get_by_role("button", name="提交申报").click()
    expect(page.get_by_role("heading", name="申报回执")).to_be_visible()
    context.close()


# Every page, both languages, both widths


@pytest.fixture
def pages(rehearsal_desk: Desk) -> dict[str | None, tuple[str, ...]]:
    """Addresses of all pages of applicants, townships and the public, by who opens them, with something on each."""
    with rehearsal_desk.transaction() as tx:
        draft = world.add_draft(tx)
        sent = world.add_draft(tx)
        world.submit(tx, sent)
        returned = world.add_draft(tx)
        world.submit(tx, returned)
        act(
            tx,
            returned,
            Trigger.RETURN_FOR_CORRECTION,
            actor=world.who(tx, "sun"),
            reason="前言页不清晰。",
            missing=("standard_text", "bank_account"),
        )
        world.bring_to(tx, Stage.PUBLIC_NOTICE)
        publish(tx, world.MINUTES, actor=world.who(tx, "xu"))
    run_round(rehearsal_desk)
    topics = ("unit", "bank", "standard", "item", "amount", "evidence", "check")
    return {
        "lin": (
            "/apply",
            f"/apply/{returned}",
            *(f"/apply/{draft}/{topic}" for topic in topics),
            f"/claims/{sent}/receipt",
            f"/claims/{draft}/forms/application_form",
            f"/claims/{draft}/forms/credit_pledge",
            "/notices",
        ),
        "zhou": ("/apply", "/township", "/township/units", "/township/sheet", "/notices", "/notices/1"),
        None: (
            "/calculator?number=GB/T 20556-2006&rank=2",
            "/results",
            "/results/2025",
            "/policy",
            "/policy/versions",
            "/notice/2025",
        ),
    }


@pytest.mark.parametrize(("width", "lang"), SCREENS)
@pytest.mark.timeout(300)
def test_no_page_has_serious_faults_for_anybody(
    browser: Browser, site: str, pages: dict[str | None, tuple[str, ...]], width: int, lang: str
) -> None:
    wrong: list[str] = []
    for name, urls in pages.items():
        context = browser.new_context(viewport={"width": width, "height": 800})
        seen = Witness(context, site)
        page = context.new_page()
        if name is not None:
            sign_in(page, name, site)
        for url in urls:
            page.goto(f"{site}{url}{'&' if '?' in url else '?'}lang={lang}")
            wrong += [f"{url}: {each}" for each in (*defects(page), *barriers(page))]
        wrong += seen.complaints
        context.close()
    assert not wrong, "\n".join(wrong)
