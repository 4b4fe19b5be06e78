"""A letter leaves as it is kept: paper and mail are made once, and never again whatever has changed since."""

import email
import hashlib
from dataclasses import replace
from email.policy import default
from pathlib import Path

import pytest
from letter_world import EMAIL, MORNING, add_claim, submit
from post_office import with_letters
from sqlalchemy import update

from claims import clock
from claims.desk import Desk
from claims.letters import dead_letters, kept, outbox, sending
from claims.letters.kept import Form
from claims.models import Claim, Letter
from notifications import copies
from notifications.archive import archived, file_of
from notifications.copies import set_papers
from notifications.delivery import Delivered, deliver
from notifications.derive import derive
from notifications.preview import preview_paper


def content(desk: Desk, form: Form, letter: int = 1) -> bytes:
    with desk.reading() as tx:
        return kept.content(tx, form, letter) or b""


def written(desk: Desk) -> list[bytes]:
    return [path.read_bytes() for path in sorted((desk.settings.home / "mail").iterdir())]


def sent_again(desk: Desk) -> None:
    with desk.transaction() as tx:
        dead_letters.requeue(tx, 1)
    assert deliver(desk) == Delivered(written=1)


def test_what_leaves_is_what_is_kept_and_carries_the_paper(desk: Desk) -> None:
    with_letters(desk, EMAIL)
    deliver(desk)
    (left,) = written(desk)
    assert left == content(desk, Form.MAIL)
    mail = email.message_from_bytes(left, policy=default)
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "嵊市监奖收〔2026〕1号.pdf"
    assert attached.get_content() == content(desk, Form.PAPER)
    assert attached.get_content().startswith(b"%PDF")


def test_the_mail_bears_number_and_code_in_its_subject_and_its_words(desk: Desk) -> None:
    with_letters(desk, EMAIL)
    deliver(desk)
    with desk.reading() as tx:
        whole = archived(tx, 1)
    mail = email.message_from_bytes(content(desk, Form.MAIL), policy=default)
    assert mail["Subject"].endswith("嵊市监奖收〔2026〕1号")
    text = mail.get_body(("plain",))
    assert text is not None
    assert "嵊市监奖收〔2026〕1号" in text.get_content()
    assert f"核验码 {whole.check_code}" in text.get_content()
    assert whole.letter.text == text.get_content().replace("\r\n", "\n")


def test_a_letter_is_kept_before_it_leaves(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with_letters(desk, EMAIL)
    seen: list[bool] = []
    monkeypatch.setattr(
        "notifications.channels.files.FileChannel.send",
        lambda _self, _letter, left: seen.append(left == content(desk, Form.MAIL)) or "",
    )
    deliver(desk)
    assert seen == [True]


def test_a_letter_sent_again_is_the_same_bytes_whatever_has_changed_since(desk: Desk) -> None:
    with_letters(desk, EMAIL)
    deliver(desk)
    (first,) = written(desk)
    with desk.transaction() as tx:
        tx.session.execute(update(Claim).values(email="new@example.org"))
        tx.session.execute(update(Letter).values(subject="another", text="other words", html="other"))
    sent_again(replace(desk, settings=replace(desk.settings, public_url="https://new.example.org")))
    assert written(desk) == [first]
    assert b"Message-ID" in first


def test_what_anybody_reads_of_a_letter_is_what_is_kept(desk: Desk) -> None:
    with_letters(desk, EMAIL)
    with desk.reading() as tx:
        before = archived(tx, 1)
    deliver(desk)
    with desk.transaction() as tx:
        tx.session.execute(update(Letter).values(text="other words", html="other"))
    with desk.reading() as tx:
        after = archived(tx, 1)
        assert after.letter.text == before.letter.text
        assert after.letter.html == f"{before.letter.html}\n"
        name, paper = file_of(tx, 1, Form.PAPER) or ("", b"")
        assert preview_paper(tx, "receipt", "SB-2026-0001") == paper
    assert name == "嵊市监奖收〔2026〕1号.pdf"
    told = {each["form"]: each["sha256"] for each in after.as_json()["copies"]}
    assert told["paper"] == hashlib.sha256(paper).hexdigest()


def test_a_letter_without_an_address_is_put_on_paper_all_the_same(desk: Desk) -> None:
    with_letters(desk, "")
    assert deliver(desk) == Delivered()
    assert set_papers(desk) == 1
    assert set_papers(desk) == 0
    assert content(desk, Form.PAPER).startswith(b"%PDF")
    assert content(desk, Form.MAIL) == b""


def test_a_name_that_no_font_holds_delays_no_mail_and_its_paper_comes_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk.transaction() as tx:
        submit(tx, add_claim(tx, 1, unit_name="嵊泗𠮷水产"))
    derive(desk)
    assert deliver(desk) == Delivered(written=1)
    set_papers(desk)
    with desk.reading() as tx:
        assert "𠮷" in archived(tx, 1).unset
    assert content(desk, Form.PAPER) == b""
    monkeypatch.setattr(copies, "pdf", lambda *_: b"%PDF set in the county's font")
    set_papers(desk)
    assert content(desk, Form.PAPER).startswith(b"%PDF")
    with desk.reading() as tx:
        assert archived(tx, 1).unset == ""


def test_a_file_that_is_no_font_delays_no_mail(desk: Desk) -> None:
    with_letters(desk, EMAIL)
    desk.settings.fonts_folder.mkdir()
    Path(desk.settings.fonts_folder / "仿宋.ttf").write_bytes(b"no font")
    assert deliver(desk) == Delivered(written=1)
    with desk.reading() as tx:
        assert "仿宋.ttf" in archived(tx, 1).unset


def test_a_sender_that_comes_second_sends_what_the_first_has_kept(desk: Desk) -> None:
    with_letters(desk, EMAIL)
    with desk.transaction() as tx:
        sending.lease(tx, 1)
    deliver(desk)
    with clock.standing_at(MORNING + sending.LEASE):
        assert deliver(desk) == Delivered(written=1)
        sent_again(desk)
    assert len(set(written(desk))) == 1


def test_where_papers_are_not_wanted_the_mail_leaves_alone(desk: Desk) -> None:
    made_up = replace(desk, settings=replace(desk.settings, papers=False))
    with_letters(made_up, EMAIL)
    deliver(made_up)
    with desk.reading() as tx:
        assert set(archived(tx, 1).copies) == {Form.MAIL}
        assert outbox.letter(tx, 1).document_number == "嵊市监奖收〔2026〕1号"
