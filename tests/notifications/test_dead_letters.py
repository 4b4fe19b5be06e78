"""Letters that did not arrive: what the server said, what came back, and what people did about it, with their reason."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from letter_world import EMAIL, MORNING
from post_office import Post, free_port, letters, sending_to, serving, with_letters
from sqlalchemy import select

from claims import clock
from claims.desk import Desk
from claims.errors import LetterNotLikeThat, LetterReasonNeeded, NotAllowed
from claims.letters import dead_letters
from claims.letters.alerts import alerts
from claims.models import EventRow
from notifications.delivery import Delivered, deliver
from states.facts import Actor
from states.stages import Role

GUO = Actor("guo", frozenset({Role.ADMINISTRATOR}), None)


@pytest.fixture
def post() -> Iterator[tuple[Post, str]]:
    handler = Post()
    with serving(handler) as port:
        yield handler, f"smtp://127.0.0.1:{port}"


def _told(desk: Desk, trigger: str) -> list[tuple[str, str, dict[str, Any]]]:
    with desk.reading() as tx:
        rows = tx.session.scalars(select(EventRow).where(EventRow.trigger == trigger).order_by(EventRow.id))
        return [(row.actor, row.reason, json.loads(row.data)) for row in rows]


def test_the_board_shows_a_dead_letter_with_the_words_of_the_server(
    desk: Desk, post: tuple[Post, str]
) -> None:
    server, url = post
    server.answers[EMAIL] = "550 no such user here"
    with_letters(desk, EMAIL)
    deliver(sending_to(desk, url))
    with desk.reading() as tx:
        found = alerts(tx)
    assert found
    assert found.dead_letters == 1
    assert "550 no such user here" in found.dead[0].error


def test_a_letter_is_sent_again_by_somebody_for_a_reason_and_the_log_says_so(
    desk: Desk, post: tuple[Post, str]
) -> None:
    server, url = post
    server.answers[EMAIL] = "550 no such user here"
    with_letters(desk, EMAIL)
    deliver(sending_to(desk, url))
    server.answers.clear()
    with desk.transaction() as tx:
        dead_letters.requeue(tx, 1, reason="单位更正了邮箱", actor=GUO)
    assert deliver(sending_to(desk, url)) == Delivered(sent=1)
    [(actor, reason, data)] = _told(desk, "letter_requeued")
    assert (actor, reason, data["letter"], data["before"]) == ("guo", "单位更正了邮箱", 1, "failed")


def test_a_letter_that_came_back_is_recorded_with_the_words_of_the_returned_mail(
    desk: Desk, post: tuple[Post, str]
) -> None:
    _, url = post
    with_letters(desk, EMAIL)
    deliver(sending_to(desk, url))
    with desk.transaction() as tx:
        found = dead_letters.note_bounce(tx, 1, reason="552 mailbox full", actor=GUO)
    assert (found.status, found.error) == ("bounced", "552 mailbox full")
    with desk.reading() as tx:
        assert alerts(tx).dead_letters == 1
    assert _told(desk, "letter_bounced")[0][:2] == ("guo", "552 mailbox full")


def test_a_letter_served_on_paper_is_settled_and_leaves_the_board(desk: Desk, post: tuple[Post, str]) -> None:
    server, url = post
    server.answers[EMAIL] = "550 no such user here"
    with_letters(desk, EMAIL)
    deliver(sending_to(desk, url))
    with desk.transaction() as tx:
        dead_letters.settle(tx, 1, reason="已送达纸质件", actor=GUO)
    with desk.reading() as tx:
        assert not alerts(tx)
    assert letters(desk)[0].status == "settled"
    assert "550" in letters(desk)[0].error, "what the server said stays"


def test_what_never_left_cannot_come_back_and_what_arrived_is_not_settled(desk: Desk) -> None:
    with_letters(desk, EMAIL)
    with desk.transaction() as tx, pytest.raises(LetterNotLikeThat):
        dead_letters.note_bounce(tx, 1, reason="退信", actor=GUO)
    deliver(desk)
    with desk.transaction() as tx, pytest.raises(LetterNotLikeThat):
        dead_letters.settle(tx, 1, reason="已送达", actor=GUO)


def test_a_letter_that_is_leaving_is_not_queued_beside_itself(desk: Desk) -> None:
    from claims.letters import sending

    with_letters(desk, EMAIL)
    with desk.transaction() as tx:
        sending.lease(tx, 1)
    with desk.transaction() as tx, pytest.raises(LetterNotLikeThat):
        dead_letters.requeue(tx, 1, reason="再发", actor=GUO)


@pytest.mark.parametrize("remedy", [dead_letters.note_bounce, dead_letters.settle])
def test_each_needs_a_reason_and_somebody_who_may(desk: Desk, remedy: Any) -> None:
    with_letters(desk, EMAIL)
    with desk.transaction() as tx:
        with pytest.raises(LetterReasonNeeded):
            remedy(tx, 1, reason=" ", actor=GUO)
        with pytest.raises(NotAllowed):
            remedy(tx, 1, reason="退信", actor=Actor("tang", frozenset({Role.AUDITOR}), None))


def test_while_the_server_is_away_the_board_says_so_after_an_hour_and_no_letter_dies(desk: Desk) -> None:
    with_letters(desk, EMAIL)
    away = sending_to(desk, f"smtp://127.0.0.1:{free_port()}")
    for hours in (0, 2, 24 * 4):
        with clock.standing_at(MORNING + timedelta(hours=hours)):
            deliver(away)
            with desk.reading() as tx:
                found = alerts(tx).undelivered
        assert (found is None) == (hours == 0)
    assert found is not None
    assert (found.count, found.since) == (1, MORNING)
    assert "127.0.0.1" in found.error
    assert letters(desk)[0].status == "queued"
