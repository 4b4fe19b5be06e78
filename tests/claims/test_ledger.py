"""The books of a cycle: whatever happens to its claims, every yuan stands in one account."""

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import journey as j
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from world import MORNING, YEAR

from claims import clock
from claims.desk import Desk, open_desk
from claims.models import Balance, Claim, LedgerEntry, Objection
from claims.money import ledger
from claims.money.ledger import Account
from claims.publicity.objections import decide_objection, file_objection
from claims.publicity.resolutions import publish
from claims.timing.due import settle_due
from config.settings import Settings
from states.errors import BudgetExceeded, Refusal
from states.stages import Stage, Trigger

HELD = {
    Stage.PUBLIC_NOTICE: ("reserved", "published"),
    Stage.FINANCE_PAYOUT: ("published",),
    Stage.PAID: ("paid",),
}


class Year:
    """A year in which anything may be tried at any time. Refusals are part of it; they must change nothing."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        self.numbers = [j.brought_to(desk, Stage.COORDINATION_APPROVAL, serial) for serial in (1, 2)]
        self.lists = 1

    def happen(self, action: "Action", which: int, amount: int) -> None:
        """Let it be tried. The budget is ample: running out of it would mean that the books went wrong."""
        try:
            action(self, which, amount)
        except BudgetExceeded:
            raise
        except Refusal:
            pass

    @property
    def ref(self) -> str:
        return f"〔2025〕{self.lists}号"

    def approve(self, which: int, amount: int) -> None:
        actor = j.coordinator(self.desk)
        said: dict[str, Any] = {"amount_yuan": amount, "reason": "按会议意见", "resolution": self.ref}
        j.do(self.desk, self.numbers[which], Trigger.APPROVE, actor, **said)

    def endorse(self, which: int, amount: int) -> None:
        said: dict[str, Any] = {"amount_yuan": amount, "reason": "按实核定"}
        j.do(self.desk, self.numbers[which], Trigger.ENDORSE, j.reviewer(self.desk), **said)

    def publish(self, _which: int, _amount: int) -> None:
        with self.desk.transaction() as tx:
            publish(tx, self.ref, actor=j.coordinator(self.desk))
        self.lists += 1

    def withdraw(self, which: int, _amount: int) -> None:
        number = self.numbers[which]
        j.do(self.desk, number, Trigger.WITHDRAW, j.owner(self.desk, number))

    def revoke(self, which: int, _amount: int) -> None:
        j.do(self.desk, self.numbers[which], Trigger.REVOKE, j.coordinator(self.desk), reason="查实")

    def object(self, which: int, _amount: int) -> None:
        with self.desk.transaction() as tx:
            file_objection(tx, self.numbers[which], by="张三", text="排名不实")

    def answer(self, which: int, amount: int) -> None:
        with self.desk.transaction() as tx:
            found = tx.session.scalars(select(Objection.id).where(Objection.outcome == "open")).first()
            outcome = "upheld" if (which + amount) % 2 else "dismissed"
            decide_objection(tx, found or 0, outcome, actor=j.coordinator(self.desk), reason="查实")

    def remand(self, which: int, _amount: int) -> None:
        j.do(self.desk, self.numbers[which], Trigger.REMAND, j.coordinator(self.desk), reason="异议成立")

    def wait(self, _which: int, _amount: int) -> None:
        settle_due(self.desk)

    def pay(self, which: int, amount: int) -> None:
        code = j.released(self.desk)
        path = self.folder / f"{code}.csv"
        results = ("成功", "失败", "未知")
        said = {
            each.replace("-", "_"): results[(amount + place) % 3] for place, each in enumerate(self.numbers)
        }
        j.answer(self.desk, code, path, **(said if which else {}))
        j.reconciled(self.desk, code, path)
        j.reconciled(self.desk, code, path)

    def reclaim(self, which: int, amount: int) -> None:
        number = self.numbers[which]
        said: dict[str, Any] = {"amount_yuan": amount, "reason": "虚假材料"}
        j.do(self.desk, number, Trigger.RECLAIM, j.coordinator(self.desk), **said)
        j.do(self.desk, number, Trigger.RECLAIM, j.finance(self.desk))


Action = Callable[[Year, int, int], None]

ACTIONS: tuple[Action, ...] = (
    Year.approve,
    Year.endorse,
    Year.publish,
    Year.withdraw,
    Year.revoke,
    Year.object,
    Year.answer,
    Year.remand,
    Year.wait,
    Year.pay,
    Year.reclaim,
)

NEXT = {
    Stage.MARKET_SUPERVISION_REVIEW: Year.endorse,
    Stage.COORDINATION_APPROVAL: Year.approve,
    Stage.FINANCE_PAYOUT: Year.pay,
    Stage.PAID: Year.reclaim,
}

steps = st.lists(
    st.tuples(
        # None carries the claim on along its way, or hardly any would come to be paid.
        st.sampled_from((None,) * 2 * len(ACTIONS) + ACTIONS),
        st.integers(0, 1),
        st.sampled_from([80_000, 100_000, 79_999, 100_001]),
    ),
    min_size=8,
    max_size=24,
)


def usual(year: Year, which: int) -> Action:
    number = year.numbers[which]
    stage = j.stage_of(year.desk, number)
    if stage is Stage.PUBLIC_NOTICE:
        return Year.wait if "notice_published" in _since_approval(year.desk, number) else Year.publish
    return NEXT.get(stage, Year.wait)


def require_in_step(year: Year) -> None:
    """Every account is exactly what the claims at the stages it stands for were granted."""
    desk = year.desk
    j.require_whole(desk)
    found: Counter[str] = Counter({"appropriated": -2_000_000, "available": 2_000_000})
    with desk.reading() as tx:
        for claim in tx.session.scalars(select(Claim).where(Claim.number.in_(year.numbers))):
            granted = claim.granted_yuan or 0
            if claim.stage in HELD:
                published = "notice_published" in _since_approval(desk, claim.number)
                account = HELD[claim.stage][published if claim.stage is Stage.PUBLIC_NOTICE else 0]
                found += Counter({account: granted})
                found["available"] -= granted
            elif claim.stage is Stage.RECLAIMED:
                reclaimed = claim.reclaim_yuan or 0
                found += Counter({"paid": granted - reclaimed, "returned": reclaimed})
                found["available"] -= granted
    found["appropriated"] = -2_000_000
    assert j.balances(desk) == {name: yuan for name, yuan in found.items() if yuan}


def _since_approval(desk: Desk, number: str) -> Sequence[str]:
    triggers = j.triggers_of(desk, number)
    return triggers[len(triggers) - triggers[::-1].index("approve") :]


@pytest.mark.slow
# A year is too long to be shrunk within the time of a test; the happenings are told as they were drawn.
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(happenings=steps)
def test_the_books_balance_and_agree_with_the_claims_whatever_happens(
    sqlite_world_settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
    happenings: list[tuple[Action | None, int, int]],
) -> None:
    folder = tmp_path_factory.mktemp("year")
    shutil.copyfile(sqlite_world_settings.home / "jiangbu.db", folder / "jiangbu.db")
    own = replace(sqlite_world_settings, home=folder, database_url=f"sqlite:///{folder / 'jiangbu.db'}")
    with open_desk(own) as desk:
        with clock.standing_at(MORNING):
            year = Year(desk, folder)
        for place, (action, which, amount) in enumerate(happenings):
            # Two days a step, so that windows open and close on the way.
            with clock.standing_at(MORNING + timedelta(days=2 * place)):
                year.happen(action or usual(year, which), which, amount)
                require_in_step(year)


# The books themselves


def test_a_posting_that_does_not_balance_is_never_written(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx, pytest.raises(ValueError, match="does not balance"):
        ledger.post(tx, YEAR, "odd", {Account.AVAILABLE: -2, Account.RESERVED: 1})


def test_the_same_posting_twice_is_refused_by_the_database(desk: Desk) -> None:
    for refused in (False, True):
        with pytest.raises(IntegrityError) if refused else nullcontext(), desk.transaction() as tx:
            ledger.move(tx, YEAR, "SB-2025-0001/9", 1_000, Account.AVAILABLE, Account.RESERVED)
    assert j.balances(desk)["reserved"] == 1_000


@pytest.mark.parametrize("account", [each for each in Account if each is not Account.APPROPRIATED])
def test_no_account_is_ever_overdrawn(desk: Desk, account: Account) -> None:
    other = Account.RETURNED if account is not Account.RETURNED else Account.PAID
    with pytest.raises(BudgetExceeded), desk.transaction() as tx:
        ledger.move(tx, YEAR, "too much", 2_000_001, account, other)
    with pytest.raises(IntegrityError), desk.transaction() as tx:
        tx.session.execute(update(Balance).where(Balance.account == str(account)).values(yuan=-1))


def test_what_was_posted_cannot_be_changed_in_the_database(desk: Desk) -> None:
    for statement in (update(LedgerEntry).values(yuan=1), delete(LedgerEntry)):
        with pytest.raises(IntegrityError), desk.transaction() as tx:
            tx.session.execute(statement)


def test_a_balance_changed_behind_the_desk_is_found(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        tx.session.execute(update(Balance).where(Balance.account == "available").values(yuan=1))
    with sqlite_desk.reading() as tx:
        assert ledger.imbalances(tx) == [
            "cycle 2025: account available shows 1 but its entries sum to 2000000",
        ]
