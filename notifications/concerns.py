"""Which event concerns whom: one table from an event's trigger to the letters it makes.

A trigger stands either here or in `INTERNAL`, with no third way; a test holds both against the triggers that
use cases write.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from types import MappingProxyType

from claims.letters.correspondence import Correspondent, Particulars
from claims.letters.outbox import OwedEvent
from notifications import briefs, contexts, drafting, roundups
from notifications.contexts import LetterContext
from notifications.drafting import Told
from notifications.material import Material
from states.stages import Stage


class Audience(StrEnum):
    APPLICANT = "applicant"
    TOWNSHIP_OF_CLAIM = "township of the claim"
    DRAFT_HOLDERS = "units with drafts"
    CORRECTING = "the unit that still owes a correction"
    EVERY_TOWNSHIP = "every township"
    TOWNSHIPS_TO_REMIND = "townships with drafts, or with units that have not filed"
    TOWNSHIPS_LISTED = "townships with claims on the list"
    TOWNSHIPS_PAID = "townships with payments in the batch"
    RESPONSIBLE = "each office with work waiting"
    COORDINATION = "the coordination body"
    FINANCE = "the finance office"
    ADMINISTRATORS = "administrators"
    COORDINATION_AND_ADMINISTRATORS = "the coordination body and administrators"


TO_OFFICES = frozenset(
    {
        Audience.RESPONSIBLE,
        Audience.COORDINATION,
        Audience.FINANCE,
        Audience.ADMINISTRATORS,
        Audience.COORDINATION_AND_ADMINISTRATORS,
    },
)


@dataclass(frozen=True, slots=True)
class Addressed:
    """A letter's content and where it goes. `recipient` is the organisation's code; `phone`, an applicant's."""

    context: LetterContext
    recipient: str
    name: str
    address: str
    claim: str | None
    township: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Concern:
    """One kind of letter that an event makes, for whom, and what it says to each of them."""

    letter: type[LetterContext]
    audience: Audience
    letters: Callable[[OwedEvent, Material], Iterable[Addressed]]
    when: Callable[[OwedEvent], bool] = lambda _event: True


def concerns_of(event: OwedEvent) -> tuple[Concern, ...]:
    """The letters that this event makes; none where it concerns nobody outside the offices."""
    return tuple(each for each in CONCERNS.get(event.trigger, ()) if each.when(event))


# How each audience is reached


def _applicant(
    letter: type[LetterContext],
    draft: Callable[[Told], LetterContext],
    when: Callable[[OwedEvent], bool] = lambda _event: True,
) -> Concern:
    return Concern(letter, Audience.APPLICANT, partial(_to_applicant, draft), when)


def _to_applicant(
    draft: Callable[[Told], LetterContext],
    event: OwedEvent,
    material: Material,
) -> Iterable[Addressed]:
    claim = material.claim(event.stream)
    return (_to_unit(claim, claim.number, draft(Told(event, claim, material.reference))),)


def _to_unit(claim: Particulars, number: str | None, context: LetterContext) -> Addressed:
    return Addressed(context, claim.unit, claim.unit_name, claim.address, number, claim.township, claim.phone)


def _township(
    letter: type[LetterContext],
    draft: Callable[[Told, Correspondent], LetterContext],
    when: Callable[[OwedEvent], bool] = lambda _event: True,
) -> Concern:
    return Concern(letter, Audience.TOWNSHIP_OF_CLAIM, partial(_to_township_of_claim, draft), when)


def _to_township_of_claim(
    draft: Callable[[Told, Correspondent], LetterContext],
    event: OwedEvent,
    material: Material,
) -> Iterable[Addressed]:
    claim = material.claim(event.stream)
    told = Told(event, claim, material.reference)
    return tuple(
        _to(each, draft(told, each), claim.number)
        for each in material.townships
        if each.township == claim.township
    )


def _to(township: Correspondent, context: LetterContext, claim: str | None = None) -> Addressed:
    return Addressed(context, township.code, township.name, township.address, claim, township.township)


def _call(event: OwedEvent, material: Material) -> Iterable[Addressed]:
    for each in material.townships:
        yield _to(each, roundups.township_call(event, each, material.reference))


def _opening(event: OwedEvent, material: Material) -> Iterable[Addressed]:
    for each in material.townships:
        yield _to(each, roundups.township_opening(event, each))


def _township_reminders(event: OwedEvent, material: Material) -> Iterable[Addressed]:
    claims = material.cycle(roundups.cycle_of(event))
    drafts = [material.claim(number) for number in event.data["claims"]]
    for each in material.townships:
        context = roundups.township_reminder(event, each, drafts, claims, material.reference)
        if context is not None:
            yield _to(each, context)


def _closing(event: OwedEvent, material: Material) -> Iterable[Addressed]:
    claims = material.cycle(roundups.cycle_of(event))
    for each in material.townships:
        yield _to(each, roundups.township_closing(event, each, claims, material.reference))


def _published(event: OwedEvent, material: Material) -> Iterable[Addressed]:
    lines = material.lines(event.data["resolution"])
    for each in material.townships:
        context = roundups.township_published(event, each, lines, material.reference)
        if context is not None:
            yield _to(each, context)


def _extended(event: OwedEvent, material: Material) -> Iterable[Addressed]:
    lines = material.lines(event.data["resolution"])
    for each in material.townships:
        context = roundups.township_extended(event, each, lines, material.reference)
        if context is not None:
            yield _to(each, context)


def _results(event: OwedEvent, material: Material) -> Iterable[Addressed]:
    lines = material.lines(event.data["resolution"])
    for each in material.townships:
        context = roundups.township_results(event, each, lines, material.reference)
        if context is not None:
            yield _to(each, context)


def _payments(event: OwedEvent, material: Material) -> Iterable[Addressed]:
    paid = [material.claim(number) for number in event.data["claims"]]
    for each in material.townships:
        context = roundups.township_payments(event, each, paid, material.reference)
        if context is not None:
            yield _to(each, context)


def _year(event: OwedEvent, material: Material) -> Iterable[Addressed]:
    for each in material.townships:
        yield _to(each, roundups.township_year(event, each))


def _correction_reminder(event: OwedEvent, material: Material) -> Iterable[Addressed]:
    for number in event.data["claims"]:
        claim = material.claim(number)
        if claim.stage is Stage.CORRECTION:
            context = drafting.correction_reminder(Told(event, claim, material.reference))
            yield _to_unit(claim, number, context)


def _offices(
    letter: type[LetterContext],
    audience: Audience,
    draft: Callable[[OwedEvent, Material], Iterable[briefs.Brief]],
    when: Callable[[OwedEvent], bool] = lambda _event: True,
) -> Concern:
    return Concern(
        letter, audience, lambda event, material: (_to(*each) for each in draft(event, material)), when
    )


def _draft_reminders(event: OwedEvent, material: Material) -> Iterable[Addressed]:
    claims = [material.claim(number) for number in event.data["claims"]]
    for claim, context in roundups.draft_reminders(event, claims, material.reference):
        yield _to_unit(claim, None, context)


# Which of two meanings an event has


def _all_cleared(event: OwedEvent) -> bool:
    return event.target != event.source


def _from_correction(event: OwedEvent) -> bool:
    return event.source == Stage.CORRECTION


def _proposed(event: OwedEvent) -> bool:
    return event.target == Stage.PAID


def _confirmed(event: OwedEvent) -> bool:
    return event.target == Stage.RECLAIMED


def _called(event: OwedEvent) -> bool:
    return bool(event.data["called"])


def _uncalled(event: OwedEvent) -> bool:
    return not _called(event)


def _first_failure(event: OwedEvent) -> bool:
    return bool(event.data["first"])


CONCERNS: Mapping[str, tuple[Concern, ...]] = MappingProxyType(
    {
        "submit": (_applicant(contexts.Receipt, drafting.receipt),),
        "accept": (_applicant(contexts.Acceptance, drafting.acceptance),),
        "clear": (_applicant(contexts.DepartmentsCleared, drafting.departments_cleared, _all_cleared),),
        "endorse": (_applicant(contexts.Endorsement, drafting.endorsement),),
        "approve": (_applicant(contexts.Approval, drafting.approval),),
        "end_notice": (_applicant(contexts.NoticeEnded, drafting.notice_ended),),
        "remand": (_applicant(contexts.Remand, drafting.remand),),
        "pay": (_applicant(contexts.Payment, drafting.payment),),
        "return_for_correction": (_applicant(contexts.Correction, drafting.correction),),
        "resubmit": (_applicant(contexts.CorrectionReceipt, drafting.correction_receipt),),
        "reject": (_applicant(contexts.Refusal, drafting.refusal),),
        "withdraw": (_applicant(contexts.Withdrawal, drafting.withdrawal),),
        "lapse": (
            _applicant(contexts.Lapse, drafting.lapse),
            # Drafts that lapse with the deadline stand in the closing letter, all in one.
            _township(contexts.TownshipLapse, drafting.township_lapse, _from_correction),
        ),
        "reconsider": (_applicant(contexts.Reconsideration, drafting.reconsideration),),
        "revoke": (_applicant(contexts.Revocation, drafting.revocation),),
        "reclaim": (
            _applicant(contexts.ClawbackProposal, drafting.clawback_proposal, _proposed),
            _applicant(contexts.Clawback, drafting.clawback, _confirmed),
        ),
        "notice_published": (_applicant(contexts.PublicNotice, drafting.public_notice),),
        "objection_filed": (_applicant(contexts.ObjectionNotice, drafting.objection_notice),),
        "objection_decided": (_applicant(contexts.ObjectionAnswer, drafting.objection_answer),),
        "payment_failed": (_applicant(contexts.PaymentFailed, drafting.payment_failed),),
        "due_moved": (_applicant(contexts.DeadlineMoved, drafting.deadline_moved),),
        "drafts_reminded": (Concern(contexts.DraftReminder, Audience.DRAFT_HOLDERS, _draft_reminders),),
        "townships_called": (Concern(contexts.TownshipCall, Audience.EVERY_TOWNSHIP, _call),),
        "cycle_opened": (
            # A call that was missed, or whose dates have changed since, is made up for by the opening.
            Concern(contexts.TownshipOpening, Audience.EVERY_TOWNSHIP, _opening, _called),
            Concern(contexts.TownshipCall, Audience.EVERY_TOWNSHIP, _call, _uncalled),
        ),
        "townships_reminded": (
            Concern(contexts.TownshipReminder, Audience.TOWNSHIPS_TO_REMIND, _township_reminders),
        ),
        "correction_reminded": (
            Concern(contexts.CorrectionReminder, Audience.CORRECTING, _correction_reminder),
        ),
        "cycle_closed": (Concern(contexts.TownshipClosing, Audience.EVERY_TOWNSHIP, _closing),),
        "meeting_convened": (_offices(contexts.MeetingAgenda, Audience.COORDINATION, briefs.meeting_agenda),),
        "list_published": (
            Concern(contexts.TownshipPublished, Audience.TOWNSHIPS_LISTED, _published),
            _offices(contexts.MeetingResolution, Audience.COORDINATION, briefs.meeting_resolution),
        ),
        "list_concluded": (Concern(contexts.TownshipResults, Audience.TOWNSHIPS_LISTED, _results),),
        "payout_answered": (Concern(contexts.TownshipPayments, Audience.TOWNSHIPS_PAID, _payments),),
        "notice_extended": (Concern(contexts.TownshipExtended, Audience.TOWNSHIPS_LISTED, _extended),),
        "work_told": (
            _offices(contexts.WorkDigest, Audience.RESPONSIBLE, briefs.work_digests),
            _offices(contexts.OverdueReport, Audience.COORDINATION, briefs.overdue_report),
        ),
        "payout_prompted": (_offices(contexts.PayoutPrompt, Audience.FINANCE, briefs.payout_prompt),),
        "year_reported": (
            _offices(contexts.YearReport, Audience.COORDINATION_AND_ADMINISTRATORS, briefs.year_report),
            Concern(contexts.TownshipYear, Audience.EVERY_TOWNSHIP, _year),
        ),
        "next_cycle_wanted": (_offices(contexts.PlanRequest, Audience.ADMINISTRATORS, briefs.next_plan),),
        "cycle_missed": (_offices(contexts.PlanRequest, Audience.ADMINISTRATORS, briefs.missed_plan),),
        "run_failed": (
            _offices(contexts.RunFailed, Audience.ADMINISTRATORS, briefs.run_failed, _first_failure),
        ),
        "letters_held": (_offices(contexts.LettersHeld, Audience.ADMINISTRATORS, briefs.letters_held),),
        "drill_failed": (_offices(contexts.DrillFailed, Audience.ADMINISTRATORS, briefs.drill_failed),),
        "wording_set_aside": (
            _offices(contexts.WordingSetAside, Audience.ADMINISTRATORS, briefs.wording_set_aside),
        ),
    },
)

INTERNAL: Mapping[str, str] = MappingProxyType(
    {
        "file": "a draft is its maker's own business until it is submitted",
        "evidence_added": "done by the applicant's own side",
        "data_corrected": "done by the applicant's own side",
        "municipal_decided": "a fact for the review; the letter of the county's own decision tells its effect",
        "undone": "taken back before anybody was told of it",
        "meeting_recorded": "the vote stands in the resolution, which leaves once the list is published",
        "deactivated": "an account of an office",
        "reactivated": "an account of an office",
        "role_taken": "an account of an office",
        "password_renewed": "an account of an office",
        "password_changed": "done by the person's own hand",
        "second_factor_on": "done by the person's own hand",
        "second_factor_off": "done by the person's own hand",
        "second_factor_reset": "asked for by the person, who sees it at the next sign-in",
        "recovery_codes_renewed": "done by the person's own hand",
        "recovery_code_used": "done by the person's own hand",
        "identity_linked": "how a person signs in",
        "identity_unlinked": "how a person signs in",
        "delegated": "who of an office acts while a colleague is away, inside the offices",
        "delegation_ended": "who of an office acts while a colleague is away, inside the offices",
        "disclosed": "concerns who of an office may act, inside the offices",
        "payout_proposed": "nothing is paid yet",
        "payout_released": "nothing is paid until the bank has answered",
        "payment_unknown": "finance asks the bank; the applicant hears the answer",
        "reading_confirmed": "settles the list for the offices; applicants meet it in the amount of a decision",
        "due_confirmed": "the date stands as it was announced, and letters promise news only of a change",
        "notice_confirmed": "the date stands as it was announced, and letters promise news only of a change",
        "wording_changed": "recipients read it in their next letter; who changed what is for auditors",
        "cycle_planned": "a plan may change until the cycle opens",
        "budget_changed": "the claims it bears on have their own decisions",
        "role_given": "an account of an office",
        "token_made": "an account of an office",
        "calendar_shared": "an account of an office",
        "calendar_unshared": "an account of an office",
        "interest_declared": "a declaration inside the offices",
        "restored": "the desk stands where the backup left it; auditors find it in the log",
        "letter_received": "tells the desk that a letter has arrived",
        "letters_kept": "what leaves is kept as it is; whom it concerns has it",
        "letter_requeued": "a letter about a letter would never end",
        "letter_bounced": "tells the desk that a letter has not arrived",
        "letter_settled": "tells the desk that nothing more is to be sent",
        "letters_released": "what leaves now tells its own recipients",
        "letters_discarded": "nobody was to be written to",
    },
)
"""Triggers that concern nobody outside the offices, each with its reason."""
