"""The queue: what waits for this person now, by deadline, narrowed by filters that live in the address."""

import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.responses import Response

from claims import clock
from claims.identity.delegations import Absence, standing_in
from claims.reading import queue
from claims.reading.queue import PAGE, Filters, Row, Tab
from claims.reading.queue_sheet import export_queue
from claims.submission.forms import clean_text
from states.stages import FILERS, PEOPLES_ROLES, Role, Stage, Trigger
from web.guards import EXPORTERS, SIGNED_IN, Visit
from web.pages.bulk import BULK
from web.pages.evidence import XLSX, attachment
from web.rendering import render
from web.wording import Words

router = APIRouter()

TABS = {
    Tab.MINE: ("待我办理", "Waiting for me"),
    Tab.SOON: ("3 天内到期", "Due in 3 days"),
    Tab.OVERDUE: ("已超期", "Overdue"),
    Tab.ALL: ("全部申报件", "All claims"),
}
FORMS = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}
_YEAR = re.compile(r"[12]\d{3}", re.ASCII)
TONES = {Tab.SOON: "amber", Tab.OVERDUE: "red"}


@dataclass(frozen=True, slots=True)
class TabLink:
    """A counted tab; `tone` colours the count where it is not zero."""

    url: str
    text: str
    count: int
    here: bool
    tone: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force; `url` is the list without it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class ClaimsPage:
    """A tab of the queue: its rows by deadline, sums over the whole list, the filters and what they may be set to.

    `bulk` are the decisions that this person may take on many rows at once, and `here` is where to come back to then;
    `absences` those that they fill in for; `exports` are the whole list as a file, by form. `next_url` and `first_url` are None where there is no further page, or this is the first.
    """

    template: ClassVar[str] = "queue.html"
    heading: str
    tab: Tab
    tabs: tuple[TabLink, ...]
    filters: Filters
    chips: tuple[Chip, ...]
    clear_url: str
    items: tuple[tuple[str, str], ...]
    townships: tuple[tuple[str, str], ...]
    stages: tuple[tuple[str, str], ...]
    cycles: tuple[tuple[int, str], ...]
    rows: tuple[Row, ...]
    count: int
    requested_yuan: int
    assessed_yuan: int
    page_size: int
    next_url: str | None
    first_url: str | None
    here: str
    bulk: tuple[Trigger, ...]
    exports: tuple[tuple[str, str], ...]
    absences: tuple[Absence, ...]


@router.get("/claims")
def claims(
    visit: Annotated[Visit, Depends(SIGNED_IN)],
    tab: str = "",
    q: str = "",
    item: str = "",
    township: str = "",
    stage: str = "",
    cycle: str = "",
    after: str = "",
) -> Response:
    words, actor = visit.words, visit.actor
    chosen, filters = _chosen(visit, tab), _filters(q, item, township, stage, cycle)
    with visit.desk.reading() as tx:
        counts = queue.counts(tx, actor)
        found = queue.queue(tx, actor, chosen, filters, after=after)
        choices = queue.choices(tx)
        absences = standing_in(tx, actor.name)
    items = tuple((code, words.t(zh, en)) for code, zh, en in choices["items"])
    whole = _address(chosen, filters)
    return render(
        visit,
        ClaimsPage(
            heading=words.pick(TABS[chosen]),
            tab=chosen,
            tabs=tuple(_tab(words, each, counts[each], here=each is chosen) for each in _tabs(actor.roles)),
            filters=filters,
            chips=_chips(words, chosen, filters, dict(items)),
            clear_url=_address(chosen, Filters()),
            items=items,
            townships=_townships(visit),
            stages=tuple((str(each), words.title(each)) for each in Stage),
            cycles=tuple((year, str(year)) for year in choices["cycles"]),
            rows=found.rows,
            count=found.count,
            requested_yuan=found.requested_yuan,
            assessed_yuan=found.assessed_yuan,
            page_size=PAGE,
            next_url=f"{whole}&{urlencode({'after': found.after})}" if found.after else None,
            first_url=whole if after else None,
            here=f"{whole}&{urlencode({'after': after})}" if after else whole,
            exports=_exports(visit, whole),
            bulk=tuple(trigger for role, trigger in BULK.items() if role in actor.roles),
            absences=absences,
        ),
    )


@router.get("/claims/export.{form}")
def export(
    form: str,
    visit: Annotated[Visit, Depends(EXPORTERS)],
    tab: str = "",
    q: str = "",
    item: str = "",
    township: str = "",
    stage: str = "",
    cycle: str = "",
) -> Response:
    """The whole list of the address as a file."""
    if form not in FORMS:
        raise HTTPException(404)
    chosen, filters = _chosen(visit, tab), _filters(q, item, township, stage, cycle)
    with TemporaryDirectory(prefix="jiangbu-") as folder:
        path = Path(folder, f"claims-{clock.today():%Y%m%d}.{form}")
        with visit.desk.reading() as tx:
            export_queue(tx, path, chosen, filters, actor=visit.actor, lang=visit.words.lang)
        return attachment(path.read_bytes(), path.name, FORMS[form])


def _chosen(visit: Visit, tab: str) -> Tab:
    return Tab(tab) if tab in set(Tab) else queue.first_tab(visit.actor)


def _filters(text: str, item: str, township: str, stage: str, cycle: str) -> Filters:
    """As they stand in an address; what cannot be read narrows nothing."""
    return Filters(
        text=clean_text(text),
        item=clean_text(item),
        township=clean_text(township),
        stage=Stage(stage) if stage in set(Stage) else None,
        cycle=int(cycle) if _YEAR.fullmatch(cycle) else None,
    )


def _exports(visit: Visit, whole: str) -> tuple[tuple[str, str], ...]:
    if not visit.actor.roles & set(EXPORTERS.roles):
        return ()
    return tuple((form, whole.replace("/claims?", f"/claims/export.{form}?", 1)) for form in FORMS)


def _tabs(roles: frozenset[Role]) -> tuple[Tab, ...]:
    """Nothing waits for those who only look on, so they are not offered an empty tab."""
    return tuple(Tab) if roles & queue.WORKING_ROLES else (Tab.SOON, Tab.OVERDUE, Tab.ALL)


def _tab(words: Words, tab: Tab, count: int, *, here: bool) -> TabLink:
    return TabLink(f"/claims?tab={tab}", words.pick(TABS[tab]), count, here, TONES.get(tab, ""))


def _townships(visit: Visit) -> tuple[tuple[str, str], ...]:
    """Whoever sees one township's claims only is not asked which."""
    if visit.actor.roles.issubset(FILERS) or not visit.actor.roles & set(PEOPLES_ROLES):
        return ()
    return tuple((each.township, each.township) for each in visit.desk.directory.townships())


def _chips(words: Words, tab: Tab, filters: Filters, items: dict[str, str]) -> tuple[Chip, ...]:
    shown = {
        "q": filters.text and words.t("含“{text}”", "contains “{text}”", text=filters.text),
        "item": filters.item and items.get(filters.item, filters.item),
        "township": filters.township,
        "stage": filters.stage and words.title(filters.stage),
        "cycle": filters.cycle and words.t("{year} 年度", "cycle {year}", year=filters.cycle),
    }
    return tuple(
        Chip(str(text), _address(tab, filters, without=name)) for name, text in shown.items() if text
    )


def _address(tab: Tab, filters: Filters, without: str = "") -> str:
    values = {
        "tab": str(tab),
        "q": filters.text,
        "item": filters.item,
        "township": filters.township,
        "stage": str(filters.stage or ""),
        "cycle": str(filters.cycle or ""),
    }
    kept = {name: value for name, value in values.items() if value and name != without}
    return f"/claims?{urlencode(kept)}"
