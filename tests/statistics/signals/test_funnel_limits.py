"""Funnels: harmless differences between regions are no outliers, great ones are."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers, lists, tuples
from scipy import stats

from portal.core.taxonomy import load as load_taxonomy
from portal.statistics.disclosure.noise import compute_noise_sd
from portal.statistics.signals.funnel_limits import (
    WITHIN_95,
    WITHIN_998,
    Funnel,
    RegionCount,
    fit_funnel,
    pool_rates,
    winsorise,
)

PEOPLE = [region.population for region in load_taxonomy().regions.values()]
PER = 100_000
NOISE = 4 * compute_noise_sd(500) ** 2  # of four quarters
USUAL = 0.25  # harmless variation of true rates between regions


def world(seed: int, rate: float, spread: float = USUAL) -> tuple[list[RegionCount], list[float]]:
    """Return regions as they are published, and their true rates."""
    chance = np.random.default_rng(seed)
    true = rate / PER * chance.gamma(1 / spread**2, spread**2, len(PEOPLE))
    ratio = np.exp(-0.5)
    noise = (chance.geometric(1 - ratio, (4, 2, len(PEOPLE))) * [[[1], [-1]]]).sum((0, 1))
    counts = chance.poisson(true * PEOPLE) + noise
    units = [
        RegionCount(str(rank), int(count), size)
        for rank, (count, size) in enumerate(zip(counts, PEOPLE, strict=True))
    ]
    return units, list(true)


def naive(units: list[RegionCount]) -> Funnel:
    """Return the funnel of chance alone."""
    target = sum(unit.count for unit in units) / sum(unit.size for unit in units)
    return Funnel(target, 0.0, 0.0, share=False)


@pytest.mark.parametrize(("rate", "flagged"), [(20, 4), (100, 10), (330, 13)])
def test_harmless_differences_are_flagged_by_naive_limits_only(rate: int, flagged: int) -> None:
    worlds = [world(seed, rate)[0] for seed in range(60)]

    expected = [
        sum(map(bool, map(fit_funnel(world, NOISE, share=False).compare_with_limits, world)))
        for world in worlds
    ]
    wrongly = [sum(map(bool, map(naive(world).compare_with_limits, world))) for world in worlds]

    assert sum(expected) / len(worlds) < 1
    assert sum(wrongly) / len(worlds) > flagged


def test_a_region_that_is_far_off_is_flagged_however_many_vary() -> None:
    units, _ = world(5, 100)
    far = RegionCount("far", round(4 * 100 * PEOPLE[0] / PER), PEOPLE[0])
    units[0] = far

    assert fit_funnel(units, NOISE, share=False).compare_with_limits(far) == 1


def test_a_region_that_is_far_off_does_not_widen_the_limits_for_itself() -> None:
    units, _ = world(5, 100)
    usual = fit_funnel(units, NOISE, share=False).between
    far = [RegionCount("far", 6 * units[0].size * 100 // PER, units[0].size), *units[1:]]

    assert fit_funnel(far, NOISE, share=False).between < 3 * usual


def test_without_variation_the_limits_are_those_of_chance_and_noise() -> None:
    units = [RegionCount(str(size), size // 10, size) for size in (1000, 2000, 4000)]

    funnel = fit_funnel(units, 16.0, share=True)

    assert funnel.between == 0
    assert funnel.target == pytest.approx(0.1)
    for quantile in (WITHIN_95, WITHIN_998):
        reach = stats.norm.ppf(quantile) * sqrt(0.1 * 0.9 / 1000 + 16 / 1000**2)
        assert funnel.compute_limits(1000, quantile) == pytest.approx((0.1 - reach, 0.1 + reach))


def test_variation_between_regions_is_found_again() -> None:
    estimates = [fit_funnel(world(seed, 200)[0], NOISE, share=False).between for seed in range(60)]

    true = (USUAL * 200 / PER) ** 2
    assert 0.5 * true < sum(estimates) / len(estimates) < 1.2 * true  # winsorising takes some off


@given(lists(floats(-50, 50), min_size=2, max_size=40))
def test_extreme_scores_are_pulled_in_to_the_quantiles(scores: list[float]) -> None:
    low, high = map(float, np.quantile(scores, [0.1, 0.9]))

    pulled = winsorise(scores)

    assert pulled == pytest.approx(np.clip(scores, low, high), abs=1e-9)


UNITS = lists(tuples(integers(0, 500), integers(500, 100_000)), min_size=2, max_size=25)


@given(UNITS, floats(0, 100), integers(1, 100_000))
def test_limits_hold_each_other_and_the_target(
    drawn: list[tuple[int, int]], noise: float, size: int
) -> None:
    units = [RegionCount(str(rank), count, of) for rank, (count, of) in enumerate(drawn)]

    funnel = fit_funnel(units, noise, share=True)

    (lowest, highest), (low, high) = (
        funnel.compute_limits(size, WITHIN_998),
        funnel.compute_limits(size, WITHIN_95),
    )
    assert 0 <= lowest <= low <= funnel.target <= high <= highest <= 1


@given(UNITS, floats(0, 100))
def test_a_pooled_rate_lies_between_its_own_and_that_of_all(
    drawn: list[tuple[int, int]], noise: float
) -> None:
    units = [RegionCount(str(rank), count, of) for rank, (count, of) in enumerate(drawn)]
    target = sum(unit.count for unit in units) / sum(unit.size for unit in units)

    for unit, rate in zip(units, pool_rates(units, noise), strict=True):
        ends = sorted((unit.rate, target))
        assert ends[0] - 1e-12 <= rate.rate <= ends[1] + 1e-12
        assert 0 <= rate.low <= rate.rate <= rate.high


def test_a_pooled_rate_without_noise_is_the_mean_of_gamma_and_poisson() -> None:
    units, _ = world(2, 20)
    target = sum(unit.count for unit in units) / sum(unit.size for unit in units)
    sizes = sum(unit.size for unit in units)
    spread = sum(unit.size * (unit.rate - target) ** 2 for unit in units) / sizes
    between = spread - target / (sizes / len(units))
    shape, rate = target**2 / between, target / between

    for unit, estimate in zip(units, pool_rates(units, 0.0), strict=True):
        assert estimate.rate == pytest.approx((unit.count + shape) / (unit.size + rate))


@pytest.mark.parametrize(("rate", "most"), [(5, 0.85), (20, 0.97)])
def test_pooled_rates_err_less_than_plain_ones(rate: int, most: float) -> None:
    plain = better = 0.0
    for seed in range(80):
        units, true = world(seed, rate)
        rates = pool_rates(units, NOISE)
        plain += sum((unit.rate - real) ** 2 for unit, real in zip(units, true, strict=True))
        better += sum((rate.rate - real) ** 2 for rate, real in zip(rates, true, strict=True))

    assert better / plain < most
