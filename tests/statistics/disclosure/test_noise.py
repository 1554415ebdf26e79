"""The noise: what the promise about published counts rests on."""

from hashlib import sha256
from itertools import pairwise
from math import exp, sqrt
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis.strategies import binary, integers, lists, permutations, sampled_from

from portal.statistics.catalogue.codelists import Cell
from portal.statistics.disclosure.noise import (
    Tally,
    compute_cap,
    compute_noise_sd,
    compute_thresholds,
    compute_usual_change,
    draw_cell_noise,
    protect,
)

KEY = bytes(range(32))
SPACE = 1 << 56
COSTS = (100, 200, 300, 400, 500)
CELL = ("KZ-75", "money")

costs = sampled_from(COSTS)
record_keys = binary(min_size=16, max_size=16)


def widths(cost: int) -> list[int]:
    """Return how many of the draws give each noise, the most negative first."""
    return [high - low for low, high in pairwise((0, *compute_thresholds(cost), SPACE))]


def tally_of(number: int, *, salt: str = "") -> Tally:
    tally = Tally()
    for index in range(number):
        tally = tally.add_record(sha256(f"{salt}{index}".encode()).digest()[:16])
    return tally


class TestThePromise:
    @pytest.mark.parametrize("cost", COSTS)
    def test_one_record_more_makes_no_result_likelier_than_epsilon_allows(self, cost: int) -> None:
        """Exact, for every result but the two at the cap: those are the delta below."""
        most = exp(cost / 1000) * (1 + 1e-4)  # the last digit of the rarest widths
        for lower, two in pairwise(widths(cost)):
            assert lower <= most * two
            assert two <= most * lower

    def test_what_only_one_of_two_neighbours_can_give_is_rare_enough(self) -> None:
        lifetime = (500, 200, 200, 300, 300, 200, 100, 100, 100)

        assert sum(widths(cost)[0] / SPACE for cost in lifetime) < 5e-5

    @pytest.mark.parametrize("cost", COSTS)
    def test_the_noise_is_as_likely_up_as_down(self, cost: int) -> None:
        steps = widths(cost)

        assert all(abs(step - two) <= 2 for step, two in zip(steps, reversed(steps), strict=True))
        assert sum(steps) == SPACE

    @given(costs, integers(0, 10_000), binary(min_size=32, max_size=32))
    def test_the_noise_never_exceeds_its_cap(self, cost: int, number: int, key: bytes) -> None:
        tally = Tally(number, number * 12345)

        assert (
            abs(draw_cell_noise(key, "table", CELL, tally, cost))
            <= compute_cap(cost)
            == 10_000 // cost
        )


class TestQuality:
    def test_mean_and_spread_are_those_of_theory_and_neighbours_are_independent(self) -> None:
        number = 6000
        drawn = [
            draw_cell_noise(KEY, "t", (str(cell),), tally_of(cell % 7), 500)
            for cell in range(number)
        ]
        mean, spread = fmean(drawn), pstdev(drawn)
        together = fmean((a - mean) * (b - mean) for a, b in pairwise(drawn)) / spread**2

        assert abs(mean) < 0.2
        assert abs(spread / compute_noise_sd(500) - 1) < 0.05
        assert abs(together) < 0.06

    def test_the_noise_does_not_depend_on_how_many_there_are(self) -> None:
        pairs = [
            (n, draw_cell_noise(KEY, "t", (str(n),), Tally(n, n * 7919), 500)) for n in range(3000)
        ]
        counts, drawn = [float(n) for n, _ in pairs], [float(value) for _, value in pairs]
        middle, mean = fmean(counts), fmean(drawn)
        shared = fmean((n - middle) * (value - mean) for n, value in pairs)

        assert abs(shared / (pstdev(counts) * pstdev(drawn))) < 0.06

    def test_a_cell_of_nobody_is_changed_too(self) -> None:
        cells = [(str(number),) for number in range(200)]
        published = protect(KEY, "t", 500, cells, {})

        assert len(set(published.values())) > 5
        assert sum(value != 0 for value in published.values()) > 100

    @pytest.mark.parametrize(("cost", "usual"), [(500, 6), (300, 10), (200, 15), (100, 30)])
    def test_the_usual_change_is_as_the_page_says(self, cost: int, usual: int) -> None:
        assert compute_usual_change(cost) == usual


class TestTheKey:
    @given(lists(record_keys, min_size=2, max_size=12), costs)
    def test_the_order_of_the_records_does_not_matter(self, keys: list[bytes], cost: int) -> None:
        forward, backward = Tally(), Tally()
        for key, two in zip(keys, reversed(keys), strict=True):
            forward, backward = forward.add_record(key), backward.add_record(two)

        assert forward == backward
        assert draw_cell_noise(KEY, "t", CELL, forward, cost) == draw_cell_noise(
            KEY, "t", CELL, backward, cost
        )

    def test_another_table_cell_count_record_or_key_is_another_draw(self) -> None:
        tally = tally_of(5)
        variants = {
            draw_cell_noise(KEY, "t", CELL, tally, 100),
            draw_cell_noise(KEY, "u", CELL, tally, 100),
            draw_cell_noise(KEY, "t", ("KZ-75", "force"), tally, 100),
            draw_cell_noise(KEY, "t", CELL, tally_of(6), 100),
            draw_cell_noise(KEY, "t", CELL, tally_of(5, salt="other"), 100),
            draw_cell_noise(bytes(32), "t", CELL, tally, 100),
        }

        assert len(variants) >= 5  # two of six may coincide by chance

    def test_codes_do_not_run_into_each_other(self) -> None:
        draws = [
            (
                draw_cell_noise(KEY, "t", ("ab", "c"), Tally(n, n), 100),
                draw_cell_noise(KEY, "t", ("a", "bc"), Tally(n, n), 100),
            )
            for n in range(40)
        ]

        assert any(draw != two for draw, two in draws)

    def test_keys_of_a_wrong_length_are_refused(self) -> None:
        with pytest.raises(ValueError, match="32"):
            draw_cell_noise(b"short", "t", CELL, Tally(), 500)
        with pytest.raises(ValueError, match="16"):
            Tally().add_record(b"short")

    def test_a_count_in_a_cell_that_does_not_exist_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no such cell"):
            protect(KEY, "t", 500, [("a",)], {("b",): Tally(1, 1)})

    def test_epsilon_must_be_positive(self) -> None:
        with pytest.raises(ValueError, match="positive"):
            compute_cap(0)


class TestDifferencing:
    """An insider who knows every case but one tries to tell whether that one is there."""

    @staticmethod
    def caught(cost: int | None) -> float:
        """Return how often the guess "it is there" is right more than "it is not" is wrong.

        Without a cost, raw counts are published: the attack must then always succeed.
        """
        rounds, known, right, wrong = 1500, 7, 0, 0
        for turn in range(rounds):
            for there in (True, False):
                tally = tally_of(known, salt=str(turn))
                tally = (
                    tally.add_record(sha256(f"secret {turn}".encode()).digest()[:16])
                    if there
                    else tally
                )
                shown = tally.records
                if cost is not None:
                    shown += draw_cell_noise(KEY, "t", (str(turn),), tally, cost)
                guess = shown > known
                right += guess and there
                wrong += guess and not there
        return (right - wrong) / rounds

    def test_raw_counts_give_the_single_case_away(self) -> None:
        assert self.caught(None) == 1.0

    @pytest.mark.parametrize("cost", [200, 500])
    def test_published_counts_do_not(self, cost: int) -> None:
        epsilon = cost / 1000
        ceiling = (exp(epsilon) - 1) / (exp(epsilon) + 1)  # of any attack on one cell

        assert self.caught(cost) < ceiling + 0.06

    def test_noise_that_forgets_the_records_would_give_it_away(self) -> None:
        """Why the keys of the records take part: equal noise would leave the case as difference."""
        same = draw_cell_noise(KEY, "t", CELL, Tally(), 500)
        runs = [(tally_of(number), number) for number in (7, 8)]
        forgetful = [number + same for _, number in runs]
        ours = [number + draw_cell_noise(KEY, "t", CELL, tally, 500) for tally, number in runs]

        assert forgetful[1] - forgetful[0] == 1
        assert ours[1] - ours[0] != 1


class TestTotals:
    @given(permutations(list(range(8))))
    def test_a_total_is_the_sum_of_cells_as_drawn(self, order: list[int]) -> None:
        cells: list[Cell] = [(str(index),) for index in range(8)]
        tallies = {cell: tally_of(rank) for rank, cell in enumerate(cells)}
        published = protect(KEY, "t", 300, [cells[index] for index in order], tallies)

        assert published == protect(KEY, "t", 300, cells, tallies)
        assert sum(published.values()) - sum(range(8)) == sum(
            draw_cell_noise(KEY, "t", cell, tallies[cell], 300) for cell in cells
        )
        assert sqrt(8) * compute_noise_sd(300) > 0
