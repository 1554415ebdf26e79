"""How useful the figures are."""

import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists
from scipy.stats import spearmanr

from portal.statistics.attacks import utility
from portal.statistics.attacks.utility import correlate_ranks


@given(lists(integers(0, 50), min_size=4, max_size=20, unique=True), integers(1, 9))
def test_the_correlation_of_ranks_is_that_of_scipy(values: list[int], step: int) -> None:
    other = [value // step for value in values[::-1]]
    if len(set(other)) > 1:
        expected = spearmanr(values, other).statistic
        assert correlate_ranks(values, other) == pytest.approx(expected, abs=1e-9)


def test_more_cases_make_better_figures() -> None:
    few, many = utility.measure(3_300, 1), utility.measure(16_000, 1)
    name = "received-region"

    assert few.keys() == many.keys()
    assert few[name].error > many[name].error
    assert few[name].below >= many[name].below
    ranks = few[name].rank, many[name].rank
    assert ranks[0] is not None
    assert ranks[1] is not None
    assert 0.7 < ranks[0] < ranks[1] <= 1
    assert few["received-category"].rank is None
