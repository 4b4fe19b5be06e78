"""Filing a claim, and correcting one that is a draft or under correction.

What the rules would refuse at submission is refused here already: a claim holds the place of its standard and rank,
so none may be filed that could not go on.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from claims.desk import Tx
from claims.errors import BadValue, DuplicateStandard, StandardTaken
from claims.facts import duplicates, load_claim, load_cycle
from claims.models import Claim, Cycle, EventRow
from claims.searchable import searchable
from claims.submission.applicants import editing_role, filing_role, unit_id
from claims.submission.evidence import attach
from claims.submission.forms import COLUMNS, ClaimForm
from claims.submission.judging import Judged, filing_digest, json_value, judge_form, refuse_errors
from claims.timing import slots
from claims.timing.slots import SlotKind
from claims.trail.chains import Recorded, append_to_claim, first_of_claim
from claims.vault import masked
from states.errors import VersionConflict, WindowClosed
from states.facts import Actor, Finding
from states.stages import Role, Stage

__all__ = (
    "ClaimForm",
    "Filed",
    "attach",
    "correct",
    "cycle_taking_claims",
    "file_claim",
    "file_judged",
    "form_of",
    "preview_findings",
)

RELIED_ON = frozenset(
    {
        "unit_name",
        "uscc",
        "township",
        "item",
        "field",
        "standard_number",
        "title",
        "rank",
        "revision",
        "dated_on",
        "drafters",
    },
)
"""What the departments looked at: once it changes under correction, they are asked again."""

PRIVATE = frozenset({"contact", "phone", "email"})
"""How a person is reached. The log, which nobody can clear, only tells that it changed."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A claim that now exists, as a draft."""

    number: str
    stage: Stage
    version: int

    def as_json(self) -> dict[str, Any]:
        return {"number": self.number, "stage": str(self.stage), "version": self.version}


def file_claim(tx: Tx, cycle: int, form: ClaimForm, *, actor: Actor) -> Filed:
    """File a claim for a unit the actor acts for; it is a draft until it is submitted.

    Raises `WindowClosed`, `UnitOutOfScope`, `FindingsOpen` with every error at once, and `DuplicateStandard` or
    `StandardTaken` where another claim took the standard's rank at the same moment. Then nothing is written.
    """
    found = cycle_taking_claims(tx, cycle, lock=True)
    return file_judged(tx, found, judge_form(tx, cycle, form), actor=actor)


def preview_findings(tx: Tx, cycle: int, form: ClaimForm) -> tuple[Finding, ...]:
    """What is found about a form, in the order of the sheet's columns; nothing is written."""
    return judge_form(tx, cycle, form).findings


def cycle_taking_claims(tx: Tx, year: int, *, lock: bool) -> Cycle:
    """The cycle, if it takes claims today. Locked, its filings wait for each other and judge what is there.

    Raises `UnknownCycle`, `WindowClosed`.
    """
    cycle = load_cycle(tx, year)
    if lock:
        # Before its dates are looked at: whoever plans the cycle anew either sees our claim or is seen by us.
        tx.session.refresh(cycle, with_for_update=True)
    if not cycle.opens_on <= tx.now.date() <= cycle.deadline_on:
        raise WindowClosed(year, cycle.opens_on.isoformat(), cycle.deadline_on.isoformat())
    return cycle


def file_judged(tx: Tx, cycle: Cycle, judged: Judged, *, actor: Actor) -> Filed:
    """File what has been judged in this transaction, the cycle being locked. Raises as `file_claim` does."""
    form = judged.form
    if judged.names_its_unit:
        # Whoever may not file for a unit is told nothing else about it.
        filing_role(actor, form)
    refuse_errors(judged.errors)
    role = filing_role(actor, form)
    with _rivals_named(tx, form, None), tx.session.begin_nested():
        cycle.last_number += 1
        number = f"SB-{cycle.year}-{cycle.last_number:04}"
        columns = _columns(tx, form) | {"unit_id": unit_id(tx, form), "policy_version": judged.policy.version}
        digest = filing_digest(tx, form)
        told = {name: json_value(columns[name]) for name in _told()} | {
            "policy_version": judged.policy.version
        }
        _, head = first_of_claim(
            tx, number, actor=actor.name, role=role, data={"claim": told, "form": digest}
        )
        new = {
            "number": number,
            "cycle": cycle.year,
            "stage": Stage.DRAFT,
            "version": 1,
            "last_hash": head,
            "due_on": cycle.deadline_on,
            "filed_by": actor.name,
            "filed_at": tx.now,
            "moved_at": tx.now,
            "filing_digest": digest,
            "searchable": searchable(number, form.unit_name, form.standard_number, form.title),
        }
        tx.session.add(Claim(**columns, **new))
        tx.session.flush()
    slots.open_slot(
        tx, f"lapse:{number}:1", SlotKind.LAPSE, number, slots.after(cycle.deadline_on), cycle.year
    )
    return Filed(number, Stage.DRAFT, 1)


def correct(
    tx: Tx,
    number: str,
    changes: Mapping[str, Any],
    *,
    actor: Actor,
    version: int | None = None,
) -> Recorded:
    """Change fields of the form (names and values of `ClaimForm`) of a draft or of a claim under correction.

    An error that was there before may stay until the claim is submitted; a change that adds one is refused. The same
    values again change nothing. Raises `NotEditable`, `OutOfScope`, `VersionConflict`, `FindingsOpen`,
    `DuplicateStandard`, `StandardTaken`, and `BadValue` for a field that there is not.
    """
    unknown = ", ".join(sorted(changes.keys() - COLUMNS.keys()))
    if unknown:
        raise BadValue(
            f"没有名为 {unknown} 的栏目；可改：{'、'.join(COLUMNS)}。",
            f"There is no field {unknown}; choose from: {', '.join(COLUMNS)}.",
        )
    claim = load_claim(tx, number)
    role = editing_role(claim, actor)
    if version is not None and version != claim.version:
        raise VersionConflict(claim.number, version, claim.version)
    before = form_of(tx, claim)
    known = judge_form(tx, claim.cycle, before, claim.number).errors
    judged = judge_form(tx, claim.cycle, replace(before, **changes), claim.number)
    filing_role(actor, judged.form)
    refuse_errors([each for each in judged.errors if each not in known])
    changed = frozenset(
        each.name
        for each in fields(ClaimForm)
        if getattr(judged.form, each.name) != getattr(before, each.name)
    )
    if not changed:
        return Recorded(claim.number, claim.stage, claim.version, _last_event(tx, claim))
    with _rivals_named(tx, judged.form, claim.number), tx.session.begin_nested():
        return _write_changes(tx, claim, judged, changed, actor, role)


def form_of(tx: Tx, claim: Claim) -> ClaimForm:
    """The form as a claim holds it now, its account opened."""
    kept = {
        each.name: getattr(claim, each.name)
        for each in fields(ClaimForm)
        if each.name not in {"account", "drafters"}
    }
    return ClaimForm(**kept, account=tx.desk.vault.open(claim.account_sealed), drafters=tuple(claim.drafters))


def _write_changes(
    tx: Tx, claim: Claim, judged: Judged, changed: frozenset[str], actor: Actor, role: Role
) -> Recorded:
    old = {name: getattr(claim, name) for name in (*_told(), "policy_version")}
    columns = _columns(tx, judged.form, changed) | {"policy_version": judged.policy.version}
    if "uscc" in changed:
        columns["unit_id"] = unit_id(tx, judged.form)
    form = judged.form
    columns["searchable"] = searchable(claim.number, form.unit_name, form.standard_number, form.title)
    if claim.stage is Stage.CORRECTION and changed & RELIED_ON:
        columns["relied_data_changed"] = True
    told = {
        name: {"from": json_value(value), "to": json_value(columns[name])}
        for name, value in old.items()
        if name in columns and columns[name] != value
    }
    return append_to_claim(
        tx,
        claim,
        "data_corrected",
        actor=actor.name,
        role=role,
        data={"changed": told, "private": sorted(changed & PRIVATE)},
        changes=columns,
    )


def _columns(tx: Tx, form: ClaimForm, names: Collection[str] = tuple(COLUMNS)) -> dict[str, Any]:
    """These fields of the form as the claim's columns; the account goes sealed, masked and as a digest."""
    columns = {name: getattr(form, name) for name in names if name not in {"account", "drafters"}}
    if "drafters" in names:
        columns["drafters"] = list(form.drafters)
    if "account" in names:
        vault = tx.desk.vault
        columns |= {
            "account_sealed": vault.seal(form.account),
            "account_masked": masked(form.account),
            "account_digest": vault.digest(form.account),
        }
    return columns


def _told() -> tuple[str, ...]:
    """The columns whose values the log tells: neither how a person is reached nor a whole account."""
    stated = (name for name in COLUMNS if name not in PRIVATE and name != "account")
    return (*stated, "account_masked", "account_digest")


@contextmanager
def _rivals_named(tx: Tx, form: ClaimForm, number: str | None) -> Iterator[None]:
    """Where the database finds the standard taken, say so; by which claim, where it is the unit's own."""
    try:
        yield
    except IntegrityError:
        for other, rank, uscc in duplicates(tx, form.standard_number, form.item, number):
            if uscc == form.uscc:
                raise DuplicateStandard(form.standard_number, other) from None
            if rank is not None and rank == form.rank:
                raise StandardTaken(form.standard_number) from None
        raise


def _last_event(tx: Tx, claim: Claim) -> int:
    return tx.session.scalars(
        select(EventRow.id).where(EventRow.stream == claim.number, EventRow.seq == claim.version)
    ).one()
