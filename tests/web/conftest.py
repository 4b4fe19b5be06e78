"""The web application over a rehearsal of the small world, and somebody in front of it."""

import pytest
import world
from fastapi import FastAPI
from visitors import SignIn, Visitor

from claims import people
from claims.desk import Desk
from states.stages import Stage
from web.app import create_app


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
            return Visitor(app, people.open_session(tx, name))

    return open_browser


@pytest.fixture
def passer_by(sign_in: SignIn) -> Visitor:
    return sign_in(None)


@pytest.fixture
def under_review(rehearsal_desk: Desk) -> str:
    """A claim that waits for the reviewer."""
    with rehearsal_desk.transaction() as tx:
        return world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW, world.FORM)
