"""A return for correction, thing by thing: what was named, and which of it the applicant's side has dealt with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from claims.desk import Tx
from claims.reading.queries import history_json
from states.facts import Actor
from states.guards import CORRECTABLE_FIELDS
from states.stages import Trigger

COLUMNS_OF: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "applicant": frozenset({"unit_name", "uscc", "township"}),
        "contact": frozenset({"contact", "phone", "email"}),
        "bank_account": frozenset({"bank", "account_masked", "account_digest"}),
        "published_on": frozenset({"dated_on"}),
    },
)
"""What the log calls the parts of a thing that a return may name; where it is not here, it calls it the same."""


@dataclass(frozen=True, slots=True)
class AskedFor:
    """One thing to correct: a paper's kind or a field, and whether something was done about it since."""

    key: str
    is_field: bool
    answered: bool


@dataclass(frozen=True, slots=True)
class Return:
    """The latest return of a claim, in the reviewer's own words. `at` is ISO 8601."""

    reason: str
    at: str
    asked: tuple[AskedFor, ...]


def latest_return(tx: Tx, number: str, *, viewer: Actor) -> Return | None:
    """The return that the claim is under, or was last; None where it never was returned."""
    history = history_json(tx, number, viewer)
    returned = [
        place for place, each in enumerate(history) if each["trigger"] == Trigger.RETURN_FOR_CORRECTION
    ]
    if not returned:
        return None
    event, since = history[returned[-1]], history[returned[-1] + 1 :]
    papers, columns = _done(since)
    asked = (
        AskedFor(
            key,
            key in CORRECTABLE_FIELDS,
            key in papers or bool(columns & COLUMNS_OF.get(key, frozenset({key}))),
        )
        for key in event["data"]["missing"]
    )
    return Return(event["reason"], event["at"], tuple(asked))


def _done(events: Sequence[Mapping[str, Any]]) -> tuple[set[str], set[str]]:
    """The kinds of papers that came in, and the columns that were changed."""
    papers = {each["data"]["kind"] for each in events if each["trigger"] == "evidence_added"}
    columns: set[str] = set()
    for each in events:
        if each["trigger"] == "data_corrected":
            columns.update(each["data"]["changed"], each["data"]["private"])
    return papers, columns
