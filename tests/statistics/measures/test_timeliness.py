"""How long cases took, and how many ran over their deadline."""

import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers, lists

from portal.statistics.catalogue.codelists import EDGES
from portal.statistics.measures.dispatch import compute_joint_rates, compute_rates
from portal.statistics.measures.timeliness import compute_least_for_quantile, compute_quantile
from tests.statistics.measures.made import named, protected

HISTOGRAMS = lists(integers(-20, 400), min_size=8, max_size=8)


def test_a_share_in_time_counts_open_cases_too() -> None:
    values = {("0-5",): 30, ("11-15",): 30, ("16-20",): 40, ("91+",): 100}
    rates = list(compute_rates(protected("durations-year", values, cost=300)))

    in_time = named(rates, "K5", clock="15 working days, statutory")
    assert (in_time.part, in_time.whole, in_time.value) == (60, 200, 0.3)
    assert named(rates, "K5", clock="90 working days").value == 0.5
    assert in_time.low is not None
    assert in_time.high is not None
    assert in_time.low < 0.3 < in_time.high


@given(lists(integers(0, 400), min_size=8, max_size=8))
def test_shares_in_time_never_fall_with_more_days(counts: list[int]) -> None:
    bands = [("0-5",), ("6-10",), ("11-15",), ("16-20",), ("21-30",), ("31-60",), ("61-90",)]
    values = dict(zip([*bands, ("91+",)], counts, strict=True))
    shares = [
        duration.value
        for duration in compute_rates(protected("durations-year", values))
        if duration.measure == "K5"
    ]

    shown = [value for value in shares if value is not None]
    assert len(shown) in {0, len(EDGES)}
    assert shown == sorted(shown)


class TestQuantile:
    @pytest.mark.parametrize(
        ("counts", "fraction", "days"),
        [
            ([10, 0, 0, 0, 0, 0, 0, 0], 0.5, 2.5),
            ([10, 10, 0, 0, 0, 0, 0, 0], 0.5, 5.0),
            ([0, 0, 0, 0, 0, 10, 0, 0], 0.9, 57.0),
            ([10, 0, 0, 0, 0, 0, 0, 90], 0.5, None),
            ([50, 0, 0, 0, 0, 0, 0, 50], 0.9, None),
        ],
    )
    def test_it_is_interpolated_in_its_band(
        self, counts: list[int], fraction: float, days: float | None
    ) -> None:
        assert compute_quantile(counts, fraction) == days

    @given(HISTOGRAMS, floats(0.01, 0.99), floats(0.01, 0.99))
    def test_it_grows_with_the_share(self, counts: list[int], share: float, two: float) -> None:
        low, high = (compute_quantile(counts, share) for share in sorted((share, two)))

        assert high is None or low is not None
        assert low is None or 0 <= low <= (high if high is not None else EDGES[-1]) <= EDGES[-1]

    @given(HISTOGRAMS)
    def test_it_lies_in_the_band_where_the_share_is_reached(self, counts: list[int]) -> None:
        days = compute_quantile(counts, 0.5)
        half = max(0, *(sum(counts[: rank + 1]) for rank in range(8))) / 2

        edges = (0, *EDGES)
        for rank in range(len(EDGES)):
            if half and sum(counts[: rank + 1]) >= half:
                assert days is not None
                assert edges[rank] <= days <= edges[rank + 1]
                break
        else:
            assert days is None

    def test_more_noise_asks_for_more_cases(self) -> None:
        assert compute_least_for_quantile("p50", 400) == 80
        assert compute_least_for_quantile("p90", 400) == 200
        assert compute_least_for_quantile("p50", 500) == 80
        assert compute_least_for_quantile("p50", 300) == 107
        assert compute_least_for_quantile("p90", 300) == 268

    @pytest.mark.parametrize(
        ("whole", "half", "nine"), [(106, "u", "u"), (107, "", "u"), (267, "", "u"), (268, "", "")]
    )
    def test_on_too_few_cases_it_is_not_shown(self, whole: int, half: str, nine: str) -> None:
        rates = list(compute_rates(protected("durations-year", {("11-15",): whole}, cost=300)))

        assert named(rates, "K6", outcome="p50").status == half
        assert named(rates, "K6", outcome="p90").status == nine

    def test_beyond_the_last_band_no_number_is_invented(self) -> None:
        values = {("0-5",): 400, ("91+",): 600}
        rates = list(compute_rates(protected("durations-year", values, cost=300)))

        half = named(rates, "K6", outcome="p50")
        assert (half.value, half.low, half.high, half.status) == (None, 90, None, ">")


class TestOverDeadline:
    DURATIONS = protected("durations-year", {("0-5",): 600, ("21-30",): 400}, cost=300)

    def test_it_is_between_two_shares(self) -> None:
        procedure = protected(
            "procedure-year",
            {
                ("in_time", "plain"): 700,
                ("in_time", "told_in_time"): 150,
                ("not", "told_late"): 50,
                ("not", "redirected_late"): 100,
            },
            cost=100,
        )
        rates = list(compute_joint_rates([self.DURATIONS, procedure]))

        least, most = (named(rates, "K20", outcome=outcome) for outcome in ("at_least", "at_most"))
        assert (least.value, most.value) == (0.1, 0.4)
        assert least.clock == most.clock == "15 working days, statutory"
        assert least.low is not None
        assert least.high is not None
        assert least.low <= 0.1 <= least.high

    def test_more_extensions_than_late_cases_leave_none(self) -> None:
        procedure = protected("procedure-year", {("not", "told_in_time"): 900}, cost=100)

        assert (
            named(compute_joint_rates([self.DURATIONS, procedure]), "K20", outcome="at_least").value
            == 0
        )

    def test_without_both_tables_there_is_nothing(self) -> None:
        assert not list(compute_joint_rates([self.DURATIONS]))
