"""Scales, axes and lines of words."""

from hypothesis import given
from hypothesis.strategies import integers, text

from portal.statistics.site.charts import grid


@given(integers(0, 10**9))
def test_an_axis_ends_at_a_round_number_that_is_not_far(value: int) -> None:
    end = grid.round_up(value)

    assert max(10, value) <= end <= max(10, 2 * value)
    assert str(end).rstrip("0") in {"1", "12", "15", "2", "25", "3", "4", "5", "6", "8"}


@given(integers(1, 10_000), integers(-50, 20_000), integers(-50, 20_000))
def test_a_scale_keeps_the_order_and_its_ends(most: int, low: int, two: int) -> None:
    scale = grid.Scale(most, 190, 26)

    assert 26 <= scale.locate(low) <= 190
    if low <= two:
        assert scale.locate(low) >= scale.locate(two)


@given(text("абвгд ", min_size=1, max_size=200))
def test_no_line_is_longer_than_it_may_be(label: str) -> None:
    assert all(len(line) <= grid.LETTERS for line in grid.wrap_label(label))


def test_only_some_of_many_quarters_are_named_and_the_last_always() -> None:
    quarters = [f"Q{rank % 4 + 1} {20 + rank // 4}" for rank in range(20)]
    places = grid.place_periods(20)

    named = grid.choose_period_ticks(quarters, places)

    assert len(named) <= grid.LABELLED
    assert named[-1] == (places[-1], "Q4 24")
