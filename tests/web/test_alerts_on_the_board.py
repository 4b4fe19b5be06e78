"""What needs an administrator stands first on the board, with what to do about it."""

from datetime import timedelta

import pytest
import world
from sqlalchemy import update
from visitors import SignIn

from claims import clock
from claims.desk import Desk
from claims.letters.alerts import FailedRun, RunState, note_recovery, report_failed_run
from claims.models import DueSlot, Letter
from notifications.round import run_round
from states.stages import Stage
from web.pages import cycle

HEADING = "需要管理员处理"


def fail(desk: Desk, *runs: str) -> None:
    with desk.transaction() as tx:
        for run in runs:
            report_failed_run(
                tx,
                FailedRun(
                    run, "back-up", "备份", f"back-up-{run}", RunState.CRASHED, "backup:2025-03-10 (OSError)"
                ),
            )


def test_a_failed_run_stands_on_the_administrators_board_until_its_step_goes_through(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    run_round(rehearsal_desk)
    visitor = sign_in("guo")
    assert HEADING not in visitor.read("/cycle/2025")
    fail(rehearsal_desk, "a", "b")
    page = visitor.read("/cycle/2025")
    assert "自动任务“备份”运行中断" in page
    assert "2 次" in page
    assert "backup:2025-03-10 (OSError)" in page
    assert "jiangbu round" in page
    with rehearsal_desk.transaction() as tx:
        note_recovery(tx, "back-up")
    assert HEADING not in visitor.read("/cycle/2025")


def test_steps_that_stay_undone_stand_there_with_what_they_concern(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    run_round(rehearsal_desk)
    with rehearsal_desk.transaction() as tx:
        number = world.bring_to(tx, Stage.DRAFT)
        tx.session.execute(
            update(DueSlot).where(DueSlot.subject == number).values(due_at=clock.now() - timedelta(hours=1))
        )
    page = sign_in("guo").read("/cycle/2025")
    assert "1 项到期事项超过半小时未办成" in page
    assert f"逾期失效 {number}" in page


def test_dead_letters_stand_there_and_lead_to_themselves(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    with rehearsal_desk.transaction() as tx:
        world.bring_to(tx, Stage.SUBMITTED)
    run_round(rehearsal_desk)
    with rehearsal_desk.transaction() as tx:
        tx.session.execute(update(Letter).values(status="failed"))
    visitor = sign_in("guo")
    assert "封函件未能送达" in visitor.read("/cycle/2025")
    assert 'href="/notices?status=failed"' in visitor.get("/cycle/2025").text


def test_others_who_see_the_board_are_not_troubled(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    fail(rehearsal_desk, "a")
    for name in ("xu", "tang"):
        assert HEADING not in sign_in(name).read("/cycle/2025")


def test_before_any_cycle_is_planned_alerts_are_seen_as_well(
    rehearsal_desk: Desk, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cycle, "years", lambda _tx: ())
    fail(rehearsal_desk, "a")
    assert HEADING in sign_in("guo").read("/cycle")
