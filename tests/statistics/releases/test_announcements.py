"""The calendar of releases: twelve months ahead, and every change with its reason."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from

from portal.core.calendar import Quarter
from portal.core.errors import Conflict, Invalid
from portal.core.terms import Label
from portal.statistics.catalogue.release_days import compute_release_day
from portal.statistics.releases import announcements as dates
from portal.statistics.releases.announcements import announce, get_day, list_announced, read_changes

TODAY = date(2026, 11, 20)
DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range(1500)]
REASON = Label("Санақ кешікті", "Подсчёт задержался", "Counting was late")


def test_without_changes_the_days_are_those_of_the_rule(tmp_path: Path) -> None:
    assert read_changes(tmp_path) == ()
    assert list_announced(tmp_path, TODAY) == [
        (date(2026, 12, 8), Quarter("2026-q3")),
        (date(2027, 3, 9), Quarter("2026-q4")),
        (date(2027, 6, 8), Quarter("2027-q1")),
        (date(2027, 9, 14), Quarter("2027-q2")),
    ]


def test_a_change_is_in_the_calendar_and_stays_with_its_reason(tmp_path: Path) -> None:
    announce(tmp_path, Quarter("2026-q3"), date(2026, 12, 15), REASON, today=TODAY)
    announce(tmp_path, Quarter("2026-q3"), date(2026, 12, 22), REASON, today=date(2026, 12, 14))

    assert (
        get_day(tmp_path, Quarter("2026-q3"))
        == list_announced(tmp_path, TODAY)[0][0]
        == date(2026, 12, 22)
    )
    first, second = read_changes(tmp_path)
    assert (first.was, first.day, first.announced_on) == (
        date(2026, 12, 8), date(2026, 12, 15), TODAY
    )  # fmt: skip
    assert second.was == first.day
    assert second.reason == REASON
    assert [path.name for path in tmp_path.iterdir()] == [dates.DATES]


@pytest.mark.parametrize(
    ("quarter", "day"),
    [
        (Quarter("2026-q3"), date(2026, 12, 8)),  # announced already
        (Quarter("2026-q3"), date(2026, 11, 19)),  # past
        (Quarter("2026-q4"), date(2027, 2, 13)),  # sooner than 45 days after the quarter
    ],
)
def test_some_days_cannot_be_announced(tmp_path: Path, quarter: Quarter, day: date) -> None:
    with pytest.raises(Conflict):
        announce(tmp_path, quarter, day, REASON, today=TODAY)
    assert read_changes(tmp_path) == ()


def test_only_short_reasons_are_announced(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        announce(
            tmp_path, Quarter("2026-q3"), date(2027, 1, 1), Label("k" * 1001, "r", "e"), today=TODAY
        )


def test_a_day_in_the_past_leaves_the_calendar(tmp_path: Path) -> None:
    assert list_announced(tmp_path, date(2026, 12, 8))[0][1] == Quarter("2026-q3")
    assert list_announced(tmp_path, date(2026, 12, 9))[0][1] == Quarter("2026-q4")


@given(sampled_from(DAYS))
def test_the_calendar_of_a_year_leaves_no_quarter_out(day: date) -> None:
    announced = list_announced(Path("nowhere"), day)

    assert 3 <= len(announced) <= 5
    assert all(earlier[1].following == later[1] for earlier, later in pairwise(announced))
    assert announced[0][0] >= day > compute_release_day(announced[0][1].get_earlier(1))
