"""Working days are counted as the law counts them."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import calendar
from portal.core.calendar import (
    Corrections,
    Quarter,
    add_months,
    add_working_days,
    count_working_days,
    is_working_day,
)

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
COUNTS = st.integers(0, 40)


def test_weekends_and_holidays_are_no_working_days() -> None:
    assert is_working_day(date(2026, 11, 20))
    assert not is_working_day(date(2026, 11, 21))
    assert not is_working_day(date(2026, 12, 16))
    assert not is_working_day(date(2027, 3, 15))


def test_counting_starts_the_next_day() -> None:
    assert add_working_days(date(2026, 11, 20), 1) == date(2026, 11, 23)
    assert add_working_days(date(2026, 12, 15), 1) == date(2026, 12, 17)
    assert add_working_days(date(2026, 11, 21), 0) == date(2026, 11, 21)


def test_nobody_counts_backwards() -> None:
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(date(2026, 11, 20), -1)


@given(DAYS, COUNTS)
def test_adding_and_counting_agree(start: date, count: int) -> None:
    end = add_working_days(start, count)

    assert count_working_days(start, end) == count
    assert count == 0 or is_working_day(end)


@given(DAYS, DAYS, DAYS)
def test_counted_spans_add_up(early: date, two: date, late: date) -> None:
    first, middle, last = sorted((early, two, late))

    whole = count_working_days(first, last)

    assert whole == count_working_days(first, middle) + count_working_days(middle, last)
    assert count_working_days(last, first) == 0


def test_an_announced_day_replaces_an_estimated_one(monkeypatch: pytest.MonkeyPatch) -> None:
    announced, estimated = date(2027, 5, 17), date(2026, 5, 27)
    assert is_working_day(announced)
    assert not is_working_day(estimated)

    monkeypatch.setattr(
        calendar,
        "_load_corrections",
        lambda: Corrections(extra_days_off=(announced,), extra_working_days=(estimated,)),
    )

    assert not is_working_day(announced)
    assert is_working_day(estimated)


def test_the_corrections_of_the_portal_can_be_read() -> None:
    read = calendar._load_corrections()

    assert not set(read.extra_days_off) & set(read.extra_working_days)


def test_a_month_ends_on_the_same_day_or_the_last_one() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert add_months(date(2026, 11, 23), 2) == date(2027, 1, 23)


@given(DAYS)
def test_a_day_lies_in_its_quarter_and_the_next_one_follows(day: date) -> None:
    first, last = Quarter.from_day(day).days

    assert first <= day <= last
    assert Quarter.from_day(last + timedelta(days=1)) != Quarter.from_day(day)
    assert Quarter.from_day(first) == Quarter.from_day(last) == Quarter.from_day(day)


def test_quarters_are_named_by_year_and_number() -> None:
    assert Quarter.from_day(date(2026, 9, 30)) == "2026-q3"
    assert Quarter("2026-q4").days == (date(2026, 10, 1), date(2026, 12, 31))


@pytest.mark.parametrize("text", ["", "2026", "2026-q5", "2026-Q3", "0026-q1", "2026-q3 "])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a quarter"):
        Quarter(text)


@given(DAYS, st.integers(0, 40))
def test_quarters_are_counted_and_ordered_as_their_days_are(day: date, count: int) -> None:
    quarter = Quarter.from_day(day)
    earlier = quarter.get_earlier(count)

    assert earlier.get_earlier(-count) == quarter
    assert quarter.following.first == quarter.last + timedelta(days=1)
    assert (earlier < quarter) == (count > 0) == (earlier.first < quarter.first)
    assert Quarter.from_period(quarter.period) == quarter
    assert quarter.ends_year == (quarter.last.month == 12)


def test_a_quarter_is_written_to_files_and_the_database_as_its_name() -> None:
    quarter = Quarter("2026-q3")

    assert (str(quarter), f"{quarter}", json.dumps([quarter])) == (
        "2026-q3",
        "2026-q3",
        '["2026-q3"]',
    )
    assert (repr(quarter), hash(quarter)) == ("'2026-q3'", hash("2026-q3"))
    assert (quarter.period, quarter.year, quarter.number) == ("2026-Q3", 2026, 3)
