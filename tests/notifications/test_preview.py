"""A letter can be seen before it is sent, drawn from a real claim."""

import io

import pytest
from letter_world import add_claim, happen, submit
from pypdf import PdfReader
from sqlalchemy import func, select

from claims.desk import Desk, Tx
from claims.errors import UnknownClaim
from claims.models import Letter, OwedLetters
from notifications.derive import derive
from notifications.preview import KINDS, UnknownLetterKind, preview, preview_paper
from states.stages import Role, Stage


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_previewed_for_a_claim_that_has_not_come_so_far(desk: Desk, kind: str) -> None:
    with desk.transaction() as tx:
        number = add_claim(tx, 1)
        submit(tx, number)
    with desk.reading() as tx:
        written = preview(tx, kind, number.lower())
    assert written.text
    assert "None" not in written.text


def test_a_preview_of_what_has_happened_is_the_letter_itself(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_claim(tx, 1, stage=Stage.MARKET_SUPERVISION_REVIEW)
        data = {"clause": "the clause", "due_on": "2026-04-20", "due_provisional": False}
        happen(tx, number, "reject", Stage.REJECTED, role=Role.REVIEWER, reason="排名不符", data=data)
    with desk.reading() as tx:
        text = preview(tx, "refusal", number).text
    assert "排名不符" in text
    assert "2026年4月20日" in text


def test_a_preview_leaves_no_trace(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_claim(tx, 1)
    with desk.reading() as tx:
        owed = tx.session.scalar(select(func.count()).select_from(OwedLetters))
        preview(tx, "payment", number)
        assert tx.session.scalar(select(func.count()).select_from(Letter)) == 0
        assert tx.session.scalar(select(func.count()).select_from(OwedLetters)) == owed


def test_an_unknown_kind_names_those_there_are(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_claim(tx, 1)
    with desk.reading() as tx, pytest.raises(UnknownLetterKind, match="receipt"):
        preview(tx, "love_letter", number)


def test_a_claim_that_is_not_there_cannot_be_previewed(desk: Desk) -> None:
    with desk.reading() as tx, pytest.raises(UnknownClaim):
        preview(tx, "receipt", "SB-1999-0001")


def _paper(tx: Tx, kind: str, number: str) -> str:
    pages = PdfReader(io.BytesIO(preview_paper(tx, kind, number))).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_previewed_on_paper(desk: Desk, kind: str) -> None:
    with desk.transaction() as tx:
        number = add_claim(tx, 1)
    with desk.reading() as tx:
        said = _paper(tx, kind, number)
    assert "嵊泗县市场监督管理局" in said
    assert "（样稿，未编号）" in said
    assert "印发" in said


def test_the_paper_of_a_queued_letter_bears_its_document_number(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_claim(tx, 1)
        submit(tx, number)
    derive(desk)
    with desk.reading() as tx:
        said = _paper(tx, "receipt", number)
    assert "嵊市监奖收〔2026〕1号" in said
    assert f"（申报编号：{number}）" in said


def test_the_paper_of_a_rehearsal_says_so(rehearsal_desk: Desk) -> None:
    with rehearsal_desk.transaction() as tx:
        number = add_claim(tx, 1)
    with rehearsal_desk.reading() as tx:
        assert _paper(tx, "receipt", number).startswith("【演练】")
