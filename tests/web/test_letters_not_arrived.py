"""Letters that did not arrive, are held, or have perhaps left twice: seen on their pages, and settled there with a reason."""

import re

import pytest
import world
from sqlalchemy import select, update
from visitors import SignIn

from claims.desk import Desk
from claims.models import EventRow, Letter
from notifications.round import run_round
from states.stages import Stage


@pytest.fixture
def written(rehearsal_desk: Desk) -> Desk:
    """A desk on which a receipt has been written."""
    with rehearsal_desk.transaction() as tx:
        world.bring_to(tx, Stage.SUBMITTED)
    run_round(rehearsal_desk)
    return rehearsal_desk


def _receipt(desk: Desk, **values: object) -> str:
    with desk.transaction() as tx:
        if values:
            tx.session.execute(update(Letter).where(Letter.kind == "receipt").values(**values))
        return f"/notices/{tx.session.scalars(select(Letter.id).where(Letter.kind == 'receipt')).one()}"


def _reasons(desk: Desk, trigger: str) -> list[tuple[str, str]]:
    with desk.reading() as tx:
        rows = tx.session.scalars(select(EventRow).where(EventRow.trigger == trigger))
        return [(row.actor, row.reason) for row in rows]


def test_the_board_names_each_dead_letter_with_its_reason_and_leads_to_it(
    written: Desk, sign_in: SignIn
) -> None:
    link = _receipt(written, status="failed", error="550 no such user here")
    page = sign_in("guo").get("/cycle/2025").text
    assert "550 no such user here" in page
    assert f'href="{link}"' in page


def test_a_dead_letter_is_sent_again_or_settled_with_a_reason(written: Desk, sign_in: SignIn) -> None:
    visitor = sign_in("guo")
    link = _receipt(written, status="failed", error="550 no such user here")
    assert visitor.post(f"{link}/settled", {"reason": " "}).status_code == 422
    assert visitor.post(f"{link}/settled", {"reason": "已送达纸质件"}).status_code == 303
    assert "已另行处理" in visitor.read(link)
    assert _reasons(written, "letter_settled") == [("guo", "已送达纸质件")]
    assert visitor.post(f"{link}/resend", {"reason": "邮箱已更正"}).status_code == 303
    assert _reasons(written, "letter_requeued") == [("guo", "邮箱已更正")]


def test_a_letter_that_came_back_is_recorded_on_its_page(written: Desk, sign_in: SignIn) -> None:
    visitor = sign_in("guo")
    link = _receipt(written)
    assert "登记退信" in visitor.read(link)
    assert visitor.post(f"{link}/bounced", {"reason": "552 mailbox full"}).status_code == 303
    page = visitor.read(link)
    assert "已被退回" in page
    assert "552 mailbox full" in page
    assert sign_in("li").post(f"{link}/bounced", {"reason": "退信"}).status_code == 403


def test_a_letter_that_has_perhaps_left_twice_says_so_in_the_list_and_on_its_page(
    written: Desk, sign_in: SignIn
) -> None:
    link = _receipt(written, doubtful_at=world.MORNING)
    visitor = sign_in("guo")
    assert "可能重复发送" in visitor.read("/notices")
    assert "可能重复发送" in visitor.read("/notices?status=doubtful")
    assert "已以同一邮件标识再次发出" in visitor.read(link)
    assert "可能重复发送" not in sign_in("lin").read(link)


@pytest.mark.parametrize(
    ("button", "status", "trigger"),
    [("release", "待发送", "letters_released"), ("discard", "已作废", "letters_discarded")],
)
def test_an_administrator_releases_or_discards_what_the_flood_guard_holds(
    written: Desk, sign_in: SignIn, button: str, status: str, trigger: str
) -> None:
    link = _receipt(written, status="held")
    visitor = sign_in("guo")
    assert "等 1 封同类函件数量异常，暂停发送" in visitor.read("/cycle/2025")
    page = visitor.get("/notices?status=held").text
    assert "恢复发送" in page
    (action,) = re.findall(rf'action="(/notices/held/receipt/{button})"', page)
    assert visitor.post(action, {"reason": ""}).status_code == 422
    assert visitor.post(action, {"reason": "核实"}).status_code == 303
    assert status in visitor.read(link)
    assert _reasons(written, trigger) == [("guo", "核实")]
    assert sign_in("xu").post(action, {"reason": "核实"}).status_code == 403


def test_whom_a_held_letter_was_written_to_does_not_see_it(written: Desk, sign_in: SignIn) -> None:
    link = _receipt(written, status="held")
    assert sign_in("lin").get(link).status_code == 404
