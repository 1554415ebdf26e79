"""Which days a table counts."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from portal.core.calendar import Quarter, add_working_days
from portal.statistics.catalogue.periods import make_quarter_span, make_table_span
from portal.statistics.catalogue.tables import LEVELS, load
from tests.statistics.measures.made import Q4

KNOWN = load()


def test_a_cohort_is_counted_two_quarters_after_its_end() -> None:
    span = make_table_span(KNOWN.tables["durations-region"], Q4)

    assert (span.first, span.last, span.period) == (
        date(2026, 4, 1),
        date(2026, 6, 30),
        "2026-Q2",
    )


def test_its_youngest_case_is_then_older_than_ninety_working_days() -> None:
    for year in range(2025, 2032):
        for quarter in range(1, 5):
            last = make_table_span(
                KNOWN.tables["durations-region"], Quarter(f"{year}-q{quarter}")
            ).last
            end = make_quarter_span(Quarter(f"{year}-q{quarter}")).last
            assert add_working_days(last, 90) < end


def test_the_cohort_of_a_year_ends_in_the_middle_of_it() -> None:
    span = make_table_span(KNOWN.tables["durations-year"], Q4)

    assert (span.first, span.last) == (date(2025, 7, 1), date(2026, 6, 30))
    assert span.period == "2025-07-01/P1Y"


def test_other_tables_of_the_year_count_the_calendar_year() -> None:
    span = make_table_span(KNOWN.tables["received-year-region"], Q4)

    assert (span.first, span.last, span.period) == (
        date(2026, 1, 1),
        date(2026, 12, 31),
        "2026",
    )


@pytest.mark.parametrize("family", ["durations", "procedure", "reopened", "rated"])
def test_no_case_is_in_two_periods_or_in_none_when_the_ladder_moves(family: str) -> None:
    """From yearly cohorts to quarterly ones and back, every day is counted once."""
    quarters = [
        Quarter(f"{year}-q{number}") for year in range(2025, 2031) for number in range(1, 5)
    ]
    levels = {2025: "L0", 2026: "L1", 2027: "L2", 2028: "L2", 2029: "L1", 2030: "L0"}
    days: list[tuple[date, date]] = []
    for quarter in quarters:
        for table in KNOWN.select_tables(quarter, levels[quarter.year]):
            if table.family == family:
                span = make_table_span(table, quarter)
                days.append((span.first, span.last))

    days.sort()
    assert set(levels.values()) == set(LEVELS)
    assert all(earlier[1] + timedelta(days=1) == two[0] for earlier, two in pairwise(days))
