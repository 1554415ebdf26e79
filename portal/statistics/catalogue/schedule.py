"""When quarters are published: days that were announced long before."""

from datetime import date, datetime, time, timedelta

from portal.core.calendar import add_months, compute_quarter, compute_quarter_bounds
from portal.core.clock import ZONE

DAYS_TO_WAIT = 45  # after the end of the quarter
TUESDAY = 1
SECONDS = 60  # of a minute
HOUR = "10:00"
_ONE_DAY = timedelta(days=1)


def earliest_day(quarter: str) -> date:
    """Return the first day on which a quarter may be published.

    Raises:
        ValueError: this is no quarter.
    """
    return compute_quarter_bounds(quarter)[1] + timedelta(days=DAYS_TO_WAIT)


def release_day(quarter: str) -> date:
    """Return the announced day: the first second Tuesday of a month that is not too early.

    Raises:
        ValueError: this is no quarter.
    """
    earliest = earliest_day(quarter)
    this_month = _second_tuesday(earliest)
    return this_month if this_month >= earliest else _second_tuesday(add_months(earliest, 1))


def moment(day: date) -> datetime:
    """Return the instant of a release day: everything of that release bears it, and no other."""
    return datetime.combine(day, time.fromisoformat(HOUR), ZONE)


def minutes_after(day: date, now: datetime) -> int:
    """Return how many whole minutes after the instant of a release day it is."""
    return int((now - moment(day)).total_seconds()) // SECONDS


def after(quarter: str) -> str:
    """Return the quarter that follows."""
    return compute_quarter(compute_quarter_bounds(quarter)[1] + _ONE_DAY)


def back(quarter: str, count: int) -> str:
    """Return the quarter so many quarters before."""
    for _ in range(count):
        quarter = compute_quarter(compute_quarter_bounds(quarter)[0] - _ONE_DAY)
    return quarter


def _second_tuesday(day: date) -> date:
    first = day.replace(day=1)
    return first + timedelta(days=(TUESDAY - first.weekday()) % 7 + 7)
