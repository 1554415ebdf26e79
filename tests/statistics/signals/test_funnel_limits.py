"""Funnels: harmless differences between regions are no outliers, great ones are."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers, lists, tuples
from scipy import stats

from portal.core.taxonomy import load as load_taxonomy
from portal.statistics.disclosure.noise import noise_sd
from portal.statistics.signals.funnel_limits import (
    WITHIN_95,
    WITHIN_998,
    Funnel,
    Unit,
    funnel,
    pooled,
    winsorised,
)

PEOPLE = [one.population for one in load_taxonomy().regions.values()]
PER = 100_000
NOISE = 4 * noise_sd(500) ** 2  # of four quarters
USUAL = 0.25  # harmless variation of true rates between regions


def world(seed: int, rate: float, spread: float = USUAL) -> tuple[list[Unit], list[float]]:
    """Return regions as they are published, and their true rates."""
    chance = np.random.default_rng(seed)
    true = rate / PER * chance.gamma(1 / spread**2, spread**2, len(PEOPLE))
    ratio = np.exp(-0.5)
    noise = (chance.geometric(1 - ratio, (4, 2, len(PEOPLE))) * [[[1], [-1]]]).sum((0, 1))
    counts = chance.poisson(true * PEOPLE) + noise
    units = [
        Unit(str(rank), int(count), size)
        for rank, (count, size) in enumerate(zip(counts, PEOPLE, strict=True))
    ]
    return units, list(true)


def naive(units: list[Unit]) -> Funnel:
    """Return the funnel of chance alone."""
    target = sum(one.count for one in units) / sum(one.size for one in units)
    return Funnel(target, 0.0, 0.0, share=False)


@pytest.mark.parametrize(("rate", "flagged"), [(20, 4), (100, 10), (330, 13)])
def test_harmless_differences_are_flagged_by_naive_limits_only(rate: int, flagged: int) -> None:
    worlds = [world(seed, rate)[0] for seed in range(60)]

    found = [sum(map(bool, map(funnel(one, NOISE, share=False).beyond, one))) for one in worlds]
    wrongly = [sum(map(bool, map(naive(one).beyond, one))) for one in worlds]

    assert sum(found) / len(worlds) < 1
    assert sum(wrongly) / len(worlds) > flagged


def test_a_region_that_is_far_off_is_flagged_however_many_vary() -> None:
    units, _ = world(5, 100)
    far = Unit("far", round(4 * 100 * PEOPLE[0] / PER), PEOPLE[0])
    units[0] = far

    assert funnel(units, NOISE, share=False).beyond(far) == 1


def test_a_region_that_is_far_off_does_not_widen_the_limits_for_itself() -> None:
    units, _ = world(5, 100)
    usual = funnel(units, NOISE, share=False).between
    far = [Unit("far", 6 * units[0].size * 100 // PER, units[0].size), *units[1:]]

    assert funnel(far, NOISE, share=False).between < 3 * usual


def test_without_variation_the_limits_are_those_of_chance_and_noise() -> None:
    units = [Unit(str(size), size // 10, size) for size in (1000, 2000, 4000)]

    found = funnel(units, 16.0, share=True)

    assert found.between == 0
    assert found.target == pytest.approx(0.1)
    for quantile in (WITHIN_95, WITHIN_998):
        reach = stats.norm.ppf(quantile) * sqrt(0.1 * 0.9 / 1000 + 16 / 1000**2)
        assert found.within(1000, quantile) == pytest.approx((0.1 - reach, 0.1 + reach))


def test_variation_between_regions_is_found_again() -> None:
    found = [funnel(world(seed, 200)[0], NOISE, share=False).between for seed in range(60)]

    true = (USUAL * 200 / PER) ** 2
    assert 0.5 * true < sum(found) / len(found) < 1.2 * true  # winsorising takes some off


@given(lists(floats(-50, 50), min_size=2, max_size=40))
def test_extreme_scores_are_pulled_in_to_the_quantiles(scores: list[float]) -> None:
    low, high = map(float, np.quantile(scores, [0.1, 0.9]))

    found = winsorised(scores)

    assert found == pytest.approx(np.clip(scores, low, high), abs=1e-9)


UNITS = lists(tuples(integers(0, 500), integers(500, 100_000)), min_size=2, max_size=25)


@given(UNITS, floats(0, 100), integers(1, 100_000))
def test_limits_hold_each_other_and_the_target(
    drawn: list[tuple[int, int]], noise: float, size: int
) -> None:
    units = [Unit(str(rank), count, of) for rank, (count, of) in enumerate(drawn)]

    found = funnel(units, noise, share=True)

    (lowest, highest), (low, high) = found.within(size, WITHIN_998), found.within(size, WITHIN_95)
    assert 0 <= lowest <= low <= found.target <= high <= highest <= 1


@given(UNITS, floats(0, 100))
def test_a_pooled_rate_lies_between_its_own_and_that_of_all(
    drawn: list[tuple[int, int]], noise: float
) -> None:
    units = [Unit(str(rank), count, of) for rank, (count, of) in enumerate(drawn)]
    target = sum(one.count for one in units) / sum(one.size for one in units)

    for unit, one in zip(units, pooled(units, noise), strict=True):
        ends = sorted((unit.rate, target))
        assert ends[0] - 1e-12 <= one.rate <= ends[1] + 1e-12
        assert 0 <= one.low <= one.rate <= one.high


def test_a_pooled_rate_without_noise_is_the_mean_of_gamma_and_poisson() -> None:
    units, _ = world(2, 20)
    target = sum(one.count for one in units) / sum(one.size for one in units)
    sizes = sum(one.size for one in units)
    spread = sum(one.size * (one.rate - target) ** 2 for one in units) / sizes
    between = spread - target / (sizes / len(units))
    shape, rate = target**2 / between, target / between

    for unit, one in zip(units, pooled(units, 0.0), strict=True):
        assert one.rate == pytest.approx((unit.count + shape) / (unit.size + rate))


@pytest.mark.parametrize(("rate", "most"), [(5, 0.85), (20, 0.97)])
def test_pooled_rates_err_less_than_plain_ones(rate: int, most: float) -> None:
    plain = better = 0.0
    for seed in range(80):
        units, true = world(seed, rate)
        found = pooled(units, NOISE)
        plain += sum((one.rate - real) ** 2 for one, real in zip(units, true, strict=True))
        better += sum((one.rate - real) ** 2 for one, real in zip(found, true, strict=True))

    assert better / plain < most
