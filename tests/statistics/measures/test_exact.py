"""Measures without noise."""

from portal.statistics.catalogue.periods import make_quarter_span
from portal.statistics.measures.exact import (
    compute_exact_measures,
    compute_punctuality,
    list_unavailable,
)
from tests.statistics.measures.made import Q4

SPAN = make_quarter_span(Q4)


def test_exact_ones_have_no_interval() -> None:
    received, cleared = compute_exact_measures(200, 250, SPAN)

    assert (received.measure, received.value, received.unit) == ("K1", 200, "count")
    assert (cleared.measure, cleared.part, cleared.whole, cleared.value) == ("K7", 250, 200, 1.25)
    assert cleared.low is None


def test_without_any_report_there_is_no_ratio() -> None:
    cleared = compute_exact_measures(0, 3, SPAN)[1]

    assert (cleared.value, cleared.status) == (None, "u")


def test_a_release_at_another_minute_than_announced_is_counted_against_us() -> None:
    assert compute_punctuality([True, False], SPAN).value == 0.5
    assert compute_punctuality([], SPAN).status == "u"


def test_what_nobody_has_figures_for_is_said_and_not_invented() -> None:
    rates = list_unavailable(SPAN)

    assert [rate.measure for rate in rates] == ["K2b", "K13"]
    assert all((rate.value, rate.status) == (None, "x") for rate in rates)
