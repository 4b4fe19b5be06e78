"""A payment that the bank left unknown, settled on the batch's page by what the bank has said since."""

import re

import pytest
import world
from sqlalchemy import update
from test_office_pages import at_payout
from visitors import SignIn, words_of

from claims.desk import Desk
from claims.facts import load_claim
from claims.models import PayoutLine
from states.stages import Stage

SAID = {"outcome": "paid", "reason": "银行复函〔2025〕12号"}


@pytest.fixture
def unknown(rehearsal_desk: Desk, sign_in: SignIn) -> tuple[str, str]:
    """A claim whose payment is unknown, and the address of its batch."""
    (number,) = at_payout(rehearsal_desk)
    url = sign_in("feng").post("/payouts", {"cycle": "2025"}).headers["location"]
    sign_in("deng").post(f"{url}/release")
    with rehearsal_desk.transaction() as tx:
        tx.session.execute(update(PayoutLine).values(outcome="unknown"))
    return number, url


def test_it_is_settled_where_the_bank_has_said_so(
    rehearsal_desk: Desk, sign_in: SignIn, unknown: tuple[str, str]
) -> None:
    number, url = unknown
    deng = sign_in("deng")
    assert "有 1 笔结果待查" in deng.read(url)
    assert deng.post(f"{url}/unknown", {"claim": number, **SAID}).status_code == 303
    assert "有 1 笔结果待查" not in deng.read(url)
    with rehearsal_desk.reading() as tx:
        assert load_claim(tx, number).stage is Stage.PAID
    assert SAID["reason"] in deng.read(f"/claims/{number}")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"outcome": ""}, "请选择到账或退回"),
        ({"reason": " "}, "请写明银行答复的出处"),
        ({"outcome": "failed"}, "请写明退回原因"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    sign_in: SignIn, unknown: tuple[str, str], changes: dict[str, str], says: str
) -> None:
    number, url = unknown
    answer = sign_in("deng").post(f"{url}/unknown", {"claim": number, **SAID, **changes})
    assert answer.status_code == 422
    assert says in words_of(answer.text)
    typed = changes.get("reason", SAID["reason"])
    assert re.search(rf'name="reason" value="{re.escape(typed)}"', answer.text)


def test_onlookers_see_that_it_is_unknown_and_settle_nothing(
    sign_in: SignIn, unknown: tuple[str, str]
) -> None:
    page = sign_in("xu").get(unknown[1]).text
    assert "待查" in words_of(page)
    assert "/unknown" not in page
    assert world.FORM.account not in page
