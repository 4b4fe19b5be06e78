"""Which backups of a folder are kept: the last of each of so many days, weeks and months."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from states.calendar import TZ

DAILY, WEEKLY, MONTHLY = 7, 5, 12

_NAME = "jiangbu-%Y%m%d-%H%M%S.tar"


def name_for(moment: datetime) -> str:
    """`jiangbu-20260508-023000.tar`, in Asia/Shanghai."""
    return moment.astimezone(TZ).strftime(_NAME)


def backups_in(folder: Path) -> dict[datetime, Path]:
    """The scheduled backups of a folder, the newest first. Files with other names are nobody's business."""
    found = {moment: path for path in folder.glob("*.tar") if (moment := _moment_of(path.name))}
    return dict(sorted(found.items(), reverse=True))


def _moment_of(name: str) -> datetime | None:
    with suppress(ValueError):
        moment = datetime.strptime(name, _NAME).replace(tzinfo=TZ)
        return moment if name_for(moment) == name else None
    return None


def rotate(
    folder: Path, *, daily: int = DAILY, weekly: int = WEEKLY, monthly: int = MONTHLY
) -> tuple[Path, ...]:
    """Remove the backups that need no longer be kept; answers with them."""
    found = backups_in(folder)
    wanted = kept(found, daily=daily, weekly=weekly, monthly=monthly)
    removed = tuple(path for moment, path in found.items() if moment not in wanted)
    for path in removed:
        path.unlink(missing_ok=True)
    return removed


def kept(
    moments: Iterable[datetime], *, daily: int = DAILY, weekly: int = WEEKLY, monthly: int = MONTHLY
) -> frozenset[datetime]:
    """Those to keep: of the last days that have a backup the last one each; weeks and months likewise.

    Days without a backup do not count, so that a desk which was away for a season loses nothing by it.
    """
    newest_first = sorted(moments, reverse=True)
    periods: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (daily, datetime.date),
        (weekly, lambda moment: moment.isocalendar()[:2]),
        (monthly, lambda moment: (moment.year, moment.month)),
    )
    return frozenset(moment for count, period in periods for moment in _lasts(newest_first, count, period))


def _lasts(newest_first: list[datetime], count: int, period: Callable[[datetime], object]) -> list[datetime]:
    last_of: dict[object, datetime] = {}
    for moment in newest_first:
        last_of.setdefault(period(moment), moment)
    return list(last_of.values())[:count]
