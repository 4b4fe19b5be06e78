"""A filing under way: what is typed into its pages is kept from the first word until the claim is submitted.

A claim takes only what the rules take, and a page is left half filled as often as not: so the pages keep text, as it
was typed. As soon as nothing speaks against them the claim is filed, later corrected, with what they hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from claims.desk import Tx
from claims.errors import BadValue
from claims.facts import load_cycle, policy_of
from claims.identity.people import require_role
from claims.identity.visibility import visible_claim
from claims.models import Claim, FilingDraft
from claims.once import insert_once
from claims.review.decisions import act
from claims.submission.applicants import editing_role, may_file
from claims.submission.cells import form_in, missing_of_standard
from claims.submission.filing import correct, file_claim, form_of
from claims.submission.forms import COLUMNS, in_order
from claims.submission.judging import Judged, judge_form, refuse_errors
from claims.trail.chains import Recorded
from claims.vault import masked
from states.errors import FindingsOpen, Refusal
from states.facts import Actor, Finding, Severity
from states.policy import Basis
from states.stages import FILERS, Stage, Trigger

YES, NO = "yes", "no"
NO_ORDER = "不分先后"
LONGEST_TYPED = 10_000
"""Characters kept of one field: far more than any takes, so that the refusal of a text does not lose it."""

_IDS = 9
"""Digits of a draft's number at most."""


@dataclass(eq=False)
class UnknownFiling(Refusal):
    code = "unknown_filing"
    status = 404
    zh = "没有编号为 {key} 的填报；请从“我的申报”重新打开。"
    en = "There is no filing {key}; open it again from your claims."
    key: str


@dataclass(frozen=True, slots=True)
class Filing:
    """A filing as its pages show it.

    `key` names it in addresses: a draft's number, then the claim's. `typed` is text by field of `ClaimForm`, the
    account left out, of which `account_masked` shows the end. `pending`: the claim does not hold all of it yet.
    `unread` is what is no date or number, `errors` all that keeps it from being filed, `remarks` what does not; they
    name the import sheet's column.
    """

    key: str
    claim: str | None
    stage: Stage
    version: int | None
    cycle: int
    due_on: date
    typed: Mapping[str, str]
    account_masked: str
    source: str
    saved_at: datetime | None
    pending: bool
    judged: Judged
    unread: tuple[Finding, ...]
    errors: tuple[Finding, ...]
    remarks: tuple[Finding, ...]


def filing(tx: Tx, key: str, *, actor: Actor) -> Filing:
    """A filing of the actor's own side. Raises `UnknownFiling`, `UnknownClaim`, `NotEditable`."""
    return _filing(tx, *_found(tx, key, actor), actor)


def save_typed(tx: Tx, key: str, typed: Mapping[str, str], *, actor: Actor) -> datetime:
    """Keep what was typed into some fields, whatever it is; answers with the time. An empty account keeps the one there.

    Who saves a field last wins: a filing is one office's own sheet of paper.
    """
    row, claim = _found(tx, key, actor)
    row = row or _row_over(tx, claim, actor)
    held = _typed_of(tx, claim) if claim else {}
    before = row.typed or held
    after = before | {
        name: text[:LONGEST_TYPED] for name, text in typed.items() if name in COLUMNS and name != "account"
    }
    account = typed.get("account", "").strip()
    if account:
        row.account_sealed = tx.desk.vault.seal(account[:LONGEST_TYPED])
    # What the claim holds already is not pending: a save on its way may arrive after the page was left.
    row.typed = {} if claim is not None and after == held and not row.account_sealed else after
    row.saved_at, row.saved_by = tx.now, actor.name
    tx.session.flush()
    return row.saved_at


def settle(tx: Tx, key: str, *, actor: Actor) -> str:
    """File or correct the claim with what the pages hold, if nothing speaks against it; answers with the key from then on.

    What the rules would refuse stays with the pages and changes nothing. Raises what else `file_claim` and `correct`
    refuse: `WindowClosed`, `UnitOutOfScope`, `DuplicateStandard`, `StandardTaken`.
    """
    row, claim = _found(tx, key, actor)
    found = _filing(tx, row, claim, actor)
    if row is None or not found.pending:
        return found.key
    if claim is None:
        if found.errors:
            return found.key
        row.claim = file_claim(tx, row.cycle, found.judged.form, actor=actor).number
    elif not _written_to(tx, claim, found, actor):
        return found.key
    row.typed, row.account_sealed = {}, ""
    tx.session.flush()
    return row.claim or found.key


def submit(tx: Tx, key: str, *, actor: Actor, version: int | None = None) -> Recorded:
    """Hand the claim in, for the first time or after a correction. `version` is the claim's as the actor saw it.

    Raises `FindingsOpen` with all that keeps the pages from being filed, and whatever refuses the submission.
    """
    row, claim = _found(tx, key, actor)
    found = _filing(tx, row, claim, actor)
    if claim is None or found.pending:
        refuse_errors(found.errors)
        raise BadValue(
            "还有内容没有保存，请逐页保存后再提交。", "Some pages are not saved yet; save them, then submit."
        )
    trigger = Trigger.SUBMIT if claim.stage is Stage.DRAFT else Trigger.RESUBMIT
    recorded = act(tx, claim.number, trigger, actor=actor, version=version)
    if row is not None:
        tx.session.delete(row)
    return recorded


def discard(tx: Tx, key: str, *, actor: Actor) -> None:
    """Throw away what was typed and is not in a claim; a claim that exists stays as it is."""
    row, _ = _found(tx, key, actor)
    if row is not None:
        tx.session.delete(row)


# Rows and what they mean


def _found(tx: Tx, key: str, actor: Actor) -> tuple[FilingDraft | None, Claim | None]:
    """What is typed, and the claim where there is one; only of the actor's own side."""
    require_role(actor, FILERS, "申报", "file claims")
    if key.isascii() and key.isdecimal() and len(key) <= _IDS:
        row = tx.session.get(FilingDraft, int(key))
        if row is None or row.office != office_code(actor):
            raise UnknownFiling(key)
        if row.claim is None:
            return row, None
        key = row.claim
    claim = visible_claim(tx, key, actor)
    editing_role(claim, actor)
    row = tx.session.scalars(select(FilingDraft).where(FilingDraft.claim == claim.number)).one_or_none()
    return row, claim


def _filing(tx: Tx, row: FilingDraft | None, claim: Claim | None, actor: Actor) -> Filing:
    pending = row is not None and bool(row.typed)
    typed = dict(row.typed) if row is not None and pending else _typed_of(tx, _there(claim))
    account = _account(tx, row, claim)
    values = {
        COLUMNS[name]: _YES_NO.get(text, text) if name == "revision" else text for name, text in typed.items()
    }
    values = {column: text.strip() for column, text in values.items() if text.strip()}
    form, unread = form_in(values | ({COLUMNS["account"]: account} if account else {}))
    year = claim.cycle if claim else row.cycle if row else 0
    judged = judge_form(tx, year, form, claim.number if claim else None)
    if judged.names_its_unit and not may_file(actor, judged.form):
        # Whoever may not file for a unit is told nothing about it; filing is refused for that reason.
        judged = replace(judged, findings=())
    if judged.item is not None and judged.item.basis is Basis.STANDARD:
        unread += missing_of_standard(values)
    columns = {each.column for each in unread}
    return Filing(
        key=claim.number if claim else str(row.id) if row else "",
        claim=claim.number if claim else None,
        stage=claim.stage if claim else Stage.DRAFT,
        version=claim.version if claim else None,
        cycle=year,
        due_on=(claim.due_on if claim else None) or load_cycle(tx, year).deadline_on,
        typed=MappingProxyType({name: typed.get(name, "") for name in COLUMNS}),
        account_masked=masked(account) if account else "",
        source=row.source if row else "",
        saved_at=row.saved_at if row else None,
        pending=pending,
        judged=judged,
        unread=unread,
        errors=in_order([*unread, *(each for each in judged.errors if each.column not in columns)]),
        remarks=tuple(each for each in judged.findings if each.severity is not Severity.ERROR),
    )


def _there(claim: Claim | None) -> Claim:
    if claim is None:  # a row without claim holds typed text from its beginning
        raise UnknownFiling("")
    return claim


def _account(tx: Tx, row: FilingDraft | None, claim: Claim | None) -> str:
    sealed = (row.account_sealed if row else "") or (claim.account_sealed if claim else "")
    return tx.desk.vault.open(sealed) if sealed else ""


def _written_to(tx: Tx, claim: Claim, found: Filing, actor: Actor) -> bool:
    """Whether the claim has taken what the pages hold. An error that it had before may stay in it."""
    if found.unread:
        return False
    form = found.judged.form
    try:
        correct(tx, claim.number, {each.name: getattr(form, each.name) for each in fields(form)}, actor=actor)
    except FindingsOpen:
        return False
    return True


def _row_over(tx: Tx, claim: Claim | None, actor: Actor) -> FilingDraft:
    """The row that takes what is typed over a claim."""
    number = _there(claim).number
    new: dict[str, Any] = {
        "office": office_code(actor),
        "cycle": _there(claim).cycle,
        "claim": number,
        "typed": {},
        "account_sealed": "",
        "source": "",
        "started_at": tx.now,
        "saved_at": tx.now,
        "saved_by": actor.name,
    }
    insert_once(tx, FilingDraft, "claim", new)
    return tx.session.scalars(select(FilingDraft).where(FilingDraft.claim == number)).one()


def office_code(actor: Actor) -> str:
    return actor.office.code if actor.office else ""


# A form as text


_YES_NO = {YES: "是", NO: "否"}


def _typed_of(tx: Tx, claim: Claim) -> dict[str, str]:
    """A claim's form as it would be typed; the account does not come back out of the vault."""
    form = form_of(tx, claim)
    shown = {each.name: _text(getattr(form, each.name)) for each in fields(form) if each.name != "account"}
    if form.rank is None and policy_of(tx, claim.policy_version).items[claim.item].basis is Basis.STANDARD:
        shown["rank"] = NO_ORDER
    return shown


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return YES if value else NO
        case date():
            return value.isoformat()
        case tuple():
            return "\n".join(map(str, value))
    return str(value)
