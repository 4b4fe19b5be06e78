"""Conflicts of interest in the open: an office that drafted a standard, and who of it may act on the claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from claims.desk import Tx
from claims.errors import BadValue, UnknownOrganisation
from claims.facts import facts_of, load_claim
from claims.identity.people import actor as person
from claims.identity.people import find_organisation, office_of, require_role
from claims.models import Disclosure
from claims.trail.chains import append_to_claim
from states.duties import objection_to, office_among_drafters
from states.errors import DisclosureNeeded
from states.facts import Actor, Office
from states.stages import Role


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Who may act on the claim although their office is among the drafters; all who have been named so far."""

    number: str
    office: str
    users: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"number": self.number, "office": self.office, "users": list(self.users)}


def disclose(
    tx: Tx, number: str, office: str, users: Sequence[str], *, actor: Actor, reason: str
) -> Disclosed:
    """Record that an office is among the drafters of the claim's standard, and name who of it may act.

    Naming the same people again changes nothing. Raises `BadValue` where the office is no drafter, a person is of
    another office, or the coordinator names themself.
    """
    require_role(actor, (Role.COORDINATOR,), "登记披露", "record a disclosure")
    claim = load_claim(tx, number)
    facts = facts_of(tx, claim)
    refusal = objection_to(facts, actor, Role.COORDINATOR)
    # An office that drafted can be disclosed by its own coordinator: recording it is the cure, not the harm.
    if refusal is not None and not isinstance(refusal, DisclosureNeeded):
        raise refusal
    named_office = office_of(find_organisation(tx, office))
    if not office_among_drafters(facts, named_office):
        raise BadValue(
            f"{named_office.name} 不在本件标准的起草单位之中，无须披露。",
            f"{named_office.name} is not among the drafters of this claim's standard; there is nothing to disclose.",
        )
    if not reason.strip():
        raise BadValue(
            "登记披露须写明理由（为何须由该单位人员办理）。",
            "A disclosure needs a reason: why someone of that office must act.",
        )
    already = set(
        tx.session.scalars(
            select(Disclosure.user_name).where(
                Disclosure.claim_id == claim.id, Disclosure.office == named_office.code
            ),
        ),
    )
    added = [name for name in _people(tx, named_office, users, actor) if name not in already]
    if added:
        tx.session.add_all(
            Disclosure(
                claim_id=claim.id,
                office=named_office.code,
                user_name=name,
                recorded_by=actor.name,
                reason=reason.strip(),
                at=tx.now,
            )
            for name in added
        )
        append_to_claim(
            tx,
            claim,
            "disclosed",
            actor=actor.name,
            role=Role.COORDINATOR,
            reason=reason.strip(),
            data={"office": named_office.code, "users": added},
        )
    return Disclosed(claim.number, named_office.code, tuple(sorted(already.union(added))))


def _people(tx: Tx, office: Office, users: Sequence[str], actor: Actor) -> list[str]:
    names = list(dict.fromkeys(name.strip() for name in users if name.strip()))
    if not names:
        raise BadValue("披露须指定至少一名办理人。", "A disclosure names at least one person who may act.")
    for name in names:
        named = person(tx, name)
        if named.office is None:
            raise UnknownOrganisation(name)
        if named.office.code != office.code:
            raise BadValue(
                f"{name} 属于{named.office.name}，不属于{office.name}。",
                f"{name} belongs to {named.office.name}, not to {office.name}.",
            )
    if actor.name in names:
        raise BadValue(
            "不得指定本人为办理人。", "Nobody may name themself; let another coordinator record it."
        )
    return names
