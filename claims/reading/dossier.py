"""A claim as its page shows it: everything about it, read in one transaction, for the person who looks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from claims.desk import Tx
from claims.facts import facts_of
from claims.identity.people import office_of
from claims.identity.visibility import visible_claim
from claims.models import Resolution, User, UserRole
from claims.publicity.objections import objections
from claims.reading.queries import claim_json, history_json
from claims.reading.related import Related, related
from claims.review.examination import Examined, examinations
from claims.review.undo import Undoable, undoable
from states.amounts import Quote
from states.duties import objection_to, office_among_drafters
from states.errors import Refusal
from states.facts import Actor, ClaimFacts, Office, Order
from states.guards import CORRECTABLE_FIELDS
from states.machine import legal_moves, propose
from states.policy import Field, Item, Policy
from states.proposals import worked_out
from states.stages import DUTY_OF, FILERS, Stage, Trigger
from states.table import MOVES, STAGE_ROLE


@dataclass(frozen=True, slots=True)
class Drafter:
    """An office among the drafters of the standard, and who of it could be named to act all the same."""

    office: Office
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """One claim for one viewer.

    `claim`, `history` and `objections` are as the command line gives them. `offered` are the triggers that the
    viewer may pull now; `obstacles` those that the viewer's role could pull here, each with the rule that stands
    against it. `offices` names the office of everyone who has acted, by user name. `examined` is what the offices
    have found about the papers, for their own eyes; `undoable` the last step, where the viewer may take it back.
    """

    claim: Mapping[str, Any]
    history: tuple[Mapping[str, Any], ...]
    objections: tuple[Mapping[str, Any], ...]
    policy: Policy
    item: Item
    field: Field
    quote: Quote
    offered: tuple[Trigger, ...]
    obstacles: tuple[tuple[Trigger, Refusal], ...]
    correctable: tuple[str, ...]
    drafters: tuple[Drafter, ...]
    offices: Mapping[str, str]
    open_resolutions: tuple[str, ...]
    examined: tuple[Examined, ...]
    may_examine: bool
    related: Related
    undoable: Undoable | None


def dossier(tx: Tx, number: str, viewer: Actor) -> Dossier:
    """Raises `UnknownClaim`, also for a claim that the viewer may not see."""
    claim = visible_claim(tx, number, viewer)
    facts = facts_of(tx, claim)
    offered = legal_moves(facts, viewer, today=tx.now.date())
    history = tuple(history_json(tx, number, viewer))
    return Dossier(
        claim=claim_json(tx, number, viewer, known=facts),
        history=history,
        objections=tuple(objections(tx, viewer, number=claim.number)),
        policy=facts.policy,
        item=facts.item,
        field=facts.policy.fields[claim.field],
        quote=worked_out(facts),
        offered=offered,
        obstacles=tuple(_obstacles(tx, facts, viewer, offered)),
        correctable=(*(each.kind for each in facts.item.evidence), *CORRECTABLE_FIELDS),
        drafters=tuple(_drafters(tx, facts)),
        offices=_offices(tx, {each["actor"] for each in history}),
        open_resolutions=_open_resolutions(tx, claim.cycle) if Trigger.APPROVE in offered else (),
        examined=examinations(tx, claim) if sees_names(viewer) else (),
        may_examine=_may_examine(facts, viewer),
        related=related(tx, claim, viewer),
        undoable=undoable(tx, number, viewer),
    )


def _may_examine(facts: ClaimFacts, viewer: Actor) -> bool:
    role = STAGE_ROLE.get(facts.stage)
    return role is not None and role in viewer.roles and objection_to(facts, viewer, role) is None


def _obstacles(
    tx: Tx, facts: ClaimFacts, viewer: Actor, offered: tuple[Trigger, ...]
) -> Iterable[tuple[Trigger, Refusal]]:
    """Why a button one might expect is not there. What is asked of the order comes last, so the first refusal of
    an empty one is a rule's about the claim or the person.
    """
    expected = dict.fromkeys(
        move.trigger
        for move in MOVES
        if move.source is facts.stage and viewer.roles & set(move.roles) and move.trigger not in offered
    )
    for trigger in expected:
        try:
            propose(facts, trigger, viewer, Order(), today=tx.now.date())
        except Refusal as refusal:
            yield trigger, refusal


def _drafters(tx: Tx, facts: ClaimFacts) -> Iterable[Drafter]:
    """Offices that hold duties and drafted the standard themselves."""
    drafters = [each for each in tx.desk.directory.offices if office_among_drafters(facts, each)]
    if not drafters:
        return
    holders = select(UserRole.user_id).where(UserRole.role.in_(list(DUTY_OF)))
    people = list(
        tx.session.scalars(select(User).where(User.id.in_(holders), User.active).order_by(User.name))
    )
    for office in drafters:
        yield Drafter(office, tuple(each.name for each in people if _office_code(each) == office.code))


def _office_code(user: User) -> str | None:
    return user.organisation.code if user.organisation else None


def _offices(tx: Tx, names: set[str]) -> Mapping[str, str]:
    users = tx.session.scalars(select(User).where(User.name.in_(names)))
    return MappingProxyType(
        {each.name: office_of(each.organisation).name for each in users if each.organisation},
    )


def _open_resolutions(tx: Tx, cycle: int) -> tuple[str, ...]:
    statement = (
        select(Resolution.ref)
        .where(Resolution.cycle == cycle, Resolution.published_on.is_(None))
        .order_by(Resolution.opened_at.desc())
    )
    return tuple(tx.session.scalars(statement))


def sees_names(viewer: Actor) -> bool:
    """Whether somebody reads the names of the officials who acted. Applicants deal with offices, not with persons."""
    return bool(viewer.roles.difference(FILERS))


def is_under_correction(claim: Mapping[str, Any]) -> bool:
    """Whether the applicant's side may change the claim's data and papers now."""
    return claim["stage"] in {Stage.DRAFT, Stage.CORRECTION}
