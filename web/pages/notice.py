"""Public notices, open to all: what was published, until when and how that was counted, and objections."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, Form
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from claims.desk import Tx
from claims.errors import UnknownResolution
from claims.facts import load_cycle, policy_of
from claims.lists.awards import notice_list
from claims.publicity.notices import notice_year, published_lists, years
from claims.publicity.objections import Filed, file_objection
from claims.reading.overviews import published_json
from notifications.list_files import ListForm
from states.calendar import Workdays
from states.errors import Refusal
from states.policy import Item, Policy
from web.downloads import list_attachment
from web.guards import PUBLIC, Visit, Year
from web.rendering import render

router = APIRouter()

SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class Counted:
    """One day of a window: whether it counts as a working day."""

    day: date
    works: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """One published list. `days` are all days after the day of publication up to the last; `open` while objections are taken."""

    ref: str
    published_on: date
    ends_on: date
    provisional: bool
    days: tuple[Counted, ...]
    working_days: int
    open: bool
    lines: tuple[dict[str, Any], ...]
    total_yuan: int
    sha256: str


@dataclass(frozen=True, slots=True)
class NoticePage:
    """The notices of a year, latest first. Lines hold unit, item, achievement and amount, nothing personal."""

    template: ClassVar[str] = "notice.html"
    year: int
    years: tuple[int, ...]
    policy: Policy
    items: dict[str, Item]
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class NoNoticePage:
    """No cycle has been planned, so there is nothing to publish."""

    template: ClassVar[str] = "no_notice.html"


@dataclass(frozen=True, slots=True)
class ObjectionPage:
    """The objection form for claims in their public notice; `filed` is the receipt after it was taken."""

    template: ClassVar[str] = "objection.html"
    year: int
    claims: tuple[tuple[str, str], ...]
    claim: str
    by: str = ""
    text: str = ""
    problem: str = ""
    filed: Filed | None = None


@router.get("/notice")
def latest(visit: Annotated[Visit, Depends(PUBLIC)]) -> Response:
    with visit.desk.reading() as tx:
        year = notice_year(tx)
    if year is None:
        return render(visit, NoNoticePage())
    return RedirectResponse(f"/notice/{year}", SEE_OTHER)


@router.get("/notice/{year}")
def notice(year: Year, visit: Annotated[Visit, Depends(PUBLIC)]) -> Response:
    with visit.desk.reading() as tx:
        cycle = load_cycle(tx, year)
        policy = policy_of(tx, cycle.policy_version)
        notices = _notices(tx, year)
        known = years(tx)
    return render(visit, NoticePage(year, known, policy, dict(policy.items), notices))


@router.get("/notice/{year}/list.{form}")
def listed(year: Year, form: ListForm, visit: Annotated[Visit, Depends(PUBLIC)], ref: str = "") -> Response:
    """A published list as it was frozen."""
    with visit.desk.reading() as tx:
        if ref not in published_lists(tx, year):
            raise UnknownResolution(ref)
        found = notice_list(tx, ref)
    return list_attachment(visit.desk, found, form)


@router.get("/notice/{year}/objection")
def objection_form(year: Year, visit: Annotated[Visit, Depends(PUBLIC)], claim: str = "") -> Response:
    return _form(visit, year, claim=claim)


@router.post("/notice/{year}/objection")
def objection(
    year: Year,
    visit: Annotated[Visit, Depends(PUBLIC)],
    claim: Annotated[str, Form()] = "",
    by: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
) -> Response:
    """Anyone may object; so one address may only so often."""
    known = {number for number, _ in _open_claims(visit, year)}
    if claim not in known:
        problem = visit.words.t("请选择正在公示的申报件。", "Choose a claim that is in its public notice.")
        return _form(visit, year, claim=claim, by=by, text=text, problem=problem, status=422)
    if not visit.request.app.state.objections.admits(visit.address):
        raise HTTPException(429)
    try:
        with visit.desk.transaction() as tx:
            filed = file_objection(tx, claim, by=by, text=text)
    except Refusal as refusal:
        problem = visit.words.refusal(refusal)
        return _form(visit, year, claim=claim, by=by, text=text, problem=problem, status=refusal.status)
    return render(visit, ObjectionPage(year, (), claim, filed=filed))


def _form(
    visit: Visit,
    year: int,
    *,
    claim: str,
    by: str = "",
    text: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    return render(visit, ObjectionPage(year, _open_claims(visit, year), claim, by, text, problem), status)


def _open_claims(visit: Visit, year: int) -> tuple[tuple[str, str], ...]:
    with visit.desk.reading() as tx:
        load_cycle(tx, year)
        notices = _notices(tx, year)
    return tuple(
        (line["claim"], f"{line['claim']} {line['unit']}")
        for each in notices
        if each.open
        for line in each.lines
    )


def _notices(tx: Tx, year: int) -> tuple[Notice, ...]:
    return tuple(_notice(found, tx.desk.workdays, tx.now.date()) for found in published_json(tx, year))


def _notice(found: dict[str, Any], workdays: Workdays, today: date) -> Notice:
    begins, ends = date.fromisoformat(found["published_on"]), date.fromisoformat(found["ends_on"])
    days = tuple(
        Counted(day, workdays.is_working_day(day))
        for day in (begins + timedelta(days=each) for each in range(1, (ends - begins).days + 1))
    )
    return Notice(
        ref=found["resolution"],
        published_on=begins,
        ends_on=ends,
        provisional=found["provisional"],
        days=days,
        working_days=sum(each.works for each in days),
        open=today <= ends,
        lines=tuple(found["lines"]),
        total_yuan=found["total_yuan"],
        sha256=found["sha256"],
    )
