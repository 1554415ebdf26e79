"""Which cell a case is counted in, and what the rates are, on histories made by hand."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis.strategies import dates, integers, lists, sampled_from

from portal.core.calendar import add_working_days
from portal.statistics.catalogue import LEVELS, load
from portal.statistics.measures import (
    Event,
    Protected,
    Rate,
    cell_of,
    exact_measures,
    quarter_span,
    rates,
    span_of,
)

KNOWN = load()
RECEIVED_ON = date(2026, 8, 5)
Q4 = "2026-q4"


def event(**about: object) -> Event:
    facts = {"region": "KZ-75", "category": "bribery", "concluded_on": None} | about
    return Event(record_key=bytes(16), received_on=RECEIVED_ON, **facts)  # type: ignore[arg-type]


def rank(outcome: str) -> int:
    return KNOWN.prevailing.index(outcome)


def cell(table: str, **about: object) -> tuple[str, ...]:
    return cell_of(KNOWN.tables[table], event(**about))


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


class TestCells:
    @pytest.mark.parametrize(
        ("category", "code"),
        [
            ("bribery", "money"),
            ("ill_treatment", "force"),
            ("evidence", "case"),
            ("sexual", "sensitive"),
            ("retaliation", "sensitive"),
            ("staff_report", "sensitive"),
        ],
    )
    def test_a_case_counts_under_its_publication_group(self, category: str, code: str) -> None:
        assert cell("received-category", category=category) == (code,)

    @pytest.mark.parametrize("region", [None, "KZ-99"])
    def test_a_region_nobody_knows_is_a_row_of_its_own(self, region: str | None) -> None:
        assert cell("received-region", region=region) == ("_U",)

    @pytest.mark.parametrize(
        ("days", "band"),
        [
            (0, "0-5"), (5, "0-5"), (6, "6-10"), (15, "11-15"), (16, "16-20"),
            (30, "21-30"), (31, "31-60"), (90, "61-90"), (91, "91+"),
        ],
    )  # fmt: skip
    def test_a_duration_is_counted_in_working_days(self, days: int, band: str) -> None:
        concluded_on = add_working_days(RECEIVED_ON, days)

        assert cell("durations-year", concluded_on=concluded_on) == (band,)

    def test_an_open_case_is_not_left_out(self) -> None:
        assert cell("durations-year") == ("91+",)

    @given(integers(0, 400))
    def test_the_pace_agrees_with_the_band(self, days: int) -> None:
        concluded_on = RECEIVED_ON + timedelta(days=days)
        slow = cell("durations-year", concluded_on=concluded_on) == ("91+",)

        pace = cell("concluded-finding", concluded_on=concluded_on)[1]
        assert pace == ("91+" if slow else "0-90")

    @pytest.mark.parametrize(
        ("outcome", "finding"),
        [
            ("substantiated", "confirmed"),
            ("out_of_time", "confirmed"),
            ("system_failure", "confirmed"),
            ("unfounded", "not_confirmed"),
            ("lawful", "not_confirmed"),
            ("inconclusive", "undetermined"),
            ("referred", "not_examined"),
            ("withdrawn", "not_examined"),
            ("duplicate", "screened"),
            ("no_substance", "screened"),
        ],
    )
    def test_an_outcome_counts_under_its_finding(self, outcome: str, finding: str) -> None:
        about = {"concluded_on": RECEIVED_ON, "outcome": rank(outcome)}

        assert cell("concluded-finding", **about)[0] == finding

    def test_a_conclusion_without_an_outcome_looked_at_nothing(self) -> None:
        assert cell("concluded-finding", concluded_on=RECEIVED_ON)[0] == "not_examined"
        assert cell("concluded-region-outcome", concluded_on=RECEIVED_ON)[1] == "insufficient_info"

    @pytest.mark.parametrize(
        ("about", "codes"),
        [
            ({}, ("not", "plain")),
            ({"acknowledged_on": 3}, ("in_time", "plain")),
            ({"acknowledged_on": 4}, ("not", "plain")),
            ({"extension_due_on": 20, "extension_told_on": 20}, ("not", "told_in_time")),
            ({"extension_due_on": 20, "extension_told_on": 21}, ("not", "told_late")),
            ({"extension_due_on": 20}, ("not", "told_late")),
            ({"redirected_on": 3, "extension_due_on": 20}, ("not", "redirected_in_time")),
            ({"redirected_on": 4}, ("not", "redirected_late")),
        ],
    )
    def test_the_procedure_is_one_of_five(
        self, about: dict[str, int], codes: tuple[str, ...]
    ) -> None:
        days = {name: add_working_days(RECEIVED_ON, after) for name, after in about.items()}

        assert cell("procedure-year", **days) == codes


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


class TestLedger:
    """G1: over the life of any case and any moves of the ladder, no table counts it twice."""

    @given(
        dates(date(2025, 1, 1), date(2027, 12, 31)),
        integers(0, 900),
        lists(sampled_from(LEVELS), min_size=7, max_size=7),
    )
    def test_no_life_is_counted_twice_or_overdrawn(
        self, received_on: date, wait: int, levels: list[str]
    ) -> None:
        concluded_on = received_on + timedelta(days=wait)
        entered: list[str] = []
        cost = 0
        for year, level in zip(range(2025, 2032), levels, strict=True):
            for quarter in (f"{year}-q{one}" for one in range(1, 5)):
                for table in KNOWN.tables_of(quarter, level):
                    span = span_of(table, quarter)
                    day = concluded_on if table.event == "concluded" else received_on
                    if span.first <= day <= span.last:
                        entered.append(table.id)
                        cost += KNOWN.cost(table, level)

        assert len(entered) == len(set(entered))
        assert cost + 200 <= 2000  # what is kept for ratings and reopenings comes on top
        families = [KNOWN.tables[name].family for name in entered]
        assert families.count("durations") <= 1
        assert families.count("procedure") <= 1


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
