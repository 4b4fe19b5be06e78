"""Official lists where people and programs find them: the same rows, sum and digest, for those who may have them."""

import io
from urllib.parse import quote

import openpyxl
import pytest
import world
from fastapi import FastAPI
from programs import program
from pypdf import PdfReader
from test_office_pages import at_payout
from visitors import SignIn, Visitor

from claims.desk import Desk
from claims.letters import outbox
from claims.lists.awards import notice_list
from notifications.derive import derive
from states.stages import Stage

SUM = "共1件，合计100,000元（人民币壹拾万元整）"


def _said(answer: object, form: str) -> str:
    """What a file says, without spaces."""
    content = answer.content  # type: ignore[attr-defined]
    if form == "pdf":
        return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return "".join(
        "".join(str(cell.value).split()) for row in sheet.iter_rows() for cell in row if cell.value
    )


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
def test_everybody_may_have_the_published_list_and_only_that(
    rehearsal_desk: Desk, sign_in: SignIn, passer_by: Visitor, form: str
) -> None:
    (number,) = at_payout(rehearsal_desk)
    link = f"/notice/2025/list.{form}?ref={quote(world.MINUTES)}"
    assert link in passer_by.get("/notice/2025").text
    said = _said(passer_by.get(link), form)
    with rehearsal_desk.reading() as tx:
        found = notice_list(tx, world.MINUTES)
    for text in (number, SUM, found.sha256, "【演练】"):
        assert text in said
    assert "201000123456789012" not in said
    for wrong in (f"/notice/2024/list.{form}?ref={world.MINUTES}", f"/notice/2025/list.{form}?ref=none"):
        assert passer_by.get(wrong).status_code == 404
    office = sign_in("sun").get(f"/resolution/list.{form}?ref={world.MINUTES}")
    assert office.headers["content-disposition"].startswith("attachment")
    assert SUM in _said(office, form)
    assert passer_by.get("/notice/2025/list.docx?ref=x").status_code in {404, 422}


def test_the_payout_list_has_accounts_for_finance_alone(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    at_payout(rehearsal_desk)
    url = sign_in("feng").post("/payouts", {"cycle": "2025"}).headers["location"]
    sign_in("deng").post(f"{url}/release")
    finance, onlooker = (_said(sign_in(name).get(f"{url}/list.pdf"), "pdf") for name in ("feng", "tang"))
    assert world.FORM.account in finance
    assert world.FORM.account not in onlooker
    assert f"{url}/list.pdf" in sign_in("tang").get(url).text


def test_a_township_finds_its_lists_on_its_page_and_no_other_ones(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    with rehearsal_desk.transaction() as tx:
        number = world.bring_to(tx, Stage.SUBMITTED)
    visitor = sign_in("zhou")
    page = visitor.get("/township/units").text
    for kind in ("filed", "unfiled"):
        assert f"/township/{kind}.xlsx?year=2025" in page
    assert number in _said(visitor.get("/township/filed.xlsx?year=2025"), "xlsx")
    assert number not in _said(sign_in("wu").get("/township/filed.xlsx?year=2025"), "xlsx")
    assert visitor.get("/township/filed.xlsx?year=1999").status_code == 404


def test_the_coordinator_convenes_the_body_from_the_agenda(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    with rehearsal_desk.transaction() as tx:
        world.bring_to(tx, Stage.COORDINATION_APPROVAL)
    visitor = sign_in("xu")
    typed = {"sits_on": "2025-03-12", "begins": "14:30", "place": "县行政中心"}
    refused = visitor.post("/agenda/2025/sitting", typed | {"place": ""})
    assert refused.status_code == 422
    assert 'value="14:30"' in refused.text, "what was typed is still there"
    assert "议程已生成" in visitor.post("/agenda/2025/sitting", typed).text
    derive(rehearsal_desk)
    with rehearsal_desk.reading() as tx:
        (letter,) = outbox.letters(tx, kind="meeting_agenda")
        assert "2025年3月12日14:30在县行政中心" in outbox.letter(tx, letter.id).text


def test_programs_get_the_lists_that_their_user_may_have(rehearsal_desk: Desk, app: FastAPI) -> None:
    at_payout(rehearsal_desk)
    office = program(app, rehearsal_desk, "sun")
    for path in (
        f"/resolutions/{world.MINUTES}/list",
        f"/resolutions/{world.MINUTES}/notice",
        "/townships/菜园镇/filed?cycle=2025",
    ):
        answer = office.call("GET", path)
        assert answer.status_code == 200, answer.text
        assert "合计100,000元" in _said(answer, "xlsx")
    assert office.refused("GET", "/resolutions/none/list")[0] == 404
