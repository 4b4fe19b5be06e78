"""Claims brought to where a test needs them, by the use cases that people use, over the days that they take."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

import world
from sqlalchemy import select
from world import YEAR

from claims import clock
from claims.desk import Desk
from claims.models import Claim, EventRow, PayoutLine
from claims.money import ledger, payouts
from claims.money.reconciliation import Reconciled
from claims.publicity.resolutions import publish
from claims.review.decisions import act
from claims.sheets import read_rows, write_sheet
from claims.submission.filing import ClaimForm, attach, file_claim
from claims.timing.due import SlotResult, settle_due
from claims.timing.slots import SlotKind
from claims.trail.audit import verify
from states.calendar import TZ
from states.facts import Actor, Office
from states.stages import MAIN_LINE, Role, Stage, Trigger

EVERYTHING_BUT_BACKUPS = frozenset(SlotKind) - {SlotKind.BACKUP, SlotKind.RESTORE_DRILL}
"""A night's backup takes longer than all else of a round; the tests of backups ask for it themselves."""

RESOLUTION = "舟标议〔2025〕1号"


def person(desk: Desk, name: str, role: Role, office: str | None = None) -> Actor:
    """Somebody of an office: the one named, or the one that the role belongs to."""
    found = desk.directory.find(office) if office else desk.directory.default_office(role)
    return Actor(name, frozenset({role}), found)


def intake(desk: Desk) -> Actor:
    return person(desk, "intake-zhao", Role.INTAKE)


def department(desk: Desk, code: str = "economy") -> Actor:
    return person(desk, f"{code}-qian", Role.DEPARTMENT, code)


def reviewer(desk: Desk) -> Actor:
    return person(desk, "reviewer-sun", Role.REVIEWER)


def coordinator(desk: Desk) -> Actor:
    return person(desk, "coordinator-li", Role.COORDINATOR)


def finance(desk: Desk, name: str = "finance-zhou") -> Actor:
    return person(desk, name, Role.FINANCE)


def other_finance(desk: Desk) -> Actor:
    return finance(desk, "finance-wu")


def form(serial: int = 1, **given: Any) -> ClaimForm:
    """A good claim of a unit of its own; accounts are made up."""
    own: dict[str, Any] = {
        "unit_name": f"嵊泗县第{serial}海洋科技有限公司",
        "uscc": world.uscc(7_000 + serial),
        "township": "菜园镇",
        "account": f"6228480000000{serial:06}",
        "standard_number": f"DB3309/T {serial}-2024",
        "title": f"嵊泗贻贝养殖技术规范 第{serial}号",
        "drafters": (),
    }
    return world.a_form(**(own | given))


def applicant(claim_form: ClaimForm) -> Actor:
    """Somebody of the unit itself."""
    office = Office(claim_form.uscc, "unit", (claim_form.unit_name,), uscc=claim_form.uscc)
    return Actor(f"unit-{claim_form.uscc[-6:]}", frozenset({Role.APPLICANT}), office)


def filed(desk: Desk, serial: int = 1, **given: Any) -> str:
    """A draft with all its papers."""
    claim_form = form(serial, **given)
    actor = applicant(claim_form)
    with desk.transaction() as tx:
        number = file_claim(tx, YEAR, claim_form, actor=actor).number
        claim = tx.session.scalars(select(Claim).where(Claim.number == number)).one()
        item = desk.rulebook.version(claim.policy_version).items[claim.item]
        for kind in item.required_evidence:
            attach(tx, number, kind, f"{kind}.pdf", world.a_paper(kind), actor=actor)
    return number


def owner(desk: Desk, number: str) -> Actor:
    with desk.reading() as tx:
        name, uscc = tx.session.execute(
            select(Claim.unit_name, Claim.uscc).where(Claim.number == number)
        ).one()
    return Actor(f"unit-{uscc[-6:]}", frozenset({Role.APPLICANT}), Office(uscc, "unit", (name,), uscc=uscc))


def do(desk: Desk, number: str, trigger: Trigger, actor: Actor, **said: Any) -> Stage:
    """One decision in its own transaction; answers with where the claim stands then."""
    with desk.transaction() as tx:
        stage = act(tx, number, trigger, actor=actor, **said).stage
    assert stage is not None
    return stage


def _submitted(desk: Desk, number: str) -> None:
    do(desk, number, Trigger.SUBMIT, owner(desk, number))


def _accepted(desk: Desk, number: str) -> None:
    do(desk, number, Trigger.ACCEPT, intake(desk))


def _cleared(desk: Desk, number: str) -> None:
    for office in asked(desk, number):
        do(desk, number, Trigger.CLEAR, department(desk, office))


def _endorsed(desk: Desk, number: str) -> None:
    do(desk, number, Trigger.ENDORSE, reviewer(desk))


def _approved(desk: Desk, number: str) -> None:
    do(desk, number, Trigger.APPROVE, coordinator(desk), resolution=RESOLUTION)


_STEPS: Sequence[tuple[Stage, Callable[[Desk, str], None]]] = (
    (Stage.SUBMITTED, _submitted),
    (Stage.DEPARTMENT_CHECK, _accepted),
    (Stage.MARKET_SUPERVISION_REVIEW, _cleared),
    (Stage.COORDINATION_APPROVAL, _endorsed),
    (Stage.PUBLIC_NOTICE, _approved),
)


def brought_to(desk: Desk, stage: Stage, serial: int = 1, **given: Any) -> str:
    """A claim that has come as far as this stage, up to an approval that is not published."""
    number = filed(desk, serial, **given)
    for reached, step in _STEPS[: MAIN_LINE.index(stage)]:
        step(desk, number)
        assert stage_of(desk, number) is reached
    return number


def asked(desk: Desk, number: str) -> list[str]:
    with desk.reading() as tx:
        event = tx.session.scalars(
            select(EventRow).where(EventRow.stream == number, EventRow.trigger == "accept"),
        ).all()[-1]
    return list(json.loads(event.data)["departments"])


def published(desk: Desk, count: int = 1, ref: str = RESOLUTION) -> list[str]:
    """Approved claims on a published list."""
    numbers = [brought_to(desk, Stage.PUBLIC_NOTICE, serial) for serial in range(1, count + 1)]
    with desk.transaction() as tx:
        publish(tx, ref, actor=coordinator(desk))
    return numbers


@contextmanager
def later(days: int) -> Iterator[None]:
    """Inside the block it is as many days later, at the same hour."""
    with clock.standing_at(clock.now() + timedelta(days=days)):
        yield


@contextmanager
def on(day: date, hour: int = 9) -> Iterator[None]:
    with clock.standing_at(datetime.combine(day, time(hour), tzinfo=TZ)):
        yield


def payable(desk: Desk, count: int = 1) -> list[str]:
    """Claims whose notice has ended. The caller goes on ten days later, inside `later(10)`."""
    numbers = published(desk, count)
    with later(10):
        settle_due(desk, kinds=EVERYTHING_BUT_BACKUPS)
    assert {stage_of(desk, number) for number in numbers} == {Stage.FINANCE_PAYOUT}
    return numbers


def released(desk: Desk) -> str:
    """A batch of all that waits, proposed by one and released by another; answers with its code."""
    with desk.transaction() as tx:
        code = payouts.propose(tx, YEAR, actor=finance(desk)).batch
    with desk.transaction() as tx:
        payouts.release(tx, code, actor=other_finance(desk))
    return code


def answer(desk: Desk, code: str, path: Any, **results: str) -> None:
    """The bank's answer: 成功 for every row, unless another result stands under its number (`SB_2025_0001`)."""
    with desk.reading() as tx:
        payouts.export_file(tx, code, path)
    sheet = read_rows(path)
    rows = []
    for row in sheet.rows:
        result = results.get(str(row.values["申报编号"]).replace("-", "_"), "成功")
        said = {"结果": result, "失败原因": "账户已销户" if result == "失败" else ""}
        rows.append(tuple({**row.values, **said}[name] for name in sheet.headers))
    write_sheet(path, sheet.headers, rows)


def reconciled(desk: Desk, code: str, path: Any) -> Reconciled:
    return payouts.reconcile(desk, code, path, actor=finance(desk))


# Looking


def stage_of(desk: Desk, number: str) -> Stage:
    with desk.reading() as tx:
        return tx.session.scalars(select(Claim.stage).where(Claim.number == number)).one()


def triggers_of(desk: Desk, number: str) -> list[str]:
    with desk.reading() as tx:
        return list(
            tx.session.scalars(
                select(EventRow.trigger).where(EventRow.stream == number).order_by(EventRow.seq)
            ),
        )


def balances(desk: Desk) -> dict[str, int]:
    with desk.reading() as tx:
        return {str(account): yuan for account, yuan in ledger.balances(tx, YEAR).items() if yuan}


def outcomes(desk: Desk, code: str) -> dict[str, str]:
    with desk.reading() as tx:
        rows = tx.session.execute(
            select(PayoutLine.claim, PayoutLine.outcome).where(PayoutLine.batch == code)
        )
        return dict(rows.tuples().all())


def settled(results: Sequence[SlotResult], kind: str) -> dict[str, str]:
    """The slots of a kind that a round has found, by subject."""
    return {each.subject: each.outcome for each in results if each.kind == kind}


def require_whole(desk: Desk) -> None:
    """The books balance and every chain is whole: what must hold after whatever has happened."""
    with desk.reading() as tx:
        assert ledger.imbalances(tx) == []
        verification = verify(tx)
    assert verification.problems == ()
