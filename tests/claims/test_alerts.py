"""Alerts: a run that did not end well, a step that stays undone, a letter that could not be sent."""

from datetime import timedelta

import world
from sqlalchemy import func, select, update

from claims import clock
from claims.desk import Desk, Tx
from claims.letters.alerts import FailedRun, RunState, alerts, in_trouble, note_recovery, report_failed_run
from claims.models import EventRow, Letter
from claims.watch import STANDSTILL
from notifications.round import DISPATCH, run_round
from states.stages import Stage

LATER = timedelta(minutes=5)


def failed(run: str = "a", step: str = "round", state: RunState = RunState.FAILED) -> FailedRun:
    return FailedRun(
        run, step, "例行办理", f"{step}-{run}", state, "seal_audit:2025-03-10 (OperationalError)"
    )


def letters(tx: Tx) -> list[Letter]:
    return list(tx.session.scalars(select(Letter).where(Letter.kind == "run_failed").order_by(Letter.id)))


def send(desk: Desk) -> None:
    run_round(desk, kinds=frozenset({DISPATCH}))


def test_a_failed_run_is_told_to_administrators_once_however_often_it_is_reported(desk: Desk) -> None:
    for expected in (True, False):
        with desk.transaction() as tx:
            assert report_failed_run(tx, failed()) is expected
        send(desk)
    with desk.reading() as tx:
        (letter,) = letters(tx)
        events = tx.session.scalar(select(func.count()).where(EventRow.trigger == "run_failed"))
    assert letter.address == "guo@example.org"
    assert "例行办理" in letter.subject
    assert events == 1


def test_the_letter_tells_no_run_no_slot_and_no_error_by_its_inner_name(desk: Desk) -> None:
    with desk.transaction() as tx:
        report_failed_run(tx, failed())
    send(desk)
    with desk.reading() as tx:
        text = letters(tx)[0].text
    assert "OperationalError" not in text
    assert "2025年3月10日 09:30" in text


def test_a_step_that_goes_on_failing_fills_no_mailbox_and_is_counted(desk: Desk) -> None:
    for number in range(5):
        with clock.standing_at(world.MORNING + number * LATER), desk.transaction() as tx:
            report_failed_run(tx, failed(str(number)))
    send(desk)
    with desk.reading() as tx:
        assert len(letters(tx)) == 1
        (step,) = alerts(tx).steps
    assert (step.count, step.since, step.last_at) == (5, world.MORNING, world.MORNING + 4 * LATER)
    assert (step.name, step.reason) == ("round-4", "seal_audit:2025-03-10 (OperationalError)")


def test_a_step_that_went_through_is_over_and_its_next_failure_is_told_again(desk: Desk) -> None:
    with desk.transaction() as tx:
        report_failed_run(tx, failed("a"))
        report_failed_run(tx, failed("b", "back-up", RunState.CRASHED))
    with desk.transaction() as tx:
        assert in_trouble(tx, "round")
        assert note_recovery(tx, "round")
        assert not note_recovery(tx, "round")
        assert not in_trouble(tx, "round")
        assert [step.name for step in alerts(tx).steps] == ["back-up-b"]
    with desk.transaction() as tx:
        report_failed_run(tx, failed("c", state=RunState.TIMED_OUT))
    send(desk)
    with desk.reading() as tx:
        assert sorted("超时" in each.subject for each in letters(tx)) == [False, False, True]


def test_a_step_that_stays_undone_is_an_alert_and_one_that_is_just_due_is_none(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = world.bring_to(tx, Stage.DRAFT)
    deadline = world.PLAN.deadline_on
    from claims.timing.slots import after

    with clock.standing_at(after(deadline) + STANDSTILL), desk.reading() as tx:
        assert alerts(tx).stuck_count < 10
        before = {each.subject for each in alerts(tx).stuck}
    with clock.standing_at(after(deadline) + STANDSTILL + LATER), desk.reading() as tx:
        found = alerts(tx)
    assert number not in before
    assert number in {each.subject for each in found.stuck}
    assert found.stuck_count == len(found.stuck)


def test_letters_that_could_not_be_sent_are_an_alert(desk: Desk) -> None:
    with desk.transaction() as tx:
        world.bring_to(tx, Stage.SUBMITTED)
    send(desk)
    with desk.transaction() as tx:
        assert not alerts(tx).dead_letters
        tx.session.execute(update(Letter).values(status="failed"))
        found = alerts(tx)
    assert found.dead_letters > 0
    assert found


def test_a_desk_without_trouble_has_no_alert(desk: Desk) -> None:
    run_round(desk)
    with desk.reading() as tx:
        assert not alerts(tx)
