"""Quiet hours: when letters that can wait stay in the outbox, so that nobody's telephone rings at night."""

from datetime import datetime, timedelta

from claims.desk import Desk
from states.calendar import TZ


def quiet_until(desk: Desk, moment: datetime) -> datetime | None:
    """When letters that can wait leave again: on a working day, once its quiet hours are over. None: they leave now."""
    hours = desk.settings.quiet
    if hours is None:
        return None
    day, time = moment.astimezone(TZ).date(), moment.astimezone(TZ).time()
    if desk.workdays.is_working_day(day) and hours.end <= time < hours.begin:
        return None
    day = desk.workdays.first_from(day if time < hours.end else day + timedelta(days=1))
    return datetime.combine(day, hours.end, tzinfo=TZ)
