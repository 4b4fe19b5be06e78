"""The pages of a filing, one topic each: saved while it is typed, and settled as it is left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from claims.policy.policies import offers
from claims.submission import filing_drafts
from claims.submission.cells import form_in
from claims.submission.filing_drafts import Filing
from claims.submission.forms import COLUMNS
from states.amounts import Quote
from states.errors import Refusal
from states.policy import Basis, Field, Item
from states.stages import Role, Stage
from states.standards import Identified, identify
from web import topics
from web.guards import FILERS, Visit
from web.pages.apply import papers_of, quoted
from web.rendering import render
from web.topics import Task, Topic

router = APIRouter()

SEE_OTHER = 303
UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class Offer:
    """An item that may be chosen, and what it would come to for the rank given; `against` says why it would not."""

    item: Item
    quote: Quote
    against: str


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One topic's form. `values` are what was typed, `bad` what is wrong with it by field, `problem` what stands
    against the whole. `fixed` fields are known from the register and only shown. `offers` are the items that the
    number points to, `others` all the rest by basis, `quote` the amount as it stands.
    """

    template: ClassVar[str] = "apply/topic.html"
    filing: Filing
    topic: Topic
    tasks: tuple[Task, ...]
    values: Mapping[str, str]
    bad: Mapping[str, str]
    fixed: frozenset[str]
    townships: tuple[str, ...]
    fields: tuple[Field, ...]
    identified: Identified | None
    offers: tuple[Offer, ...]
    others: tuple[tuple[Basis, tuple[Item, ...]], ...]
    quote: Quote | None
    next_title: str
    problem: str = ""


async def typed_of(request: Request) -> Mapping[str, str]:
    """What the page's form sends, by name."""
    sent: FormData = await request.form()
    return {name: text for name, text in sent.multi_items() if isinstance(text, str)}


Typed = Annotated[Mapping[str, str], Depends(typed_of)]


@router.get("/apply/{key}/{topic}")
def show(key: str, topic: Topic, visit: Annotated[Visit, Depends(FILERS)]) -> Response:
    with visit.desk.reading() as tx:
        state = filing_drafts.filing(tx, key, actor=visit.actor)
    # Nobody is told that a field is empty before having been there.
    bad = {
        field: sentence
        for field, sentence in topics.problems(visit.words, state, topic).items()
        if state.typed.get(field)
    }
    return _page(visit, key, topic, bad)


@router.post("/apply/{key}/{topic}")
def leave(key: str, topic: Topic, visit: Annotated[Visit, Depends(FILERS)], typed: Typed) -> Response:
    """Save the page whatever stands in it, then let the claim have it if nothing speaks against it."""
    _save(visit, key, topic, typed)
    try:
        with visit.desk.transaction() as tx:
            key = filing_drafts.settle(tx, key, actor=visit.actor)
    except Refusal as refusal:
        if refusal.status == 404:  # noqa: PLR2004 - not found
            raise
        return _page(visit, key, topic, {}, refusal=refusal)
    if typed.get("go") == "later":
        return RedirectResponse(f"/apply/{key}", SEE_OTHER)
    with visit.desk.reading() as tx:
        bad = topics.problems(visit.words, filing_drafts.filing(tx, key, actor=visit.actor), topic)
    if bad:
        return _page(visit, key, topic, bad, status=UNPROCESSABLE)
    return RedirectResponse(_following(visit, key, topic), SEE_OTHER)


@router.post("/apply/{key}/{topic}/typed")
def keep(key: str, topic: Topic, visit: Annotated[Visit, Depends(FILERS)], typed: Typed) -> Response:
    """Keep what has been typed so far; answers with the line that says so."""
    saved_at = _save(visit, key, topic, typed)
    return PlainTextResponse(
        visit.words.t("已于 {time} 自动保存", "Saved at {time}", time=f"{saved_at:%H:%M}")
    )


def _save(visit: Visit, key: str, topic: Topic, typed: Mapping[str, str]) -> datetime:
    wanted = {name: typed[name] for name in topics.FIELDS[topic] if name in typed}
    with visit.desk.transaction() as tx:
        return filing_drafts.save_typed(tx, key, wanted, actor=visit.actor)


def _following(visit: Visit, key: str, topic: Topic) -> str:
    """The next page; back to the list of topics where that one cannot be opened yet, or a correction is answered."""
    with visit.desk.reading() as tx:
        state = filing_drafts.filing(tx, key, actor=visit.actor)
        lines = topics.tasks(visit.words, state, papers_of(tx, visit, state))
    page = topics.after(topic)
    url = next(each.url for each in lines if each.page == page)
    return f"/apply/{key}" if not url or state.stage is not Stage.DRAFT else url


def _page(
    visit: Visit,
    key: str,
    topic: Topic,
    bad: Mapping[str, str],
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> Response:
    words, actor = visit.words, visit.actor
    with visit.desk.reading() as tx:
        state = filing_drafts.filing(tx, key, actor=actor)
        policy = state.judged.policy
        number = state.typed["standard_number"].strip()
        identified = identify(number) if number else None
        found = offers(
            tx, policy, number, rank=_rank(state), revision=state.typed["revision"] == filing_drafts.YES
        )
        page = TopicPage(
            filing=state,
            topic=topic,
            tasks=topics.tasks(words, state, papers_of(tx, visit, state)),
            values=state.typed,
            bad={field: bad.get(field, "") for field in (*COLUMNS, "")},
            fixed=_fixed(visit, state),
            townships=tuple(each.township for each in visit.desk.directory.townships()),
            fields=tuple(policy.fields.values()),
            identified=identified,
            offers=tuple(
                Offer(each, quote, "" if quote.eligible else words.plain(_against(visit, quote)))
                for each, quote in found
            ),
            others=_others(policy.items.values(), {each.code for each, _ in found}),
            quote=quoted(state),
            next_title=words.pick(topics.TITLES[topics.after(topic)]),
            problem=words.refusal(refusal) if refusal else "",
        )
    return render(visit, page, refusal.status if refusal else status)


def _rank(state: Filing) -> int | None:
    """The rank as the pages hold it; none while it cannot be read."""
    rank = state.typed["rank"].strip()
    return form_in({COLUMNS["rank"]: rank})[0].rank if rank else None


def _against(visit: Visit, quote: Quote) -> str:
    finding = next(each for each in quote.findings if each.severity == "error")
    return visit.words.t(finding.zh, finding.en)


def _fixed(visit: Visit, state: Filing) -> frozenset[str]:
    """What is not asked of a unit that files for itself."""
    office = visit.actor.office
    own = office is not None and Role.APPLICANT in visit.actor.roles and office.uscc == state.typed["uscc"]
    return frozenset({"unit_name", "uscc", "township"} if own and office and office.uscc else ())


def _others(items: Iterable[Item], offered: set[str]) -> tuple[tuple[Basis, tuple[Item, ...]], ...]:
    rest = [each for each in items if each.code not in offered]
    return tuple((basis, tuple(each for each in rest if each.basis is basis)) for basis in Basis)
