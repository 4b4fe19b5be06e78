"""The calendar: what the desk does when, by month and day, and as a subscription."""

import calendar as months
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Query
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from claims.desk import Tx
from claims.identity import calendar_keys
from claims.timing import timetable
from claims.timing.due import SlotResult
from claims.timing.timetable import Entry
from web.guards import BOARD, CALENDAR_KEY, Visit
from web.i18n import PARAMETER
from web.ical import MEDIA_TYPE, calendar
from web.rendering import render
from web.wording import as_day

router = APIRouter()

SEE_OTHER = 303
AHEAD = timedelta(days=500)
"""A planned year to its report in the next January, and the call for the cycle after it."""

BEHIND = timedelta(days=100)
"""How far back a subscription tells what was done."""

EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 1)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month's sheet. `rest`: nobody works; `outside`: it belongs to a neighbouring month."""

    on: date
    outside: bool
    rest: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """A month by weeks and as a list, and what is to come after it.

    `provisional`: no list of the month's holidays is announced. `since` is when the person's subscription was made,
    `address` its address, shown this once.
    """

    template: ClassVar[str] = "calendar.html"
    first: date
    before: date
    after: date
    weeks: tuple[tuple[Day, ...], ...]
    entries: tuple[Entry, ...]
    coming: tuple[Entry, ...]
    provisional: bool
    since: str | None
    address: str = ""


@dataclass(frozen=True, slots=True)
class CalendarDayPage:
    """Every slot of a day, one by one. `more`: there are so many that not all are shown."""

    template: ClassVar[str] = "calendar_day.html"
    on: date
    slots: tuple[SlotResult, ...]
    more: bool


@router.get("/calendar")
def month(visit: Annotated[Visit, Depends(BOARD)], month: Annotated[str, Query()] = "") -> Response:
    with visit.desk.reading() as tx:
        return render(visit, _page(tx, visit, _first_of(month, tx.now.date())))


@router.get("/calendar/day")
def day(visit: Annotated[Visit, Depends(BOARD)], on: Annotated[str, Query()] = "") -> Response:
    found = _day(on)
    if found is None:
        raise HTTPException(404)
    with visit.desk.reading() as tx:
        slots = timetable.slots_of_day(tx, found)
    return render(visit, CalendarDayPage(found, slots, more=len(slots) >= timetable.MOST))


@router.post("/calendar/key")
def subscribe(visit: Annotated[Visit, Depends(BOARD)]) -> Response:
    with visit.desk.transaction() as tx:
        secret = calendar_keys.make_key(tx, actor=visit.actor)
    address = f"{visit.request.base_url}calendar.ics?key={secret}&{PARAMETER}={visit.words.lang}"
    with visit.desk.reading() as tx:
        return render(visit, _page(tx, visit, _first_of("", tx.now.date()), address))


@router.post("/calendar/key/revoke")
def unsubscribe(visit: Annotated[Visit, Depends(BOARD)]) -> Response:
    with visit.desk.transaction() as tx:
        calendar_keys.revoke_key(tx, actor=visit.actor)
    return RedirectResponse("/calendar#subscription", SEE_OTHER)


@router.get("/calendar.ics")
def subscription(visit: Annotated[Visit, Depends(CALENDAR_KEY)]) -> Response:
    with visit.desk.reading() as tx:
        today = tx.now.date()
        body = calendar(
            timetable.entries(tx, today - BEHIND, today + AHEAD),
            visit.words,
            site=str(visit.request.base_url),
            desk=visit.desk.vault.fingerprint,
            now=tx.now,
        )
    return Response(body, media_type=MEDIA_TYPE)


def _page(tx: Tx, visit: Visit, first: date, address: str = "") -> CalendarPage:
    sheet = months.Calendar().monthdatescalendar(first.year, first.month)
    found = timetable.entries(tx, sheet[0][0], sheet[-1][-1])
    by_day = _by_day(found)
    workdays, last = tx.desk.workdays, _next(first) - timedelta(days=1)
    since = calendar_keys.key_since(tx, visit.actor.name)
    from_now = max(last + timedelta(days=1), tx.now.date())
    return CalendarPage(
        first=first,
        before=_next(first, -1),
        after=_next(first),
        weeks=tuple(
            tuple(
                Day(on, on.month != first.month, not workdays.is_working_day(on), by_day.get(on, ()))
                for on in week
            )
            for week in sheet
        ),
        entries=tuple(each for each in found if first <= each.due_at.date() <= last),
        coming=tuple(each for each in timetable.entries(tx, from_now, tx.now.date() + AHEAD) if each.pending),
        provisional=not workdays.is_announced(first.year),
        since=since.isoformat() if since else None,
        address=address,
    )


def _by_day(entries: Iterable[Entry]) -> dict[date, tuple[Entry, ...]]:
    found: defaultdict[date, tuple[Entry, ...]] = defaultdict(tuple)
    for each in entries:
        found[each.due_at.date()] += (each,)
    return found


def _first_of(month: str, today: date) -> date:
    """The first day of a month written 2026-05; of the present month where it is none."""
    found = _day(f"{month}-01")
    return today.replace(day=1) if found is None else found


def _day(text: str) -> date | None:
    try:
        found = as_day(text)
    except ValueError:
        return None
    return found if found is not None and EARLIEST <= found <= LATEST else None


def _next(first: date, step: int = 1) -> date:
    """The first day of the month after, or of the one before."""
    years, month = divmod(first.month - 1 + step, 12)
    return date(first.year + years, month + 1, 1)
