"""Which letters leave at once, whatever the hour, and which wait until quiet hours are over.

A letter waits only where no time runs by it for whoever reads it: no deadline to keep, no remedy to take, nothing to
do that evening. A kind that is not named here leaves at once, so that a new one can do no harm. Texts always wait:
the letter that they tell of does not.
"""

CAN_WAIT = frozenset(
    {
        "receipt",
        "acceptance",
        "departments_cleared",
        "endorsement",
        "approval",
        "correction_receipt",
        "notice_ended",
        "remand",
        "withdrawal",
        "payment",
        "reconsideration",
        "township_closing",
        "township_lapse",
        "township_results",
        "township_payments",
        "township_year",
        "work_digest",
        "overdue_report",
        "payout_prompt",
        "meeting_resolution",
        "year_report",
        "plan_request",
    },
)
