"""What readers are told of a number with noise is true as often as it says."""

from hashlib import shake_256

import pytest
from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from portal.statistics.disclosure.intervals import (
    BAND,
    CellSum,
    compute_count_interval,
    compute_least_denominator,
    compute_rate_interval,
    is_banded,
)
from portal.statistics.disclosure.noise import (
    Tally,
    draw_cell_noise,
)

KEY = bytes(range(32))

costs = sampled_from((100, 200, 300, 400, 500))


class TestWhatIsShown:
    @pytest.mark.parametrize(("value", "hidden"), [(-20, True), (0, True), (9, True), (10, False)])
    def test_below_ten_nothing_is_shown(self, value: int, *, hidden: bool) -> None:
        assert is_banded(value) is hidden
        assert BAND == 10

    def test_a_rate_needs_sixty_or_twenty_spreads_of_the_noise(self) -> None:
        assert [compute_least_denominator(cost) for cost in (0, 500, 200, 100)] == [
            60,
            60,
            142,
            283,
        ]

    @given(integers(-50, 100_000), integers(1, 200), costs)
    def test_a_count_lies_in_its_interval(self, value: int, cells: int, cost: int) -> None:
        low, high = compute_count_interval(value, cells, cost)

        assert 0 <= low <= max(value, 0) <= high

    def test_an_exact_count_has_only_the_chance_of_events(self) -> None:
        assert compute_count_interval(100, 1, 0) == (80, 120)

    @given(integers(-40, 5000), integers(60, 5000), integers(1, 40), costs)
    def test_a_rate_lies_in_its_interval(self, part: int, rest: int, cells: int, cost: int) -> None:
        low, high = compute_rate_interval(CellSum(part, cells), CellSum(rest + 41, cells), cost)

        assert 0 <= low <= min(1, max(0, part / (part + rest + 41))) <= high <= 1

    def test_without_noise_the_interval_is_wilsons(self) -> None:
        low, high = compute_rate_interval(CellSum(20, 1), CellSum(80, 1), 0)

        assert (round(low, 4), round(high, 4)) == (0.1334, 0.2888)

    def test_a_rate_without_a_denominator_is_refused(self) -> None:
        with pytest.raises(ValueError, match="denominator"):
            compute_rate_interval(CellSum(0, 1), CellSum(-1, 1), 500)

    @pytest.mark.parametrize("share", [0.05, 0.3, 0.6])
    @pytest.mark.parametrize("size", [150, 600])
    def test_the_interval_covers_the_truth_as_often_as_it_says(
        self, share: float, size: int
    ) -> None:
        covered, rounds = 0, 600
        for turn in range(rounds):
            chances = memoryview(shake_256(f"{share} {turn}".encode()).digest(2 * size)).cast("H")
            inside = sum(chance < share * 2**16 for chance in chances)
            part = inside + draw_cell_noise(KEY, "part", (str(turn),), Tally(), 200)
            rest = size - inside + draw_cell_noise(KEY, "rest", (str(turn),), Tally(), 200)
            low, high = compute_rate_interval(CellSum(part, 1), CellSum(rest, 1), 200)
            covered += low <= share <= high

        assert covered / rounds > 0.93
