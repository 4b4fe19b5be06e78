"""The county's wording: put into use whole or not at all, every version kept, and what letters are made from known."""

import io
from pathlib import Path

import pytest
from letter_world import add_claim, submit
from pypdf import PdfReader
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from claims.desk import Desk, Tx
from claims.errors import BadValue, NotAllowed
from claims.letters import wordings
from claims.letters.wordings import COUNTY, PACKAGED, UnknownWording, WordingMoved
from claims.models import EventRow, Letter, WordingVersion
from notifications.derive import derive
from notifications.preview import preview, preview_paper
from notifications.templating.changes import (
    WordingRefused,
    WordingUnchanged,
    check,
    draft_of,
    go_back,
    put_into_use,
)
from notifications.templating.facts import LETTERS, UnknownLetterKind
from notifications.templating.in_use import templates_in_use
from notifications.templating.overview import kinds_of_letters
from notifications.templating.templates import packaged
from states.facts import Actor
from states.stages import Role

GUO = Actor("guo", frozenset({Role.ADMINISTRATOR}))
OURS = "本局收到贵单位材料，将于{{ answer_by | deadline }}前告知结果。特此告知。"


def receipt(body: str = OURS) -> str:
    return f"{{% block subject %}}收件回执{{% endblock %}}\n{{% block body %}}\n{body}\n{{% endblock %}}\n"


def change(tx: Tx, body: str = OURS, *, seen: int | None = None, reason: str = "统一用语") -> int:
    done = put_into_use(tx, "receipt", receipt(body), seen=seen, actor=GUO, reason=reason)
    return done.kept.version.number


def test_a_wording_put_into_use_is_that_of_mail_html_and_paper(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_claim(tx, 1)
        submit(tx, number)
        assert change(tx) == 1
    derive(desk)
    with desk.reading() as tx:
        letter = tx.session.scalars(select(Letter).where(Letter.kind == "receipt")).one()
        pages = PdfReader(io.BytesIO(preview_paper(tx, "receipt", number))).pages
    said = "".join("".join(page.extract_text().split()) for page in pages)
    assert letter.subject.startswith("收件回执")
    for form in (letter.text, letter.html, said):
        assert "将于2026年3月16日前告知结果" in form
    assert letter.template_hash != packaged("receipt").hash
    assert letter.template_version == f"county:1:{wordings.digest(receipt())}"


def test_a_broken_wording_is_refused_and_what_was_in_use_stays(desk: Desk) -> None:
    with desk.transaction() as tx:
        change(tx)
    with desk.transaction() as tx, pytest.raises(WordingRefused) as refused:
        change(tx, "已收到{{ adressee }}，{{ on }}。")
    assert "第 3 行：本函件没有名为 adressee 的内容，是否为 addressee？" in refused.value.message("zh")
    assert "Line 3: Here" in refused.value.message("en") or "Line 3: In a letter" in refused.value.message(
        "en"
    )
    with desk.reading() as tx:
        assert templates_in_use(tx)["receipt"].text == receipt()
        assert [each.version.number for each in wordings.versions_of(tx, "receipt")] == [1]


def test_every_version_is_kept_with_who_when_and_why(desk: Desk) -> None:
    with desk.transaction() as tx:
        change(tx)
        change(tx, f"{OURS}请留意。", reason="  加一句提示  ")
        now = tx.now
    with desk.reading() as tx:
        newest, first = wordings.versions_of(tx, "receipt")
        events = list(tx.session.scalars(select(EventRow).where(EventRow.stream == "wording/receipt")))
    assert (newest.version.number, newest.author, newest.reason, newest.at) == (2, "guo", "加一句提示", now)
    assert first.text == receipt()
    assert first.version.sha256 == wordings.digest(receipt())
    assert [each.trigger for each in events] == ["wording_changed"] * 2
    assert f'"replaced":{{"number":1,"sha256":"{first.version.sha256}","source":"county"}}' in events[1].data


def test_going_back_is_a_version_like_any(desk: Desk) -> None:
    with desk.transaction() as tx:
        change(tx)
        change(tx, f"{OURS}请留意。")
        back = go_back(tx, "receipt", 1, seen=2, actor=GUO, reason="恢复原文")
        assert (back.kept.version.number, back.kept.text) == (3, receipt())
        own = go_back(tx, "receipt", 0, seen=3, actor=GUO, reason="用程序自带文字")
        assert (own.kept.version.number, own.kept.version.source) == (4, PACKAGED)
        in_use = templates_in_use(tx)["receipt"]
        assert (in_use.text, in_use.version.source, in_use.version.number) == (
            packaged("receipt").text,
            PACKAGED,
            4,
        )
        again = go_back(tx, "receipt", 3, seen=4, actor=GUO, reason="再用县级文字")
        assert (again.kept.version.number, again.kept.version.source) == (5, COUNTY)
        with pytest.raises(UnknownWording):
            go_back(tx, "receipt", 9, seen=5, actor=GUO, reason="没有这一版")


def test_of_two_administrators_the_second_is_told_and_overwrites_nothing(desk: Desk) -> None:
    with desk.transaction() as tx:
        change(tx, seen=0)
    with desk.transaction() as tx, pytest.raises(WordingMoved) as refused:
        change(tx, f"{OURS}请留意。", seen=0)
    assert "guo 改为第 1 版（您看到的是第 0 版）" in refused.value.message()
    assert refused.value.status == 409


@pytest.mark.parametrize(
    ("actor", "reason", "refusal"),
    [
        (Actor("tang", frozenset({Role.AUDITOR, Role.COORDINATOR})), "有理由", NotAllowed),
        (GUO, "  ", BadValue),
    ],
)
def test_only_an_administrator_changes_wording_and_says_why(
    desk: Desk, actor: Actor, reason: str, refusal: type[Exception]
) -> None:
    with desk.transaction() as tx, pytest.raises(refusal):
        put_into_use(tx, "receipt", receipt(), seen=0, actor=actor, reason=reason)


def test_what_is_in_use_already_is_not_put_into_use_again(desk: Desk) -> None:
    with desk.transaction() as tx:
        change(tx)
        with pytest.raises(WordingUnchanged):
            change(tx, f"{OURS}  ")
        with pytest.raises(WordingUnchanged):
            go_back(tx, "payment", 0, seen=0, actor=GUO, reason="已在使用")
        with pytest.raises(UnknownLetterKind):
            put_into_use(tx, "love_letter", receipt(), seen=0, actor=GUO, reason="没有这种函件")


def test_versions_can_neither_be_altered_nor_removed(desk: Desk) -> None:
    with desk.transaction() as tx:
        change(tx)
    for statement in (
        "UPDATE wording_version SET text = 'x'",
        "DELETE FROM wording_version",
        "INSERT OR REPLACE INTO wording_version SELECT * FROM wording_version",
    ):
        with desk.transaction() as tx, pytest.raises(IntegrityError, match="append only"):
            tx.session.execute(text(statement))


def test_a_file_in_the_data_folder_changes_no_letter_by_itself(desk: Desk) -> None:
    folder = desk.settings.wording_folder
    folder.mkdir()
    Path(folder, "receipt.jinja").write_text(receipt(), encoding="utf-8")
    with desk.transaction() as tx:
        number = add_claim(tx, 1)
        assert "本局收到贵单位材料" not in preview(tx, "receipt", number).text


def test_a_draft_is_seen_with_a_real_claim_and_changes_nothing(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_claim(tx, 1)
    with desk.reading() as tx:
        draft = draft_of(tx, "receipt", receipt())
        assert "前告知结果" in preview(tx, "receipt", number, draft).text
        assert preview_paper(tx, "receipt", number, draft).startswith(b"%PDF")
        assert "前告知结果" not in preview(tx, "receipt", number).text
        assert {each.code for each in check(tx, "receipt", receipt())} == {"left_out"}


def test_a_letter_is_tried_first_with_claims_that_have_had_one(desk: Desk) -> None:
    with desk.transaction() as tx:
        first, second, third = (add_claim(tx, serial) for serial in (1, 2, 3))
        submit(tx, second)
    derive(desk)
    with desk.reading() as tx:
        assert wordings.claims_to_try(tx, "receipt") == (second, third, first)
        assert wordings.claims_to_try(tx, "payment", limit=1) == (third,)


def test_letters_are_listed_in_the_order_of_the_events_that_make_them(desk: Desk) -> None:
    with desk.reading() as tx:
        listed = [each.kind for each in kinds_of_letters(tx)]
    assert listed[:3] == ["receipt", "acceptance", "departments_cleared"]
    assert sorted(listed) == sorted(LETTERS)


def stored(tx: Tx, text: str) -> None:
    """A version as an earlier program would have let it pass."""
    tx.session.add(
        WordingVersion(
            kind="receipt",
            number=1,
            source="county",
            text=text,
            sha256=wordings.digest(text),
            author="guo",
            reason="早先的文字",
            at=tx.now,
        )
    )


def test_a_version_that_fits_the_program_no_longer_is_set_aside_and_administrators_are_told_once(
    desk: Desk,
) -> None:
    with desk.transaction() as tx:
        stored(tx, receipt("编号{{ receipt_number }}。"))
        submit(tx, add_claim(tx, 1))
        submit(tx, add_claim(tx, 2))
    for _ in range(3):
        derive(desk)
    with desk.transaction() as tx:
        letters = list(tx.session.scalars(select(Letter).order_by(Letter.id)))
        (aside,) = templates_in_use(tx).set_aside
        (row,) = [each for each in kinds_of_letters(tx) if each.set_aside]
        own = [each for each in letters if each.kind == "receipt"]
        assert [each.template_hash for each in own] == [packaged("receipt").hash] * 2
        told = [each for each in letters if each.kind == "wording_set_aside"]
        assert len(told) == 1
        assert "标准化奖补申报材料收讫回执”（第1版）" in told[0].text
        assert "第 3 行：本函件没有名为 receipt_number 的内容" in told[0].text
        assert (aside.kind, aside.number, row.kind, row.version.source) == ("receipt", 1, "receipt", PACKAGED)
        go_back(tx, "receipt", 0, seen=1, actor=GUO, reason="用程序自带文字")
        assert templates_in_use(tx).set_aside == ()
