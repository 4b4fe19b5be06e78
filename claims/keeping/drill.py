"""The restore drill: a backup proves itself by being restored, where it can do no harm."""

import tempfile
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from claims import clock
from claims.desk import Desk
from claims.keeping.restore import Restored, restore
from claims.keeping.rotation import backups_in
from claims.leftovers import clear_leftovers, held
from states.errors import Refusal

FRESH = timedelta(days=2)
"""A newest backup older than this says that backups are not being made."""

_PREFIX = ".drill-"


@dataclass(frozen=True, slots=True)
class DrillReport:
    """Which backup was tried and what it held; `problems` (Chinese and English) is empty where all is well."""

    backup: Path | None
    taken_at: datetime | None
    restored: Restored | None
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "backup": None if self.backup is None else str(self.backup),
            "taken_at": None if self.taken_at is None else self.taken_at.isoformat(),
            "restored": None if self.restored is None else self.restored.as_json(),
            "problems": list(self.problems),
        }


def restore_drill(desk: Desk) -> DrillReport:
    """Restore the newest scheduled backup into a database and folder of its own, check it, and throw both away.

    Takes for a while as much room in the data folder as records and papers have.
    """
    folder = desk.settings.backup_folder
    taken_at, path = next(iter(backups_in(folder).items()), (None, None))
    if path is None or taken_at is None:
        return DrillReport(None, None, None, (f"{folder} 中没有备份 / there is no backup in {folder}",))
    problems = []
    if clock.now() - taken_at > FRESH:
        day = f"{taken_at.year}年{taken_at.month}月{taken_at.day}日"
        problems.append(f"最近的备份是{day}的 / the newest backup is of {taken_at:%Y-%m-%d}")
    try:
        restored = _tried(desk, path)
    except Refusal as refusal:
        said = f"{refusal.message('zh')} / {refusal.message('en')}"
        return DrillReport(path, taken_at, None, (*problems, said))
    problems += [f"缺少材料 {name} / the paper is missing" for name in restored.missing]
    return DrillReport(path, taken_at, restored, tuple(problems))


def _tried(desk: Desk, path: Path) -> Restored:
    home = desk.settings.home
    clear_leftovers(home, f"{_PREFIX}*")
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=home) as name, held(Path(name)):
        database = f"sqlite:///{Path(name).absolute() / 'jiangbu.db'}"
        return restore(replace(desk.settings, home=Path(name), database_url=database), path)
