"""What may be claimed, worked out for whoever asks, without an account: every question stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends
from starlette.responses import Response

from claims.facts import is_confirmed
from claims.policy import policies
from claims.submission.cells import form_in
from claims.submission.forms import COLUMNS, ClaimForm
from states.amounts import Quote, quote
from states.policy import Basis, Item, Policy, Yuan
from states.standards import Identified, identify
from web.guards import PUBLIC, Visit
from web.rendering import render

router = APIRouter()


@dataclass(frozen=True, slots=True)
class CalculatorPage:
    """A question and its answer. `asked` is what was filled in, `bad` what of it cannot be read, by name.

    `offers` are the items that the number points to with what each would pay; `item` the one worked out in `quote`:
    the one chosen, or the only one that pays.
    """

    template: ClassVar[str] = "calculator.html"
    policy: Policy
    asked: Mapping[str, str]
    bad: Mapping[str, str]
    identified: Identified | None
    offers: tuple[tuple[Item, Quote], ...]
    item: Item | None
    quote: Quote | None
    groups: tuple[tuple[Basis, tuple[Item, ...]], ...]


@router.get("/calculator")
def calculator(
    visit: Annotated[Visit, Depends(PUBLIC)],
    number: str = "",
    item: str = "",
    rank: str = "",
    revision: str = "",
    requested: str = "",
    municipal: str = "",
) -> Response:
    form, bad = _read(visit, {"rank": rank, "requested": requested, "municipal": municipal})
    revised = revision == "yes"
    with visit.desk.reading() as tx:
        policy = visit.desk.rulebook.policy_on(tx.now.date())
        offers = policies.offers(tx, policy, number.strip(), rank=form.rank, revision=revised)
        chosen = policy.items.get(item) or _only(offers)
        confirmed = chosen is not None and is_confirmed(tx, chosen, policy)
    items = tuple(policy.items.values())
    page = CalculatorPage(
        policy=policy,
        asked={
            "number": number.strip(),
            "item": chosen.code if chosen else "",
            "rank": rank,
            "revision": "yes" if revised else "",
            "requested": requested,
            "municipal": municipal,
        },
        bad=bad,
        identified=identify(number) if number.strip() else None,
        offers=offers,
        item=chosen,
        quote=None
        if chosen is None
        else quote(
            policy,
            chosen,
            rank=form.rank,
            revision=revised,
            requested_yuan=_yuan(form.requested_yuan),
            municipal_decided_yuan=_yuan(_amount(municipal)),
            reading_confirmed=confirmed,
        ),
        groups=tuple((basis, tuple(each for each in items if each.basis is basis)) for basis in Basis),
    )
    return render(visit, page)


_COLUMN = {
    "rank": COLUMNS["rank"],
    "requested": COLUMNS["requested_yuan"],
    "municipal": COLUMNS["requested_yuan"],
}


def _read(visit: Visit, asked: Mapping[str, str]) -> tuple[ClaimForm, dict[str, str]]:
    """What was asked as values, and what cannot be read: as people write it, with the words the import sheet has."""
    bad = dict.fromkeys(asked, "")
    for name, text in asked.items():
        for each in form_in({_COLUMN[name]: text.strip()} if text.strip() else {})[1]:
            bad[name] = visit.words.t(each.zh, each.en)
    good = {_COLUMN[name]: asked[name].strip() for name in ("rank", "requested") if asked[name].strip()}
    return form_in(good)[0], bad


def _amount(text: str) -> int | None:
    return form_in({_COLUMN["municipal"]: text.strip()} if text.strip() else {})[0].requested_yuan


def _only(offers: tuple[tuple[Item, Quote], ...]) -> Item | None:
    """The item to work out where nobody chose: the only one that pays, or the only one there is."""
    paying = [item for item, each in offers if each.eligible]
    found = paying or [item for item, _ in offers]
    return found[0] if len(found) == 1 else None


def _yuan(value: int | None) -> Yuan | None:
    return None if value is None else Yuan(value)
