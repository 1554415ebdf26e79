"""What sums of numbers say about each other, against linear programming."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists, tuples
from scipy.optimize import linprog

from portal.statistics.gate.intervals import Range, SumSystem

Grid = list[list[int]]
Ends = Sequence[tuple[int, int]]
Sums = Sequence[tuple[int, tuple[int, ...]]]


def narrow_ranges(ends: Ends, sums: Sums) -> list[Range]:
    system = SumSystem()
    for place, (low, high) in enumerate(ends):
        system.add_bounds(place, low, high)
    for whole, parts in sums:
        system.add_sum(whole, parts)
    system.narrow()
    return [system.get_range(place) for place in range(len(ends))]


def solve_linear_program(ends: Ends, sums: Sums, place: int) -> tuple[float, float]:
    """Return the ends of one number that linear programming proves (HiGHS)."""
    matrix = np.zeros((len(sums), len(ends)))
    for row, (whole, parts) in enumerate(sums):
        matrix[row, whole] = -1
        matrix[row, list(parts)] = 1
    ends_proved = []
    for sign in (1, -1):
        goal = np.zeros(len(ends))
        goal[place] = sign
        answer = linprog(goal, A_eq=matrix, b_eq=np.zeros(len(sums)), bounds=ends, method="highs")
        assert answer.fun is not None, answer.message
        ends_proved.append(sign * float(answer.fun))
    return ends_proved[0], ends_proved[1]


grids = lists(lists(integers(0, 6), min_size=3, max_size=3), min_size=3, max_size=3)
# A table, and how far each number may be from what is known of it, below and above.
tables = tuples(grids, grids, grids)


def build_table(table: tuple[Grid, Grid, Grid]) -> tuple[Ends, Sums, list[int]]:
    """Return a table with uncertain cells and exact margins: cells, rows, columns, the whole."""
    cells, below, above = (np.array(part) for part in table)
    truth = [*cells.ravel(), *cells.sum(1), *cells.sum(0), cells.sum()]
    free = [
        (max(0, int(n - b)), int(n + a))
        for n, b, a in zip(cells.ravel(), below.ravel(), above.ravel(), strict=True)
    ]
    exact = [(int(n), int(n)) for n in truth[9:]]
    sums: list[tuple[int, tuple[int, ...]]] = []
    sums += [(9 + row, tuple(3 * row + column for column in range(3))) for row in range(3)]
    sums += [(12 + column, tuple(3 * row + column for row in range(3))) for column in range(3)]
    sums += [(15, (9, 10, 11)), (15, (12, 13, 14))]
    return [*free, *exact], sums, [int(n) for n in truth]


@given(tables)
def test_the_truth_is_never_excluded(table: tuple[Grid, Grid, Grid]) -> None:
    ends, sums, truth = build_table(table)

    for interval, true in zip(narrow_ranges(ends, sums), truth, strict=True):
        assert interval.low <= true <= interval.high


@given(tables)
def test_it_proves_nothing_that_linear_programming_does_not(table: tuple[Grid, Grid, Grid]) -> None:
    ends, sums, _ = build_table(table)
    intervals = narrow_ranges(ends, sums)

    for place in (0, 4, 8):
        low, high = solve_linear_program(ends, sums, place)
        assert intervals[place].low <= low + 1e-6
        assert intervals[place].high >= high - 1e-6


@given(lists(integers(0, 9), min_size=3, max_size=5), lists(integers(0, 5), min_size=5, max_size=5))
def test_for_a_single_sum_it_is_as_sharp(numbers: list[int], spread: list[int]) -> None:
    ends = [(max(0, n - s), n + s) for n, s in zip(numbers, spread, strict=False)]
    ends.append((sum(numbers), sum(numbers)))
    sums = [(len(numbers), tuple(range(len(numbers))))]
    intervals = narrow_ranges(ends, sums)

    for place in range(len(numbers)):
        assert intervals[place] == pytest.approx(solve_linear_program(ends, sums, place), abs=1e-6)


def test_a_hidden_cell_between_exact_totals_is_found() -> None:
    assert narrow_ranges([(1, 4), (7, 7), (9, 9)], [(2, (0, 1))])[0] == Range(2, 2)


def test_a_contradiction_is_told() -> None:
    with pytest.raises(ValueError, match="contradict"):
        narrow_ranges([(0, 1), (0, 1), (5, 5)], [(2, (0, 1))])
