"""Missed deadlines are named where noise alone does not explain them."""

import pytest

from portal.statistics.formats import MEASURES, RATES
from portal.statistics.pages import faults
from portal.statistics.pages.book import Book


def book(value: float | None, low: float, high: float) -> Book:
    """Return a release that says how many cases of a region were concluded in time."""
    row: dict[str, object] = {
        "time_period": "2026-Q4",
        "ref_area": "KZ-75",
        "measure": "K5",
        "outcome": "_T",
        "clock": "15 working days, statutory",
        "status": "" if value else "u",
        "num": value and round(400 * value),
        "den": 400,
        "value": value,
        "ci_low": low,
        "ci_high": high,
    }
    return Book(
        [("2026-q4", {MEASURES: {"columns": RATES, "rows": [[row.get(n) for n in RATES]]}})]
    )


def test_a_missed_deadline_comes_with_its_likely_range() -> None:
    (late,) = faults.of_area(book(0.75, 0.7, 0.8), "KZ-75", "en")

    assert (late.deadline, late.late, late.whole, late.percent) == ("concluded", 100, 400, 25)
    assert late.likely == (20, 30)


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [(0.97, 0.9, 1.0), (0.83, 0.72, 0.95), (1.0, 0.97, 1.0), (None, 0, 0)],
)
def test_nobody_is_blamed_for_what_noise_may_have_made(
    value: float | None, low: float, high: float
) -> None:
    assert faults.of_area(book(value, low, high), "KZ-75", "en") == ()
