"""Resolutions and public notices: a list approved under the minutes, frozen when it is published."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from claims.desk import Tx
from claims.errors import EmptyResolution, UnknownResolution
from claims.facts import facts_of, load_claim, load_cycle
from claims.identity.people import require_role
from claims.models import Claim, PublishedLine, Resolution
from claims.money import ledger
from claims.money.ledger import Account
from claims.once import ROW_LOCK
from claims.review.decisions import write
from claims.review.meetings import vote_on
from claims.timing import slots
from claims.timing.slots import Settled, SlotKind, skipped
from claims.trail.chains import append, append_to_claim
from states.duties import objection_to
from states.errors import Refusal, ResolutionPublished
from states.events import canonical
from states.facts import SYSTEM, Actor, Order
from states.machine import propose
from states.stages import Role, Stage, Trigger


@dataclass(frozen=True, slots=True)
class Published:
    resolution: str
    published_on: date
    ends_on: date
    claims: int
    total_yuan: int
    sha256: str

    def as_json(self) -> dict[str, Any]:
        return {
            "resolution": self.resolution,
            "published_on": self.published_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "claims": self.claims,
            "total_yuan": self.total_yuan,
            "sha256": self.sha256,
        }


def load_resolution(tx: Tx, ref: str) -> Resolution:
    return _found(ref, tx.session.get(Resolution, ref.strip()))


def _found(ref: str, row: Resolution | None) -> Resolution:
    if row is None:
        raise UnknownResolution(ref)
    return row


def publish(tx: Tx, ref: str, *, actor: Actor) -> Published:
    """Freeze the list approved under `ref` and publish it; the window starts, counted without today.

    Raises `ResolutionPublished` where it is published already, `EmptyResolution` where nothing is on it, and what
    stands against the actor on any claim of the list.
    """
    require_role(actor, (Role.COORDINATOR,), "公布名单", "publish a list")
    # Locked first: an approval that is joining this list is waited for, a later one finds it frozen.
    resolution = _found(ref, tx.session.get(Resolution, ref.strip(), with_for_update=ROW_LOCK))
    if resolution.published_on is not None:
        raise ResolutionPublished(resolution.ref)
    claims = list(
        tx.session.scalars(
            select(Claim)
            .where(Claim.resolution == resolution.ref, Claim.stage == Stage.PUBLIC_NOTICE)
            .order_by(Claim.number)
            .with_for_update(key_share=True),
        ),
    )
    if not claims:
        raise EmptyResolution(resolution.ref)
    for claim in claims:
        refusal = objection_to(facts_of(tx, claim), actor, Role.COORDINATOR)
        if refusal is not None:
            raise refusal
    lines = _freeze(tx, resolution.ref, claims)
    today = tx.now.date()
    ends = tx.desk.workdays.add_working_days(today, load_cycle(tx, resolution.cycle).notice_days)
    resolution.published_by, resolution.published_on = actor.name, today
    resolution.ends_on, resolution.ends_provisional = ends.on, ends.provisional
    resolution.sha256 = _digest(lines)
    published = Published(
        resolution.ref,
        today,
        ends.on,
        len(lines),
        sum(line["yuan"] for line in lines),
        resolution.sha256,
    )
    for claim in claims:
        _announce(tx, claim, resolution, actor)
    vote = vote_on(tx, resolution.ref)
    append(
        tx,
        f"resolution/{resolution.ref}",
        "list_published",
        actor=actor.name,
        role=Role.COORDINATOR,
        data=published.as_json()
        | {
            "ends_provisional": ends.provisional,
            "claims": [line["claim"] for line in lines],
            "cycle": resolution.cycle,
            "vote": vote.as_json() if vote else None,
        },
    )
    slots.open_slot(
        tx,
        f"end_notice:{resolution.ref}",
        SlotKind.END_NOTICE,
        resolution.ref,
        slots.after(ends.on),
        resolution.cycle,
    )
    return published


def _freeze(tx: Tx, ref: str, claims: list[Claim]) -> list[dict[str, Any]]:
    lines = [
        {
            "resolution": ref,
            "position": position,
            "claim": claim.number,
            "unit_name": claim.unit_name,
            "uscc": claim.uscc,
            "township": claim.township,
            "item": claim.item,
            "standard_number": claim.standard_number,
            "title": claim.title,
            "yuan": claim.granted_yuan,
            "account_digest": claim.account_digest,
        }
        for position, claim in enumerate(claims, 1)
    ]
    tx.session.execute(insert(PublishedLine), lines)
    return lines


def _digest(lines: list[dict[str, Any]]) -> str:
    return hashlib.sha256(canonical(lines).encode()).hexdigest()


def _announce(tx: Tx, claim: Claim, resolution: Resolution, actor: Actor) -> None:
    """Each claim's own chain says when it was published, so that its letter and its history do."""
    number, cycle, granted = claim.number, claim.cycle, claim.granted_yuan or 0
    recorded = append_to_claim(
        tx,
        claim,
        "notice_published",
        actor=actor.name,
        role=Role.COORDINATOR,
        data={
            "resolution": resolution.ref,
            "published_on": _iso(resolution.published_on),
            "ends_on": _iso(resolution.ends_on),
            "ends_provisional": resolution.ends_provisional,
            "granted_yuan": granted,
        },
        changes={"due_on": resolution.ends_on, "due_provisional": resolution.ends_provisional},
    )
    ledger.move(
        tx,
        cycle,
        f"{number}/{recorded.version}",
        granted,
        Account.RESERVED,
        Account.PUBLISHED,
        claim=number,
    )


def end_notices(tx: Tx, subject: str) -> Settled | None:
    """End the public notice of a list, or of one claim that an objection had held up.

    Claims with an open objection stay where they are; deciding it opens a slot of their own. Answers with the
    reason where there was nothing to end.
    """
    if tx.session.get(Resolution, subject) is None:
        ref, numbers = load_claim(tx, subject).resolution, [subject]
    else:
        ref = subject
        numbers = list(
            tx.session.scalars(
                select(Claim.number)
                .where(Claim.resolution == subject, Claim.stage == Stage.PUBLIC_NOTICE)
                .order_by(Claim.number),
            ),
        )
    ended = [number for number in numbers if _end_one(tx, number)]
    if not ended:
        return skipped("no claim could go on: withdrawn, revoked or held up by an objection")
    held = [number for number in numbers if number not in ended]
    append(
        tx,
        f"resolution/{ref}",
        "list_concluded",
        actor="system",
        role=Role.SYSTEM,
        data={"resolution": ref, "claims": ended, "held": held},
    )
    return None


def _end_one(tx: Tx, number: str) -> bool:
    claim = load_claim(tx, number)
    facts = facts_of(tx, claim)
    try:
        change = propose(facts, Trigger.END_NOTICE, SYSTEM, Order(), today=tx.now.date())
    except Refusal:
        return False
    write(tx, claim, facts, change)
    return True


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
