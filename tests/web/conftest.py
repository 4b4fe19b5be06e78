"""The web application over a rehearsal of the small world, and somebody in front of it."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
import world
from browsing import CHROMIUM, Witness
from fastapi import FastAPI
from playwright.sync_api import BrowserContext
from visitors import SignIn, Visitor

from claims import clock
from claims.desk import Desk, open_desk
from claims.identity import sign_ins
from config.settings import Settings
from flows.ports import LOOPBACK
from states.stages import Stage
from web.app import create_app


@pytest.fixture
def led_desk(sqlite_world_settings: Settings) -> Iterator[Desk]:
    """The world's rehearsal on a clock that tests lead by hand (`clock.pin`), so that decisions are held."""
    world.turn_into_rehearsal(sqlite_world_settings)
    with open_desk(sqlite_world_settings) as desk:
        clock.pin(world.MORNING)
        yield desk


@pytest.fixture
def app(rehearsal_desk: Desk) -> FastAPI:
    return create_app(rehearsal_desk)


@pytest.fixture
def sign_in(app: FastAPI, rehearsal_desk: Desk) -> SignIn:
    """Somebody of the world in front of the desk, or a passer-by."""

    def open_browser(name: str | None) -> Visitor:
        if name is None:
            return Visitor(app)
        with rehearsal_desk.transaction() as tx:
            return Visitor(app, sign_ins.open_session(tx, name))

    return open_browser


@pytest.fixture
def passer_by(sign_in: SignIn) -> Visitor:
    return sign_in(None)


@pytest.fixture
def under_review(rehearsal_desk: Desk) -> str:
    """A claim that waits for the reviewer."""
    with rehearsal_desk.transaction() as tx:
        return world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW, world.FORM)


# A real browser


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The distribution's own Chromium; in a container it may not make its sandbox."""
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-dev-shm-usage"]}


@pytest.fixture
def site(rehearsal_desk: Desk) -> Iterator[str]:
    """A server on loopback, as `jiangbu web` runs it."""
    config = uvicorn.Config(create_app(rehearsal_desk), host=LOOPBACK, port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    (port,) = {each.getsockname()[1] for each in server.servers[0].sockets}
    yield f"http://{LOOPBACK}:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def witness(context: BrowserContext, site: str) -> Iterator[Witness]:
    """Whatever a test does, the browser has nothing to complain of."""
    seen = Witness(context, site)
    yield seen
    assert seen.complaints == []
