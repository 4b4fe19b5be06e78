"""A claim's page: what it is, what speaks for and against it, what happened, and what this person may do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, Form
from starlette.responses import RedirectResponse, Response

from claims import people, queue
from claims.decisions import act
from claims.desk import Tx
from claims.disclosures import disclose
from claims.dossier import Dossier, dossier, is_under_correction, sees_names
from claims.errors import BadValue
from claims.objections import decide_objection
from states.errors import Refusal, VersionConflict, WrongStage
from states.stages import DUTY_OF, Role, Stage, Trigger
from web.choices import Choice, Today, choices
from web.guards import COORDINATOR, HOLDERS_OF_DUTIES, SIGNED_IN, RowId, Visit
from web.rendering import render
from web.timeline import Entry, Step, acted_by, named, steps, timeline
from web.wording import Words

router = APIRouter()

SEE_OTHER = 303

Names = Annotated[list[str], Form(default_factory=list)]
"""The boxes that were ticked under one name; none is an empty list."""


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


@router.post("/claims/{number}/actions")
def take_action(
    number: str,
    visit: Annotated[Visit, Depends(SIGNED_IN)],
    version: Annotated[int, Form()],
    departments: Names,
    missing: Names,
    trigger: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    amount: Annotated[str, Form()] = "",
    resolution: Annotated[str, Form()] = "",
    clause: Annotated[str, Form()] = "",
) -> Response:
    typed = Typed(trigger, reason, amount, resolution, clause, tuple(departments), tuple(missing))

    def carry_out(tx: Tx) -> object:
        return act(
            tx,
            number,
            _trigger(trigger),
            actor=visit.actor,
            reason=reason,
            clause=clause,
            amount_yuan=yuan_of(amount) if trigger in WITH_AMOUNT else None,
            departments=departments if trigger == Trigger.ACCEPT else (),
            missing=missing,
            resolution=resolution if trigger == Trigger.APPROVE else None,
            version=version,
        )

    return carried_out(visit, number, carry_out, trigger, typed=typed, version=version)


@router.post("/claims/{number}/interest")
def declare_interest(
    number: str, visit: Annotated[Visit, Depends(HOLDERS_OF_DUTIES)], reason: Annotated[str, Form()] = ""
) -> Response:
    def carry_out(tx: Tx) -> None:
        if not reason.strip():
            raise BadValue("请写明与申报单位的利害关系。", "Say what connects you with the applicant.")
        unit = dossier(tx, number, visit.actor).claim["applicant"]["uscc"]
        people.declare_interest(tx, visit.actor.name, unit, reason.strip())

    return carried_out(visit, number, carry_out, "interest_declared")


@router.post("/claims/{number}/disclosure")
def record_disclosure(
    number: str,
    visit: Annotated[Visit, Depends(COORDINATOR)],
    users: Names,
    office: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    def carry_out(tx: Tx) -> object:
        return disclose(tx, number, office, users, actor=visit.actor, reason=reason)

    return carried_out(visit, number, carry_out, "disclosed")


@router.post("/claims/{number}/objections/{objection_id}")
def answer_objection(
    number: str,
    objection_id: RowId,
    visit: Annotated[Visit, Depends(COORDINATOR)],
    outcome: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    def carry_out(tx: Tx) -> object:
        if not outcome:
            raise BadValue("请选择异议是否成立。", "Choose whether the objection is upheld.")
        return decide_objection(tx, objection_id, outcome, actor=visit.actor, reason=reason)

    return carried_out(visit, number, carry_out, "objection_decided")


def carried_out(
    visit: Visit,
    number: str,
    use_case: Callable[[Tx], object],
    what: str,
    *,
    typed: Typed | None = None,
    version: int | None = None,
) -> Response:
    """Carry out one use case on a claim: on to its page again, or the page with what stood against it."""
    try:
        with visit.desk.transaction() as tx:
            use_case(tx)
    except (VersionConflict, WrongStage) as refusal:
        return claim_page(visit, number, typed=typed, refusal=refusal, seen=version)
    except Refusal as refusal:
        if refusal.status == 404:  # noqa: PLR2004 - not found
            raise
        return claim_page(visit, number, typed=typed, refusal=refusal)
    return RedirectResponse(f"/claims/{number}?done={what}", SEE_OTHER)


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
WITH_AMOUNT = frozenset({Trigger.ENDORSE, Trigger.APPROVE, Trigger.RECLAIM})
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


@dataclass(eq=False)
class ActionNeeded(Refusal):
    code = "action_needed"
    zh = "请选择办理结果。"
    en = "Choose what to do."


def _trigger(text: str) -> Trigger:
    if text not in set(Trigger):
        raise ActionNeeded
    return Trigger(text)


def yuan_of(text: str) -> int | None:
    """Whole yuan as people write them, with or without separators; None where nothing was written."""
    digits = "".join(text.replace("，", ",").replace(",", "").split()).removesuffix("元")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal()):
        raise BadValue(
            f"金额“{text}”无法识别；请填整数（元），如 300000。",
            f"The amount “{text}” cannot be read; write whole yuan, like 300000.",
        )
    return int(digits)


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
