"""The policy as people ask about it: its items, what they are worth, and the readings that somebody must confirm."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from claims.desk import Tx
from claims.errors import AlreadyConfirmed, BadValue, NothingToConfirm, UnknownItem, UnknownPolicy
from claims.facts import is_confirmed
from claims.identity.people import require_role
from claims.models import Confirmation
from claims.trail.chains import append
from config.rulebook import content_of
from states.amounts import Quote, quote
from states.events import canonical
from states.facts import Actor
from states.policy import Item, Policy, Rulebook, Yuan
from states.stages import Role
from states.standards import identify, items_for

CONFIRMING_ROLES = (Role.REVIEWER, Role.COORDINATOR, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Who has confirmed the reading of an item, in which version of the policy, and why."""

    item: str
    policy_version: str
    confirmed_by: str
    reason: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            "item": self.item,
            "policy_version": self.policy_version,
            "confirmed_by": self.confirmed_by,
            "reason": self.reason,
            "at": self.at.isoformat(),
        }


def confirm_reading(tx: Tx, code: str, *, actor: Actor, reason: str, version: str | None = None) -> Confirmed:
    """Confirm the reading of an item whose amount the list leaves blank, in the version in force or another one.

    Raises `NotAllowed`, `UnknownItem`, `NothingToConfirm`, `AlreadyConfirmed`, and `BadValue` without a reason.
    """
    role = require_role(actor, CONFIRMING_ROLES, "确认清单的解读", "confirm a reading of the list")
    policy = _policy(tx, version)
    item = _item(policy, code)
    reason = reason.strip()
    if not reason:
        raise BadValue(
            "确认解读须写明理由和依据（--reason）。",
            "A confirmation needs its reason and what it rests on (--reason).",
        )
    if item.confirmed:
        raise NothingToConfirm(item.code, tuple(each.code for each in open_readings(tx, policy)))
    _record(tx, item, policy, actor, reason)
    append(
        tx,
        f"policy/{item.code}",
        "reading_confirmed",
        actor=actor.name,
        role=str(role),
        reason=reason,
        data={
            "policy_version": policy.version,
            "policy_hash": policy.hash,
            "reading": item.reading,
            "municipal_yuan": item.municipal_yuan,
            "county_yuan": item.county_yuan,
        },
    )
    return Confirmed(item.code, policy.version, actor.name, reason, tx.now)


def open_readings(tx: Tx, policy: Policy) -> tuple[Item, ...]:
    """The items whose reading nobody has confirmed: their claims can be reviewed but not approved."""
    return tuple(each for each in policy.items.values() if not is_confirmed(tx, each, policy))


def policy_items(tx: Tx, version: str | None = None) -> list[dict[str, Any]]:
    """The items of the version in force, or of another one, in the order of the lists."""
    policy = _policy(tx, version)
    return [_item_json(tx, policy, item) for item in policy.items.values()]


def policy_item(tx: Tx, code: str, version: str | None = None) -> dict[str, Any]:
    """One item, with its conditions and, where its reading had to be confirmed, by whom it was."""
    policy = _policy(tx, version)
    item = _item(policy, code)
    row = tx.session.get(Confirmation, (item.code, policy.version))
    return _item_json(tx, policy, item) | {
        "policy": {"version": policy.version, "status": str(policy.status), "hash": policy.hash},
        "ranks": list(item.ranks) if item.ranks else None,
        "revisions": item.revisions,
        "dated_by": item.date_label,
        "reading": item.reading,
        "confirmation": _confirmed(row).as_json() if row is not None else None,
    }


def quote_json(
    tx: Tx,
    code: str,
    *,
    rank: int | None = None,
    revision: bool = False,
    requested_yuan: int | None = None,
    municipal_decided_yuan: int | None = None,
    version: str | None = None,
) -> dict[str, Any]:
    """What the county would pay for an item, in steps."""
    policy = _policy(tx, version)
    item = _item(policy, code)
    return quote(
        policy,
        item,
        rank=rank,
        revision=revision,
        requested_yuan=_yuan(requested_yuan),
        municipal_decided_yuan=_yuan(municipal_decided_yuan),
        reading_confirmed=is_confirmed(tx, item, policy),
    ).as_json()


def offers(
    tx: Tx, policy: Policy, number: str, *, rank: int | None = None, revision: bool = False
) -> tuple[tuple[Item, Quote], ...]:
    """The items that a standard's number points to, each with what it would pay; those that pay come first."""
    found = [policy.items[code] for code in items_for(policy, identify(number))] if number else []
    quoted = [
        (
            each,
            quote(
                policy, each, rank=rank, revision=revision, reading_confirmed=is_confirmed(tx, each, policy)
            ),
        )
        for each in found
    ]
    return tuple(sorted(quoted, key=lambda each: not each[1].eligible))


def identify_json(tx: Tx, text: str) -> dict[str, Any]:
    """Which items a standard's number points to, and why; none is an answer too."""
    found = identify(text)
    return {
        "number": found.number,
        "level": str(found.level),
        "items": list(items_for(_policy(tx, None), found)),
        "reason": found.reason,
        "reason_en": found.reason_en,
    }


def rulebook_hash(rulebook: Rulebook) -> dict[str, Any]:
    """The hash of each version's content, and one over all of them with the days on which each judges."""
    versions = [
        {
            "version": each.version,
            "status": str(each.status),
            "effective_from": each.effective_from.isoformat(),
            "effective_to": each.effective_to.isoformat() if each.effective_to else None,
            "hash": each.hash,
        }
        for each in rulebook.versions
    ]
    return {"hash": hashlib.sha256(canonical(versions).encode()).hexdigest(), "versions": versions}


def policy_diff(rulebook: Rulebook, before: str, after: str) -> list[dict[str, Any]]:
    """Where two versions differ, in the order of the earlier one.

    Each difference gives the place (`items.lead-national.county_yuan`) and both values, None where one has none.
    """
    old, new = (dict(_places(content_of(version_named(rulebook, each)))) for each in (before, after))
    return [
        {"place": place, "before": old.get(place), "after": new.get(place)}
        for place in dict.fromkeys((*old, *new))
        if old.get(place) != new.get(place) and place != "hash"
    ]


def version_named(rulebook: Rulebook, version: str) -> Policy:
    try:
        return rulebook.version(version)
    except KeyError:
        raise UnknownPolicy(version, tuple(each.version for each in rulebook.versions)) from None


def _policy(tx: Tx, version: str | None) -> Policy:
    rulebook = tx.desk.rulebook
    return rulebook.policy_on(tx.now.date()) if version is None else version_named(rulebook, version)


def _item(policy: Policy, code: str) -> Item:
    try:
        return policy.items[code.strip().lower()]
    except KeyError:
        raise UnknownItem(code) from None


def _record(tx: Tx, item: Item, policy: Policy, actor: Actor, reason: str) -> None:
    key = (item.code, policy.version)
    earlier = tx.session.get(Confirmation, key)
    if earlier is None:
        try:
            with tx.session.begin_nested():
                tx.session.add(
                    Confirmation(
                        item=item.code,
                        policy_version=policy.version,
                        confirmed_by=actor.name,
                        reason=reason,
                        at=tx.now,
                    )
                )
        except IntegrityError:  # another person confirmed it at this moment: that one stands
            earlier = tx.session.get_one(Confirmation, key)
    if earlier is not None:
        raise AlreadyConfirmed(item.code, earlier.confirmed_by, earlier.at.date().isoformat())


def _item_json(tx: Tx, policy: Policy, item: Item) -> dict[str, Any]:
    return {
        "code": item.code,
        "title": item.title,
        "title_en": item.title_en,
        "list": item.list,
        "kind": item.kind,
        "group": item.group,
        "condition": item.condition,
        "level": item.level,
        "municipal_yuan": item.municipal_yuan,
        "county_yuan": item.county_yuan,
        "is_ceiling": item.is_ceiling,
        "confirmed": is_confirmed(tx, item, policy),
        "evidence": [
            {"kind": each.kind, "title": each.title, "title_en": each.title_en, "required": each.required}
            for each in item.evidence
        ],
        "clause": item.clause,
        "clause_text": policy.clauses[item.clause],
    }


def _confirmed(row: Confirmation) -> Confirmed:
    return Confirmed(row.item, row.policy_version, row.confirmed_by, row.reason, row.at)


def _places(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a version with its place; a list is one value, papers are known by their kind."""
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        value = {each["kind"]: each for each in value}
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _places(each, f"{place}.{key}" if place else key)
    else:
        yield place, value


def _yuan(value: int | None) -> Yuan | None:
    return None if value is None else Yuan(value)
