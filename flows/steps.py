"""The steps of a year, and which kinds of due slots each of them settles."""

from collections.abc import Mapping
from types import MappingProxyType

from notifications.round import DISPATCH

ROUND = "round"

STEPS: Mapping[str, frozenset[str] | None] = MappingProxyType(
    {
        ROUND: None,  # whatever is due
        "open-cycle": frozenset({"open_cycle"}),
        "close-submissions": frozenset({"close_submissions"}),
        "remind": frozenset({"call_townships", "remind_townships", "remind_drafts"}),
        "remind-corrections": frozenset({"remind_correction"}),
        "deem-accepted": frozenset({"deem_accepted"}),
        "lapse": frozenset({"lapse"}),
        "end-notices": frozenset({"end_notice"}),
        "dispatch-letters": frozenset({DISPATCH}),
        "escalate-overdue": frozenset({"escalate_overdue"}),
        "prompt-payouts": frozenset({"prompt_payout"}),
        "year-report": frozenset({"year_report"}),
        "call-next-year": frozenset({"call_next_year"}),
        "recount-deadlines": frozenset({"recount"}),
        "seal-audit": frozenset({"seal_audit"}),
        "back-up": frozenset({"backup"}),
        "restore-drill": frozenset({"restore_drill"}),
    },
)

ONCE_A_YEAR = frozenset({"open-cycle", "close-submissions", "year-report"})
"""Steps of which a cycle has one each: their runs are called after the year."""

MOMENTS = ONCE_A_YEAR | {"remind", "end-notices", "call-next-year"}
"""Steps whose times follow from a cycle's plan, and not from single claims."""
