"""The public page on which anybody finds out whether a letter is genuine."""

import re

import pytest
import world
from sqlalchemy import select
from visitors import SignIn, Visitor

from claims.desk import Desk
from claims.letters import kept
from claims.letters.codes import grouped
from claims.letters.kept import Form
from claims.letters.outbox import LetterStatus
from claims.models import DocumentNumber, Letter
from notifications.round import run_round
from states.stages import Stage
from web.app import create_app


@pytest.fixture
def letter(rehearsal_desk: Desk) -> int:
    """A receipt that has left."""
    with rehearsal_desk.transaction() as tx:
        world.bring_to(tx, Stage.SUBMITTED, world.FORM)
    run_round(rehearsal_desk)
    with rehearsal_desk.reading() as tx:
        return tx.session.scalars(select(Letter.id).where(Letter.kind == "receipt")).one()


def code_of(desk: Desk, letter: int) -> str:
    with desk.reading() as tx:
        return grouped(tx.session.get_one(DocumentNumber, letter).check_code or "")


def paper_of(desk: Desk, letter: int) -> bytes:
    with desk.reading() as tx:
        return kept.content(tx, Form.PAPER, letter) or b""


def upload(visitor: Visitor, code: str, content: bytes) -> str:
    answer = visitor.post(f"/check/{code}", files={"file": ("letter.pdf", content, "application/pdf")})
    assert answer.status_code == 200
    return answer.text


def test_a_right_code_confirms_number_day_title_and_addressee(
    passer_by: Visitor, rehearsal_desk: Desk, letter: int
) -> None:
    code = code_of(rehearsal_desk, letter)
    page = passer_by.read(f"/check/{code}")
    for words in (
        "函件属实：由嵊泗县市场监督管理局发出",
        "嵊市监奖收〔2025〕1号",
        "标准化奖补申报材料收讫回执",
        "2025年3月10日",
        world.INSTITUTE[0],
        code,
    ):
        assert words in page, words
    assert "Genuine: sent by" in passer_by.read(f"/check/{code}?lang=en")


def test_the_page_tells_nothing_of_any_person(passer_by: Visitor, rehearsal_desk: Desk, letter: int) -> None:
    page = passer_by.get(f"/check/{code_of(rehearsal_desk, letter)}").text
    form = world.FORM
    for private in (form.contact, form.phone, form.email, form.account, form.account[-4:], form.bank):
        assert private not in page


def test_a_code_is_looked_up_however_it_is_typed(
    passer_by: Visitor, rehearsal_desk: Desk, letter: int
) -> None:
    code = code_of(rehearsal_desk, letter)
    answer = passer_by.get("/check", params={"code": f" {code.lower().replace('-', ' ')} "})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/check/{code}")


def test_an_unknown_code_gets_a_clear_answer(passer_by: Visitor, letter: int) -> None:
    answer = passer_by.get("/check/0000-0000-0000")
    assert answer.status_code == 404
    assert "没有核验码为 0000-0000-0000 的函件" in answer.text
    assert "No letter bears the code" in passer_by.get("/check/0000-0000-0000?lang=en").text


@pytest.mark.parametrize("typed", ["1", "嵊市监奖收〔2025〕1号", "<b>7K3M</b>"])
def test_what_is_no_code_is_told_from_an_unknown_one(passer_by: Visitor, typed: str) -> None:
    answer = passer_by.get("/check", params={"code": typed})
    assert answer.status_code == 422
    assert "核验码为 12 位数字和字母" in answer.text
    assert "<b>7K3M</b>" not in answer.text


def test_the_pdf_that_was_sent_is_told_from_any_other(
    passer_by: Visitor, rehearsal_desk: Desk, letter: int
) -> None:
    code, paper = code_of(rehearsal_desk, letter), paper_of(rehearsal_desk, letter)
    assert "文件一致" in upload(passer_by, code, paper)
    assert "文件不一致" in upload(passer_by, code, paper + b"\n")
    assert "文件" in upload(passer_by, code, b"")


def test_the_digest_of_the_pdf_is_shown_whole(passer_by: Visitor, rehearsal_desk: Desk, letter: int) -> None:
    page = passer_by.get(f"/check/{code_of(rehearsal_desk, letter)}").text
    with rehearsal_desk.reading() as tx:
        digest = kept.kept(tx, (letter,))[letter][Form.PAPER].sha256
    assert re.findall(r"[0-9a-f]{64}", page) == [digest]


def test_the_desk_does_not_stand_for_a_letter_that_was_stopped_before_it_left(
    passer_by: Visitor, rehearsal_desk: Desk, letter: int
) -> None:
    code = code_of(rehearsal_desk, letter)
    with rehearsal_desk.transaction() as tx:
        row = tx.session.get_one(Letter, letter)
        row.status, row.sent_at = str(LetterStatus.HELD), None
    assert passer_by.get(f"/check/{code}").status_code == 404


def test_whoever_tries_codes_is_slowed_down(rehearsal_desk: Desk) -> None:
    visitor = Visitor(create_app(rehearsal_desk))
    answers = [visitor.get(f"/check/0000-0000-{number:04}").status_code for number in range(31)]
    assert answers == [404] * 30 + [429]
    assert visitor.get("/check").status_code == 200


def test_passers_by_find_the_page(passer_by: Visitor, sign_in: SignIn) -> None:
    assert 'href="/check"' in passer_by.get("/").text
    assert 'href="/check"' in sign_in("lin").get("/notices").text
