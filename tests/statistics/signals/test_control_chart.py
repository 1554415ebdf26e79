"""The u-chart for many series: few false alarms, real changes seen, naive limits as the control."""

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers, lists
from scipy import stats

from portal.statistics.disclosure.noise import compute_noise_sd
from portal.statistics.signals.control_chart import (
    BASELINE,
    LEAST_BASELINE,
    CountSeries,
    Signal,
    compute_signals,
    estimate_dispersion,
    select_discoveries,
)

NOISE = compute_noise_sd(500) ** 2  # of a cell at epsilon 0.5
SERIES = 160
QUARTERS = BASELINE + 1
SEASONS = (1.0, 1.12, 1.0, 0.88)
USUAL = 1.5  # variance for each unit of the mean
QUARTERS_A_YEAR = 4


def run(*counts: int, noise: float = 0.0) -> CountSeries:
    return CountSeries(counts, (noise,) * len(counts))


class SimulatedCounts:
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
        plus, two = self.chance.geometric(1 - ratio, (2, QUARTERS))
        return [int(count) for count in true + plus - two]

    def runs(self, mean: float, number: int = SERIES, times: float = 1.0) -> list[CountSeries]:
        """Draw so many series."""
        return [run(*self.counts(mean, times), noise=NOISE) for _ in range(number)]


def breaches(signals: Sequence[Signal]) -> int:
    return sum(signal.count > signal.limit for signal in signals)


def naive_breaches(runs: Sequence[CountSeries]) -> int:
    """Count what limits of three Poisson deviations around the mean would call an alarm."""
    means = [sum(run.counts[:-1]) / (len(run.counts) - 1) for run in runs]
    return sum(
        series.counts[-1] > mean + 3 * sqrt(mean) for series, mean in zip(runs, means, strict=True)
    )


@pytest.mark.parametrize(("mean", "naive"), [(30, 0.08), (100, 0.1), (600, 0.4)])
def test_nothing_new_is_seldom_an_alarm_and_naive_limits_cry_wolf(mean: int, naive: float) -> None:
    drawn = [SimulatedCounts(seed).runs(mean) for seed in range(20)]
    years = len(drawn) * SERIES / QUARTERS_A_YEAR

    alarms = [compute_signals(runs) for runs in drawn]

    assert sum(breaches(signals) for signals in alarms) / years < 0.04
    assert sum(signal.state == "higher" for signals in alarms for signal in signals) / years < 0.02
    assert sum(naive_breaches(runs) for runs in drawn) / years > naive


@pytest.mark.parametrize(("mean", "least"), [(30, 0.85), (100, 0.99)])
def test_a_doubling_is_seen_within_two_quarters(mean: int, least: float) -> None:
    doubled, worlds = 16, 10
    missed = 0
    for seed in range(worlds):
        world, seen = SimulatedCounts(seed), [False] * doubled
        for _ in range(2):
            runs = world.runs(mean, doubled, times=2) + world.runs(mean, SERIES - doubled)
            after = compute_signals(runs)
            seen = [
                before or now.state == "higher"
                for before, now in zip(seen, after[:doubled], strict=True)
            ]
        missed += seen.count(False)

    assert 1 - missed / (doubled * worlds) >= least


def test_small_series_get_no_verdict() -> None:
    assert {time.state for time in compute_signals(SimulatedCounts(8).runs(8, times=2))} == {
        "not_enough"
    }


def test_less_than_a_year_of_quarters_gets_no_verdict() -> None:
    short, enough = compute_signals(
        [run(*[50] * (LEAST_BASELINE - 1), 500), run(*[50] * LEAST_BASELINE, 500)]
    )

    assert short.state == "not_enough"
    assert enough.state == "higher"


def test_the_limit_is_that_of_the_formula() -> None:
    (signal,) = compute_signals([run(*[100] * BASELINE, 120, noise=9.0)])

    deviation = sqrt(100 * (1 + 1 / BASELINE) + 9 * (1 + 1 / BASELINE))
    assert signal.expected == pytest.approx(100)
    assert signal.limit == pytest.approx(100 + 3 * deviation)
    assert signal.state == "expected"


def test_only_twelve_quarters_before_the_newest_count() -> None:
    longer = run(*[9000] * 5, *[100] * BASELINE, 120)

    assert compute_signals([longer]) == compute_signals([run(*[100] * BASELINE, 120)])


def test_a_season_that_all_series_share_is_no_alarm() -> None:
    year = (50, 50, 50, 150)
    runs = [run(50, *year[1:], *year, *year, 50)] * 20
    summer = [run(150, 50, 50, 50, 150, 50, 50, 50, 150, 50, 50, 50, 150)] * 20

    assert {run.state for run in compute_signals(runs)} == {"expected"}
    assert {signal.state for signal in compute_signals(summer)} == {"expected"}
    assert compute_signals(summer)[0].expected == pytest.approx(150)


def test_a_falling_number_is_no_alarm() -> None:
    (signal,) = compute_signals([run(*[100] * BASELINE, 0)])

    assert signal.state == "expected"


@pytest.mark.parametrize("factor", [1.5, 3.0])
def test_dispersion_is_found_again(factor: float) -> None:
    chance = np.random.default_rng(3)
    drawn = chance.negative_binomial(200 / (factor - 1), 1 / factor, (400, QUARTERS))
    runs = [run(*map(int, row)) for row in drawn]

    assert estimate_dispersion(runs) == pytest.approx(factor, rel=0.1)


def test_the_noise_of_privacy_is_no_dispersion() -> None:
    chance = np.random.default_rng(4)
    drawn = np.rint(chance.poisson(30, (400, QUARTERS)) + chance.normal(0, 5, (400, QUARTERS)))

    assert estimate_dispersion([run(*map(int, row), noise=25.0) for row in drawn]) < 1.06


def test_dispersion_is_never_below_that_of_chance() -> None:
    assert estimate_dispersion([run(*[100] * QUARTERS)]) == 1.0
    assert estimate_dispersion([]) == 1.0


@given(lists(floats(0, 1), min_size=1, max_size=60))
def test_findings_are_those_of_benjamini_and_hochberg(tails: list[float]) -> None:
    adjusted = stats.false_discovery_control(tails)
    discovered = select_discoveries(tails)

    for value, yes in zip(adjusted, discovered, strict=True):
        if abs(value - 0.05) > 1e-9:
            assert yes == (value < 0.05)


@given(lists(integers(0, 3000), max_size=40), integers(1, 4))
def test_every_series_gets_one_answer(counts: list[int], copies: int) -> None:
    runs = [run(*counts, 10)] * copies

    signals = compute_signals(runs)

    assert len(signals) == copies
    assert all(signal.count == 10 and signal.expected <= signal.limit for signal in signals)
