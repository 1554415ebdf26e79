"""When quarters are published."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import dates

from portal.core.calendar import Quarter
from portal.statistics.catalogue.release_days import (
    compute_earliest_day,
    compute_release_day,
    get_release_instant,
)

YEARS = dates(date(2020, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("quarter", "day"),
    [
        (Quarter("2026-q1"), date(2026, 6, 9)),
        (Quarter("2026-q2"), date(2026, 9, 8)),
        (Quarter("2026-q3"), date(2026, 12, 8)),
        (Quarter("2026-q4"), date(2027, 3, 9)),  # with the tables of the year, in March
    ],
)
def test_the_announced_day_is_a_second_tuesday(quarter: Quarter, day: date) -> None:
    assert compute_release_day(quarter) == day


@given(YEARS)
def test_it_is_never_less_than_45_days_after_the_quarter(day: date) -> None:
    quarter = Quarter.from_day(day)
    announced = compute_release_day(quarter)

    assert announced.weekday() == 1
    assert 8 <= announced.day <= 14
    assert announced >= compute_earliest_day(quarter) == quarter.last + timedelta(days=45)
    assert announced - compute_earliest_day(quarter) < timedelta(days=36)


def test_the_minute_of_a_release_is_ten_in_almaty() -> None:
    assert get_release_instant(date(2026, 12, 8)).isoformat() == "2026-12-08T10:00:00+05:00"
