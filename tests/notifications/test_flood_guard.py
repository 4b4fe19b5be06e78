"""More letters of a kind than the work explains are held, all of them kept, until an administrator has looked."""

from dataclasses import replace
from datetime import timedelta

import pytest
from letter_world import EMAIL, MORNING, add_claim, submit
from post_office import letters, with_letters

from claims import clock
from claims.desk import Desk
from claims.errors import LetterReasonNeeded, NotAllowed, NothingHeld
from claims.letters import flood, outbox
from claims.letters.alerts import alerts
from notifications.delivery import Delivered, deliver
from notifications.derive import derive
from states.facts import Actor
from states.stages import Role

GUO = Actor("guo", frozenset({Role.ADMINISTRATOR}), None)


@pytest.fixture
def guarded(desk: Desk) -> Desk:
    """A desk from which at most three letters of a kind leave in an hour."""
    return replace(desk, settings=replace(desk.settings, flood_limit=3))


def _statuses(desk: Desk, kind: str = "receipt") -> list[str]:
    return [each.status for each in letters(desk) if each.kind == kind]


def test_so_many_as_the_limit_leave_and_one_more_holds_them_all(guarded: Desk) -> None:
    with_letters(guarded, *[EMAIL] * 3)
    assert deliver(guarded) == Delivered(written=3)
    with guarded.transaction() as tx:
        submit(tx, add_claim(tx, 4))
    derive(guarded)
    assert deliver(guarded) == Delivered(), "three have left within the hour"
    assert _statuses(guarded) == ["written"] * 3 + ["held"]


def test_an_hour_later_they_are_no_flood_any_more(guarded: Desk) -> None:
    with_letters(guarded, *[EMAIL] * 3)
    deliver(guarded)
    with clock.standing_at(MORNING + timedelta(hours=1)):
        with guarded.transaction() as tx:
            submit(tx, add_claim(tx, 4))
        derive(guarded)
        assert deliver(guarded) == Delivered(written=1)


def test_what_follows_of_a_held_kind_joins_it_and_other_kinds_leave(guarded: Desk) -> None:
    with_letters(guarded, *[EMAIL] * 4)
    deliver(guarded)
    with guarded.transaction() as tx:
        submit(tx, add_claim(tx, 5))
    assert derive(guarded) == 2, "the fifth receipt, and what tells administrators"
    deliver(guarded)
    assert _statuses(guarded) == ["held"] * 5
    assert _statuses(guarded, "letters_held") == ["no_address"], (
        "there is no administrator here, but a letter"
    )


def test_administrators_are_told_once_by_letter_and_on_the_board(guarded: Desk) -> None:
    with_letters(guarded, *[EMAIL] * 4)
    for _ in range(3):
        deliver(guarded)
        derive(guarded)
    told = [each for each in letters(guarded) if each.kind == "letters_held"]
    assert len(told) == 1
    with guarded.reading() as tx:
        text = outbox.letter(tx, told[0].id).text
        (held,) = alerts(tx).held
    assert "SB-2026-0001" in text
    assert "4件同类函件" in text
    assert (held.kind, held.count, held.since) == ("receipt", 4, MORNING)


def test_released_letters_leave_and_are_not_held_again(guarded: Desk) -> None:
    with_letters(guarded, *[EMAIL] * 4)
    deliver(guarded)
    with guarded.transaction() as tx:
        assert flood.release(tx, "receipt", reason="集中受理，属实", actor=GUO) == 4
    assert deliver(guarded) == Delivered(written=4)
    with guarded.transaction() as tx:
        submit(tx, add_claim(tx, 5))
    derive(guarded)
    deliver(guarded)
    assert _statuses(guarded) == ["written"] * 5, "released ones count for nothing"


def test_discarded_letters_stay_in_the_list_and_never_leave(guarded: Desk) -> None:
    with_letters(guarded, *[EMAIL] * 4)
    deliver(guarded)
    with guarded.transaction() as tx:
        assert flood.discard(tx, "receipt", reason="程序误发", actor=GUO) == 4
    deliver(guarded)
    assert _statuses(guarded) == ["discarded"] * 4


def test_letters_that_are_held_or_discarded_are_not_shown_to_whom_they_were_written(guarded: Desk) -> None:
    with_letters(guarded, *[EMAIL] * 4)
    office = guarded.directory.offices[0]
    recipient = Actor(
        "wang", frozenset({Role.APPLICANT}), replace(office, code=letters(guarded)[0].recipient)
    )

    def seen() -> int:
        with guarded.reading() as tx:
            return len(outbox.letters(tx, viewer=recipient))

    assert seen() == 1
    deliver(guarded)
    assert seen() == 0
    with guarded.transaction() as tx:
        flood.discard(tx, "receipt", reason="程序误发", actor=GUO)
    assert seen() == 0


def test_only_administrators_settle_a_flood_and_with_a_reason(guarded: Desk) -> None:
    with_letters(guarded, *[EMAIL] * 4)
    deliver(guarded)
    with guarded.transaction() as tx:
        with pytest.raises(LetterReasonNeeded):
            flood.release(tx, "receipt", reason="  ", actor=GUO)
        with pytest.raises(NotAllowed):
            flood.release(tx, "receipt", reason="属实", actor=Actor("li", frozenset({Role.REVIEWER}), None))
        with pytest.raises(NothingHeld):
            flood.discard(tx, "payment", reason="误", actor=GUO)


def test_without_a_setting_one_letter_a_claim_is_never_a_flood(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "FLOOR", 3)
    with_letters(desk, *[EMAIL] * 6)
    assert deliver(desk) == Delivered(written=6), "six claims, one receipt each"


def test_without_a_setting_more_letters_of_a_kind_than_claims_are_a_flood(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "FLOOR", 3)
    with desk.transaction() as tx:
        number = add_claim(tx, 1)
        for _ in range(4):
            submit(tx, number)
    derive(desk)
    assert deliver(desk) == Delivered()
    assert _statuses(desk) == ["held"] * 4
