"""Somebody who knows every case but one."""

from itertools import product
from math import log

import pytest
from hypothesis import given
from hypothesis.strategies import lists, sampled_from

from portal.statistics.attacks import membership
from portal.statistics.attacks.membership import MOST, Likelihoods, compute_gain
from portal.statistics.catalogue.tables import LEVELS, load


@pytest.mark.parametrize("level", LEVELS)
def test_no_level_of_the_catalogue_lets_him_be_sure(level: str) -> None:
    for result in membership.attack(level, 300):
        assert result.passed, result


@pytest.mark.parametrize("level", LEVELS)
def test_what_a_life_costs_is_within_the_budget(level: str) -> None:
    budget = load().budget

    assert sum(membership.list_costs(level, sanctioned=False)) <= budget.lifetime
    assert sum(membership.list_costs(level, sanctioned=True)) <= budget.with_sanction


def test_the_allocation_of_the_specification_gives_its_figure() -> None:
    sight = compute_gain([500, 500, 400, 200, 200, 200])

    assert sight.advantage == pytest.approx(0.35, abs=0.01)
    assert sight.certain == pytest.approx(4.5e-5, abs=1e-5)
    assert sight.sure < 0.001


def test_what_is_measured_is_what_theory_says() -> None:
    spent = [500, 500, 400, 200]
    shown = membership._publish_with_noise("test", spent)

    assert membership.measure_advantage(shown, len(spent), 4000) == pytest.approx(
        compute_gain(spent).advantage, abs=0.04
    )


@given(lists(sampled_from([100, 200, 300, 500]), min_size=1, max_size=3))
def test_putting_equal_sights_together_loses_nothing(spent: list[int]) -> None:
    cells = [membership._list_likelihoods(cost) for cost in spent]
    seen = [Likelihoods(1.0, 1.0)]
    for cell in cells:
        seen = [
            Likelihoods(before.there * two.there, before.absent * two.absent)
            for before, two in product(seen, cell)
        ]
    plain = sum(max(0.0, pair.there - pair.absent) for pair in seen)

    assert compute_gain(spent).advantage == pytest.approx(plain, abs=1e-6)
    assert sum(pair.there for pair in seen) == pytest.approx(1)


def test_more_epsilon_helps_him_and_too_much_is_refused() -> None:
    rising = [compute_gain([cost] * 6).advantage for cost in (100, 300, 500)]

    assert rising == sorted(rising)
    assert compute_gain([500] * 9).advantage > MOST
    assert log(19) == pytest.approx(membership.SURE)
