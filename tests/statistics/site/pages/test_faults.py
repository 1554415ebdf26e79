"""Kept, missed and unknown are three answers, and what is only a bound is called one."""

import pytest

from portal.statistics.dataset.measure_row import MEASURE_COLUMNS
from portal.statistics.dataset.table import MEASURES, Document
from portal.statistics.site.pages import faults
from portal.statistics.site.pages.book import Book
from portal.statistics.site.pages.faults import Told

STATUTORY = "15 working days, statutory"
Ends = tuple[float, float, float] | None  # value and the ends of its range


def row(measure: str, outcome: str, clock: str, ends: Ends) -> tuple[object, ...]:
    known: dict[str, object] = {
        "time_period": "2025-07-01/P1Y",
        "ref_area": "KZ-75",
        "measure": measure,
        "outcome": outcome,
        "clock": clock,
        "status": "" if ends else "u",
        "den": 400,
    }
    if ends:
        known |= dict(zip(("value", "ci_low", "ci_high"), ends, strict=True))
    return tuple(map(known.get, MEASURE_COLUMNS))


def told(*rows: tuple[object, ...]) -> dict[str, Told]:
    book = Book([("2026-q4", {MEASURES: Document("2026-q4/v1", MEASURES, MEASURE_COLUMNS, rows)})])
    return {one.deadline: one for one in faults.of_area(book, "KZ-75", "en")}


def acknowledged(ends: Ends) -> Told:
    return told(row("K3", "in_time", "3 working days", ends))["acknowledged"]


def concluded(least: Ends, most: Ends) -> Told:
    rows = (
        row("K20", name, STATUTORY, ends) for name, ends in zip(BOUNDS, (least, most), strict=True)
    )
    return told(*rows)["concluded"]


BOUNDS = ("at_least", "at_most")


def test_a_missed_deadline_comes_with_its_likely_range_and_its_own_period() -> None:
    late = acknowledged((0.75, 0.7, 0.8))

    assert (late.state, late.late, late.whole, late.percent) == ("missed", 100, 400, 25)
    assert late.likely == (20, 30)
    assert "2025" in late.period


@pytest.mark.parametrize("ends", [(0.97, 0.9, 1.0), (0.83, 0.72, 0.95), (1.0, 0.97, 1.0)])
def test_nobody_is_blamed_for_what_noise_may_have_made(ends: Ends) -> None:
    assert acknowledged(ends).state == "kept"


def test_too_few_cases_are_not_a_deadline_that_was_kept() -> None:
    assert acknowledged(None).state == "unknown"
    assert {one.state for one in told().values()} == {"unknown"}


def test_the_share_that_may_have_been_extended_is_no_miss() -> None:
    late = concluded((0.01, 0.0, 0.05), (0.4, 0.35, 0.45))

    assert (late.state, late.most) == ("unknown", 40)


def test_a_miss_is_told_by_its_lower_bound() -> None:
    late = concluded((0.2, 0.15, 0.25), (0.4, 0.35, 0.45))

    assert (late.state, late.late, late.percent, late.most) == ("missed", 80, 20, 40)
    assert late.likely == (15, 25)


def test_without_the_lower_bound_only_the_upper_one_is_told() -> None:
    late = concluded(None, (0.4, 0.35, 0.45))

    assert (late.state, late.whole, late.most) == ("unknown", 0, 40)


def test_what_chance_may_have_made_of_all_late_cases_is_kept() -> None:
    assert concluded((0.0, 0.0, 0.02), (0.01, 0.0, 0.03)).state == "kept"
