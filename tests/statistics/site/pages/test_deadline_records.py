"""Kept, missed and unknown are three answers, and what is only a bound is called one."""

import pytest

from portal.core.calendar import Quarter
from portal.statistics.dataset.measure_row import MEASURE_COLUMNS
from portal.statistics.dataset.table import MEASURES, Document
from portal.statistics.site.pages import deadline_records
from portal.statistics.site.pages.deadline_records import DeadlineRecord
from portal.statistics.site.pages.measure_index import MeasureIndex

STATUTORY = "15 working days, statutory"
Ends = tuple[float, float, float] | None  # value and the ends of its range


def build_row(measure: str, outcome: str, clock: str, ends: Ends) -> tuple[object, ...]:
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


def describe_deadlines(*rows: tuple[object, ...]) -> dict[str, DeadlineRecord]:
    index = MeasureIndex(
        [(Quarter("2026-q4"), {MEASURES: Document("2026-q4/v1", MEASURES, MEASURE_COLUMNS, rows)})]
    )
    return {
        record.deadline: record for record in deadline_records.describe_area(index, "KZ-75", "en")
    }


def describe_acknowledged(ends: Ends) -> DeadlineRecord:
    return describe_deadlines(build_row("K3", "in_time", "3 working days", ends))["acknowledged"]


def describe_concluded(least: Ends, most: Ends) -> DeadlineRecord:
    rows = (
        build_row("K20", name, STATUTORY, ends)
        for name, ends in zip(BOUNDS, (least, most), strict=True)
    )
    return describe_deadlines(*rows)["concluded"]


BOUNDS = ("at_least", "at_most")


def test_a_missed_deadline_comes_with_its_likely_range_and_its_own_period() -> None:
    late = describe_acknowledged((0.75, 0.7, 0.8))

    assert (late.state, late.late, late.whole, late.percent) == ("missed", 100, 400, 25)
    assert late.likely == (20, 30)
    assert "2025" in late.period


@pytest.mark.parametrize("ends", [(0.97, 0.9, 1.0), (0.83, 0.72, 0.95), (1.0, 0.97, 1.0)])
def test_nobody_is_blamed_for_what_noise_may_have_made(ends: Ends) -> None:
    assert describe_acknowledged(ends).state == "kept"


def test_too_few_cases_are_not_a_deadline_that_was_kept() -> None:
    assert describe_acknowledged(None).state == "unknown"
    assert {record.state for record in describe_deadlines().values()} == {"unknown"}


def test_the_share_that_may_have_been_extended_is_no_miss() -> None:
    late = describe_concluded((0.01, 0.0, 0.05), (0.4, 0.35, 0.45))

    assert (late.state, late.most) == ("unknown", 40)


def test_a_miss_is_told_by_its_lower_bound() -> None:
    late = describe_concluded((0.2, 0.15, 0.25), (0.4, 0.35, 0.45))

    assert (late.state, late.late, late.percent, late.most) == ("missed", 80, 20, 40)
    assert late.likely == (15, 25)


def test_without_the_lower_bound_only_the_upper_one_is_told() -> None:
    late = describe_concluded(None, (0.4, 0.35, 0.45))

    assert (late.state, late.whole, late.most) == ("unknown", 0, 40)


def test_what_chance_may_have_made_of_all_late_cases_is_kept() -> None:
    assert describe_concluded((0.0, 0.0, 0.02), (0.01, 0.0, 0.03)).state == "kept"
