"""What went wrong by itself and needs a person: flow runs that did not end well, steps that stay undone, letters that
did not arrive, that are held, or that cannot leave.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select, update

from claims.desk import Tx
from claims.letters.dead_letters import dead_letters
from claims.letters.flood import HeldKind, held_kinds
from claims.letters.outbox import LetterStatus, LetterSummary
from claims.models import DueSlot, Letter, RunAlert
from claims.once import insert_once
from claims.timing.due import SlotResult, result_of
from claims.timing.slots import Outcome
from claims.trail.chains import append
from claims.watch import STANDSTILL

SHOWN = 20
LETTERS_SHOWN = 6
PATIENCE = timedelta(hours=1)
"""How long a letter may fail to leave before the channel is told of; most troubles of a server are over by then."""


class RunState(StrEnum):
    FAILED = "failed"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A flow run as it ended. `run` is its identity, `step` its flow and `title` what people call that.

    `reason` names codes and slots; it is shown, so no person may stand in it.
    """

    run: str
    step: str
    title: str
    name: str
    state: RunState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StepInTrouble:
    """A step that has not gone through since it last failed: how often, since when, and its last failure."""

    title: str
    count: int
    since: datetime
    last_at: datetime
    name: str
    state: RunState
    reason: str


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Letters that go on trying to leave: how many, since when the first of them, and what it last met with."""

    count: int
    since: datetime
    error: str


@dataclass(frozen=True, slots=True)
class Alerts:
    """All that needs a person now. Of `stuck` the oldest and of `dead` the latest are shown; the counts are of all."""

    steps: tuple[StepInTrouble, ...]
    stuck: tuple[SlotResult, ...]
    stuck_count: int
    dead: tuple[LetterSummary, ...]
    dead_letters: int
    held: tuple[HeldKind, ...]
    undelivered: Undelivered | None

    def __bool__(self) -> bool:
        return bool(
            self.steps or self.stuck_count or self.dead_letters or self.held or self.undelivered is not None
        )


def report_failed_run(tx: Tx, run: FailedRun) -> bool:
    """Raise the alert of a run, once however often it is reported; False where it stands already.

    Administrators are written to with a step's first failure. Until it has gone through again, further ones are
    counted and not written of: a step that runs every five minutes would else fill a mailbox.
    """
    first = not _open_alerts(tx, run.step)
    values = {
        "run": run.run,
        "step": run.step,
        "title": run.title,
        "name": run.name,
        "state": str(run.state),
        "reason": run.reason,
        "raised_at": tx.now,
    }
    if not insert_once(tx, RunAlert, "run", values):
        return False
    append(
        tx,
        f"run/{run.run}",
        "run_failed",
        actor="system",
        role="system",
        data={
            "step": run.step,
            "title": run.title,
            "run": run.name,
            "state": str(run.state),
            "reason": run.reason,
            "first": first,
        },
    )
    return True


def note_recovery(tx: Tx, step: str) -> bool:
    """A step has gone through: whatever it failed at before is over. False where there was nothing."""
    if not _open_alerts(tx, step):
        return False
    tx.session.execute(
        update(RunAlert)
        .where(RunAlert.step == step, RunAlert.recovered_at.is_(None))
        .values(recovered_at=tx.now)
        .execution_options(synchronize_session=False)
    )
    return True


def in_trouble(tx: Tx, step: str) -> bool:
    """Whether a step has failed and not gone through since; asked before anything is written."""
    return bool(_open_alerts(tx, step))


def alerts(tx: Tx) -> Alerts:
    waiting = (DueSlot.outcome == str(Outcome.PENDING), DueSlot.due_at < tx.now - STANDSTILL)
    oldest = select(DueSlot).where(*waiting).order_by(DueSlot.due_at, DueSlot.id).limit(SHOWN)
    dead, dead_count = dead_letters(tx, LETTERS_SHOWN)
    return Alerts(
        steps=_steps(tx),
        stuck=tuple(result_of(slot) for slot in tx.session.scalars(oldest)),
        stuck_count=tx.session.scalars(select(func.count()).select_from(DueSlot).where(*waiting)).one(),
        dead=dead,
        dead_letters=dead_count,
        held=held_kinds(tx),
        undelivered=_undelivered(tx),
    )


def _undelivered(tx: Tx) -> Undelivered | None:
    trying = (
        Letter.status == str(LetterStatus.QUEUED),
        Letter.error != "",
        Letter.queued_at < tx.now - PATIENCE,
    )
    first = tx.session.scalars(select(Letter).where(*trying).order_by(Letter.queued_at).limit(1)).first()
    if first is None:
        return None
    count = tx.session.scalars(select(func.count()).select_from(Letter).where(*trying)).one()
    return Undelivered(count, first.queued_at, first.error)


def _open_alerts(tx: Tx, step: str) -> int:
    return tx.session.scalars(
        select(func.count())
        .select_from(RunAlert)
        .where(RunAlert.step == step, RunAlert.recovered_at.is_(None))
    ).one()


def _steps(tx: Tx) -> tuple[StepInTrouble, ...]:
    """Each step in trouble with its last failure, the latest first."""
    rows = tx.session.scalars(
        select(RunAlert).where(RunAlert.recovered_at.is_(None)).order_by(RunAlert.raised_at, RunAlert.run)
    )
    found: dict[str, list[RunAlert]] = {}
    for row in rows:
        found.setdefault(row.step, []).append(row)
    steps = (
        StepInTrouble(
            title=each[-1].title,
            count=len(each),
            since=each[0].raised_at,
            last_at=each[-1].raised_at,
            name=each[-1].name,
            state=RunState(each[-1].state),
            reason=each[-1].reason,
        )
        for each in found.values()
    )
    return tuple(sorted(steps, key=lambda step: step.last_at, reverse=True))
