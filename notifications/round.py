"""A round: do what is due, then write and send the letters that follow from it, and set what papers are left."""

from claims.desk import Desk
from claims.timing.due import SlotResult, settle_due
from notifications.copies import set_papers
from notifications.delivery import deliver
from notifications.derive import derive

DISPATCH = "dispatch_letters"
"""The kind of step that only writes and sends letters."""


def run_round(desk: Desk, *, kinds: frozenset[str] | None = None) -> tuple[SlotResult, ...]:
    """Settle the due slots of these kinds, or all of them, and let the letters leave.

    Letters are derived after the slots have committed, so none tells of what did not happen.
    """
    results = () if kinds == frozenset({DISPATCH}) else settle_due(desk, kinds=kinds)
    derive(desk)
    deliver(desk)
    set_papers(desk)
    return results
