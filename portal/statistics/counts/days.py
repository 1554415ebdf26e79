"""Days that are limits of other days, as a small relation that a statement can join."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from sqlalchemy import CTE, Date, column, values

ONE_DAY = timedelta(days=1)


def limits(first: date, last: date, rules: Mapping[str, Callable[[date], date]]) -> CTE:
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
