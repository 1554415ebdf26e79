"""The nearest whole numbers that add up."""

from itertools import chain, combinations, permutations

from hypothesis import given
from hypothesis.strategies import DataObject, data, integers, lists

from portal.statistics.disclosure.fitting import fit_to_margins, fit_to_total

numbers = lists(integers(-40, 200), min_size=1, max_size=12)


@given(numbers, integers(0, 500))
def test_numbers_add_up_and_none_is_negative(values: list[int], total: int) -> None:
    fitted = fit_to_total(values, [(0, total)] * len(values), total)

    assert sum(fitted) == total
    assert min(fitted) >= 0


@given(lists(integers(0, 200), min_size=1, max_size=12))
def test_numbers_that_add_up_stay_as_they_are(values: list[int]) -> None:
    assert fit_to_total(values, [(0, sum(values))] * len(values), sum(values)) == values


def test_bounds_hold() -> None:
    assert fit_to_total([50, 3, 40], [(50, 50), (0, 9), (0, 100)], 100) == [50, 7, 43]


@given(data())
def test_tables_add_up_in_both_directions(draw: DataObject) -> None:
    rows, columns = draw.draw(integers(1, 6)), draw.draw(integers(1, 6))
    true = [[draw.draw(integers(0, 30)) for _ in range(columns)] for _ in range(rows)]
    noisy = [[value + draw.draw(integers(-30, 30)) for value in row] for row in true]
    across, down = [sum(row) for row in true], [sum(column) for column in zip(*true, strict=True)]

    fitted = fit_to_margins(noisy, across, down)

    assert [sum(row) for row in fitted] == across
    assert [sum(column) for column in zip(*fitted, strict=True)] == down
    assert min(map(min, fitted)) >= 0
    assert fit_to_margins(true, across, down) == true


def test_no_exchange_between_four_cells_comes_nearer() -> None:
    noisy = [[31, -7, 4], [12, 25, -3], [2, 9, 14]]
    fitted = fit_to_margins(noisy, [25, 40, 20], [40, 30, 15])

    for row, other in combinations(range(3), 2):
        for left, right in permutations(range(3), 2):
            moved = [row.copy() for row in fitted]
            moved[row][left] += 2
            moved[row][right] -= 2
            moved[other][left] -= 2
            moved[other][right] += 2
            if min(map(min, moved)) >= 0:
                assert distance(moved, noisy) >= distance(fitted, noisy)


def distance(grid: list[list[int]], other: list[list[int]]) -> int:
    pairs = zip(chain(*grid), chain(*other), strict=True)
    return sum((a - b) ** 2 for a, b in pairs)
