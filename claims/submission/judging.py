"""A form judged before it becomes a claim: what is wrong with it by itself, and what the rules say to it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from claims.desk import Tx
from claims.facts import duplicates, is_confirmed, load_cycle, policy_of, series_claims, window_of
from claims.submission.applicants import differences
from claims.submission.forms import (
    COLUMNS,
    ClaimForm,
    find_field,
    find_item,
    in_order,
    problems,
    settled,
    tidied,
)
from states.errors import FindingsOpen
from states.events import canonical
from states.facts import Achievement, Applicant, Finding, Severity
from states.judgement import judge
from states.policy import Item, Policy, Yuan


@dataclass(frozen=True, slots=True)
class Judged:
    """A form in the desk's own terms, the policy that judges it, and all that there is to say about it.

    `item` is None where the form names none that there is; then the rules have not been asked.
    """

    form: ClaimForm
    policy: Policy
    item: Item | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.severity is Severity.ERROR)

    @property
    def names_its_unit(self) -> bool:
        """Whether it can be said who may file it."""
        return not any(each.column in {COLUMNS["uscc"], COLUMNS["township"]} for each in self.errors)


def judge_form(
    tx: Tx,
    cycle: int,
    form: ClaimForm,
    number: str | None = None,
    earlier: Sequence[tuple[str, ClaimForm]] = (),
) -> Judged:
    """Tidy a form and judge it by the policy in force on the date it is judged by, or else by the cycle's.

    `number` is its own claim where it has one; `earlier` are forms that count as claims already, each with the
    name it is told by.
    """
    found = load_cycle(tx, cycle)
    form = tidied(form, tx.desk.directory)
    policy = (
        tx.desk.rulebook.policy_on(form.dated_on) if form.dated_on else policy_of(tx, found.policy_version)
    )
    wrong = problems(form, policy, tx.desk.directory)
    item, field = find_item(policy, form.item), find_field(policy, form.field)
    if item is None or field is None:
        return Judged(form, policy, None, wrong)
    form = settled(form, item, field)
    findings = judge(
        policy,
        item,
        Applicant(form.unit_name, form.uscc, form.township),
        _achievement(form),
        requested_yuan=Yuan(form.requested_yuan or 0),
        window=window_of(found),
        reading_confirmed=is_confirmed(tx, item, policy),
        duplicates=(*duplicates(tx, form.standard_number, form.item, number), *_same_in(earlier, form)),
        series_claims=series_claims(tx, form.standard_number, number),
    )
    # A column that cannot be read is not judged on top of it.
    for more in (differences(tx, form), findings):
        columns = {each.column for each in wrong}
        wrong = (*wrong, *(each for each in more if each.column not in columns))
    return Judged(form, policy, item, in_order(wrong))


def refuse_errors(errors: Sequence[Finding]) -> None:
    """Raise `FindingsOpen` with all of these, if there are any."""
    if errors:
        raise FindingsOpen(
            tuple(each.code for each in errors),
            tuple(each.zh for each in errors),
            tuple(each.en for each in errors),
        )


def filing_digest(tx: Tx, form: ClaimForm) -> str:
    """Stands for a form in the desk's own terms, account included, and gives nothing of it away."""
    values = {
        each.name: json_value(getattr(form, each.name)) for each in fields(form) if each.name != "account"
    }
    return hashlib.sha256(
        canonical(values | {"account": tx.desk.vault.digest(form.account)}).encode()
    ).hexdigest()


def json_value(value: Any) -> Any:
    """A form's value as events record it."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _achievement(form: ClaimForm) -> Achievement:
    return Achievement(
        number=form.standard_number,
        title=form.title,
        rank=form.rank,
        revision=form.revision,
        dated_on=form.dated_on,
        effective_on=form.effective_on,
        drafters=form.drafters,
    )


def _same_in(earlier: Sequence[tuple[str, ClaimForm]], form: ClaimForm) -> list[tuple[str, int | None, str]]:
    return [
        (name, each.rank, each.uscc)
        for name, each in earlier
        if each.standard_number == form.standard_number and (each.rank is not None or each.item == form.item)
    ]
