"""Letters leave once: over SMTP or as files, with failures told apart and a crash resolved by the message id."""

import email
from collections.abc import Iterator
from datetime import timedelta
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from letter_world import EMAIL, MORNING
from post_office import Post, free_port, letters, sending_to, serving, with_letters
from sqlalchemy import update

from claims import clock
from claims.desk import Desk, Tx
from claims.letters import dead_letters, outbox, sending
from claims.letters.sending import LeasedLetter
from claims.models import Claim
from notifications.channels.smtp import Server, SmtpChannel
from notifications.delivery import MOST_ATTEMPTS, Delivered, deliver, pause_after


@pytest.fixture
def post() -> Iterator[tuple[Post, str]]:
    handler = Post()
    with serving(handler) as port:
        yield handler, f"smtp://127.0.0.1:{port}/?from=jiangbu@county.example"


def test_a_letter_is_sent_with_text_and_html_in_chinese(desk: Desk, post: tuple[Post, str]) -> None:
    server, url = post
    with_letters(desk, EMAIL)
    assert deliver(sending_to(desk, url)) == Delivered(sent=1)
    (mail,) = server.mails
    assert mail["Subject"] == "标准化奖补申报材料收讫回执（SB-2026-0001） 嵊市监奖收〔2026〕1号"
    assert mail["To"] == EMAIL
    assert mail["From"] == "嵊泗县市场监督管理局 <jiangbu@county.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == MORNING
    text, html = (mail.get_body((each,)) for each in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert "最迟于2026年3月16日" in text.get_content()
    assert '<html lang="zh-CN">' in html.get_content()
    (letter,) = letters(desk)
    assert (letter.status, letter.sent_at) == ("sent", MORNING)


def test_a_letter_that_was_sent_is_not_sent_again(desk: Desk, post: tuple[Post, str]) -> None:
    server, url = post
    with_letters(desk, EMAIL)
    assert [deliver(sending_to(desk, url)).sent for _ in range(2)] == [1, 0]
    assert len(server.mails) == 1


def test_a_refused_address_fails_for_good_with_its_reason_and_holds_up_no_other(
    desk: Desk,
    post: tuple[Post, str],
) -> None:
    server, url = post
    server.answers["gone@example.org"] = "550 no such user here"
    with_letters(desk, "gone@example.org", EMAIL)
    assert deliver(sending_to(desk, url)) == Delivered(sent=1, failed=1)
    gone, kept = letters(desk)
    assert (gone.status, kept.status) == ("failed", "sent")
    assert "550 no such user here" in gone.error


def test_a_busy_mailbox_is_tried_again_later_and_then_reached(desk: Desk, post: tuple[Post, str]) -> None:
    server, url = post
    server.answers[EMAIL] = "451 try again later"
    with_letters(desk, EMAIL)
    assert deliver(sending_to(desk, url)) == Delivered(failed=1)
    (letter,) = letters(desk)
    assert (letter.status, letter.attempts) == ("queued", 1)
    assert "451" in letter.error
    server.answers.clear()
    with clock.standing_at(MORNING + pause_after(1) - timedelta(seconds=1)):
        assert deliver(sending_to(desk, url)) == Delivered()
    with clock.standing_at(MORNING + pause_after(1)):
        assert deliver(sending_to(desk, url)) == Delivered(sent=1)
    (letter,) = letters(desk)
    assert (letter.status, letter.error) == ("sent", "")


def test_a_message_refused_after_its_data_is_told_apart_too(desk: Desk, post: tuple[Post, str]) -> None:
    server, url = post
    with_letters(desk, EMAIL)
    server.after_data = "451 not now"
    deliver(sending_to(desk, url))
    assert letters(desk)[0].status == "queued"
    server.after_data = "554 policy rejection"
    with clock.standing_at(MORNING + timedelta(hours=1)):
        deliver(sending_to(desk, url))
    assert letters(desk)[0].status == "failed"


def test_the_pauses_grow_to_a_limit_and_the_attempts_end() -> None:
    pauses = [pause_after(attempts) for attempts in range(1, MOST_ATTEMPTS)]
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(minutes=5)
    assert timedelta(days=1) < sum(pauses, timedelta()) < timedelta(days=3)


def test_attempts_end_some_day(desk: Desk, post: tuple[Post, str]) -> None:
    server, url = post
    server.answers[EMAIL] = "451 never"
    with_letters(desk, EMAIL)
    for day in range(2 * MOST_ATTEMPTS):  # there are days off between
        with clock.standing_at(MORNING + timedelta(days=day)):
            deliver(sending_to(desk, url))
    (letter,) = letters(desk)
    assert (letter.status, letter.attempts) == ("failed", MOST_ATTEMPTS)


def test_while_the_server_is_away_letters_wait(desk: Desk) -> None:
    with_letters(desk, EMAIL, EMAIL, EMAIL)
    assert deliver(sending_to(desk, f"smtp://127.0.0.1:{free_port()}")) == Delivered(failed=3)
    assert {(each.status, each.attempts) for each in letters(desk)} == {("queued", 0)}, (
        "no letter is to blame"
    )


def test_two_people_of_one_unit_both_get_the_letter_and_a_refusal_of_one_is_noted(
    desk: Desk,
    post: tuple[Post, str],
) -> None:
    server, url = post
    server.answers["gone@example.org"] = "550 no such user"
    with_letters(desk, f"{EMAIL}, gone@example.org")
    assert deliver(sending_to(desk, url)) == Delivered(sent=1)
    (letter,) = letters(desk)
    assert letter.status == "sent"
    assert "gone@example.org: 550" in letter.error


@pytest.mark.parametrize("address", ["no address", "a@b\nBcc: all@example.org", "@", "甲"])
def test_what_is_no_address_fails_for_good_before_it_reaches_a_server(
    desk: Desk,
    post: tuple[Post, str],
    address: str,
) -> None:
    server, url = post
    with_letters(desk, address, EMAIL)
    assert deliver(sending_to(desk, url)) == Delivered(sent=1, failed=1)
    assert letters(desk)[0].status == "failed"
    assert [mail["To"] for mail in server.mails] == [EMAIL]


def test_a_crash_between_sending_and_noting_it_repeats_the_same_message_id(
    desk: Desk,
    post: tuple[Post, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, url = post
    with_letters(desk, EMAIL)

    def crash(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sending, "mark_sent", crash)
        with pytest.raises(KeyboardInterrupt):
            deliver(sending_to(desk, url))
    assert letters(desk)[0].status == "sending"
    assert deliver(sending_to(desk, url)) == Delivered()  # the lease still runs
    with clock.standing_at(MORNING + sending.LEASE):
        assert deliver(sending_to(desk, url)) == Delivered(sent=1)
    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"]
    (letter,) = letters(desk)
    assert letter.status == "sent"
    assert letter.doubtful_at == MORNING + sending.LEASE
    assert letter.as_json()["perhaps_twice"] is True


def test_of_a_batch_that_broke_off_only_the_letter_that_had_begun_is_doubtful(
    desk: Desk,
    post: tuple[Post, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, url = post
    with_letters(desk, *[EMAIL] * 4)
    marked = sending.mark_sent

    def crash_at_the_third(tx: Tx, letter_id: int, note: str = "") -> None:
        if letter_id == 3:
            raise KeyboardInterrupt
        marked(tx, letter_id, note)

    with monkeypatch.context() as patched:
        patched.setattr(sending, "mark_sent", crash_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            deliver(sending_to(desk, url))
    with clock.standing_at(MORNING + sending.LEASE):
        assert deliver(sending_to(desk, url)) == Delivered(sent=2)
    assert [each.doubtful_at is not None for each in letters(desk)] == [False, False, True, False]
    with desk.reading() as tx:
        assert [each.id for each in outbox.letters(tx, doubtful=True)] == [3]


@pytest.mark.parametrize(("breaks_at", "doubtful"), [("RCPT", False), ("DATA", True)])
def test_a_connection_that_breaks_leaves_a_doubt_only_once_the_words_have_begun_to_leave(
    desk: Desk, post: tuple[Post, str], breaks_at: str, doubtful: bool
) -> None:
    server, url = post
    server.hangs_up_at = breaks_at
    with_letters(desk, EMAIL)
    assert deliver(sending_to(desk, url)) == Delivered(failed=1)
    (letter,) = letters(desk)
    assert (letter.status, letter.attempts, letter.doubtful_at is not None) == ("queued", 1, doubtful)


def test_a_file_that_is_written_again_is_no_doubt(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with_letters(desk, EMAIL)

    def crash(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sending, "mark_written", crash)
        with pytest.raises(KeyboardInterrupt):
            deliver(desk)
    with clock.standing_at(MORNING + sending.LEASE):
        assert deliver(desk) == Delivered(written=1)
    assert letters(desk)[0].doubtful_at is None


def test_a_sender_that_wakes_up_after_its_lease_begins_nothing_any_more(desk: Desk) -> None:
    with_letters(desk, EMAIL)
    with desk.transaction() as tx:
        (first,) = sending.lease(tx, 1)
    with clock.standing_at(MORNING + sending.LEASE), desk.transaction() as tx:
        (second,) = sending.lease(tx, 1)
        assert not sending.begin(tx, first, traceless=False)
        assert sending.begin(tx, second, traceless=False)
        sending.mark_failed(tx, first, "too late", None)
    assert letters(desk)[0].status == "sending"


def test_a_letter_that_breaks_the_sender_holds_up_no_other(
    desk: Desk, post: tuple[Post, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, url = post
    with_letters(desk, EMAIL, EMAIL)
    send = SmtpChannel.send

    def break_at_the_first(self: SmtpChannel, letter: LeasedLetter, *more: Any) -> str:
        if letter.id == 1:
            raise UnicodeError
        return send(self, letter, *more)

    monkeypatch.setattr(SmtpChannel, "send", break_at_the_first)
    assert deliver(sending_to(desk, url)) == Delivered(sent=1, failed=1)
    assert [each.status for each in letters(desk)] == ["queued", "sent"]


def test_a_letter_is_leased_before_the_server_is_spoken_to(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_letters(desk, EMAIL)
    seen: list[str] = []
    monkeypatch.setattr(
        "notifications.channels.files.FileChannel.send", lambda *_: seen.append(letters(desk)[0].status) or ""
    )
    deliver(desk)
    assert seen == ["sending"]


def test_two_desks_never_lease_the_same_letter(desk: Desk) -> None:
    with_letters(desk, *[EMAIL] * 6)
    with desk.transaction() as tx:
        first = sending.lease(tx, 4)
    with desk.transaction() as tx:
        second = sending.lease(tx, 4)
    assert [len(first), len(second)] == [4, 2]
    assert not {each.id for each in first} & {each.id for each in second}


def test_without_a_server_letters_become_files_that_any_mail_program_opens(desk: Desk) -> None:
    with_letters(desk, EMAIL)
    assert deliver(desk) == Delivered(written=1)
    (path,) = (desk.settings.home / "mail").iterdir()
    assert path.name == "00000001-receipt.eml"
    mail = email.message_from_bytes(path.read_bytes(), policy=default)
    assert mail["Subject"] == "标准化奖补申报材料收讫回执（SB-2026-0001） 嵊市监奖收〔2026〕1号"
    assert letters(desk)[0].status == "written"


def test_a_rehearsal_never_speaks_to_a_mail_server(
    rehearsal_desk: Desk,
    post: tuple[Post, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, url = post

    def connect(*_args: object, **_given: object) -> None:
        raise AssertionError("a rehearsal opened a connection")

    monkeypatch.setattr("smtplib.SMTP.__init__", connect)
    monkeypatch.setattr("smtplib.SMTP_SSL.__init__", connect)
    with_letters(rehearsal_desk, EMAIL)
    assert deliver(sending_to(rehearsal_desk, url)) == Delivered(written=1)
    assert not server.mails
    (path,) = (rehearsal_desk.settings.home / "mail").iterdir()
    assert "【演练】" in str(email.message_from_bytes(path.read_bytes(), policy=default)["Subject"])


def test_a_letter_without_an_address_is_not_taken_for_sending(desk: Desk) -> None:
    with_letters(desk, "")
    assert deliver(desk) == Delivered()
    assert letters(desk)[0].status == "no_address"


def test_a_letter_sent_again_goes_to_the_address_known_now_under_the_same_id(desk: Desk) -> None:
    with_letters(desk, "")
    with desk.transaction() as tx:
        tx.session.execute(update(Claim).values(email=EMAIL))
        before = outbox.letter(tx, 1)
        after = dead_letters.requeue(tx, 1)
    assert (before.status, after.status) == ("no_address", "queued")
    assert (after.address, after.message_id) == (EMAIL, before.message_id)
    assert deliver(desk) == Delivered(written=1)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example:2525", Server("mail.example", 2525, False, "", "", "jiangbu@mail.example")),
        (
            "smtps://office%40county.example:p%3Aw@mail.example",
            Server("mail.example", 465, True, "office@county.example", "p:w", "office@county.example"),
        ),
        (
            "smtp://u:p@mail.example/?from=a@b.example",
            Server("mail.example", 25, False, "u", "p", "a@b.example"),
        ),
    ],
)
def test_the_address_of_the_server_tells_all(url: str, server: Server) -> None:
    assert Server.of(url) == server


@pytest.mark.parametrize("url", ["http://mail.example", "mail.example", "smtp://"])
def test_a_wrong_address_of_the_server_says_how_to_write_it(url: str) -> None:
    with pytest.raises(ValueError, match="smtp://user:password@host:port"):
        Server.of(url)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_the_desk_signs_in_where_the_server_asks(desk: Desk) -> None:
    handler, seen = Post(), []

    def authenticate(*args: object) -> AuthResult:
        data = args[-1]
        assert isinstance(data, LoginPassword)
        seen.append((data.login, data.password))
        return AuthResult(success=True)

    asking = {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False}
    with serving(handler, **asking) as port:
        with_letters(desk, EMAIL)
        url = f"smtp://office%40county.example:secret@127.0.0.1:{port}"
        assert deliver(sending_to(desk, url)) == Delivered(sent=1)
    assert seen == [(b"office@county.example", b"secret")]


def test_a_password_is_never_sent_in_the_clear_over_a_network(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = Post()
    monkeypatch.setattr("notifications.channels.smtp.is_loopback", lambda _host: False)
    with serving(handler, auth_require_tls=False) as port:
        with_letters(desk, EMAIL)
        assert deliver(sending_to(desk, f"smtp://u:secret@127.0.0.1:{port}")) == Delivered(failed=1)
    assert "in the clear" in letters(desk)[0].error
    assert not handler.mails


def test_files_are_written_whole_or_not_at_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with_letters(desk, EMAIL)

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert deliver(desk).failed == 1
    assert list(Path(desk.settings.home / "mail").iterdir()) == []
    assert letters(desk)[0].status == "queued"
