"""The timetable in the form that calendar programs subscribe to (RFC 5545)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event

from claims.timing.timetable import Entry
from web.wording import Words

MEDIA_TYPE = "text/calendar; charset=utf-8"
LOOK_AGAIN = timedelta(hours=1)
"""How often programs are asked to fetch it anew."""


def calendar(entries: Iterable[Entry], words: Words, *, site: str, desk: str, now: datetime) -> bytes:
    """The entries as one calendar, in Asia/Shanghai. `site` is the desk's address, `desk` tells it from other desks.

    Nothing in it names a person, a unit or a claim: calendars are shared, and kept by programs that are not ours.
    """
    found = Calendar()
    found.add("version", "2.0")
    found.add("prodid", "-//Jiangbu//Award desk//ZH")
    found.add("name", words.t("标准化奖补工作台", "Standardisation award desk"))
    found.add("x-wr-calname", words.t("标准化奖补工作台", "Standardisation award desk"))
    found.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", "PT1H")
    for each in entries:
        found.add_component(_event(each, words, site, desk, now))
    found.add_missing_timezones()
    return bytes(found.to_ical())


def _event(entry: Entry, words: Words, site: str, desk: str, now: datetime) -> Event:
    event = Event()
    # The same event from one look to the next, and never that of another desk.
    event.add("uid", f"{uuid5(NAMESPACE_URL, f'{desk}/{entry.key}')}@jiangbu")
    event.add("dtstamp", now)
    event.add("dtstart", entry.due_at)
    event.add("summary", summary(entry, words))
    event.add("description", _description(entry, words))
    event.add("url", f"{site.rstrip('/')}/calendar/day?on={quote(entry.due_at.date().isoformat())}")
    event.add("status", "TENTATIVE" if entry.provisional else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # the desk does it: nobody's time is taken
    return event


def summary(entry: Entry, words: Words) -> str:
    """What falls due, for which year, of how many claims: 2026 年度 · 逾期失效（3 件）."""
    name = words.slot(entry.kind)
    if entry.count > 1:
        name = words.t("{name}（{n} 件）", "{name} ({n} claims)", name=name, n=entry.count)
    if entry.cycle is not None:
        name = words.t("{y} 年度 · {name}", "{y} · {name}", y=entry.cycle, name=name)
    return words.t("{name}（暂定）", "{name} (provisional)", name=name) if entry.provisional else name


def _description(entry: Entry, words: Words) -> str:
    if entry.pending:
        return words.t("由系统按时办理。", "Done by the desk in time.")
    return words.t("已办理。", "Done.")
