"""The coordination body's meeting: what is before it, one vote on many claims, under the number of the minutes."""

from dataclasses import dataclass, fields
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Form
from starlette.responses import RedirectResponse, Response

from claims.publicity.notices import years
from claims.review.batches import act_many
from claims.review.foresight import foresee
from claims.review.meetings import MOST, Agenda, Sitting, Vote, agenda, convene, record_vote, require_carried
from states.errors import Refusal
from states.stages import Role, Trigger
from web.guards import BOARD, COORDINATOR, Visit, Year
from web.pages.actions import day_of, yuan_of
from web.pages.bulk import Names, done_page, picked_of, preview_page, versions_of
from web.rendering import render

router = APIRouter()

SEE_OTHER = 303

Text = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class Minutes:
    """What was typed of a meeting, as it was typed; `picked` are the claims that were ticked."""

    ref: str = ""
    held_on: str = ""
    present: str = ""
    in_favour: str = ""
    against: str = ""
    abstained: str = ""
    picked: tuple[str, ...] = ()

    def vote(self) -> Vote:
        """Raises `BadValue` for what is no day or number."""
        present, in_favour, against, abstained = (
            yuan_of(each) or 0 for each in (self.present, self.in_favour, self.against, self.abstained)
        )
        return Vote(day_of(self.held_on), present, in_favour, against, abstained)

    def hidden(self) -> tuple[tuple[str, str], ...]:
        """The fields of the form, to go on with."""
        return tuple((each.name, getattr(self, each.name)) for each in fields(self) if each.name != "picked")


@dataclass(frozen=True, slots=True)
class Called:
    """What was typed of a sitting to come, as it was typed."""

    held_on: str = ""
    begins: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class AgendaPage:
    """The agenda of a cycle. `most` is how many claims one sitting takes; `may_decide`: the viewer is of the body.

    `sent`: the agenda is on its way to the body.
    """

    template: ClassVar[str] = "agenda.html"
    agenda: Agenda
    years: tuple[int, ...]
    most: int
    may_decide: bool
    typed: Minutes
    called: Called
    problem: str = ""
    sent: bool = False


@router.get("/agenda")
def latest(visit: Annotated[Visit, Depends(BOARD)]) -> Response:
    with visit.desk.reading() as tx:
        known = years(tx)
    # Where no year is planned, the year's board says what to do about it.
    return RedirectResponse(f"/agenda/{known[0]}" if known else "/cycle", SEE_OTHER)


@router.get("/agenda/{year}")
def show(year: Year, visit: Annotated[Visit, Depends(BOARD)]) -> Response:
    return _page(visit, year)


def minutes(
    picked: Names,
    ref: Text = "",
    held_on: Text = "",
    present: Text = "",
    in_favour: Text = "",
    against: Text = "",
    abstained: Text = "",
) -> Minutes:
    return Minutes(ref.strip(), held_on, present, in_favour, against, abstained, tuple(picked))


@router.post("/agenda/{year}/sitting")
def call(
    year: Year,
    visit: Annotated[Visit, Depends(COORDINATOR)],
    sits_on: Text = "",
    begins: Text = "",
    place: Text = "",
) -> Response:
    """Convene the body; the agenda leaves by letter."""
    called = Called(sits_on, begins, place)
    try:
        with visit.desk.transaction() as tx:
            convene(tx, year, Sitting(day_of(sits_on), begins, place), actor=visit.actor)
    except Refusal as refusal:
        return _page(visit, year, called=called, refusal=refusal)
    return _page(visit, year, called=called, sent=True)


@router.post("/agenda/{year}/preview")
def look(
    year: Year, visit: Annotated[Visit, Depends(COORDINATOR)], typed: Annotated[Minutes, Depends(minutes)]
) -> Response:
    """What would become of each claim under these minutes, and of the budget."""
    try:
        with visit.desk.reading() as tx:
            vote = typed.vote()
            require_carried(tx, typed.ref, year, vote)
            found = foresee(
                tx,
                Trigger.APPROVE,
                picked_of(list(typed.picked)),
                actor=visit.actor,
                resolution=typed.ref,
            )
    except Refusal as refusal:
        return _page(visit, year, typed, refusal)
    return preview_page(
        visit,
        Trigger.APPROVE,
        found,
        back=f"/agenda/{year}",
        action=f"/agenda/{year}/decisions",
        hidden=typed.hidden(),
        lead=_lead(visit, typed.ref, vote),
    )


@router.post("/agenda/{year}/decisions")
def decide(
    year: Year,
    visit: Annotated[Visit, Depends(COORDINATOR)],
    typed: Annotated[Minutes, Depends(minutes)],
    seen: Names,
) -> Response:
    """The vote is recorded first: what is then approved, one by one, rests on it."""
    try:
        versions = versions_of(seen)
        with visit.desk.transaction() as tx:
            record_vote(tx, typed.ref, year, typed.vote(), actor=visit.actor)
    except Refusal as refusal:
        return _page(visit, year, typed, refusal)
    results = act_many(
        visit.desk,
        Trigger.APPROVE,
        versions,
        actor=visit.actor,
        resolution=typed.ref,
        versions=versions,
        held=True,
    )
    return done_page(visit, Trigger.APPROVE, results, back=f"/agenda/{year}")


def _page(
    visit: Visit,
    year: int,
    typed: Minutes | None = None,
    refusal: Refusal | None = None,
    *,
    called: Called | None = None,
    sent: bool = False,
) -> Response:
    with visit.desk.reading() as tx:
        found = agenda(tx, year)
        known = years(tx)
        today = tx.now.date().isoformat()
    page = AgendaPage(
        agenda=found,
        years=known,
        most=MOST,
        may_decide=Role.COORDINATOR in visit.actor.roles,
        typed=typed or Minutes(held_on=today),
        called=called or Called(),
        sent=sent,
        problem=visit.words.refusal(refusal) if refusal else "",
    )
    return render(visit, page, refusal.status if refusal else 200)


def _lead(visit: Visit, ref: str, vote: Vote) -> str:
    words = visit.words
    return words.t(
        "会议纪要 {ref}，{day}：出席 {n} 人，同意 {a}，反对 {b}，弃权 {c}。",
        "Minutes {ref}, {day}: {n} present, {a} in favour, {b} against, {c} abstaining.",
        ref=ref,
        day=words.day(vote.held_on),
        n=vote.present,
        a=vote.in_favour,
        b=vote.against,
        c=vote.abstained,
    )
