"""The timetable: every slot of a period once, those of many claims together, provisional dates marked."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import world
from sqlalchemy import update

from claims import clock
from claims.desk import Desk
from claims.errors import NotAllowed
from claims.facts import load_claim
from claims.identity import calendar_keys
from claims.identity.calendar_keys import key_since, make_key, reader_with, revoke_key
from claims.models import Claim, EventRow, User
from claims.timing.due import settle_due
from claims.timing.slots import Outcome, SlotKind
from claims.timing.timetable import entries, slots_of_day
from states.calendar import Workdays
from states.stages import Role, Stage

MARCH, APRIL = (date(2025, 3, 1), date(2025, 3, 31)), (date(2025, 4, 1), date(2025, 4, 30))
AFTER_DEADLINE = date(2025, 5, 1)


def test_the_slots_of_many_claims_at_one_moment_are_one_entry(desk: Desk) -> None:
    with desk.transaction() as tx:
        numbers = {world.bring_to(tx, Stage.DRAFT) for _ in range(3)}
    with desk.reading() as tx:
        found = entries(tx, AFTER_DEADLINE, AFTER_DEADLINE)
        single = slots_of_day(tx, AFTER_DEADLINE)
    assert [(each.kind, each.count, each.pending) for each in found] == [
        (SlotKind.CLOSE_SUBMISSIONS, 1, 1),
        (SlotKind.LAPSE, 3, 3),
    ]
    assert {each.subject for each in single} == {"cycle/2025", *numbers}


def test_a_period_holds_its_first_and_its_last_day_and_no_other(desk: Desk) -> None:
    with desk.reading() as tx:
        whole = entries(tx, MARCH[0], AFTER_DEADLINE)
        parts = (*entries(tx, *MARCH), *entries(tx, *APRIL), *entries(tx, AFTER_DEADLINE, AFTER_DEADLINE))
    assert whole == parts
    assert [each.kind for each in whole][-1] == SlotKind.CLOSE_SUBMISSIONS
    assert len({each.key for each in whole}) == len(whole)


def test_an_entry_keeps_its_key_while_its_claims_come_and_go(desk: Desk) -> None:
    def key() -> str:
        with desk.reading() as tx:
            (found,) = (
                each for each in entries(tx, AFTER_DEADLINE, AFTER_DEADLINE) if each.kind == SlotKind.LAPSE
            )
        return found.key

    with desk.transaction() as tx:
        world.bring_to(tx, Stage.DRAFT)
    before = key()
    with desk.transaction() as tx:
        world.bring_to(tx, Stage.DRAFT)
    assert key() == before


def test_what_was_done_stays_on_the_timetable_and_what_was_needless_leaves_it(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = world.bring_to(tx, Stage.SUBMITTED)
        due_on = load_claim(tx, number).due_on
    assert due_on is not None
    with desk.reading() as tx:
        (waiting,) = (each for each in entries(tx, *MARCH) if each.kind == SlotKind.DEEM_ACCEPTED)
    assert (waiting.subject, waiting.pending) == (number, 1)
    with clock.standing_at(world.MORNING + timedelta(days=30)):
        settle_due(desk)
    with desk.reading() as tx:
        (done,) = (each for each in entries(tx, *MARCH) if each.kind == SlotKind.DEEM_ACCEPTED)
        outcomes = {each.outcome for each in slots_of_day(tx, due_on + timedelta(days=1))}
    assert done.pending == 0
    assert str(Outcome.SKIPPED) not in outcomes


def test_a_date_that_rests_on_an_unannounced_year_is_marked(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = world.bring_to(tx, Stage.SUBMITTED)
        tx.session.execute(update(Claim).where(Claim.number == number).values(due_provisional=True))
    with desk.reading() as tx:
        marked = {each.kind for each in entries(tx, MARCH[0], AFTER_DEADLINE) if each.provisional}
    assert marked == {SlotKind.DEEM_ACCEPTED}


def test_a_working_morning_of_an_unannounced_year_is_marked(desk: Desk) -> None:
    from claims.timing import slots

    unknown = replace(desk, workdays=Workdays({}))
    morning = slots.at(date(2025, 4, 14), slots.MORNING)
    with unknown.transaction() as tx:
        slots.open_slot(tx, "prompt_payout:2025:x", SlotKind.PROMPT_PAYOUT, "cycle/2025", morning, 2025)
    with unknown.reading() as tx:
        (prompt,) = (each for each in entries(tx, *APRIL) if each.kind == SlotKind.PROMPT_PAYOUT)
    assert prompt.provisional


# Who may fetch it with a secret


def test_a_secret_opens_the_timetable_until_it_is_taken_back(desk: Desk) -> None:
    with desk.transaction() as tx:
        guo = world.who(tx, "guo")
        secret = make_key(tx, actor=guo)
        assert key_since(tx, "guo") == tx.now
        assert reader_with(tx, secret) == guo
        assert reader_with(tx, "") is None
        assert revoke_key(tx, actor=guo)
        assert not revoke_key(tx, actor=guo)
        assert reader_with(tx, secret) is None
        triggers = [each.trigger for each in tx.session.query(EventRow).filter_by(stream="user/guo")]
    assert triggers[-2:] == ["calendar_shared", "calendar_unshared"]


def test_a_new_secret_ends_the_one_before(desk: Desk) -> None:
    with desk.transaction() as tx:
        guo = world.who(tx, "guo")
        first, second = (make_key(tx, actor=guo) for _ in range(2))
        assert reader_with(tx, first) is None
        assert reader_with(tx, second) is not None


def test_the_database_does_not_hold_the_secret(desk: Desk) -> None:
    with desk.transaction() as tx:
        secret = make_key(tx, actor=world.who(tx, "guo"))
        stored = tx.session.query(calendar_keys.CalendarKey).one()
        assert secret not in (stored.digest, str(stored.user_id))
        assert all(secret not in each.data for each in tx.session.query(EventRow))


def test_a_secret_ends_with_the_account_and_with_the_role(desk: Desk) -> None:
    from claims.models import UserRole

    with desk.transaction() as tx:
        secrets = {name: make_key(tx, actor=world.who(tx, name)) for name in ("guo", "tang")}
        tx.session.execute(update(User).where(User.name == "guo").values(active=False))
        tang = tx.session.query(User).filter_by(name="tang").one()
        tx.session.query(UserRole).filter_by(user_id=tang.id).update({"role": Role.REVIEWER})
        tx.session.expire_all()
        assert reader_with(tx, secrets["guo"]) is None
        assert reader_with(tx, secrets["tang"]) is None


def test_only_those_who_see_the_whole_desk_may_subscribe(desk: Desk) -> None:
    with desk.transaction() as tx, pytest.raises(NotAllowed):
        make_key(tx, actor=world.who(tx, "li"))
