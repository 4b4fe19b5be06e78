"""A claim's page: what it is, what speaks for and against it, what happened, and what this person may do."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends
from starlette.responses import Response

from claims.reading import queue
from claims.reading.dossier import Dossier, dossier, is_under_correction, sees_names
from claims.review.examination import Examined, Verdict, own
from claims.review.municipal import RECORDERS
from claims.submission.evidence import JPEG, PDF, PNG
from config.phrases import Category, load_phrases
from states.errors import Refusal
from states.stages import DUTY_OF, FILERS, REVIEW_STAGES, Stage, Trigger
from web.choices import Choice, Today, choices
from web.guards import SIGNED_IN, Visit
from web.outlook import Outlook, outlook
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
    phrases: tuple[str, ...] = ()
    municipal: str = ""
    document: str = ""
    decided_on: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper that is open beside the checklist. `shown`: browsers show such files by themselves."""

    kind: str
    title: str
    name: str
    sha256: str
    media_type: str
    bytes: int
    added_at: str
    shown: bool


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
    `paper` is the one that is open; `checks` the viewer's own checklist, by paper, `others` what colleagues found.
    `phrases` are sentences to tick by decision, `notes` those of the viewer's own checklist.
    `outlook` tells whoever filed it, in plain words, where it stands and what comes next; None for the offices.
    `choices` holds only the actions this person may take now, `obstacles` what stands against those one would
    expect, as (action, sentence). `problem` says why the last try was refused and `anchor` where to mend it;
    after a conflict `overtaken` tells what happened and `typed` keeps the words, without the choice. `done` is
    the title of what was just carried out, `next_number` the claim to take up then.
    """

    template: ClassVar[str] = "claim.html"
    dossier: Dossier
    outlook: Outlook | None
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
    paper: Paper | None
    checks: Mapping[str, Examined]
    others: Mapping[str, tuple[Examined, ...]]
    phrases: tuple[Category, ...]
    notes: tuple[str, ...]
    may_record_municipal: bool
    undo_minutes: int
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
def show(
    number: str, visit: Annotated[Visit, Depends(SIGNED_IN)], done: str = "", paper: str = ""
) -> Response:
    return claim_page(visit, number, done=done, paper=paper)


def claim_page(
    visit: Visit,
    number: str,
    *,
    done: str = "",
    typed: Typed | None = None,
    refusal: Refusal | None = None,
    seen: int | None = None,
    paper: str = "",
) -> Response:
    """The page of a claim; `refusal` is what the last try met, `seen` the version it was based on.

    `paper` is the SHA-256 of the file that is open.
    """
    words, actor = visit.words, visit.actor
    with visit.desk.reading() as tx:
        found = dossier(tx, number, actor)
        following = queue.next_waiting(tx, actor, found.claim["number"]) if done else None
        today = Today(tx.now.date(), found.policy.periods, visit.desk.workdays)
    names = sees_names(actor)
    overtaken = _overtaken(visit, found, seen, names=names)
    checks = own(found.examined, actor.name)
    typed = replace(typed or Typed(), trigger="") if overtaken else typed or Typed()
    page = ClaimPage(
        dossier=found,
        outlook=None if names else outlook(words, Stage(found.claim["stage"]), found.claim["due_on"]),
        steps=steps(words, found, names=names),
        timeline=timeline(words, found, names=names),
        choices=choices(words, found, actor, today),
        obstacles=_obstacles(words, found),
        typed=typed,
        names=names,
        holds_duty=bool(actor.roles & set(DUTY_OF)),
        may_edit=is_under_correction(found.claim) and bool(actor.roles.intersection(FILERS)),
        clauses=_clauses(found),
        departments=tuple((each.code, each.name) for each in visit.desk.directory.departments()),
        expected_yuan=_expected(found),
        paper=_paper(words, found, paper),
        checks=checks,
        others=_others(found.examined, actor.name),
        phrases=load_phrases(),
        notes=_notes(found, checks),
        may_record_municipal=bool(actor.roles & set(RECORDERS))
        and found.claim["stage"] in {*REVIEW_STAGES, Stage.CORRECTION},
        undo_minutes=int(visit.desk.settings.hold.total_seconds() // 60),
        problem="" if refusal is None or overtaken else words.refusal(refusal),
        anchor=_ANCHORS.get(refusal.code, "") if refusal else "",
        overtaken=overtaken,
        done=words.event(done) if done in DONE else "",
        next_number=following,
    )
    return render(visit, page, refusal.status if refusal else 200)


DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
SHOWABLE = frozenset({PDF, JPEG, PNG})
"""What browsers show by themselves."""
AGAINST = frozenset({Verdict.DOUBTFUL, Verdict.FAILS})
DONE = frozenset(
    {
        *Trigger,
        "interest_declared",
        "disclosed",
        "objection_decided",
        "evidence_added",
        "data_corrected",
        "municipal_decided",
        "undone",
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


def _paper(words: Words, found: Dossier, sha256: str) -> Paper | None:
    for each in found.claim["evidence"]:
        for file in each["files"]:
            if file["sha256"] == sha256:
                return Paper(
                    kind=each["kind"],
                    title=words.t(each["title"], each["title_en"]),
                    name=file["name"],
                    sha256=sha256,
                    media_type=file["media_type"],
                    bytes=file["bytes"],
                    added_at=file["added_at"],
                    shown=file["media_type"] in SHOWABLE,
                )
    return None


def _others(examined: Iterable[Examined], name: str) -> dict[str, tuple[Examined, ...]]:
    """What colleagues have come to, by paper; what they have only begun is their own affair."""
    found: dict[str, list[Examined]] = {}
    for each in examined:
        if each.by != name and each.verdict is not Verdict.BEGUN:
            found.setdefault(each.kind, []).append(each)
    return {kind: tuple(several) for kind, several in found.items()}


def _notes(found: Dossier, checks: Mapping[str, Examined]) -> tuple[str, ...]:
    """What the viewer noted against papers, as sentences for the applicant, who reads Chinese."""
    noted = ((each.title, checks[each.kind]) for each in found.item.evidence if each.kind in checks)
    return tuple(
        f"{title}：{check.note.rstrip('。')}。"
        for title, check in noted
        if check.note and check.verdict in AGAINST
    )


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
