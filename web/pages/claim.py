"""A claim's page: what it is, what speaks for and against it, what happened, and what this person may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends
from starlette.responses import Response

from claims import queue
from claims.dossier import Dossier, dossier, is_under_correction, sees_names
from states.errors import Refusal
from states.stages import DUTY_OF, Role, Stage, Trigger
from web.choices import Choice, Today, choices
from web.guards import SIGNED_IN, Visit
from web.rendering import render
from web.timeline import Entry, Step, acted_by, named, steps, timeline
from web.wording import Words

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody has filled into the action card; kept when it could not be carried out."""

    trigger: str = ""
    reason: str = ""
    amount: str = ""
    resolution: str = ""
    clause: str = ""
    departments: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overtaken:
    """What others did since the page was opened: who, when, from where to where, to which version."""

    who: str
    when: str
    what: str
    source: str
    target: str
    version: int


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """One claim for one person.

    `names`: the viewer reads officials' names; `holds_duty`: and has one of the duties that may have to stand aside.
    `choices` holds only the actions this person may take now, `obstacles` what stands against those one would
    expect, as (action, sentence). `problem` says why the last try was refused and `anchor` where to mend it;
    after a conflict `overtaken` tells what happened and `typed` keeps the words, without the choice. `done` is
    the title of what was just carried out, `next_number` the claim to take up then.
    """

    template: ClassVar[str] = "claim.html"
    dossier: Dossier
    steps: tuple[Step, ...]
    timeline: tuple[Entry, ...]
    choices: tuple[Choice, ...]
    obstacles: tuple[tuple[str, str], ...]
    typed: Typed
    names: bool
    holds_duty: bool
    may_edit: bool
    clauses: tuple[tuple[str, str], ...]
    departments: tuple[tuple[str, str], ...]
    expected_yuan: int | None
    problem: str = ""
    anchor: str = ""
    overtaken: tuple[Overtaken, ...] = ()
    done: str = ""
    next_number: str | None = None

    @property
    def claim(self) -> Mapping[str, Any]:
        return self.dossier.claim

    def name_of(self, words: Words, key: str) -> str:
        """What a return for correction may name, in words."""
        return named(words, self.dossier, key)


@router.get("/claims/{number}")
def show(number: str, visit: Annotated[Visit, Depends(SIGNED_IN)], done: str = "") -> Response:
    return claim_page(visit, number, done=done)


def claim_page(
    visit: Visit,
    number: str,
    *,
    done: str = "",
    typed: Typed | None = None,
    refusal: Refusal | None = None,
    seen: int | None = None,
) -> Response:
    """The page of a claim; `refusal` is what the last try met, `seen` the version it was based on."""
    words, actor = visit.words, visit.actor
    with visit.desk.reading() as tx:
        found = dossier(tx, number, actor)
        following = queue.next_waiting(tx, actor, found.claim["number"]) if done else None
        today = Today(tx.now.date(), found.policy.periods, visit.desk.workdays)
    names = sees_names(actor)
    overtaken = _overtaken(visit, found, seen, names=names)
    typed = typed or Typed()
    if overtaken:
        typed = Typed(reason=typed.reason, amount=typed.amount, resolution=typed.resolution)
    page = ClaimPage(
        dossier=found,
        steps=steps(words, found, names=names),
        timeline=timeline(words, found, names=names),
        choices=choices(words, found, actor, today),
        obstacles=_obstacles(words, found),
        typed=typed,
        names=names,
        holds_duty=bool(actor.roles & set(DUTY_OF)),
        may_edit=is_under_correction(found.claim) and bool(actor.roles & FILERS),
        clauses=_clauses(found),
        departments=tuple((each.code, each.name) for each in visit.desk.directory.departments()),
        expected_yuan=_expected(found),
        problem="" if refusal is None or overtaken else words.refusal(refusal),
        anchor=_ANCHORS.get(refusal.code, "") if refusal else "",
        overtaken=overtaken,
        done=words.event(done) if done in DONE else "",
        next_number=following,
    )
    return render(visit, page, refusal.status if refusal else 200)


FILERS = frozenset({Role.APPLICANT, Role.TOWNSHIP})
DONE = frozenset(
    {
        *Trigger,
        "interest_declared",
        "disclosed",
        "objection_decided",
        "evidence_added",
        "data_corrected",
        "file",
    }
)

_ANCHORS = {
    "reason_needed": "reason",
    "warnings_unanswered": "reason",
    "amount_needs_reason": "reason",
    "amount_needed": "amount",
    "amount_above_ceiling": "amount",
    "budget_exceeded": "amount",
    "resolution_needed": "resolution",
    "resolution_published": "resolution",
    "missing_not_named": "missing",
    "departments_not_named": "departments",
    "evidence_refused": "evidence",
    "evidence_missing": "evidence",
    "findings_open": "findings",
    "action_needed": "actions",
}
"""The part of the page where a refusal is mended."""


def _obstacles(words: Words, found: Dossier) -> tuple[tuple[str, str], ...]:
    """What stands in the way, and of which actions. Payment is no button: it comes from the bank's answer."""
    actions: dict[str, list[str]] = {}
    for trigger, refusal in found.obstacles:
        if trigger is not Trigger.PAY:
            actions.setdefault(words.refusal(refusal), []).append(words.event(trigger))
    return tuple((words.listing(titles), sentence) for sentence, titles in actions.items())


def _expected(found: Dossier) -> int | None:
    """The amount the action card starts from."""
    amounts = found.claim["amounts"]
    match found.claim["stage"]:
        case Stage.MARKET_SUPERVISION_REVIEW:
            return found.quote.county_yuan
        case Stage.COORDINATION_APPROVAL:
            proposed: int | None = amounts["proposed_yuan"]
            return proposed
        case _:
            granted: int | None = amounts["granted_yuan"]
            return granted


def _clauses(found: Dossier) -> tuple[tuple[str, str], ...]:
    """The clauses a rejection may rest on: those of the findings, then the item's own."""
    codes = dict.fromkeys(
        [*(each["clause"] for each in found.claim["findings"] if each["clause"]), found.item.clause]
    )
    return tuple((code, found.policy.clauses.get(code, code)) for code in codes)


def _overtaken(visit: Visit, found: Dossier, seen: int | None, *, names: bool) -> tuple[Overtaken, ...]:
    if seen is None:
        return ()
    words = visit.words
    return tuple(
        Overtaken(
            who=acted_by(words, found, event, names=names),
            when=words.short_moment(event["at"]),
            what=words.event(event["trigger"]),
            source=words.stage(event["source"]) if event["source"] in set(Stage) else "",
            target=words.stage(event["target"]) if event["target"] in set(Stage) else "",
            version=event["seq"],
        )
        for event in found.history
        if event["seq"] > seen
    )
