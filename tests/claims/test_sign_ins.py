"""Passwords: checked while nobody waits, and each try judged by those before it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import world

from claims.desk import Desk
from claims.identity import people, sign_ins


def test_a_password_is_verified_while_others_may_write(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []

    class Slow:
        def verify(self, *_: str) -> bool:
            with sqlite_desk.transaction() as tx:
                people.make_token(tx, "guo")
            written.append("meanwhile")
            return True

    monkeypatch.setattr(people, "_hasher", Slow)
    assert sign_ins.authenticate(sqlite_desk, "li", world.PASSWORD)
    assert written == ["meanwhile"]


def test_tries_at_the_same_time_count_each_other(sqlite_desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        tries = [pool.submit(sign_ins.authenticate, sqlite_desk, "li", f"wrong {n}") for n in range(8)]
    assert not any(each.result() for each in tries)
    assert not sign_ins.authenticate(sqlite_desk, "li", world.PASSWORD)
    assert sign_ins.authenticate(sqlite_desk, "guo", world.PASSWORD)


def test_a_closed_door_costs_no_hashing(sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(sign_ins.FAILURES_ALLOWED):
        sign_ins.authenticate(sqlite_desk, "li", f"wrong {n}")
    monkeypatch.setattr(people, "_hasher", lambda: pytest.fail("a password was hashed"))
    assert not sign_ins.authenticate(sqlite_desk, "li", world.PASSWORD)
