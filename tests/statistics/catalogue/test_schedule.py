"""When quarters are published."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import dates

from portal.core.calendar import compute_quarter, compute_quarter_bounds
from portal.statistics.catalogue.schedule import after, back, earliest_day, moment, release_day

YEARS = dates(date(2020, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("quarter", "day"),
    [
        ("2026-q1", date(2026, 6, 9)),
        ("2026-q2", date(2026, 9, 8)),
        ("2026-q3", date(2026, 12, 8)),
        ("2026-q4", date(2027, 3, 9)),  # with the tables of the year, in March
    ],
)
def test_the_announced_day_is_a_second_tuesday(quarter: str, day: date) -> None:
    assert release_day(quarter) == day


@given(YEARS)
def test_it_is_never_less_than_45_days_after_the_quarter(day: date) -> None:
    quarter = compute_quarter(day)
    announced = release_day(quarter)

    assert announced.weekday() == 1
    assert 8 <= announced.day <= 14
    assert (
        announced
        >= earliest_day(quarter)
        == compute_quarter_bounds(quarter)[1] + timedelta(days=45)
    )
    assert announced - earliest_day(quarter) < timedelta(days=36)


@given(YEARS)
def test_quarters_follow_one_another(day: date) -> None:
    quarter = compute_quarter(day)

    assert back(after(quarter), 1) == quarter
    assert compute_quarter_bounds(after(quarter))[0] == compute_quarter_bounds(quarter)[
        1
    ] + timedelta(days=1)


def test_the_minute_of_a_release_is_ten_in_almaty() -> None:
    assert moment(date(2026, 12, 8)).isoformat() == "2026-12-08T10:00:00+05:00"
