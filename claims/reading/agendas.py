"""The coordination body's agenda as commands and programs read it."""

from typing import Any

from claims.desk import Tx
from claims.review.meetings import AgendaItem, agenda
from states.errors import Refusal


def agenda_json(tx: Tx, year: int) -> dict[str, Any]:
    """What waits for the body in a cycle, by deadline, with the running sum; `waiting` and `proposed_yuan` are of all."""
    found = agenda(tx, year)
    return {
        "cycle": found.year,
        "budget_yuan": found.budget_yuan,
        "available_yuan": found.available_yuan,
        "waiting": found.waiting,
        "proposed_yuan": found.proposed_yuan,
        "items": [_item(each) for each in found.items],
    }


def _item(item: AgendaItem) -> dict[str, Any]:
    return {
        "claim": item.number,
        "unit": item.unit_name,
        "township": item.township,
        "item": item.item.code,
        "standard": item.standard_number,
        "title": item.title,
        "requested_yuan": item.requested_yuan,
        "proposed_yuan": item.proposed_yuan,
        "running_yuan": item.running_yuan,
        "due_on": item.due_on and item.due_on.isoformat(),
        "endorsed_by": item.endorsed_by,
        "opinion": item.opinion,
        "findings": [
            {"code": each.code, "message": each.zh, "message_en": each.en} for each in item.findings
        ],
        "obstacle": item.obstacle and _told(item.obstacle),
        "recusals": [{"name": each.name, **_told(each.refusal)} for each in item.recusals],
    }


def _told(refusal: Refusal) -> dict[str, str]:
    return {"code": refusal.code, "message": refusal.message(), "message_en": refusal.message("en")}
