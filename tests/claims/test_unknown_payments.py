"""Payments that the bank left unknown: settled one by one, by what it has said since, and where it said so."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import journey as j
import pytest
from test_payouts import CSV

from claims.desk import Desk
from claims.errors import BadValue, NotAllowed, NotUnknown
from claims.money import payouts
from claims.money.bank_sheet import BankOutcome
from claims.money.reconciliation import settle_unknown
from states.errors import Refusal
from states.stages import Stage

SAID = "银行查询复函〔2025〕12号"

Settle = Callable[..., None]


@pytest.fixture
def settle(sqlite_desk: Desk, tmp_path: Path) -> Settle:
    """Settles a payment of a batch of two, both unknown."""
    j.payable(sqlite_desk, 2)
    with j.later(10):
        code = j.released(sqlite_desk)
        j.answer(sqlite_desk, code, tmp_path / CSV, SB_2025_0001="未知", SB_2025_0002="未知")
        j.reconciled(sqlite_desk, code, tmp_path / CSV)

    def carry_out(claim: str, outcome: BankOutcome, **given: Any) -> None:
        said = {"actor": j.finance(sqlite_desk), "reason": SAID} | given
        with j.later(12), sqlite_desk.transaction() as tx:
            settle_unknown(tx, code, claim, outcome, **said)

    return carry_out


def test_one_is_paid_and_one_came_back_and_the_log_says_where_the_bank_said_so(
    sqlite_desk: Desk, settle: Settle
) -> None:
    settle("SB-2025-0001", BankOutcome.PAID)
    settle("SB-2025-0002", BankOutcome.FAILED, failure="户名不符")
    assert j.stage_of(sqlite_desk, "SB-2025-0001") is Stage.PAID
    assert j.stage_of(sqlite_desk, "SB-2025-0002") is Stage.FINANCE_PAYOUT
    assert j.triggers_of(sqlite_desk, "SB-2025-0002")[-1] == "payment_failed"
    with sqlite_desk.reading() as tx:
        (batch,) = payouts.batches(tx)
    assert batch["outcomes"] == {"pending": 0, "unknown": 0, "paid": 1, "failed": 1}
    j.require_whole(sqlite_desk)


@pytest.mark.parametrize(
    ("outcome", "given", "refusal"),
    [
        (BankOutcome.UNKNOWN, {}, BadValue),
        (BankOutcome.PAID, {"reason": " "}, BadValue),
        (BankOutcome.FAILED, {}, BadValue),
        (BankOutcome.PAID, {"actor": "xu"}, NotAllowed),
    ],
)
def test_what_was_not_said_settles_nothing(
    sqlite_desk: Desk, settle: Settle, outcome: BankOutcome, given: dict[str, Any], refusal: type[Refusal]
) -> None:
    if "actor" in given:
        given = {"actor": j.coordinator(sqlite_desk)}
    with pytest.raises(refusal):
        settle("SB-2025-0001", outcome, **given)
    assert j.stage_of(sqlite_desk, "SB-2025-0001") is Stage.FINANCE_PAYOUT


def test_only_an_unknown_payment_is_settled_so(settle: Settle) -> None:
    settle("SB-2025-0001", BankOutcome.PAID)
    for claim in ("SB-2025-0001", "SB-2025-0099"):
        with pytest.raises(NotUnknown):
            settle(claim, BankOutcome.PAID)
