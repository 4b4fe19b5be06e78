"""The county's message platform takes letters and texts, signed, each once; what it answers is acted on."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from authority import authority
from letter_world import EMAIL, MORNING, add_claim, submit
from message_platform import SECRET, Platform, platform
from post_office import Post, letters, serving
from sqlalchemy import update

from claims import clock
from claims.desk import Desk
from claims.letters import dead_letters, outbox, sending
from claims.letters.outbox import LetterSummary
from claims.models import Claim
from notifications.delivery import Delivered, deliver
from notifications.derive import derive
from states.facts import Actor
from states.stages import Role

PHONE = "138 0000 0000"


@pytest.fixture
def hooked(desk: Desk) -> Iterator[tuple[Desk, Platform]]:
    """A desk that has a platform and no mail server."""
    with platform() as (found, url):
        yield _with(desk, url), found


def _with(desk: Desk, url: str, secret: str = SECRET) -> Desk:
    return replace(desk, settings=replace(desk.settings, hook_url=url, hook_secret=secret))


def _submitted(desk: Desk, *phones: str) -> None:
    with desk.transaction() as tx:
        for serial, phone in enumerate(phones, 1):
            submit(tx, add_claim(tx, serial, phone=phone))
    derive(desk)


def _texts(desk: Desk) -> list[LetterSummary]:
    return [each for each in letters(desk) if each.channel == "sms"]


def test_the_platform_gets_the_letter_and_the_text_under_a_signature_that_it_can_check(
    hooked: tuple[Desk, Platform],
) -> None:
    desk, found = hooked
    _submitted(desk, PHONE)
    assert deliver(desk) == Delivered(sent=2)
    letter, text = sorted(found.taken.values(), key=lambda each: each["channel"])
    assert (letter["channel"], letter["kind"], letter["to"]) == ("mail", "receipt", [EMAIL])
    assert (text["channel"], text["kind"], text["to"]) == ("sms", "receipt_sms", ["13800000000"])
    assert "最迟于2026年3月16日" in letter["text"]
    assert text["text"] == "【嵊泗县市场监督管理局】申报件SB-2026-0001已收到，2026年3月16日前答复是否受理。"
    assert "html" in letter
    assert "html" not in text


def test_a_text_takes_no_document_number_and_is_not_listed_to_its_recipient(
    hooked: tuple[Desk, Platform],
) -> None:
    desk, _ = hooked
    _submitted(desk, PHONE)
    (text,) = _texts(desk)
    office = replace(desk.directory.offices[0], code=text.recipient)
    with desk.reading() as tx:
        assert outbox.letter(tx, text.id).document_number == ""
        seen = outbox.letters(tx, viewer=Actor("wang", frozenset({Role.APPLICANT}), office))
    assert [each.channel for each in seen] == ["mail"]


def test_only_mobile_numbers_get_texts(hooked: tuple[Desk, Platform]) -> None:
    desk, _ = hooked
    _submitted(desk, "0580-5081234", "+86 139-1111-2222", "")
    assert [each.address for each in _texts(desk)] == ["13911112222"]


def test_no_list_and_no_log_shows_a_telephone_number(
    hooked: tuple[Desk, Platform], caplog: pytest.LogCaptureFixture
) -> None:
    desk, found = hooked
    _submitted(desk, PHONE)
    found.answers = [(200, ""), (422, "13800000000 is on the list of those who want no texts")]
    with caplog.at_level(logging.DEBUG):
        deliver(desk)
    (text,) = _texts(desk)
    assert text.status == "failed"
    assert text.error == "422 **** is on the list of those who want no texts"
    assert text.as_json()["address"] == "138****000"
    assert "13800000000" not in caplog.text


def test_with_a_mail_server_letters_go_there_and_texts_to_the_platform(
    hooked: tuple[Desk, Platform],
) -> None:
    desk, found = hooked
    server = Post()
    _submitted(desk, PHONE)
    with serving(server) as port:
        both = replace(desk, settings=replace(desk.settings, smtp_url=f"smtp://127.0.0.1:{port}"))
        assert deliver(both) == Delivered(sent=2)
    assert len(server.mails) == 1
    assert [each["channel"] for each in found.taken.values()] == ["sms"]


def test_a_platform_that_is_away_holds_up_no_mail(desk: Desk) -> None:
    server = Post()
    with serving(server) as port:
        settings = replace(desk.settings, smtp_url=f"smtp://127.0.0.1:{port}")
        both = _with(replace(desk, settings=settings), "http://127.0.0.1:9/")
        _submitted(both, PHONE)
        assert deliver(both) == Delivered(sent=1, failed=1)
    assert [(each.status, each.attempts) for each in _texts(desk)] == [("queued", 0)]


@pytest.mark.parametrize(
    ("answer", "status", "attempts"),
    [
        pytest.param(503, "queued", 1, id="busy: tried again"),
        pytest.param(429, "queued", 1, id="too many: tried again"),
        pytest.param(400, "failed", 1, id="refused: dead, with its words"),
        pytest.param(401, "queued", 0, id="does not know us: a matter of the settings"),
        pytest.param(302, "queued", 0, id="elsewhere: a matter of the settings"),
    ],
)
def test_what_the_platform_answers_is_acted_on(
    hooked: tuple[Desk, Platform], answer: int, status: str, attempts: int
) -> None:
    desk, found = hooked
    _submitted(desk, "")
    found.answers = [(answer, "its words")]
    assert deliver(desk) == Delivered(failed=1)
    (letter,) = letters(desk)
    assert (letter.status, letter.attempts) == (status, attempts)
    assert f"{answer} its words" in letter.error


def test_a_letter_taken_by_a_platform_that_hangs_up_is_doubtful_and_comes_again_under_the_same_key(
    hooked: tuple[Desk, Platform],
) -> None:
    desk, found = hooked
    _submitted(desk, "")
    found.hangs_up = True
    deliver(desk)
    found.hangs_up = False
    with clock.standing_at(MORNING + timedelta(hours=1)):
        assert deliver(desk) == Delivered(sent=1)
    assert len(found.requests) == 2
    assert len(found.taken) == 1, "it drops the repeat by its key"
    assert letters(desk)[0].doubtful_at is not None


def test_another_secret_is_refused_by_the_platform(desk: Desk) -> None:
    with platform() as (found, url):
        other = _with(desk, url, "another secret altogether")
        _submitted(other, "")
        deliver(other)
    assert not found.taken
    assert "401" in letters(desk)[0].error


def test_over_https_only_a_platform_that_somebody_vouches_for_is_spoken_to(
    desk: Desk, tmp_path: Path
) -> None:
    trusted = authority(tmp_path)
    with platform(trusted.serving) as (found, url):
        stranger = _with(desk, url)
        _submitted(stranger, "")
        assert deliver(stranger) == Delivered(failed=1)
        assert not found.requests
        known = replace(stranger, settings=replace(stranger.settings, ca_file=trusted.file))
        with clock.standing_at(MORNING + timedelta(hours=1)):
            assert deliver(known) == Delivered(sent=1)


def test_texts_wait_for_the_morning_whatever_they_tell_of(hooked: tuple[Desk, Platform]) -> None:
    desk, found = hooked
    with clock.standing_at(MORNING.replace(hour=22)):
        _submitted(desk, PHONE)
        deliver(desk)
    assert not found.taken
    with clock.standing_at((MORNING + timedelta(days=1)).replace(hour=8, minute=30)):
        assert deliver(desk) == Delivered(sent=2)


def test_a_text_sent_again_goes_to_the_number_that_the_claim_gives_now(
    hooked: tuple[Desk, Platform],
) -> None:
    desk, _ = hooked
    _submitted(desk, PHONE)
    deliver(desk)
    (text,) = _texts(desk)
    with desk.transaction() as tx:
        tx.session.execute(update(Claim).values(phone="137 2222 3333"))
        assert dead_letters.requeue(tx, text.id).address == "13722223333"


def test_a_rehearsal_writes_texts_to_files_and_never_speaks_to_the_platform(rehearsal_desk: Desk) -> None:
    with platform() as (found, url):
        desk = _with(rehearsal_desk, url)
        _submitted(desk, PHONE)
        assert deliver(desk) == Delivered(written=2)
        assert not found.requests
    (path,) = (desk.settings.home / "mail").glob("*.txt")
    assert path.read_text(encoding="utf-8").startswith("13800000000\n\n【演练】【嵊泗县市场监督管理局】")


def test_without_a_platform_no_text_is_written(desk: Desk) -> None:
    _submitted(desk, PHONE)
    assert _texts(desk) == []


def test_a_broken_sending_to_the_platform_is_resumed_like_any(hooked: tuple[Desk, Platform]) -> None:
    desk, found = hooked
    _submitted(desk, "")
    with desk.transaction() as tx:
        (leased,) = sending.lease(tx, 1)
        assert sending.begin(tx, leased, traceless=False)
    with clock.standing_at(MORNING + sending.LEASE):
        assert deliver(desk) == Delivered(sent=1)
    assert letters(desk)[0].doubtful_at is not None
    assert len(found.taken) == 1
