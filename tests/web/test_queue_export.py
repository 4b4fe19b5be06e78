"""The queue taken along as a file: what the page shows, all of it, safe to open, and noted."""

import csv
import io
import json

import openpyxl
import pytest
import world
from fastapi import FastAPI
from programs import program
from visitors import SignIn

from claims.desk import Desk
from claims.reading.queue_sheet import COLUMNS
from claims.security_log import log_file
from states.stages import Stage

TRAP = "=HYPERLINK(1)"


@pytest.fixture
def claims(rehearsal_desk: Desk) -> tuple[str, str]:
    """One of each township; the second is called what a spreadsheet would compute."""
    with rehearsal_desk.transaction() as tx:
        first = world.bring_to(tx, Stage.SUBMITTED, world.FORM)
        name, uscc, township = world.COMPANY
        other = world.another_form(unit_name=name, uscc=uscc, township=township, title=TRAP)
        return first, world.add_draft(tx, other, by="he")


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_list_of_the_address_comes_as_csv_and_as_xlsx(sign_in: SignIn, claims: tuple[str, str]) -> None:
    first, second = claims
    visitor = sign_in("tang")
    assert "/claims/export.xlsx?tab=all" in visitor.get("/claims").text
    whole = visitor.get("/claims/export.csv?tab=all")
    assert whole.headers["content-disposition"].startswith("attachment; filename*=UTF-8''claims-20250310.csv")
    header, *rows = cells(whole.content)
    assert header == [zh for zh, _ in COLUMNS]
    assert {row[0] for row in rows} == {first, second}
    narrowed = visitor.get("/claims/export.csv?tab=all&stage=submitted&township=菜园镇")
    assert [row[0] for row in cells(narrowed.content)[1:]] == [first]
    book = openpyxl.load_workbook(io.BytesIO(visitor.get("/claims/export.xlsx?tab=all&lang=en").content))
    assert [cell.value for cell in book.active[1]] == [en for _, en in COLUMNS]
    assert book.active.max_row == 3


def test_nothing_in_it_is_computed_by_a_spreadsheet(sign_in: SignIn, claims: tuple[str, str]) -> None:
    visitor = sign_in("tang")
    rows = cells(visitor.get("/claims/export.csv?tab=all").content)
    assert [row[7] for row in rows if row[0] == claims[1]] == [f"'{TRAP}"]
    book = openpyxl.load_workbook(io.BytesIO(visitor.get("/claims/export.xlsx?tab=all").content))
    (cell,) = [row[7] for row in book.active.iter_rows(min_row=2) if row[0].value == claims[1]]
    assert (cell.data_type, cell.value) == ("s", TRAP)


def test_it_holds_what_one_may_see_and_no_way_to_a_person_or_an_account(
    sign_in: SignIn, claims: tuple[str, str]
) -> None:
    first, second = claims
    content = sign_in("zhou").get("/claims/export.csv?tab=all").content.decode()
    assert first in content
    assert second not in content
    for private in (world.FORM.phone, world.FORM.contact, world.FORM.email, world.FORM.account):
        assert private not in content


def test_applicants_take_no_lists_along(sign_in: SignIn, claims: tuple[str, str]) -> None:
    visitor = sign_in("lin")
    assert "export" not in visitor.get("/claims?tab=all").text
    assert visitor.get("/claims/export.csv").status_code == 403


def test_the_security_log_tells_who_took_it(
    rehearsal_desk: Desk, sign_in: SignIn, claims: tuple[str, str]
) -> None:
    sign_in("tang").get("/claims/export.csv?tab=all&q=secret")
    text = log_file(rehearsal_desk.settings.home).read_text(encoding="utf-8")
    (line,) = [each for each in map(json.loads, text.splitlines()) if each["event"] == "exported"]
    assert (line["actor"], line["path"]) == ("tang", "/claims/export.csv")
    assert "secret" not in text


def test_programs_get_the_same_sheet(app: FastAPI, rehearsal_desk: Desk, claims: tuple[str, str]) -> None:
    tang, lin = (program(app, rehearsal_desk, name) for name in ("tang", "lin"))
    answer = tang.call("GET", "/claims/sheet?form=csv&tab=all&stage=draft")
    assert [row[0] for row in cells(answer.content)[1:]] == [claims[1]]
    assert lin.refused("GET", "/claims/sheet") == (403, "not_allowed")
