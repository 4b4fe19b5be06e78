"""The policy, open to all: its items with amounts and clauses, what a standard's number points to, what an item pays."""

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, Form
from starlette.responses import RedirectResponse, Response

from claims.facts import is_confirmed
from claims.policy import policies
from claims.policy.policies import CONFIRMING_ROLES
from states.amounts import Quote, quote
from states.diagram import svg
from states.errors import Refusal
from states.policy import Item, Policy, Yuan
from states.standards import Identified, identify, items_for
from web.guards import PUBLIC, READERS_OF_THE_LIST, Visit
from web.rendering import render

router = APIRouter()

SEE_OTHER = 303

_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The drawing brings its own style and nothing else; it is shown as a picture, where no script runs anyway."""


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """The items of the policy in force, by list and group, with the codes of readings still open.

    `identified` tells what the number asked about is, None where none was asked.
    """

    template: ClassVar[str] = "policy.html"
    policy: Policy
    lists: tuple[tuple[int, tuple[tuple[str, tuple[Item, ...]], ...]], ...]
    open_readings: frozenset[str]
    number: str
    identified: Identified | None
    pointed_to: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One item: condition, amounts, papers, clause, and a calculation for the rank and amount asked about."""

    template: ClassVar[str] = "policy_item.html"
    policy: Policy
    item: Item
    quote: Quote
    rank: str
    revision: bool
    requested: str
    confirmation: dict[str, Any] | None
    may_confirm: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """The way of a claim, drawn from the table in use."""

    template: ClassVar[str] = "procedure.html"


@router.get("/policy")
def overview(visit: Annotated[Visit, Depends(PUBLIC)], number: str = "") -> Response:
    with visit.desk.reading() as tx:
        policy = visit.desk.rulebook.policy_on(tx.now.date())
        readings = policies.open_readings(tx, policy)
    identified = identify(number) if number.strip() else None
    return render(
        visit,
        PolicyPage(
            policy=policy,
            lists=_lists(policy),
            open_readings=frozenset(each.code for each in readings),
            number=number.strip(),
            identified=identified,
            pointed_to=tuple(policy.items[code] for code in items_for(policy, identified))
            if identified
            else (),
        ),
    )


@router.get("/policy/{code}")
def item(
    code: str,
    visit: Annotated[Visit, Depends(PUBLIC)],
    rank: str = "",
    revision: str = "",
    requested: str = "",
) -> Response:
    return _item(visit, code, rank=rank, revision=bool(revision), requested=requested)


@router.post("/policy/{code}/confirmation")
def confirm(
    code: str, visit: Annotated[Visit, Depends(READERS_OF_THE_LIST)], reason: Annotated[str, Form()] = ""
) -> Response:
    try:
        with visit.desk.transaction() as tx:
            policies.confirm_reading(tx, code, actor=visit.actor, reason=reason)
    except Refusal as refusal:
        return _item(visit, code, refusal=refusal)
    return RedirectResponse(f"/policy/{code}", SEE_OTHER)


@router.get("/procedure")
def procedure(visit: Annotated[Visit, Depends(PUBLIC)]) -> Response:
    return render(visit, ProcedurePage())


@router.get("/procedure.svg")
def drawing(visit: Annotated[Visit, Depends(PUBLIC)]) -> Response:
    return Response(
        svg(visit.words.lang),
        media_type="image/svg+xml",
        headers={"Content-Security-Policy": DRAWING_POLICY},
    )


def _item(
    visit: Visit,
    code: str,
    *,
    rank: str = "",
    revision: bool = False,
    requested: str = "",
    refusal: Refusal | None = None,
) -> Response:
    with visit.desk.reading() as tx:
        found = policies.policy_item(tx, code)
        policy = visit.desk.rulebook.policy_on(tx.now.date())
        asked = policy.items[found["code"]]
        confirmed = is_confirmed(tx, asked, policy)
    worked_out = quote(
        policy,
        asked,
        rank=_number(rank),
        revision=revision,
        requested_yuan=_yuan(requested),
        reading_confirmed=confirmed,
    )
    person = visit.person
    page = ItemPage(
        policy=policy,
        item=asked,
        quote=worked_out,
        rank=rank,
        revision=revision,
        requested=requested,
        confirmation=found["confirmation"],
        may_confirm=not confirmed and person is not None and bool(person.roles & set(CONFIRMING_ROLES)),
        problem=visit.words.refusal(refusal) if refusal else "",
    )
    return render(visit, page, refusal.status if refusal else 200)


def _lists(policy: Policy) -> tuple[tuple[int, tuple[tuple[str, tuple[Item, ...]], ...]], ...]:
    """The items as the annexes have them: by list, and within it by group."""
    by_list = groupby(policy.items.values(), key=lambda each: each.list)
    return tuple(
        (number, tuple((group, tuple(each)) for group, each in groupby(items, key=lambda each: each.group)))
        for number, items in by_list
    )


def _number(text: str) -> int | None:
    """A number of up to nine digits from an address, or None."""
    return int(text) if _NUMBER.fullmatch(text.strip()) else None


def _yuan(text: str) -> Yuan | None:
    number = _number(text)
    return None if number is None else Yuan(number)
