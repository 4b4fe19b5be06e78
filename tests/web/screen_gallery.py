"""`make screens`: each page in Chinese and English, on a desk and on a telephone, into docs/screens, with their table.

The desk is the rehearsal year of `jiangbu up --demo`, made anew and thrown away. What axe-core, or a reader with a
ruler, finds wrong with a page is told and fails the command. `--only WORD …` takes the pictures whose names hold one.
"""

import argparse
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from browsing import CHROMIUM, DESKTOP, PHONE, barriers, defects
from playwright.sync_api import Browser, Error, Page, sync_playwright
from screen_walks import SECURITY, walk
from screens import SCREENS, Screen

from claims.desk import Desk, open_desk
from claims.identity import people, sign_ins
from claims.reading.overviews import cycle_list
from claims.reading.queries import claim_list
from cli.demo import prepare_demo
from config.settings import load_settings
from flows.ports import LOOPBACK
from web.app import create_app
from web.sessions import PLAIN_COOKIE

FOLDER = Path(__file__).parents[2] / "docs" / "screens"
HEIGHTS = {DESKTOP: 900, PHONE: 800}
TALLEST = 2000
"""Pixels, after which a picture shows nothing that its upper part does not."""


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    config = uvicorn.Config(create_app(desk), host=LOOPBACK, port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    yield f"http://{LOOPBACK}:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


def places(desk: Desk, who: str | None) -> dict[str, str]:
    """What stands in braces in addresses: the year, and by stage the first claim that the person may see."""
    with desk.reading() as tx:
        claims = claim_list(tx, viewer=people.actor(tx, who)) if who else []
        year = str(cycle_list(tx)[-1]["year"])
    return {"year": year, **{each["stage"]: each["number"] for each in reversed(claims)}}


class Album:
    """Pictures of pages, and what is wrong with any of them."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    def take(self, page: Page, lang: str, name: str) -> None:
        """The page that is open, at both widths."""
        for width, ending in ((DESKTOP, ""), (PHONE, "-phone")):
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            called = f"{name}-{lang}{ending}"
            self.wrong += [f"{called}: {each}" for each in defects(page)]
            high = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
            clip = {"x": 0, "y": 0, "width": width, "height": max(high, HEIGHTS[width])}
            page.screenshot(path=FOLDER / f"{called}.png", full_page=True, clip=clip)
        self.wrong += [f"{name}-{lang}: {each}" for each in barriers(page)]
        page.set_viewport_size({"width": DESKTOP, "height": HEIGHTS[DESKTOP]})

    def open(self, page: Page, site: str, screen: Screen, known: dict[str, str]) -> None:
        """Come to a page as the list says."""
        answers: list[int] = []
        page.on(
            "response",
            lambda each: answers.append(each.status) if each.request.is_navigation_request() else None,
        )
        page.goto(f"{site}{screen.url.format(**known)}")
        for selector, words in screen.steps:
            found = page.locator(selector).first
            found.click() if words is None else found.fill(words)
            page.wait_for_load_state()
        if answers[-1] != screen.status:
            self.wrong.append(f"{screen.name}: answered {answers[-1]}")


def visit(browser: Browser, desk: Desk, site: str, screens: list[Screen], album: Album) -> None:
    """Take pictures of these pages in both languages."""
    sessions = {who: _session(desk, who) for who in {each.who for each in screens} if who}
    for screen in screens:
        for lang in ("zh", "en"):
            known = places(desk, screen.who)
            with in_front(browser, site, lang, sessions.get(screen.who or "")) as page:
                try:
                    album.open(page, site, screen, known)
                    album.take(page, lang, screen.name)
                except Error as error:  # a page that cannot be reached does not keep the others
                    album.wrong.append(f"{screen.name}-{lang}: {error.message.splitlines()[0]}")


def _session(desk: Desk, who: str) -> str:
    with desk.transaction() as tx:
        return sign_ins.open_session(tx, who)


@contextmanager
def in_front(browser: Browser, site: str, lang: str, session: str | None = None) -> Iterator[Page]:
    """A page of a browser of somebody's own."""
    context = browser.new_context(viewport={"width": DESKTOP, "height": HEIGHTS[DESKTOP]})
    context.set_default_timeout(15_000)
    cookies = {"lang": lang, **({PLAIN_COOKIE: session} if session else {})}
    context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
    yield context.new_page()
    context.close()


def index() -> str:
    """The table of pages and pictures."""
    lines = [
        "# 页面 Pages",
        "",
        "由 `make screens` 从演练年度生成；日期框的格式随浏览器的语言。",
        "Made by `make screens` from a rehearsal year; fields for dates look as the browser's own language has them.",
        "",
        "| 页面 page | 地址 address | 桌面 desk | 手机 telephone |",
        "|---|---|---|---|",
    ]
    for route, name, what in ((each.route, each.name, each.what) for each in (*SCREENS, *SECURITY)):
        desk, phone = (
            " · ".join(
                f"[{shown}]({name}-{lang}{ending}.png)" for lang, shown in (("zh", "中文"), ("en", "English"))
            )
            for ending in ("", "-phone")
        )
        lines.append(f"| {what} | `{route}` | {desk} | {phone} |")
    return "\n".join([*lines, ""])


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", nargs="*", default=[""], metavar="WORD")
    only: list[str] = options.parse_args().only

    def named(screen: Screen) -> bool:
        return any(word in screen.name for word in only)

    chosen, album = [each for each in SCREENS if named(each)], Album()
    with TemporaryDirectory() as home:
        settings = load_settings({"JIANGBU_HOME": home})
        prepare_demo(settings)
        with open_desk(settings) as desk, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            with served(desk) as site:
                visit(browser, desk, site, chosen, album)
            if any(map(named, SECURITY)):
                walk(desk, served, lambda site, lang: in_front(browser, site, lang), album.take)
            browser.close()
    (FOLDER / "README.md").write_text(index(), "utf-8")
    sys.stdout.writelines(f"{each}\n" for each in album.wrong)
    return 1 if album.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
