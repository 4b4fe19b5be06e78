"""Killed in the middle: whatever statement was the last, the books balance, the chains are whole, nothing is doubled.

A child process kills itself with SIGKILL before its n-th statement to the database, for every n in turn or by chance,
until it comes to its end.
"""

import os
import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import journey as j
import pytest
from sqlalchemy import event, select

from claims.desk import Desk, open_desk
from claims.keeping.rotation import backups_in
from claims.models import DueSlot, EventRow, PayoutLine
from claims.review.batches import act_many
from claims.timing.due import settle_due
from config.settings import Settings
from states.stages import Stage, Trigger

Work = Callable[[Desk], object]

MOST_STATEMENTS = 400
A_BACKUP = 400
"""More statements than a backup needs, which looks at every table."""

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def killed(settings: Settings, work: Work, statement: int) -> bool:
    """Do the work in a process that dies before its n-th statement; False where it ended before."""
    child = os.fork()
    if child == 0:
        _work_and_die(settings, work, statement)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the work itself failed"
    return os.WIFSIGNALED(status)


def _work_and_die(settings: Settings, work: Work, statement: int) -> None:
    """Never returns: the child must not run on as a second test session."""
    code = 1
    try:
        with open_desk(settings) as desk:
            left = iter(range(statement))

            def count(*_: object) -> None:
                if next(left, None) is None:
                    os.kill(os.getpid(), signal.SIGKILL)

            event.listen(desk.engine, "before_cursor_execute", count)
            event.listen(desk.engine, "commit", count)
            work(desk)
            code = 0
    finally:
        os._exit(code)


def at_every_statement() -> Iterator[int]:
    yield from range(1, MOST_STATEMENTS)
    raise AssertionError("the work never came to its end")


def by_chance(seed: int, most: int = 150) -> Iterator[int]:
    """`most` must be more than the longest piece of work that is begun anew where it was broken off."""
    chance = random.Random(seed)
    for _ in range(MOST_STATEMENTS):
        yield chance.randint(1, most)
    raise AssertionError("the work never came to its end")


def test_a_decision_broken_off_anywhere_is_not_made_at_all(desk: Desk) -> None:
    number = j.brought_to(desk, Stage.COORDINATION_APPROVAL)
    before = j.triggers_of(desk, number), j.balances(desk)

    def approving(each: Desk) -> None:
        j.do(each, number, Trigger.APPROVE, j.coordinator(each), resolution=j.RESOLUTION)

    for statement in at_every_statement():
        if not killed(desk.settings, approving, statement):
            break
        assert (j.triggers_of(desk, number), j.balances(desk)) == before
        j.require_whole(desk)
    assert statement > 10, "it was broken off at each of its statements"
    assert j.stage_of(desk, number) is Stage.PUBLIC_NOTICE
    assert j.balances(desk) == {"appropriated": -2_000_000, "available": 1_900_000, "reserved": 100_000}
    j.require_whole(desk)


@pytest.mark.slow
def test_an_answer_broken_off_again_and_again_pays_each_once(desk: Desk, tmp_path: Path) -> None:
    numbers = j.payable(desk, 5)
    with j.later(10):
        code = j.released(desk)
        path = tmp_path / "answer.csv"
        j.answer(desk, code, path, SB_2025_0004="失败", SB_2025_0005="未知")
        for statement in by_chance(1):
            if not killed(desk.settings, lambda each: j.reconciled(each, code, path), statement):
                break
            j.require_whole(desk)
            _require_lines_and_books_agree(desk)
    assert j.balances(desk)["paid"] == 300_000
    assert [j.triggers_of(desk, number).count("pay") for number in numbers] == [1, 1, 1, 0, 0]
    assert [j.triggers_of(desk, number)[-1] for number in numbers[3:]] == [
        "payment_failed",
        "payment_unknown",
    ]
    j.require_whole(desk)


def _require_lines_and_books_agree(desk: Desk) -> None:
    with desk.reading() as tx:
        paid = tx.session.scalars(select(PayoutLine.yuan).where(PayoutLine.outcome == "paid")).all()
    assert j.balances(desk).get("paid", 0) == sum(paid)


@pytest.mark.slow
def test_a_round_broken_off_again_and_again_does_each_thing_once(desk: Desk) -> None:
    on_notice = j.published(desk, 2)
    submitted = [j.brought_to(desk, Stage.SUBMITTED, serial) for serial in (3, 4)]
    drafts = [j.filed(desk, serial) for serial in (5, 6)]
    with j.later(60):
        for statement in by_chance(2, most=A_BACKUP * 2):
            if not killed(desk.settings, settle_due, statement):
                break
            j.require_whole(desk)
        assert settle_due(desk) == ()
    for numbers, trigger in ((on_notice, "end_notice"), (submitted, "accept"), (drafts, "lapse")):
        assert [j.triggers_of(desk, number).count(trigger) for number in numbers] == [1, 1]
    with desk.reading() as tx:
        outcomes = set(tx.session.scalars(select(DueSlot.outcome)))
        closings = tx.session.scalars(select(EventRow).where(EventRow.trigger == "cycle_closed")).all()
    assert outcomes == {"done", "late", "skipped", "pending"}, "pending is what the morning brings"
    assert len(backups_in(desk.settings.backup_folder)) == 1
    assert len(closings) == 1
    j.require_whole(desk)


def test_decisions_for_many_broken_off_are_taken_up_where_they_were(sqlite_desk: Desk) -> None:
    numbers = [j.brought_to(sqlite_desk, Stage.SUBMITTED, serial) for serial in range(1, 6)]

    def accepting(each: Desk) -> None:
        for _ in act_many(each, Trigger.ACCEPT, numbers, actor=j.intake(each)):
            pass

    for statement in by_chance(3):
        if not killed(sqlite_desk.settings, accepting, statement):
            break
    assert [j.triggers_of(sqlite_desk, number).count("accept") for number in numbers] == [1] * 5
    j.require_whole(sqlite_desk)
