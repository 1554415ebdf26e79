"""The public schedule of the log: on which days steps are put into it, and what is promised."""

from datetime import date, datetime, timedelta

from portal.core.calendar import ONE_DAY, Quarter

A_WEEK = timedelta(days=7)
SUNDAY = 6
# While fewer reports than these come in a week, the log grows once a week: a day's entries
# would be so few that who knows of a report could recognise it.
DAILY_FROM = 20
SLACK = timedelta(days=3)  # for a machine that stands still on the day of a batch

# A transaction that began before midnight may end after it. A day is closed once none can be left:
# what came late would stand in the next batch, and at the end of a quarter in the next quarter.
SETTLING = timedelta(hours=2)


def compute_first_open(now: datetime) -> date:
    """Return the first day whose steps wait: the one before may still get some, for a while."""
    return (now - SETTLING).date()


def compute_promised_day(day: date) -> date:
    """Return the day by which the log has what happens on this one, inclusive.

    The promise is made for the slower of both rhythms, and does not tell which one is in force.
    """
    return _find_sunday(day) + SLACK


def list_due_batches(
    last: date | None, first: date | None, reports: int, *, today: date
) -> tuple[date, ...]:
    """Return the days at whose end a batch closes that is due now, the earliest first.

    No batch has steps of two quarters: what it adds to the log counts for one of them.

    Args:
        last: the day at whose end the last batch closed; none: there was none.
        first: the day of the oldest step that waits; none: none does.
        reports: how many reports the batches of the last seven days had.
        today: the first day whose steps wait.
    """
    end = today - ONE_DAY
    if reports < DAILY_FROM and end.weekday() != SUNDAY:
        end = _find_sunday(end) - A_WEEK
    day = last + ONE_DAY if last else min(first or end, end)
    closed: list[date] = []
    while day <= end:
        closed.append(min(Quarter.from_day(day).last, end))
        day = closed[-1] + ONE_DAY
    return tuple(closed)


def _find_sunday(day: date) -> date:
    """Return the first Sunday from this day on."""
    return day + (SUNDAY - day.weekday()) * ONE_DAY
