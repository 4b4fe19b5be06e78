"""Letters are kept for ever: append only, vouched for by the log, carried by backups, and whatever is altered shows."""

from dataclasses import replace
from pathlib import Path

import pytest
import world
from databases import SECRET, sqlite_url
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from claims.desk import Desk, open_desk
from claims.errors import BackupInconsistent, DatabaseNotReady
from claims.keeping.backup import back_up
from claims.keeping.restore import restore
from claims.letters import kept
from claims.letters.kept import FairCopy, Form
from claims.models import EventRow, LetterCopy, OwedLetters
from claims.trail import audit
from claims.trail.copies import as_attached
from config.settings import Settings
from notifications.derive import derive
from states.stages import Stage

MAIL = b"Subject: =?utf-8?b?5Zue5omn?=\r\n\r\n\x00\xff" * 900
PAPER = b"%PDF-1.7 \x00\x80\xff"


def with_a_letter(desk: Desk) -> None:
    with desk.transaction() as tx:
        world.bring_to(tx, Stage.SUBMITTED)
    assert derive(desk) >= 1


def keep(desk: Desk, *copies: FairCopy) -> None:
    with desk.transaction() as tx:
        kept.keep(tx, copies)


def with_a_kept_letter(desk: Desk) -> None:
    with_a_letter(desk)
    keep(desk, FairCopy(1, Form.MAIL, MAIL), FairCopy(1, Form.PAPER, PAPER))


def tampered(desk: Desk, *statements: str) -> None:
    """What somebody with the database in hand may do, once they have taken the triggers away."""
    with desk.engine.begin() as connection:
        for trigger in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER letter_copy_no_{trigger}"))
        for statement in statements:
            connection.execute(text(statement))


def problems(desk: Desk) -> list[str]:
    with desk.reading() as tx:
        return [f"{each.stream}: {each.problem}" for each in audit.verify(tx).problems]


def test_what_is_kept_is_given_back_to_the_byte(desk: Desk) -> None:
    with_a_kept_letter(desk)
    with desk.reading() as tx:
        assert kept.content(tx, Form.MAIL, 1) == MAIL
        assert kept.content(tx, Form.PAPER, 1) == PAPER
        assert kept.content(tx, Form.PAPER, 2) is None
        (found,) = kept.kept(tx, (1, 2)).values()
    assert found[Form.PAPER].size == len(PAPER)
    assert found[Form.MAIL].template_version.startswith("packaged")
    assert problems(desk) == []


def test_a_mail_is_given_back_with_the_paper_that_it_carried_and_takes_no_room_for_it(
    sqlite_desk: Desk,
) -> None:
    with_a_letter(sqlite_desk)
    paper = PAPER * 3_000
    mail = b"Content-Type: application/pdf\r\n\r\n" + as_attached(paper) + b"--\r\n"
    keep(sqlite_desk, FairCopy(1, Form.PAPER, paper), FairCopy(1, Form.MAIL, mail))
    with sqlite_desk.reading() as tx:
        assert kept.content(tx, Form.MAIL, 1) == mail
        stored = tx.session.scalars(select(LetterCopy.content).where(LetterCopy.form == "mail")).one()
    assert len(stored) < 60
    assert problems(sqlite_desk) == []
    tampered(sqlite_desk, "UPDATE letter_copy SET content = x'00' WHERE form = 'paper'")
    assert len(problems(sqlite_desk)) == 2


def test_what_is_kept_stays_whatever_comes_later(desk: Desk) -> None:
    with_a_kept_letter(desk)
    keep(desk, FairCopy(1, Form.MAIL, b"another"))
    with desk.reading() as tx:
        assert kept.content(tx, Form.MAIL, 1) == MAIL
        told = tx.session.scalars(select(EventRow).where(EventRow.trigger == "letters_kept")).all()
    assert len(told) == 1


def test_a_kept_letter_is_neither_changed_nor_removed_nor_replaced(desk: Desk) -> None:
    with_a_kept_letter(desk)
    for statement in (
        "UPDATE letter_copy SET sha256 = 'x'",
        "DELETE FROM letter_copy",
        "TRUNCATE letter_copy"
        if desk.engine.dialect.name == "postgresql"
        else "INSERT OR REPLACE INTO letter_copy SELECT * FROM letter_copy",
    ):
        with pytest.raises(IntegrityError, match="append only"), desk.engine.begin() as connection:
            connection.execute(text(statement))


def test_keeping_a_letter_owes_nobody_a_letter(sqlite_desk: Desk) -> None:
    with_a_kept_letter(sqlite_desk)
    with sqlite_desk.reading() as tx:
        assert tx.session.scalar(select(func.count()).select_from(OwedLetters)) == 0


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE letter_copy SET content = x'00' WHERE form = 'paper'", "the paper of letter 1 is not what"),
        ("UPDATE letter_copy SET sha256 = 'x' WHERE form = 'mail'", "the mail of letter 1 is not what"),
        ("DELETE FROM letter_copy WHERE form = 'mail'", "the mail of letter 1 is in the log but not kept"),
    ],
)
def test_verification_finds_a_kept_letter_that_was_altered(
    sqlite_desk: Desk, statement: str, says: str
) -> None:
    with_a_kept_letter(sqlite_desk)
    tampered(sqlite_desk, statement)
    (problem,) = problems(sqlite_desk)
    assert says in problem


def test_verification_finds_a_letter_that_was_replaced_with_its_digest(sqlite_desk: Desk) -> None:
    with_a_kept_letter(sqlite_desk)
    another = replace(FairCopy(1, Form.PAPER, b"forged"))
    row = kept._row(another, "packaged", None)
    tampered(
        sqlite_desk,
        f"UPDATE letter_copy SET content = x'{row['content'].hex()}', sha256 = '{row['sha256']}' WHERE form = 'paper'",
    )
    (problem,) = problems(sqlite_desk)
    assert "the paper of letter 1 is not what was kept" in problem


def test_verification_finds_a_letter_that_the_log_knows_nothing_of(sqlite_desk: Desk) -> None:
    with_a_letter(sqlite_desk)
    row = kept._row(FairCopy(1, Form.PAPER, b"slipped in"), "packaged", None)
    with sqlite_desk.transaction() as tx:
        tx.session.add(LetterCopy(**row))
    (problem,) = problems(sqlite_desk)
    assert "kept but not in the log" in problem


def test_a_damaged_copy_is_shown_to_nobody(sqlite_desk: Desk) -> None:
    with_a_kept_letter(sqlite_desk)
    tampered(sqlite_desk, "UPDATE letter_copy SET content = x'00'")
    with sqlite_desk.reading() as tx:
        assert kept.contents(tx, Form.MAIL, (1,)) == {}
        with pytest.raises(DatabaseNotReady, match="audit verify"):
            kept.content(tx, Form.MAIL, 1)


def test_a_backup_carries_kept_letters_from_sqlite_to_postgresql(
    sqlite_desk: Desk, postgres_settings: Settings, tmp_path: Path
) -> None:
    carried(sqlite_desk, replace(postgres_settings, home=tmp_path / "there"))


def test_a_backup_carries_kept_letters_from_postgresql_to_sqlite(postgres_desk: Desk, tmp_path: Path) -> None:
    carried(postgres_desk, Settings(tmp_path / "there", sqlite_url(tmp_path / "there.db"), SECRET))


def carried(desk: Desk, there: Settings) -> None:
    with_a_kept_letter(desk)
    done = back_up(desk, desk.settings.home / "backup.tar")
    assert restore(there, done.path).problems == ()
    with open_desk(there) as copy, copy.reading() as tx:
        assert kept.content(tx, Form.MAIL, 1) == MAIL
        assert kept.content(tx, Form.PAPER, 1) == PAPER


def test_a_backup_with_an_altered_letter_is_not_restored(sqlite_desk: Desk, tmp_path: Path) -> None:
    with_a_kept_letter(sqlite_desk)
    tampered(sqlite_desk, "UPDATE letter_copy SET content = x'00'")
    done = back_up(sqlite_desk, tmp_path / "backup.tar")
    there = Settings(tmp_path / "there", sqlite_url(tmp_path / "there.db"), SECRET)
    with pytest.raises(BackupInconsistent, match="of letter 1"):
        restore(there, done.path)
