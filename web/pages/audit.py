"""The audit: the log searched, all chains checked, the seals, and what outsiders check by themselves."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.responses import Response, StreamingResponse

from claims.desk import Desk, Tx
from claims.submission.forms import clean_text
from claims.trail import audit, audit_search, seals
from claims.trail.audit_search import Found, LoggedEvent, Wanted
from claims.trail.seals import Seal
from notifications.concerns import CONCERNS, INTERNAL
from web.guards import AUDIT, Visit
from web.log_wording import address, logged, subject
from web.pages.evidence import attachment
from web.rendering import render
from web.wording import Words

router = APIRouter()

SEALS_SHOWN = 30
MOST_DIGITS = 18
"""No place in the log has more."""
TRIGGERS = CONCERNS.keys() | INTERNAL.keys()


@dataclass(frozen=True, slots=True)
class AuditPage:
    """The log, narrowed to what is wanted, latest first; `next_url` is None on the last page, `first_url` on the first.

    `verification` is the result of checking every chain just now, None before. `actors` and `triggers` are what can be
    searched for, triggers with their titles; `recorded` is what an event says beside its reason.
    """

    template: ClassVar[str] = "audit.html"
    wanted: Wanted
    events: tuple[LoggedEvent, ...]
    next_url: str | None
    first_url: str | None
    actors: tuple[str, ...]
    triggers: tuple[tuple[str, str], ...]
    seals: tuple[Seal, ...]
    verification: dict[str, Any] | None

    def title(self, words: Words, trigger: str) -> str:
        return logged(words, trigger)

    def subject(self, words: Words, stream: str) -> tuple[str, str]:
        """Where the subject is to be seen (empty for nowhere), and what it is called."""
        return address(stream), subject(words, stream)

    def recorded(self, event: LoggedEvent) -> str:
        return json.dumps(event.data, ensure_ascii=False, indent=1) if event.data else ""


@router.get("/audit")
def overview(
    visit: Annotated[Visit, Depends(AUDIT)],
    stream: str = "",
    actor: str = "",
    trigger: str = "",
    from_on: str = "",
    to_on: str = "",
    before: str = "",
) -> Response:
    wanted = Wanted(clean_text(stream), clean_text(actor), clean_text(trigger), _day(from_on), _day(to_on))
    place = int(before) if before.isascii() and before.isdecimal() and len(before) < MOST_DIGITS else None
    with visit.desk.reading() as tx:
        found = audit_search.search(tx, wanted, before=place)
        return render(visit, _page(tx, visit.words, wanted, found, first=place is None))


@router.post("/audit/verification")
def verify(visit: Annotated[Visit, Depends(AUDIT)]) -> Response:
    """Not done on each look at the page: it reads every event there is."""
    with visit.desk.reading() as tx:
        verification = audit.verify(tx).as_json()
        found = audit_search.search(tx, Wanted())
        return render(visit, _page(tx, visit.words, Wanted(), found, first=True, verification=verification))


@router.get("/audit/events.jsonl")
def export(visit: Annotated[Visit, Depends(AUDIT)]) -> Response:
    return StreamingResponse(
        _lines(visit.desk),
        media_type="application/jsonl",
        headers={"Content-Disposition": "attachment; filename=audit.jsonl"},
    )


@router.get("/audit/checkpoint.json")
def checkpoint(visit: Annotated[Visit, Depends(AUDIT)]) -> Response:
    with visit.desk.reading() as tx:
        found = audit.checkpoint(tx)
    content = json.dumps(found, ensure_ascii=False, indent=1).encode()
    return attachment(content, "checkpoint.json", "application/json")


def _page(
    tx: Tx,
    words: Words,
    wanted: Wanted,
    found: Found,
    *,
    first: bool,
    verification: dict[str, Any] | None = None,
) -> AuditPage:
    whole = f"/audit?{_query(wanted)}"
    return AuditPage(
        wanted=wanted,
        events=found.events,
        next_url=f"{whole}&before={found.before}" if found.before else None,
        first_url=None if first else whole,
        actors=audit_search.actors(tx),
        triggers=tuple(sorted(((each, logged(words, each)) for each in TRIGGERS), key=lambda pair: pair[1])),
        seals=seals.seals(tx, SEALS_SHOWN),
        verification=verification,
    )


def _query(wanted: Wanted) -> str:
    values = {name: str(getattr(wanted, name) or "") for name in Wanted.__slots__}
    return urlencode({name: value for name, value in values.items() if value})


def _day(text: str) -> date | None:
    """A day of an address; what cannot be read narrows nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _lines(desk: Desk) -> Iterator[str]:
    with desk.reading() as tx:
        for line in audit.export_lines(tx):
            yield f"{line}\n"
