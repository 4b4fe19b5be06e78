"""A real browser in front of the desk: how it signs in, what it complains of, and what a reader would stumble over."""

import re
import shutil
from typing import Any

import pytest
import world
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PHONE, DESKTOP = 360, 1440
SCREENS = [(PHONE, "zh"), (DESKTOP, "en")]
"""Each width and each language once; `make screens` looks at all four of every page."""
OF_ITS_OWN = ("chrome-extension://", "chrome://")
"""What the browser's viewer of PDF is made of."""

REAL_BROWSER = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium"),
]


class Witness:
    """Notes what a page says to the console, and every request that leaves the host."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.complaints: list[str] = []
        self._site = site
        context.on("console", lambda message: self._note(message.type, message.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("request", lambda request: self._asked(request.url))

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(f"{kind}: {text}")

    def _asked(self, url: str) -> None:
        if not url.startswith((self._site, "data:", *OF_ITS_OWN)):
            self.complaints.append(f"request to {url}")


def sign_in(page: Page, name: str, site: str) -> None:
    page.goto(site)
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(world.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(apply|claims|township|cycle|audit)"))


def defects(page: Page) -> list[str]:
    """What a reader would stumble over: overflow, controls without a name, targets too small to hit, words cut off."""
    found: list[str] = page.evaluate(
        """() => {
        const bad = [];
        if (document.documentElement.scrollWidth > innerWidth) bad.push('wider than the screen');
        const names = new Set();
        for (const each of document.querySelectorAll('[id]')) {
            if (names.has(each.id)) bad.push('two elements are called ' + each.id);
            names.add(each.id);
        }
        for (const each of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
            if (!each.labels?.length) bad.push('no label: ' + (each.name || each.id));
        }
        for (const each of document.querySelectorAll('a[href]:not(.skip), button, summary, select, input:not([type=hidden])')) {
            const box = each.getBoundingClientRect(), inline = each.closest('p, li, td, th, dd, h1, h2, .crumbs, .chips, footer, header, label, .pager');
            if (box.width && !inline && box.height < 24) bad.push('too small: ' + each.outerHTML.slice(0, 80));
            if (!each.textContent.trim() && !each.labels?.length && !each.getAttribute('aria-label')) bad.push('no name: ' + each.outerHTML.slice(0, 80));
        }
        if (document.querySelectorAll('h1').length !== 1) bad.push('not one h1');
        for (const each of document.querySelectorAll('table')) if (!each.caption) bad.push('a table without caption');
        return bad;
        }"""
    )
    return found


def barriers(page: Page) -> list[str]:
    """What axe-core finds that is serious or worse."""
    answer: dict[str, Any] = Axe().run(page).response
    return [
        f"{each['id']}: {node['html'][:120]}"
        for each in answer["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]
