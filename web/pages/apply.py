"""Filing: where one's own claims stand, the list of what a filing takes, checking one's answers, and handing it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Form
from starlette.responses import RedirectResponse, Response

from claims.desk import Tx
from claims.identity.people import organisations
from claims.letters.receipts import unconfirmed
from claims.reading import queue
from claims.reading.queries import claim_json
from claims.reading.queue import Filters, Row, Tab
from claims.submission import filing_drafts, filing_starts
from claims.submission.corrections import Return, latest_return
from claims.submission.filing_drafts import Filing
from claims.submission.filing_starts import Unfinished
from states.amounts import Quote, quote
from states.errors import Refusal
from states.facts import Finding
from states.policy import Yuan
from states.stages import Role, Stage
from web.guards import FILERS, Visit
from web.outlook import Outlook, outlook
from web.rendering import render
from web.topics import CHECK, EVIDENCE, TOPIC_OF_CORRECTION, Task, Topic, problems, tasks, topic_of
from web.wording import FIELDS

router = APIRouter()

SEE_OTHER = 303
CLAIMS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """One claim of the list and what comes next for it."""

    row: Row
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class FilingsPage:
    """Where somebody who files begins: what was begun, where claims stand, what may be started.

    `units` are those a township may file for, as (credit code, name); None for a unit that files for itself. `letters`
    counts those that nobody has confirmed.
    """

    template: ClassVar[str] = "apply/home.html"
    year: int | None
    deadline: date | None
    unfinished: tuple[Unfinished, ...]
    claims: tuple[Standing, ...]
    count: int
    units: tuple[tuple[str, str], ...] | None
    letters: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class HubPage:
    """The list of a filing's topics, each with how far it has come.

    Under correction `returned` names what was asked for, and `links` leads to where each thing is dealt with.
    """

    template: ClassVar[str] = "apply/hub.html"
    filing: Filing
    tasks: tuple[Task, ...]
    returned: Return | None
    links: Mapping[str, tuple[str, str]]
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class CheckPage:
    """All answers before they are handed in. `open` are what still has to be done, as (address, sentence); with
    nothing open it can be submitted. `remarks` do not stand in the way.
    """

    template: ClassVar[str] = "apply/check.html"
    filing: Filing
    tasks: tuple[Task, ...]
    quote: Quote | None
    papers: tuple[tuple[str, str, tuple[str, ...]], ...]
    open: tuple[tuple[str, str], ...]
    remarks: tuple[Finding, ...]
    problem: str = ""


@router.get("/apply")
def home(visit: Annotated[Visit, Depends(FILERS)]) -> Response:
    return _home(visit)


@router.post("/apply")
def start(visit: Annotated[Visit, Depends(FILERS)], unit: Annotated[str, Form()] = "") -> Response:
    try:
        with visit.desk.transaction() as tx:
            key = filing_starts.start_filing(tx, actor=visit.actor, unit=unit)
    except Refusal as refusal:
        return _home(visit, refusal)
    return RedirectResponse(f"/apply/{key}", SEE_OTHER)


@router.get("/claims/{number}/edit")
def edit(number: str, visit: Annotated[Visit, Depends(FILERS)]) -> Response:
    with visit.desk.reading() as tx:
        key = filing_drafts.filing(tx, number, actor=visit.actor).key
    return RedirectResponse(f"/apply/{key}", SEE_OTHER)


@router.get("/apply/{key}")
def hub(key: str, visit: Annotated[Visit, Depends(FILERS)]) -> Response:
    words = visit.words
    with visit.desk.reading() as tx:
        found = filing_drafts.filing(tx, key, actor=visit.actor)
        returned = None
        if found.claim is not None and found.stage is Stage.CORRECTION:
            returned = latest_return(tx, found.claim, viewer=visit.actor)
        page = HubPage(
            filing=found,
            tasks=tasks(words, found, papers_of(tx, visit, found)),
            returned=returned,
            links=_links(visit, found, returned),
            outlook=outlook(words, found.stage, found.due_on),
        )
    return render(visit, page)


@router.get("/apply/{key}/check")
def check(key: str, visit: Annotated[Visit, Depends(FILERS)]) -> Response:
    return _check(visit, key)


@router.post("/apply/{key}/check")
def hand_in(
    key: str, visit: Annotated[Visit, Depends(FILERS)], version: Annotated[int | None, Form()] = None
) -> Response:
    try:
        with visit.desk.transaction() as tx:
            done = filing_drafts.submit(tx, key, actor=visit.actor, version=version)
    except Refusal as refusal:
        if refusal.status == 404:  # noqa: PLR2004 - not found
            raise
        return _check(visit, key, refusal)
    return RedirectResponse(f"/claims/{done.number}/receipt", SEE_OTHER)


@router.post("/apply/{key}/discard")
def discard(key: str, visit: Annotated[Visit, Depends(FILERS)]) -> Response:
    with visit.desk.transaction() as tx:
        filing_drafts.discard(tx, key, actor=visit.actor)
    return RedirectResponse("/apply", SEE_OTHER)


def papers_of(tx: Tx, visit: Visit, found: Filing) -> tuple[int, int] | None:
    """How many of the required papers a claim has, and how many it must have."""
    if found.claim is None:
        return None
    required = [each for each in claim_json(tx, found.claim, visit.actor)["evidence"] if each["required"]]
    return sum(bool(each["files"]) for each in required), len(required)


def _home(visit: Visit, refusal: Refusal | None = None) -> Response:
    words, actor = visit.words, visit.actor
    with visit.desk.reading() as tx:
        cycle = filing_starts.cycle_open_today(tx)
        found = queue.queue(tx, actor, Tab.ALL, Filters(), limit=CLAIMS_SHOWN)
        page = FilingsPage(
            year=cycle.year if cycle else None,
            deadline=cycle.deadline_on if cycle else None,
            unfinished=filing_starts.unfinished(tx, actor),
            claims=tuple(Standing(row, outlook(words, row.stage, row.due_on)) for row in found.rows),
            count=found.count,
            units=_units(tx, visit),
            letters=unconfirmed(tx, actor),
            problem=words.refusal(refusal) if refusal else "",
        )
    return render(visit, page, refusal.status if refusal else 200)


def _units(tx: Tx, visit: Visit) -> tuple[tuple[str, str], ...] | None:
    office = visit.actor.office
    if office is None or Role.TOWNSHIP not in visit.actor.roles:
        return None
    return tuple(
        (row.uscc or "", row.names[0])
        for row in organisations(tx)
        if row.kind == "unit" and row.township == office.township
    )


def _links(visit: Visit, found: Filing, returned: Return | None) -> Mapping[str, tuple[str, str]]:
    """For each thing that a return names: its name in words, and where it is dealt with."""
    if returned is None or found.judged.item is None:
        return {}
    words = visit.words
    papers = {
        each.kind: words.t(each.title, each.title_en)
        for each in found.judged.policy.items[found.judged.item.code].evidence
    }
    links = {}
    for each in returned.asked:
        page = TOPIC_OF_CORRECTION.get(each.key, Topic.STANDARD) if each.is_field else EVIDENCE
        anchor = "" if each.is_field else f"#paper-{each.key}"
        name = papers.get(each.key) or words.known(FIELDS, each.key)
        links[each.key] = (name, f"/apply/{found.key}/{page}{anchor}")
    return links


def _check(visit: Visit, key: str, refusal: Refusal | None = None) -> Response:
    words = visit.words
    with visit.desk.reading() as tx:
        found = filing_drafts.filing(tx, key, actor=visit.actor)
        papers = claim_json(tx, found.claim, visit.actor)["evidence"] if found.claim else []
        required = [each for each in papers if each["required"]]
        counted = (sum(bool(each["files"]) for each in required), len(required)) if found.claim else None
    missing = [each for each in required if not each["files"]]
    page = CheckPage(
        filing=found,
        tasks=tasks(words, found, counted),
        quote=quoted(found),
        papers=tuple(
            (
                each["kind"],
                words.t(each["title"], each["title_en"]),
                tuple(file["name"] for file in each["files"]),
            )
            for each in papers
        ),
        open=(
            *_open(visit, found),
            *(
                (
                    f"/apply/{found.key}/{EVIDENCE}#paper-{each['kind']}",
                    words.t(
                        "还缺材料：{name}",
                        "Still missing: {name}",
                        name=words.t(each["title"], each["title_en"]),
                    ),
                )
                for each in missing
            ),
        ),
        remarks=found.remarks,
        problem=words.refusal(refusal) if refusal else "",
    )
    return render(visit, page, refusal.status if refusal else 200)


def _open(visit: Visit, found: Filing) -> tuple[tuple[str, str], ...]:
    """What still stands against handing it in; something typed but not saved by its page leads to the first topic."""
    stands = tuple(
        (f"/apply/{found.key}/{topic_of(field)}#{field or CHECK}", sentence)
        for field, sentence in problems(visit.words, found).items()
    )
    if stands or not found.pending:
        return stands
    sentence = visit.words.t(
        "有内容只是自动保存，请打开该页按“保存并继续”。",
        "Something was only saved while typing; open its page and press “Save and go on”.",
    )
    return ((f"/apply/{found.key}/{Topic.UNIT}", sentence),)


def quoted(found: Filing) -> Quote | None:
    """What the county would pay for the filing as it stands; None while no item is chosen."""
    judged = found.judged
    if judged.item is None:
        return None
    return quote(
        judged.policy,
        judged.item,
        rank=judged.form.rank,
        revision=judged.form.revision,
        requested_yuan=None if judged.form.requested_yuan is None else Yuan(judged.form.requested_yuan),
    )
