"""Which cell a case is counted in, and what the rates are, on histories made by hand."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from portal.core.calendar import add_working_days
from portal.statistics.catalogue import LEVELS, load
from portal.statistics.measures import (
    Protected,
    Rate,
    exact_measures,
    quarter_span,
    rates,
    span_of,
)

KNOWN = load()
Q4 = "2026-q4"


def protected(table: str, values: Mapping[Any, int], cost: int = 500) -> Protected:
    found = KNOWN.tables[table]
    whole = dict.fromkeys(found.cells(), 0) | dict(values)
    return Protected(found, span_of(found, Q4), cost, whole)


def named(found: list[Rate], measure: str, **about: object) -> Rate:
    (one,) = [
        rate
        for rate in found
        if rate.measure == measure
        and all(getattr(rate, key) == value for key, value in about.items())
    ]
    return one


class TestSpans:
    def test_a_cohort_is_counted_two_quarters_after_its_end(self) -> None:
        span = span_of(KNOWN.tables["durations-region"], Q4)

        assert (span.first, span.last, span.period) == (
            date(2026, 4, 1),
            date(2026, 6, 30),
            "2026-Q2",
        )

    def test_its_youngest_case_is_then_older_than_ninety_working_days(self) -> None:
        for year in range(2025, 2032):
            for quarter in range(1, 5):
                last = span_of(KNOWN.tables["durations-region"], f"{year}-q{quarter}").last
                end = quarter_span(f"{year}-q{quarter}").last
                assert add_working_days(last, 90) < end

    def test_the_cohort_of_a_year_ends_in_the_middle_of_it(self) -> None:
        span = span_of(KNOWN.tables["durations-year"], Q4)

        assert (span.first, span.last) == (date(2025, 7, 1), date(2026, 6, 30))
        assert span.period == "2025-07-01/P1Y"

    def test_other_tables_of_the_year_count_the_calendar_year(self) -> None:
        span = span_of(KNOWN.tables["received-year-region"], Q4)

        assert (span.first, span.last, span.period) == (
            date(2026, 1, 1),
            date(2026, 12, 31),
            "2026",
        )

    def test_no_case_is_in_two_cohorts_or_in_none_when_the_ladder_moves(self) -> None:
        """From yearly cohorts to quarterly ones and back, every day is counted once."""
        quarters = [f"{year}-q{one}" for year in range(2025, 2031) for one in range(1, 5)]
        levels = {2025: "L0", 2026: "L1", 2027: "L2", 2028: "L2", 2029: "L1", 2030: "L0"}
        days: list[tuple[date, date]] = []
        for quarter in quarters:
            for table in KNOWN.tables_of(quarter, levels[int(quarter[:4])]):
                if table.family == "durations":
                    span = span_of(table, quarter)
                    days.append((span.first, span.last))

        days.sort()
        assert set(levels.values()) == set(LEVELS)
        assert all(one[1] + timedelta(days=1) == two[0] for one, two in pairwise(days))


class TestRates:
    def test_the_exact_ones_have_no_interval(self) -> None:
        received, cleared = exact_measures(200, 250, quarter_span(Q4))

        assert (received.measure, received.value) == ("K1", 200)
        assert (cleared.measure, cleared.part, cleared.whole, cleared.value) == (
            "K7",
            250,
            200,
            1.25,
        )
        assert cleared.low is None

    def test_without_any_report_there_is_no_ratio(self) -> None:
        cleared = exact_measures(0, 3, quarter_span(Q4))[1]

        assert (cleared.value, cleared.status) == (None, "u")

    def test_confirmed_examined_and_shares_are_of_those_taken_up(self) -> None:
        values = {
            ("confirmed", "0-90"): 60, ("confirmed", "91+"): 20, ("not_confirmed", "0-90"): 100,
            ("undetermined", "0-90"): 20, ("not_examined", "91+"): 50, ("screened", "0-90"): 999,
        }  # fmt: skip
        found = list(rates(protected("concluded-finding", values)))

        confirmed = named(found, "K9")
        assert (confirmed.part, confirmed.whole, confirmed.value) == (80, 200, 0.4)
        assert named(found, "K10").value == 200 / 250
        assert named(found, "K11", outcome="not_examined").value == 0.2
        assert [rate.outcome for rate in found if rate.measure == "K11"] == [
            "confirmed",
            "not_confirmed",
            "undetermined",
            "not_examined",
        ]

    def test_cases_dumped_as_undetermined_lower_the_share_confirmed(self) -> None:
        values = {("confirmed", "0-90"): 80, ("undetermined", "0-90"): 320}

        assert named(list(rates(protected("concluded-finding", values))), "K9").value == 0.2

    def test_the_finer_outcomes_give_the_same_rates(self) -> None:
        values = {
            ("KZ-75", "partly_substantiated", "0-90"): 60,
            ("KZ-10", "system_failure", "91+"): 20,
            ("KZ-10", "lawful", "0-90"): 120,
            ("KZ-10", "referred", "0-90"): 50,
        }
        found = list(rates(protected("concluded-region-outcome", values)))

        assert named(found, "K9", area="KZ").value == 0.4
        assert named(found, "K9", area="KZ-10").value == 20 / 140
        assert named(found, "K10", area="KZ").value == 200 / 250

    def test_a_share_in_time_counts_open_cases_too(self) -> None:
        values = {("0-5",): 30, ("11-15",): 30, ("16-20",): 40, ("91+",): 100}
        found = list(rates(protected("durations-year", values, cost=300)))

        in_time = named(found, "K5", clock="15 working days, statutory")
        assert (in_time.part, in_time.whole, in_time.value) == (60, 200, 0.3)
        assert named(found, "K5", clock="90 working days").value == 0.5
        assert in_time.low is not None
        assert in_time.high is not None
        assert in_time.low < 0.3 < in_time.high

    @pytest.mark.parametrize(
        ("whole", "cost", "shown"),
        [(59, 500, False), (60, 500, True), (141, 200, False), (142, 200, True)],
    )
    def test_a_rate_on_too_few_cases_is_not_shown(
        self, whole: int, cost: int, *, shown: bool
    ) -> None:
        found = list(rates(protected("durations-year", {("0-5",): whole}, cost=cost)))

        assert {rate.value is not None for rate in found} == {shown}
        assert {rate.status for rate in found} == {"" if shown else "u"}

    def test_negative_cells_do_not_make_impossible_shares(self) -> None:
        values = {("confirmed", "0-90"): -12, ("not_confirmed", "0-90"): 200}

        assert named(list(rates(protected("concluded-finding", values))), "K9").value == 0.0

    def test_a_table_of_reports_received_gives_no_rate(self) -> None:
        assert not list(rates(protected("received-category", {})))
