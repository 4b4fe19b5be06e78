"""What keeps the records safe: a backup each night, and each month the proof that a backup can be restored.

Both take long, so they are done before the transaction that records them (see `claims.timing.due`).
"""

from claims.desk import Tx
from claims.keeping.backup import BackedUp
from claims.keeping.drill import DrillReport
from claims.models import DueSlot
from claims.timing import slots
from claims.timing.slots import Outcome, Settled, SlotKind, asked
from claims.trail.chains import append

SUBJECT = "backup"
BACKUP_HOUR, DRILL_HOUR = 3, 4


def record_backup(tx: Tx, _slot: DueSlot, made: BackedUp) -> Settled:
    """A backup is made; the first of a month will have to prove itself the night after."""
    kind, today = SlotKind.RESTORE_DRILL, tx.now.date()
    tomorrow = slots.at(slots.after(today).date(), DRILL_HOUR)
    slots.open_slot(tx, f"{kind}:{today:%Y-%m}", kind, SUBJECT, tomorrow)
    missing = f"; papers missing: {len(made.missing)}" if made.missing else ""
    return Settled(Outcome.DONE, f"{made.path.name}{missing}")


def record_drill(tx: Tx, _slot: DueSlot, report: DrillReport) -> Settled:
    """The newest backup has proved itself, or administrators are asked to look at what it lacks."""
    name = report.backup.name if report.backup else ""
    if report.ok:
        return Settled(Outcome.DONE, f"{name} can be restored")
    data = {"backup": name, "problems": list(report.problems)}
    append(tx, SUBJECT, "drill_failed", actor="system", role="system", data=data)
    return asked("administrators, to look at the backups")
