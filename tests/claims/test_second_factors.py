"""What the records promise of the second factor, on either database."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import timedelta

import pytest
import world
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from claims import clock
from claims.desk import Desk
from claims.errors import FactorRequired, NotAllowed, WrongCode
from claims.identity import second_factors, sign_ins
from claims.identity.delegations import delegate
from claims.identity.people import add_user
from states.stages import Role


@pytest.fixture(autouse=True)
def _outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "outside", lambda: world.MORNING)
    return


def code_of(secret: str) -> str:
    key = base64.b32decode(secret.replace(" ", ""))
    return TOTP(key, 6, SHA1(), 30).generate(int(clock.outside().timestamp())).decode()


def switched_on(desk: Desk, name: str) -> tuple[str, tuple[str, ...]]:
    """The code of now, and the recovery codes."""
    with desk.transaction() as tx:
        secret = second_factors.begin(tx, name).secret
        with pytest.MonkeyPatch.context() as earlier:
            earlier.setattr(clock, "outside", lambda: world.MORNING - timedelta(minutes=5))
            codes = second_factors.confirm(tx, name, code_of(secret))
    return code_of(secret), codes


@pytest.mark.parametrize("which", ["code", "recovery"])
def test_of_many_who_show_the_same_code_at_once_one_is_right(desk: Desk, which: str) -> None:
    code, codes = switched_on(desk, "li")
    shown = code if which == "code" else codes[0]
    with ThreadPoolExecutor(4) as pool:
        tries = [pool.submit(copy_context().run, second_factors.shows, desk, "li", shown) for _ in range(4)]
        assert sum(each.result() for each in tries) == 1


def test_a_code_that_was_shown_to_confirm_it_is_used_up(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        code = code_of(second_factors.begin(tx, "li").secret)
        second_factors.confirm(tx, "li", code)
    assert not second_factors.shows(sqlite_desk, "li", code)


def test_it_is_not_on_before_a_code_was_shown(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        first = second_factors.begin(tx, "li")
        assert second_factors.begin(tx, "li") == first, "leaving the page does not lose what was scanned"
        with pytest.raises(WrongCode):
            second_factors.confirm(tx, "li", "12345")
        assert sign_ins.owed(tx, "li") is sign_ins.Owes.NOTHING


def test_whoever_stands_in_for_a_role_needs_what_the_role_needs(sqlite_desk: Desk) -> None:
    settings = replace(sqlite_desk.settings, totp_roles=frozenset({Role.INTAKE}))
    desk = replace(sqlite_desk, settings=settings)
    with desk.transaction() as tx:
        assert sign_ins.owed(tx, "li") is sign_ins.Owes.NOTHING
        add_user(tx, "sun", Role.ADMINISTRATOR)
        day = tx.now.date()
        guo = world.who(tx, "guo")
        delegate(tx, "sun", "li", Role.INTAKE, from_on=day, to_on=day, reason="出差", actor=guo)
        assert sign_ins.owed(tx, "li") is sign_ins.Owes.ENROLMENT
    switched_on(desk, "li")
    with desk.transaction() as tx, pytest.raises(FactorRequired):
        second_factors.switch_off(tx, "li")


def test_only_an_administrator_resets_somebody_elses(sqlite_desk: Desk) -> None:
    switched_on(sqlite_desk, "li")
    with sqlite_desk.transaction() as tx, pytest.raises(NotAllowed):
        second_factors.reset(tx, "li", reason="x", actor=world.who(tx, "sun"))
