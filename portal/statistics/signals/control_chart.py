"""Quarters compared: a u-chart for many series of counts at once. Pure.

Everything is computed from published numbers, so that nothing here can betray anybody. The noise
on them is part of every variance. Method: docs/statistics-method.md section 9.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import NormalDist, fmean
from typing import Literal

BASELINE = 12  # quarters
LEAST_BASELINE = 4  # one year: every season once
SEASONS = 4
LEAST_MEAN = 20  # expected in a quarter; below it no method sees a doubling
LIMIT = 3.0  # standard deviations
FALSE_DISCOVERIES = 0.05

State = Literal["higher", "expected", "not_enough"]
_NORMAL = NormalDist()


@dataclass(frozen=True)
class CountSeries:
    """One series of quarterly counts, the newest last, and the variance of the noise in each."""

    counts: tuple[int, ...]
    noise: tuple[float, ...]


@dataclass(frozen=True)
class Signal:
    """What is said of the newest count of a series.

    Attributes:
        count: the newest.
        expected: what was expected of it.
        limit: above this it is higher than expected.
        state: higher, expected, or not enough data to tell.
    """

    count: int
    expected: float
    limit: float
    state: State


def compute_signals(runs: Sequence[CountSeries]) -> list[Signal]:
    """Return what is said of the newest count of each series.

    Args:
        runs: series that end with the same quarter; they share their dispersion and seasons.

    Returns:
        A signal for each. It is higher than expected if it lies above the upper limit of a
        u-chart, and is among the findings of Benjamini and Hochberg at 5 % across all series.

    Source: u-chart with the baseline of the twelve quarters before; its variance is dispersion *
        expected * (1 + 1/12), and that of the noise. Seasons count from three years on.
    """
    seasons = _estimate_seasons(runs)
    spread = estimate_dispersion(runs)
    charts = [_compute_chart(run, spread, seasons) for run in runs]
    charted = [rank for rank, chart in enumerate(charts) if chart.state != "not_enough"]
    discovered = select_discoveries([_compute_tail(charts[rank]) for rank in charted])
    higher = {rank for rank, yes in zip(charted, discovered, strict=True) if yes}
    return [
        replace(chart, state="higher") if rank in higher and chart.count > chart.limit else chart
        for rank, chart in enumerate(charts)
    ]


def estimate_dispersion(runs: Sequence[CountSeries]) -> float:
    """Return by how much more counts vary before the newest one than by chance and noise.

    Args:
        runs: series that end with the same quarter.

    Returns:
        1.0 or more: variance for each unit of the mean, pooled over the series that are large
        enough; a series counts as much as it has quarters.

    Source: Pearson's statistic divided by its degrees of freedom, less the variance of the noise.
    """
    seasons = _estimate_seasons(runs)
    total, freedom = 0.0, 0
    for run in runs:
        before = run.counts[-BASELINE - 1 : -1]
        level = _estimate_level(before, seasons)
        if level is None:
            continue
        noise, factors = run.noise[-len(before) - 1 : -1], seasons[-len(before) - 1 : -1]
        total += sum(
            ((count - level * factor) ** 2 - variance) / (level * factor)
            for count, factor, variance in zip(before, factors, noise, strict=True)
        )
        freedom += len(before) - 1
    return max(1.0, total / freedom) if freedom else 1.0


def select_discoveries(tails: Sequence[float], rate: float = FALSE_DISCOVERIES) -> list[bool]:
    """Tell which of many tests are findings, so that few of the findings are false.

    Args:
        tails: p-values.
        rate: of false ones among the findings.

    Source: Benjamini and Hochberg 1995.
    """
    ranked = sorted(tails)
    passed = [
        tail for rank, tail in enumerate(ranked, start=1) if tail <= rate * rank / len(ranked)
    ]
    return [bool(passed) and tail <= passed[-1] for tail in tails]


def _compute_chart(run: CountSeries, spread: float, seasons: Sequence[float]) -> Signal:
    before, newest = run.counts[-BASELINE - 1 : -1], run.counts[-1]
    level = _estimate_level(before, seasons)
    if level is None:
        return Signal(newest, 0.0, 0.0, "not_enough")
    expected = level * seasons[-1]
    noise = run.noise[-1] + fmean(run.noise[-len(before) - 1 : -1]) / len(before)
    deviation = sqrt(spread * expected * (1 + 1 / len(before)) + noise)
    return Signal(newest, expected, expected + LIMIT * deviation, "expected")


def _estimate_level(before: Sequence[int], seasons: Sequence[float]) -> float | None:
    """Return the mean of a baseline, seasons taken out; None if it is too short or too small."""
    if len(before) < LEAST_BASELINE:
        return None
    level = sum(before) / sum(seasons[-len(before) - 1 : -1])
    return level if level >= LEAST_MEAN else None


def _compute_tail(chart: Signal) -> float:
    """Return how likely a count at least this high is, if nothing has changed."""
    deviation = (chart.limit - chart.expected) / LIMIT
    return _NORMAL.cdf((chart.expected - chart.count) / deviation)


def _estimate_seasons(runs: Sequence[CountSeries]) -> list[float]:
    """Return how each quarter of the baseline, and the newest, compares with the mean.

    The season of a quarter is what all series of three years or more have together in the three
    quarters of that season. Without such series there are no seasons: all are 1.
    """
    flat = [1.0] * (BASELINE + 1)
    long = [run.counts[-BASELINE - 1 : -1] for run in runs if len(run.counts) > BASELINE]
    sums = [sum(counts) for counts in zip(*long, strict=True)]
    if not sums or min(sums) <= 0:
        return flat
    mean = fmean(sums)
    factors = [fmean(sums[season::SEASONS]) / mean for season in range(SEASONS)]
    return [factors[rank % SEASONS] for rank in range(BASELINE + 1)]
