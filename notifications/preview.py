"""A letter of any kind for a claim, as it was written, or as it would read if its event happened now."""

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from claims.desk import Tx
from claims.errors import UnknownClaim
from claims.facts import load_cycle, window_of
from claims.letters import kept, outbox
from claims.letters.correspondence import Line, Particulars, particulars
from claims.letters.kept import Form
from claims.letters.numbering import imprint_of, queued_letter
from claims.letters.outbox import OwedEvent
from notifications.concerns import CONCERNS, TO_OFFICES, Addressed, Audience, Concern
from notifications.letters import SPECIMEN, Letterhead, WrittenLetter, write
from notifications.material import Material
from notifications.office import letterhead, paper_head
from notifications.paper.faces import faces
from notifications.paper.form import paper_of
from notifications.paper.typesetting import pdf
from notifications.templating.facts import UnknownLetterKind
from notifications.templating.templates import LetterTemplate
from states.deadlines import due_in
from states.errors import Refusal
from states.stages import Role, Stage
from states.table import MOVES, Move

KINDS: tuple[str, ...] = tuple(dict.fromkeys(each.letter.kind for row in CONCERNS.values() for each in row))


@dataclass(eq=False)
class NoRecipient(Refusal):
    code = "no_recipient"
    zh = "就申报件 {number} 而言，函件 {kind} 没有收件单位（已不是草稿，或名录中没有所属乡镇）。"
    en = "For claim {number} the letter {kind} has no recipient (it is no draft any more, or its township is not in the directory)."
    kind: str
    number: str


def preview(tx: Tx, kind: str, number: str, draft: LetterTemplate | None = None) -> WrittenLetter:
    """The letter as the claim's latest event of its kind gives it, or a specimen where there has been none.

    In a specimen, dates are reckoned from today, amounts are the claim's own, and what an official would write
    stands in brackets. With a `draft`, that is what it is written by; it must be without fault.
    """
    event, addressed = _addressed(tx, kind, number)
    queued = queued_letter(tx, event.event_id, addressed.recipient, kind)
    return write(addressed.context, _head(tx, draft), (queued and imprint_of(tx, queued)) or SPECIMEN)


def preview_paper(tx: Tx, kind: str, number: str, draft: LetterTemplate | None = None) -> bytes:
    """The paper form of the same letter as PDF/A: as it is kept where it has been set, else as it would be set now.

    With a `draft` it is always set now, by that. Raises `UnprintableCharacters` where no font holds what it says.
    """
    event, addressed = _addressed(tx, kind, number)
    queued = queued_letter(tx, event.event_id, addressed.recipient, kind)
    as_kept = queued and draft is None and kept.content(tx, Form.PAPER, queued)
    if as_kept:
        return as_kept
    imprint = (queued and imprint_of(tx, queued)) or SPECIMEN
    head = paper_head(tx.desk, _head(tx, draft), addressed.context, imprint)
    return pdf(paper_of(addressed.context, head), faces(tx.desk.settings.fonts_folder))


def _head(tx: Tx, draft: LetterTemplate | None) -> Letterhead:
    head = letterhead(tx)
    return head if draft is None else replace(head, templates=head.templates.with_draft(draft))


def _addressed(tx: Tx, kind: str, number: str) -> tuple[OwedEvent, Addressed]:
    """The event that a letter of this kind tells of, real or as it would be, and the letter to the claim's people."""
    trigger, concern = _concern(kind)
    claim = _claim(tx, number)
    event = _latest(tx, _stream(claim, trigger, concern), trigger, concern)
    if event is None:
        event, claim = _specimen(tx, claim, trigger, concern), _ready(claim, concern)
        material = Material(tx, [claim.number])
        material.claims[claim.number] = claim
        material.lists[event.data["resolution"]] = (_line(claim),)
    else:
        material = Material.of(tx, [event])
    own = {claim.unit, *(each.code for each in material.townships if each.township == claim.township)}
    for addressed in concern.letters(event, material):
        if concern.audience in TO_OFFICES or addressed.recipient in own:
            return event, addressed
    raise NoRecipient(kind, claim.number)


def _concern(kind: str) -> tuple[str, Concern]:
    for trigger, row in CONCERNS.items():
        for concern in row:
            if concern.letter.kind == kind:
                return trigger, concern
    raise UnknownLetterKind(kind, KINDS)


def _claim(tx: Tx, number: str) -> Particulars:
    number = number.strip().upper()
    found = particulars(tx, [number])
    if number not in found:
        raise UnknownClaim(number)
    return found[number]


def _stream(claim: Particulars, trigger: str, concern: Concern) -> str:
    """Where such events are recorded."""
    match concern.audience:
        case Audience.APPLICANT | Audience.TOWNSHIP_OF_CLAIM:
            return claim.number
        case Audience.TOWNSHIPS_LISTED:
            return f"resolution/{claim.resolution}"
        case _:
            return {
                "work_told": "work",
                "letters_held": "letters",
                "drill_failed": "backup",
                "list_published": f"resolution/{claim.resolution}",
                "payout_answered": "payout",
                "run_failed": "run",
                "wording_set_aside": "wording",
            }.get(trigger, f"cycle/{claim.cycle}")


def _latest(tx: Tx, stream: str, trigger: str, concern: Concern) -> OwedEvent | None:
    events = [each for each in outbox.events_of(tx, stream) if each.trigger == trigger and concern.when(each)]
    return events[-1] if events else None


def _specimen(tx: Tx, claim: Particulars, trigger: str, concern: Concern) -> OwedEvent:
    """The event as it would be recorded if it happened now, by the first move that makes such a letter."""
    moves: list[Move | None] = [move for move in MOVES if move.trigger == trigger]
    candidates = (
        _event(tx, claim, trigger, _stream(claim, trigger, concern), move) for move in moves or [None]
    )
    return next(each for each in candidates if concern.when(each))


def _event(tx: Tx, claim: Particulars, trigger: str, stream: str, move: Move | None) -> OwedEvent:
    data = _data(tx, claim, move.target if move else None)
    if trigger == "next_cycle_wanted":
        data["cycle"] += 1
    return OwedEvent(
        event_id=0,
        stream=stream,
        seq=0,
        trigger=trigger,
        source=str(move.source) if move else None,
        target=str(move.target) if move else None,
        actor="",
        role="",
        at=tx.now,
        reason="（经办人填写的理由）",
        data=data,
        hash="",
    )


def _data(tx: Tx, claim: Particulars, target: Stage | None) -> dict[str, Any]:
    """Everything that any event may record, for a claim as it stands."""
    today, policy = tx.now.date(), tx.desk.rulebook.version(claim.policy_version)
    item, window = policy.items[claim.item], window_of(load_cycle(tx, claim.cycle))
    ends = tx.desk.workdays.add_working_days(today, policy.periods.notice)
    due = due_in(target, today, policy.periods, tx.desk.workdays) if target else ends
    yuan = claim.granted_yuan or claim.requested_yuan
    return {
        "due_on": due.on.isoformat() if due else None,
        "due_provisional": bool(due and due.provisional),
        "departments": list(policy.fields[claim.field].departments or (policy.switches.default_department,)),
        "deemed": False,
        "missing": list(item.required_evidence),
        "recheck": False,
        "clause": item.clause,
        "proposed_yuan": yuan,
        "granted_yuan": yuan,
        "paid_yuan": yuan,
        "reclaim_yuan": yuan,
        "resolution": claim.resolution or "（会议纪要编号）",
        "published_on": today.isoformat(),
        "ends_on": ends.on.isoformat(),
        "ends_provisional": ends.provisional,
        "outcome": "dismissed",
        "batch": "（拨付批次）",
        "failure": "（银行退回的原因）",
        "opens_on": window.opens_on.isoformat(),
        "deadline_on": window.deadline_on.isoformat(),
        "results_from": window.results_from.isoformat(),
        "results_to": window.results_to.isoformat(),
        "days_left": max((window.deadline_on - today).days, 0),
        "claims": [claim.number],
        **_office_data(tx, claim),
        **_meeting_data(tx, claim),
        **_township_data(claim),
    }


def _office_data(tx: Tx, claim: Particulars) -> dict[str, Any]:
    """What events that concern the offices record besides."""
    today, stage = tx.now.date().isoformat(), str(Stage.MARKET_SUPERVISION_REVIEW)
    office = tx.desk.directory.default_office(Role.REVIEWER).code
    overdue = {"claim": claim.number, "office": office, "stage": stage, "due_on": today, "superior": True}
    yuan = claim.granted_yuan or claim.requested_yuan
    return {
        "stage": stage,
        "before": today,
        "provisional": False,
        "overdue": [overdue],
        "soon": [],
        "waiting": {office: 1},
        "example": "（函件标题）",
        "letters": 1,
        "limit": 1,
        "total_yuan": yuan,
        "cycle": claim.cycle,
        "usual_opening": today,
        "file": f"reports/report-{claim.cycle}.xlsx",
        "submitted": 1,
        "budget_yuan": yuan,
        "open_yuan": yuan,
        "backup": "（备份文件）",
        "problems": ["（检验发现的问题）"],
        "title": "（自动任务）",
        "state": "failed",
        "first": True,
        "letter": "（函件名称）",
        "number": 1,
    }


def _meeting_data(tx: Tx, claim: Particulars) -> dict[str, Any]:
    """What a sitting's events record besides."""
    yuan = claim.granted_yuan or claim.requested_yuan
    return {
        "held_on": tx.now.date().isoformat(),
        "begins": "9:00",
        "place": "（会议地点）",
        "proposed": {claim.number: yuan},
        "available_yuan": yuan,
        "vote": None,
    }


def _township_data(claim: Particulars) -> dict[str, Any]:
    """What events that concern townships record besides."""
    yuan = claim.granted_yuan or claim.requested_yuan
    counts = {"submitted": 1, "granted": 1, "paid": 1, "refused": 0}
    amounts = {"requested_yuan": yuan, "granted_yuan": yuan, "paid_yuan": yuan, "returned_yuan": 0}
    return {
        "called": True,
        "renewed": False,
        "unfiled": [],
        "held": [],
        "townships": defaultdict(lambda: counts | amounts),
    }


_READY = {
    Audience.DRAFT_HOLDERS: Stage.DRAFT,
    Audience.TOWNSHIPS_TO_REMIND: Stage.DRAFT,
    Audience.CORRECTING: Stage.CORRECTION,
}


def _ready(claim: Particulars, concern: Concern) -> Particulars:
    """The claim as it would stand when such a letter is written."""
    stage = _READY.get(concern.audience, claim.stage)
    return replace(claim, stage=stage, granted_yuan=claim.granted_yuan or claim.requested_yuan)


def _line(claim: Particulars) -> Line:
    return Line(
        claim.number,
        claim.unit_name,
        claim.township,
        claim.item,
        claim.standard_number,
        claim.title,
        claim.granted_yuan or claim.requested_yuan,
        claim.policy_version,
    )
