"""When quarters are published: days that were announced long before."""

from datetime import date, datetime, time, timedelta

from portal.core.calendar import Quarter, add_months
from portal.core.clock import ZONE

DAYS_TO_WAIT = 45  # after the end of the quarter
TUESDAY = 1
SECONDS = 60  # of a minute
HOUR = "10:00"


def compute_earliest_day(quarter: Quarter) -> date:
    """Return the first day on which a quarter may be published."""
    return quarter.last + timedelta(days=DAYS_TO_WAIT)


def compute_release_day(quarter: Quarter) -> date:
    """Return the announced day: the first second Tuesday of a month that is not too early."""
    earliest = compute_earliest_day(quarter)
    this_month = _compute_second_tuesday(earliest)
    return (
        this_month if this_month >= earliest else _compute_second_tuesday(add_months(earliest, 1))
    )


def get_release_instant(day: date) -> datetime:
    """Return the instant at which the release of a day comes out; its files are dated with it."""
    return datetime.combine(day, time.fromisoformat(HOUR), ZONE)


def count_minutes_late(day: date, now: datetime) -> int:
    """Return how many whole minutes after the instant of a release day it is."""
    return int((now - get_release_instant(day)).total_seconds()) // SECONDS


def _compute_second_tuesday(day: date) -> date:
    first = day.replace(day=1)
    return first + timedelta(days=(TUESDAY - first.weekday()) % 7 + 7)
