"""The u-chart for many series: few false alarms, real changes seen, naive limits as the control."""

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers, lists
from scipy import stats

from portal.statistics.disclosure.noise import noise_sd
from portal.statistics.signals.control_chart import (
    BASELINE,
    LEAST_BASELINE,
    Run,
    Signal,
    discoveries,
    dispersion,
    signals,
)

NOISE = noise_sd(500) ** 2  # of a cell at epsilon 0.5
SERIES = 160
QUARTERS = BASELINE + 1
SEASONS = (1.0, 1.12, 1.0, 0.88)
USUAL = 1.5  # variance for each unit of the mean
QUARTERS_A_YEAR = 4


def run(*counts: int, noise: float = 0.0) -> Run:
    return Run(counts, (noise,) * len(counts))


class World:
    """Counts as they are published: with a season, more spread than chance, noise of privacy."""

    def __init__(self, seed: int) -> None:
        self.chance = np.random.default_rng(seed)
        self.season: Any = np.resize(np.roll(SEASONS, seed), QUARTERS)

    def counts(self, mean: float, times: float = 1.0) -> list[int]:
        """Draw the counts of one series; the newest is expected to be so many times as high."""
        expected = mean * self.season.copy()
        expected[-1] *= times
        successes = 1 / USUAL  # negative binomial: variance is mean / probability
        true = self.chance.negative_binomial(expected * successes / (1 - successes), successes)
        ratio = np.exp(-0.5)
        one, two = self.chance.geometric(1 - ratio, (2, QUARTERS))
        return [int(count) for count in true + one - two]

    def runs(self, mean: float, number: int = SERIES, times: float = 1.0) -> list[Run]:
        """Draw so many series."""
        return [run(*self.counts(mean, times), noise=NOISE) for _ in range(number)]


def breaches(found: Sequence[Signal]) -> int:
    return sum(one.count > one.limit for one in found)


def naive_breaches(runs: Sequence[Run]) -> int:
    """Count what limits of three Poisson deviations around the mean would call an alarm."""
    means = [sum(one.counts[:-1]) / (len(one.counts) - 1) for one in runs]
    return sum(
        one.counts[-1] > mean + 3 * sqrt(mean) for one, mean in zip(runs, means, strict=True)
    )


@pytest.mark.parametrize(("mean", "naive"), [(30, 0.08), (100, 0.1), (600, 0.4)])
def test_nothing_new_is_seldom_an_alarm_and_naive_limits_cry_wolf(mean: int, naive: float) -> None:
    drawn = [World(seed).runs(mean) for seed in range(20)]
    years = len(drawn) * SERIES / QUARTERS_A_YEAR

    alarms = [signals(runs) for runs in drawn]

    assert sum(breaches(found) for found in alarms) / years < 0.04
    assert sum(one.state == "higher" for found in alarms for one in found) / years < 0.02
    assert sum(naive_breaches(runs) for runs in drawn) / years > naive


@pytest.mark.parametrize(("mean", "least"), [(30, 0.85), (100, 0.99)])
def test_a_doubling_is_seen_within_two_quarters(mean: int, least: float) -> None:
    doubled, worlds = 16, 10
    missed = 0
    for seed in range(worlds):
        world, seen = World(seed), [False] * doubled
        for _ in range(2):
            runs = world.runs(mean, doubled, times=2) + world.runs(mean, SERIES - doubled)
            found = signals(runs)
            seen = [
                before or one.state == "higher"
                for before, one in zip(seen, found[:doubled], strict=True)
            ]
        missed += seen.count(False)

    assert 1 - missed / (doubled * worlds) >= least


def test_small_series_get_no_verdict() -> None:
    assert {one.state for one in signals(World(8).runs(8, times=2))} == {"not_enough"}


def test_less_than_a_year_of_quarters_gets_no_verdict() -> None:
    short, enough = signals(
        [run(*[50] * (LEAST_BASELINE - 1), 500), run(*[50] * LEAST_BASELINE, 500)]
    )

    assert short.state == "not_enough"
    assert enough.state == "higher"


def test_the_limit_is_that_of_the_formula() -> None:
    (found,) = signals([run(*[100] * BASELINE, 120, noise=9.0)])

    deviation = sqrt(100 * (1 + 1 / BASELINE) + 9 * (1 + 1 / BASELINE))
    assert found.expected == pytest.approx(100)
    assert found.limit == pytest.approx(100 + 3 * deviation)
    assert found.state == "expected"


def test_only_twelve_quarters_before_the_newest_count() -> None:
    longer = run(*[9000] * 5, *[100] * BASELINE, 120)

    assert signals([longer]) == signals([run(*[100] * BASELINE, 120)])


def test_a_season_that_all_series_share_is_no_alarm() -> None:
    year = (50, 50, 50, 150)
    runs = [run(50, *year[1:], *year, *year, 50)] * 20
    summer = [run(150, 50, 50, 50, 150, 50, 50, 50, 150, 50, 50, 50, 150)] * 20

    assert {one.state for one in signals(runs)} == {"expected"}
    assert {one.state for one in signals(summer)} == {"expected"}
    assert signals(summer)[0].expected == pytest.approx(150)


def test_a_falling_number_is_no_alarm() -> None:
    (found,) = signals([run(*[100] * BASELINE, 0)])

    assert found.state == "expected"


@pytest.mark.parametrize("factor", [1.5, 3.0])
def test_dispersion_is_found_again(factor: float) -> None:
    chance = np.random.default_rng(3)
    drawn = chance.negative_binomial(200 / (factor - 1), 1 / factor, (400, QUARTERS))
    runs = [run(*map(int, row)) for row in drawn]

    assert dispersion(runs) == pytest.approx(factor, rel=0.1)


def test_the_noise_of_privacy_is_no_dispersion() -> None:
    chance = np.random.default_rng(4)
    drawn = np.rint(chance.poisson(30, (400, QUARTERS)) + chance.normal(0, 5, (400, QUARTERS)))

    assert dispersion([run(*map(int, row), noise=25.0) for row in drawn]) < 1.06


def test_dispersion_is_never_below_that_of_chance() -> None:
    assert dispersion([run(*[100] * QUARTERS)]) == 1.0
    assert dispersion([]) == 1.0


@given(lists(floats(0, 1), min_size=1, max_size=60))
def test_findings_are_those_of_benjamini_and_hochberg(tails: list[float]) -> None:
    adjusted = stats.false_discovery_control(tails)
    found = discoveries(tails)

    for one, yes in zip(adjusted, found, strict=True):
        if abs(one - 0.05) > 1e-9:
            assert yes == (one < 0.05)


@given(lists(integers(0, 3000), max_size=40), integers(1, 4))
def test_every_series_gets_one_answer(counts: list[int], copies: int) -> None:
    runs = [run(*counts, 10)] * copies

    found = signals(runs)

    assert len(found) == copies
    assert all(one.count == 10 and one.expected <= one.limit for one in found)
