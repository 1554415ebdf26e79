"""Measures over several releases: per 100,000 people, reviews and ratings for each case."""

import pytest

from portal.core.calendar import Quarter
from portal.core.taxonomy import load as load_taxonomy
from portal.statistics.measures.dispatch import derive_rates
from tests.statistics.measures.made import Q4, YEAR, named, protected, published

REGIONS = load_taxonomy().regions
PEOPLE = sum(region.population for region in REGIONS.values())
ALMATY = REGIONS["KZ-75"].population


class TestPerPeople:
    def test_four_quarters_count_for_the_nation_exactly(self) -> None:
        history = [(quarter, published(quarter, 500, 0)) for quarter in YEAR[:3]]
        row = named(derive_rates(history, published(Q4, 1500, 0)), "K2", area="KZ")

        assert (row.part, row.whole, row.unit) == (3000, PEOPLE, "per_100000")
        assert row.value == pytest.approx(3000 / PEOPLE * 100_000)
        assert row.low is not None
        assert row.value is not None
        assert row.high is not None
        assert row.low < row.value < row.high
        assert (row.span.period, row.source) == ("2026", "totals")

    def test_regions_are_added_up_from_their_quarters(self) -> None:
        quarters = [
            published(
                quarter, 900, 0, protected("received-region", {("KZ-75",): 30}, quarter=quarter)
            )
            for quarter in YEAR
        ]
        rates = derive_rates(list(zip(YEAR[:3], quarters, strict=False)), quarters[3])

        row = named(rates, "K2", area="KZ-75")
        assert (row.part, row.whole, row.source) == (120, ALMATY, "received-region")
        assert named(rates, "K2", area="KZ-10").status == "u"
        assert "_U" not in {rate.area for rate in rates if rate.measure == "K2"}

    def test_a_quarter_that_is_hidden_counts_as_the_middle_of_its_band(self) -> None:
        quarters = [
            published(
                quarter, 900, 0, protected("received-region", {("KZ-75",): count}, quarter=quarter)
            )
            for quarter, count in zip(YEAR, (30, 30, 4, 30), strict=True)
        ]
        *history, last = zip(YEAR, quarters, strict=True)
        row = named(derive_rates(history, last[1]), "K2", area="KZ-75")

        assert (row.part, row.status) == (95, "")

    def test_a_year_that_is_hidden_is_fewer_than_ten(self) -> None:
        history = [(quarter, published(quarter, 100, 0)) for quarter in YEAR[:3]]
        year = protected("received-year-region", {("KZ-75",): 7})
        row = named(derive_rates(history, published(Q4, 100, 0, year)), "K2", area="KZ-75")

        assert (row.value, row.status) == (None, "c")

    def test_a_small_portal_has_regions_by_the_year(self) -> None:
        history = [(quarter, published(quarter, 100, 0)) for quarter in YEAR[:3]]
        year = protected("received-year-region", {("KZ-75",): 77})
        row = named(derive_rates(history, published(Q4, 100, 0, year)), "K2", area="KZ-75")

        assert (row.part, row.source) == (77, "received-year-region")

    def test_wider_noise_makes_a_wider_range(self) -> None:
        history = [(quarter, published(quarter, 100, 0)) for quarter in YEAR[:3]]
        widths = []
        for cost in (500, 100):
            year = protected("received-year-region", {("KZ-75",): 77}, cost=cost)
            row = named(derive_rates(history, published(Q4, 100, 0, year)), "K2", area="KZ-75")
            widths.append((row.high or 0) - (row.low or 0))

        assert widths[0] < widths[1]

    def test_before_four_quarters_there_is_none(self) -> None:
        assert not [
            rate for rate in derive_rates([], published(Q4, 100, 0)) if rate.measure == "K2"
        ]


class TestReviews:
    def test_the_denominator_are_the_exact_conclusions_of_the_same_months(self) -> None:
        quarters = (Quarter("2025-q3"), Quarter("2025-q4"), *YEAR[:3])
        history = [(quarter, published(quarter, 0, 200)) for quarter in quarters]
        year = protected("reopened-year", {("changed",): 60, ("reopened",): 20}, cost=100)
        row = named(derive_rates(history, published(Q4, 0, 999, year)), "K14")

        assert (row.part, row.whole, row.value) == (80, 800, 0.1)
        assert (row.span.period, row.clock) == ("2025-07-01/P1Y", "90 days")

    def test_without_these_months_published_it_is_missing(self) -> None:
        year = protected("reopened-year", {("changed",): 60}, cost=100)

        row = named(derive_rates([], published(Q4, 0, 999, year)), "K14")
        assert (row.value, row.status) == (None, "x")

    def test_few_reviews_are_hidden_and_so_is_their_share(self) -> None:
        quarters = (Quarter("2025-q3"), Quarter("2025-q4"), *YEAR[:3])
        history = [(quarter, published(quarter, 0, 200)) for quarter in quarters]
        year = protected("reopened-year", {("changed",): 5}, cost=100)
        row = named(derive_rates(history, published(Q4, 0, 999, year)), "K14")

        assert (row.part, row.value, row.status) == (None, None, "c")

    def test_by_region_only_against_the_same_quarter(self) -> None:
        ended = protected(
            "concluded-region-outcome",
            {("KZ-75", "unfounded", "0-90"): 1400},
            quarter=Quarter("2026-q2"),
        )
        history = [(Quarter("2026-q2"), published(Quarter("2026-q2"), 0, 1400, ended))]
        again = protected("reopened-region", {("KZ-75", "unchanged"): 140}, cost=100)
        rates = derive_rates(history, published(Q4, 0, 300, again))

        row = named(rates, "K14", area="KZ-75")
        assert (row.part, row.whole, row.value) == (140, 1400, 0.1)
        assert row.span.period == "2026-Q2"
        assert named(rates, "K14", area="KZ").whole == 1400


class TestResponses:
    def test_ratings_are_counted_for_each_conclusion_of_the_year(self) -> None:
        history = [(quarter, published(quarter, 0, 500)) for quarter in YEAR[:3]]
        rated = protected("rated-year", {("formal", "no"): 300, ("partly", "yes"): 100}, cost=100)
        rates = derive_rates(history, published(Q4, 0, 500, rated))

        row = named(rates, "K16", outcome="response")
        assert (row.part, row.whole, row.value) == (400, 2000, 0.2)
        assert row.source == "rated-year+totals"

    def test_by_region_against_the_conclusions_of_the_region(self) -> None:
        rated = protected("rated-year-region", {("KZ-75", "formal", "no"): 90}, cost=100)
        ended = protected(
            "concluded-year-region-finding", {("KZ-75", "confirmed", "0-90"): 450}, cost=300
        )
        rates = derive_rates([], published(Q4, 0, 500, rated, ended))

        assert named(rates, "K16", area="KZ-75", outcome="response").value == 0.2
        assert named(rates, "K16", area="KZ-10", outcome="response").status == "u"
        assert named(rates, "K16", area="KZ", outcome="response").status == "x"
