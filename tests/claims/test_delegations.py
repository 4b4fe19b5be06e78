"""Absence: a colleague of the same office acts for some days, under their own name and all the same rules."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest
import world
from world import who

from claims import clock
from claims.desk import Desk, Tx
from claims.errors import BadDates, BadValue, NotAllowed, UnknownUser
from claims.identity import accounts
from claims.identity.delegations import Absence, absences, call_off, delegate, standing_in
from claims.identity.people import add_user, declare_interest
from claims.reading import queries
from claims.reading.queue import Filters, Tab, queue
from claims.review.decisions import act
from states.calendar import TZ
from states.errors import CannotStandIn, DeclaredConflict, Refusal, SamePerson
from states.stages import Role, Stage, Trigger

FIRST, LAST = date(2025, 3, 11), date(2025, 3, 14)


@contextmanager
def on(day: date) -> Iterator[None]:
    with clock.standing_at(datetime(day.year, day.month, day.day, 10, tzinfo=TZ)):
        yield


def away(tx: Tx, absent: str = "li", stand_in: str = "sun", **given: Any) -> Absence:
    usual: dict[str, Any] = {"role": Role.REVIEWER, "from_on": FIRST, "to_on": LAST, "reason": "外出学习"}
    usual |= {"actor": who(tx, "guo")} | given
    return delegate(tx, absent, stand_in, usual.pop("role"), **usual)


@pytest.mark.parametrize(
    ("day", "acts"),
    [(date(2025, 3, 10), False), (FIRST, True), (LAST, True), (date(2025, 3, 15), False)],
)
def test_the_role_is_lent_from_the_first_day_to_the_last(desk: Desk, day: date, acts: bool) -> None:
    with desk.transaction() as tx:
        away(tx)
    with on(day), desk.reading() as tx:
        assert (Role.REVIEWER in who(tx, "sun").roles) is acts
        assert (len(standing_in(tx, "sun")) == 1) is acts
        assert Role.REVIEWER in who(tx, "li").roles


def test_the_stand_in_finds_the_work_and_does_it_under_their_own_name(desk: Desk) -> None:
    with desk.transaction() as tx:
        add_user(tx, "min", Role.INTAKE, password=world.PASSWORD)
        number = world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW)
        away(tx, stand_in="min")
    with on(FIRST), desk.transaction() as tx:
        waiting = queue(tx, who(tx, "min"), Tab.MINE, Filters())
        assert [each.number for each in waiting.rows] == [number]
        act(tx, number, Trigger.ENDORSE, actor=who(tx, "min"))
        last = queries.history_json(tx, number)[-1]
    assert (last["actor"], last["role"]) == ("min", "reviewer")


def test_no_absence_brings_two_duties_on_a_claim_into_one_hand(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW)
        away(tx)
    with on(FIRST), desk.transaction() as tx, pytest.raises(SamePerson):
        act(tx, number, Trigger.ENDORSE, actor=who(tx, "sun"))


def test_a_stand_ins_own_interests_count(desk: Desk) -> None:
    with desk.transaction() as tx:
        add_user(tx, "min", Role.INTAKE, password=world.PASSWORD)
        number = world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW)
        declare_interest(tx, "min", world.INSTITUTE[1], "亲属任职")
        away(tx, stand_in="min")
    with on(FIRST), desk.transaction() as tx, pytest.raises(DeclaredConflict):
        act(tx, number, Trigger.ENDORSE, actor=who(tx, "min"))


@pytest.mark.parametrize(
    ("given", "refusal", "says"),
    [
        ({"stand_in": "li"}, CannotStandIn, "不能代理本人"),
        ({"stand_in": "xu"}, CannotStandIn, "不在同一单位"),
        ({"absent": "sun", "stand_in": "li"}, CannotStandIn, "sun 没有这个角色"),
        ({"absent": "guo", "role": Role.ADMINISTRATOR}, CannotStandIn, "只有办理岗位"),
        ({"absent": "feng", "stand_in": "deng", "role": Role.FINANCE}, CannotStandIn, "本人已有"),
        ({"from_on": LAST, "to_on": FIRST}, BadDates, "颠倒"),
        ({"from_on": date(2025, 3, 1), "to_on": date(2025, 3, 9)}, BadDates, "已过"),
        ({"reason": " "}, BadValue, "原因"),
        ({"stand_in": "nobody"}, UnknownUser, "nobody"),
    ],
)
def test_only_a_colleague_of_the_same_office_stands_in(
    sqlite_desk: Desk, given: dict[str, Any], refusal: type[Refusal], says: str
) -> None:
    with sqlite_desk.transaction() as tx, pytest.raises(refusal, match=says):
        away(tx, **given)


def test_nobody_hands_on_a_role_that_is_only_lent(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        add_user(tx, "min", Role.INTAKE, password=world.PASSWORD)
        away(tx)
    with on(FIRST), sqlite_desk.transaction() as tx, pytest.raises(CannotStandIn, match="没有这个角色"):
        away(tx, absent="sun", stand_in="min")


def test_administrators_record_and_end_it_and_it_is_gone_at_once(desk: Desk) -> None:
    with desk.transaction() as tx:
        with pytest.raises(NotAllowed):
            away(tx, actor=who(tx, "li"))
        found = away(tx)
    with on(FIRST), desk.transaction() as tx:
        call_off(tx, found.id, actor=who(tx, "guo"))
        assert Role.REVIEWER not in who(tx, "sun").roles
        assert [each.state for each in absences(tx)] == ["ended"]


@pytest.mark.parametrize("gone", ["absent closed", "role taken"])
def test_what_the_absent_person_loses_the_stand_in_loses(desk: Desk, gone: str) -> None:
    with desk.transaction() as tx:
        away(tx)
        if gone == "role taken":
            accounts.take_role(tx, "li", Role.REVIEWER, actor=who(tx, "guo"))
        else:
            accounts.deactivate(tx, "li", actor=who(tx, "guo"))
    with on(FIRST), desk.reading() as tx:
        assert Role.REVIEWER not in who(tx, "sun").roles
