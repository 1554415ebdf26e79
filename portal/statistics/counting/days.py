"""Limits of days, such as deadlines, as a small relation that a statement can join."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from sqlalchemy import CTE, Date, column, values

from portal.core.calendar import is_working_day

ONE_DAY = timedelta(days=1)


def tabulate_limits(first: date, last: date, rules: Mapping[str, Callable[[date], date]]) -> CTE:
    """Return a relation with a row for each day, and in it the limit that each rule gives.

    What counts working days cannot be said in SQL; but days are few, however many cases there are.

    Args:
        first: first day.
        last: last day.
        rules: name of a column, and what gives the limit of a day.

    Returns:
        The columns `day` and those of the rules.
    """
    days = [first + after * ONE_DAY for after in range((last - first).days + 1)]
    rows = [(day, *(rule(day) for rule in rules.values())) for day in days]
    columns = [column(name, Date) for name in ("day", *rules)]
    return values(*columns, name="limits").data(rows).cte("limits")


def subtract_working_days(day: date, count: int) -> date:
    """Return the earliest day from which another is at most so many working days away.

    It is the last of so many working days before it: the reverse of `add_working_days`.
    """
    while count:
        day -= ONE_DAY
        count -= is_working_day(day)
    return day
