"""Accounts: closed and opened, roles taken, passwords made anew; at once, and in the log under who did it."""

from collections.abc import Callable

import pytest
import world
from sqlalchemy import select
from world import who

from claims.desk import Desk, Tx
from claims.errors import NotAllowed, OwnAccount, UnknownUser
from claims.identity import accounts, people, sign_ins
from claims.models import EventRow
from states.errors import Refusal
from states.stages import Role


def log_of(tx: Tx, name: str) -> list[tuple[str, str]]:
    rows = select(EventRow.trigger, EventRow.actor).where(EventRow.stream == f"user/{name}")
    return [(trigger, actor) for trigger, actor in tx.session.execute(rows.order_by(EventRow.seq))]


def test_a_closed_account_opens_nothing_until_it_is_opened_again(desk: Desk) -> None:
    with desk.transaction() as tx:
        secret, token = sign_ins.open_session(tx, "li"), people.make_token(tx, "li")
        accounts.deactivate(tx, "li", actor=who(tx, "guo"))
        accounts.deactivate(tx, "li", actor=who(tx, "guo"))
        assert sign_ins.session_user(tx, secret) is None
        assert people.token_user(tx, token) is None
    assert not sign_ins.authenticate(desk, "li", world.PASSWORD)
    with desk.transaction() as tx:
        accounts.reactivate(tx, "li", actor=who(tx, "guo"))
        assert sign_ins.session_user(tx, secret) is None
        assert log_of(tx, "li")[-2:] == [("deactivated", "guo"), ("reactivated", "guo")]
    assert sign_ins.authenticate(desk, "li", world.PASSWORD)


def test_a_new_password_ends_what_was_open_under_the_old_one(desk: Desk) -> None:
    with desk.transaction() as tx:
        secret = sign_ins.open_session(tx, "li")
        password = accounts.renew_password(tx, "li", actor=who(tx, "guo"))
        assert sign_ins.session_user(tx, secret) is None
        assert log_of(tx, "li")[-1] == ("password_renewed", "guo")
    assert sign_ins.authenticate(desk, "li", password)
    assert not sign_ins.authenticate(desk, "li", world.PASSWORD)


def test_a_role_that_is_taken_is_gone_at_once(desk: Desk) -> None:
    with desk.transaction() as tx:
        people.add_user(tx, "li", Role.INTAKE, by="guo")
        accounts.take_role(tx, "li", Role.REVIEWER, actor=who(tx, "guo"))
        assert who(tx, "li").roles == {Role.INTAKE}
        assert log_of(tx, "li")[-2:] == [("role_given", "guo"), ("role_taken", "guo")]


def closed(tx: Tx, name: str, by: str) -> object:
    return accounts.deactivate(tx, name, actor=who(tx, by))


def opened(tx: Tx, name: str, by: str) -> object:
    return accounts.reactivate(tx, name, actor=who(tx, by))


def renewed(tx: Tx, name: str, by: str) -> object:
    return accounts.renew_password(tx, name, actor=who(tx, by))


def taken(tx: Tx, name: str, by: str) -> object:
    return accounts.take_role(tx, name, Role.ADMINISTRATOR, actor=who(tx, by))


@pytest.mark.parametrize("use_case", [closed, opened, renewed, taken])
def test_only_an_administrator_does_so_and_only_to_somebody_there_is(
    sqlite_desk: Desk, use_case: Callable[[Tx, str, str], object]
) -> None:
    with sqlite_desk.transaction() as tx:
        for name, by, refusal in (("li", "xu", NotAllowed), ("nobody", "guo", UnknownUser)):
            with pytest.raises(refusal):
                use_case(tx, name, by)


@pytest.mark.parametrize("use_case", [closed, taken])
def test_no_administrator_locks_the_desk_behind_themselves(
    sqlite_desk: Desk, use_case: Callable[[Tx, str, str], object]
) -> None:
    refusal: type[Refusal] = OwnAccount
    with sqlite_desk.transaction() as tx, pytest.raises(refusal):
        use_case(tx, "guo", "guo")
