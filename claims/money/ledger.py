"""The budget of a cycle as double entries: every yuan stands in one account, every posting adds up to zero.

appropriated (what the county gave, negative) · available · reserved (approved) · published · paid · returned
"""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import CursorResult, func, insert, select, true, update

from claims.desk import Tx
from claims.models import Balance, LedgerEntry
from states.errors import BudgetExceeded
from states.policy import Yuan


class Account(StrEnum):
    APPROPRIATED = "appropriated"
    AVAILABLE = "available"
    RESERVED = "reserved"
    PUBLISHED = "published"
    PAID = "paid"
    RETURNED = "returned"


def balances(tx: Tx, cycle: int) -> dict[Account, Yuan]:
    """What stands in each account of a cycle."""
    rows = tx.session.execute(select(Balance.account, Balance.yuan).where(Balance.cycle == cycle)).all()
    found = {Account(account): Yuan(yuan) for account, yuan in rows}
    return {account: found.get(account, Yuan(0)) for account in Account}


def move(
    tx: Tx, cycle: int, posting: str, yuan: int, source: Account, target: Account, claim: str | None = None
) -> None:
    """Post `yuan` from one account to another. `posting` is unique: the same posting twice is refused by the database."""
    post(tx, cycle, posting, {source: -yuan, target: yuan}, claim)


def post(tx: Tx, cycle: int, posting: str, sides: Mapping[Account, int], claim: str | None = None) -> None:
    """Write one posting. Raises `BudgetExceeded` where an account would fall below zero."""
    if sum(sides.values()):
        raise ValueError(f"posting {posting} does not balance: {dict(sides)}")
    # Always in one order, so that two postings at once wait for each other instead of locking crosswise.
    for account in sorted(sides):
        _add_to_balance(tx, cycle, account, sides[account])
    tx.session.execute(
        insert(LedgerEntry),
        [
            {
                "posting": posting,
                "cycle": cycle,
                "account": str(account),
                "yuan": yuan,
                "claim": claim,
                "at": tx.now,
            }
            for account, yuan in sides.items()
        ],
    )


def _add_to_balance(tx: Tx, cycle: int, account: Account, yuan: int) -> None:
    covered = true() if account is Account.APPROPRIATED else Balance.yuan + yuan >= 0
    result = tx.session.execute(
        update(Balance)
        .where(Balance.cycle == cycle, Balance.account == str(account), covered)
        .values(yuan=Balance.yuan + yuan)
        .execution_options(synchronize_session=False),
    )
    if isinstance(result, CursorResult) and result.rowcount != 1:
        found = balances(tx, cycle)[account]
        raise BudgetExceeded(cycle, found, -yuan, -yuan - found)


def open_accounts(tx: Tx, cycle: int) -> None:
    tx.session.execute(
        insert(Balance),
        [{"cycle": cycle, "account": str(account), "yuan": 0} for account in Account],
    )


def imbalances(tx: Tx) -> list[str]:
    """What is wrong with the books, in words; empty where they balance."""
    sums = tx.session.execute(
        select(LedgerEntry.cycle, LedgerEntry.account, func.sum(LedgerEntry.yuan)).group_by(
            LedgerEntry.cycle,
            LedgerEntry.account,
        ),
    )
    entry_sums = {(cycle, account): int(total) for cycle, account, total in sums}
    problems = [
        f"cycle {cycle}: account {account} shows {yuan} but its entries sum to {entry_sums.get((cycle, account), 0)}"
        for cycle, account, yuan in tx.session.execute(select(Balance.cycle, Balance.account, Balance.yuan))
        if yuan != entry_sums.get((cycle, account), 0)
    ]
    unbalanced = tx.session.execute(
        select(LedgerEntry.posting, func.sum(LedgerEntry.yuan))
        .group_by(LedgerEntry.posting)
        .having(func.sum(LedgerEntry.yuan) != 0),
    )
    problems += [f"posting {posting} is off by {total}" for posting, total in unbalanced]
    return problems
