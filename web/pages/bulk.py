"""One decision on many claims: what would become of each is shown first, what did become of each afterwards.

Many are never rejected at once: whoever is refused has been looked at alone.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from claims.errors import BadValue
from claims.review.batches import ItemOutcome, ItemResult, act_many
from claims.review.foresight import Foreseen, foresee, unit_names
from states.stages import Role, Trigger
from web.guards import HOLDERS_OF_DUTIES, Visit
from web.rendering import render

router = APIRouter()

BULK = MappingProxyType(
    {Role.INTAKE: Trigger.ACCEPT, Role.DEPARTMENT: Trigger.CLEAR, Role.REVIEWER: Trigger.ENDORSE}
)
"""What each role may decide of many at once. The coordination body does so on its agenda, with a vote."""

MOST = 200
_SEEN = re.compile(r"(SB-\d{4}-\d{4,9})@(\d{1,9})", re.ASCII)

Names = Annotated[list[str], Form(default_factory=list)]


@dataclass(frozen=True, slots=True)
class BulkPage:
    """A decision on many claims before it is taken. `hidden` is what else the form carries, `action` where it goes.

    `seen` are the claims that would go, each with its version: who acts on one of them meanwhile is not overrun.
    """

    template: ClassVar[str] = "bulk.html"
    trigger: Trigger
    going: tuple[Foreseen, ...]
    skipped: tuple[Foreseen, ...]
    back: str
    back_title: str
    action: str
    hidden: tuple[tuple[str, str], ...]
    undo_minutes: int
    lead: str = ""

    @property
    def seen(self) -> tuple[str, ...]:
        return tuple(f"{each.number}@{each.version}" for each in self.going)

    @property
    def total_yuan(self) -> int:
        return sum(each.yuan for each in self.going)


@dataclass(frozen=True, slots=True)
class BulkDonePage:
    """What became of each claim. `names` are the units', by number."""

    template: ClassVar[str] = "bulk_done.html"
    trigger: Trigger
    results: tuple[ItemResult, ...]
    names: Mapping[str, str]
    back: str
    back_title: str
    undo_minutes: int

    def count(self, outcome: str) -> int:
        return sum(each.outcome is ItemOutcome(outcome) for each in self.results)


@router.post("/claims/preview")
def preview(
    visit: Annotated[Visit, Depends(HOLDERS_OF_DUTIES)],
    picked: Names,
    trigger: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    wanted = _wanted(visit, trigger)
    with visit.desk.reading() as tx:
        found = foresee(tx, wanted, picked_of(picked), actor=visit.actor)
    return preview_page(
        visit, wanted, found, back=queue_of(back), action="/claims/decisions", hidden=(("back", back),)
    )


@router.post("/claims/decisions")
def decide(
    visit: Annotated[Visit, Depends(HOLDERS_OF_DUTIES)],
    seen: Names,
    trigger: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    wanted, versions = _wanted(visit, trigger), versions_of(seen)
    results = act_many(visit.desk, wanted, versions, actor=visit.actor, versions=versions, held=True)
    return done_page(visit, wanted, results, back=queue_of(back))


def preview_page(
    visit: Visit,
    trigger: Trigger,
    found: Iterable[Foreseen],
    *,
    back: str,
    action: str,
    hidden: tuple[tuple[str, str], ...],
    lead: str = "",
) -> Response:
    found = tuple(found)
    page = BulkPage(
        trigger=trigger,
        going=tuple(each for each in found if each.refusal is None),
        skipped=tuple(each for each in found if each.refusal is not None),
        back=back,
        back_title=_title(visit, back),
        action=action,
        hidden=hidden,
        undo_minutes=_undo_minutes(visit),
        lead=lead,
    )
    return render(visit, page)


def done_page(visit: Visit, trigger: Trigger, results: Iterable[ItemResult], *, back: str) -> Response:
    done = tuple(results)
    with visit.desk.reading() as tx:
        names = unit_names(tx, (each.number for each in done), visit.actor)
    page = BulkDonePage(trigger, done, names, back, _title(visit, back), _undo_minutes(visit))
    return render(visit, page)


def picked_of(numbers: list[str]) -> list[str]:
    """What was ticked. Raises `BadValue` where that is nothing, or more than anybody looks through."""
    if not numbers:
        raise BadValue("请先勾选要办理的申报件。", "Tick the claims first.")
    if len(numbers) > MOST:
        raise BadValue(f"一次最多办理 {MOST} 件。", f"At most {MOST} claims at once.")
    return numbers


def versions_of(seen: list[str]) -> dict[str, int]:
    """Numbers and the versions that were looked at, as the preview wrote them."""
    found = [_SEEN.fullmatch(each) for each in picked_of(seen)]
    return {each[1]: int(each[2]) for each in found if each is not None}


def queue_of(back: str) -> str:
    """The list one came from; it stands in a form, so anything else leads to the list's beginning."""
    return back if back.startswith("/claims?") and back.isprintable() and "\\" not in back else "/claims"


def _wanted(visit: Visit, trigger: str) -> Trigger:
    allowed = {str(each): each for role, each in BULK.items() if role in visit.actor.roles}
    if trigger not in allowed:
        raise BadValue(
            "这项办理不能批量进行，请逐件办理。", "This cannot be done to many at once; take them one by one."
        )
    return allowed[trigger]


def _title(visit: Visit, back: str) -> str:
    words = visit.words
    return words.t("会议议程", "Agenda") if back.startswith("/agenda") else words.t("申报件", "Claims")


def _undo_minutes(visit: Visit) -> int:
    return int(visit.desk.settings.hold.total_seconds() // 60)
