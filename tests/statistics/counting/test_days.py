"""Limits of days, in working days, read forwards and backwards."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from hypothesis import given
from hypothesis.strategies import dates, integers
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.calendar import add_working_days
from portal.statistics.counting.days import subtract_working_days, tabulate_limits

FIRST = date(2026, 3, 5)


@given(dates(date(2025, 1, 1), date(2027, 12, 31)), integers(0, 200), integers(1, 90))
def test_whoever_came_since_the_earliest_day_is_within_the_limit(
    received_on: date, wait: int, count: int
) -> None:
    concluded_on = received_on + timedelta(days=wait)

    within = concluded_on <= add_working_days(received_on, count)

    assert (received_on >= subtract_working_days(concluded_on, count)) == within


def test_every_day_has_its_limits(session: Session) -> None:
    rules: dict[str, Callable[[date], date]] = {
        "next": lambda day: day + timedelta(days=1),
        "later": partial(add_working_days, count=2),
    }
    known = tabulate_limits(FIRST, FIRST + timedelta(days=1), rules)

    rows = session.execute(select(known).order_by(known.c.day)).all()

    thursday, friday, saturday = (FIRST + timedelta(days=after) for after in range(3))
    assert rows == [(thursday, friday, date(2026, 3, 10)), (friday, saturday, date(2026, 3, 11))]
