"""Early warning: what differs from the rest, or from before, by more than chance. Pure.

Everything is computed from published numbers, so that nothing here can betray anybody. The noise
on them is part of every variance. Method: docs/statistics-method.md section 9.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import NormalDist, fmean
from typing import Literal

WITHIN_95 = 0.975  # quantile of a two-sided 95 %
WITHIN_998 = 0.999
WINSORISED = 0.1  # of the z-scores, at each end
BASELINE = 12  # quarters
LEAST_BASELINE = 4  # one year: every season once
SEASONS = 4
LEAST_MEAN = 20  # expected in a quarter; below it no method sees a doubling
LIMIT = 3.0  # standard deviations
FALSE_DISCOVERIES = 0.05

State = Literal["higher", "expected", "not_enough"]
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Unit:
    """One region: a count, and out of how many; both as published.

    For a rate `size` is the population; for a share it is the denominator.
    """

    id: str
    count: int
    size: int

    @property
    def rate(self) -> float:
        """Return the count for each one of the size."""
        return self.count / self.size


@dataclass(frozen=True)
class Funnel:
    """What is expected of regions of any size.

    Attributes:
        target: the rate of all together.
        noise: variance of the noise in a count.
        between: variance of rates between regions that is no more than usual (tau squared).
        share: whether the rate is a share of the size, or a rate of events.
    """

    target: float
    noise: float
    between: float
    share: bool

    def within(self, size: int, quantile: float) -> tuple[float, float]:
        """Return between which rates a region of this size is expected.

        Args:
            size: population or denominator, at least 1.
            quantile: such as WITHIN_95.

        Returns:
            Lower and upper limit, not below 0.

        Source: Spiegelhalter 2005, additive random effects; Spiegelhalter and others 2012.
        """
        spread = sqrt(self.chance(size) + self.between)
        reach = _NORMAL.inv_cdf(quantile) * spread
        most = 1.0 if self.share else float("inf")
        return max(0.0, self.target - reach), min(most, self.target + reach)

    def chance(self, size: int) -> float:
        """Return the variance of a rate by chance and by noise alone."""
        events = self.target * (1 - self.target) if self.share else self.target
        return events / size + self.noise / size**2

    def beyond(self, unit: Unit) -> int:
        """Return 1 or -1 for a region above or below the 99.8 % limits, otherwise 0."""
        low, high = self.within(unit.size, WITHIN_998)
        return (unit.rate > high) - (unit.rate < low)


def funnel(units: Sequence[Unit], noise: float, *, share: bool) -> Funnel:
    """Return the funnel of some regions.

    Args:
        units: the regions, each of a positive size.
        noise: variance of the noise in a count; for a share, of its numerator less the target's
            part of its denominator.
        share: whether rates are shares of the size.

    Returns:
        The target and the variance between regions, estimated by moments from z-scores of which a
        tenth is winsorised at each end, so that the regions in question do not hide themselves.

    Source: Spiegelhalter 2005 (doi 10.1002/sim.1970), section 5; DerSimonian and Laird 1986.
    """
    target = sum(unit.count for unit in units) / sum(unit.size for unit in units)
    target = min(1.0, max(0.0, target)) if share else max(0.0, target)
    plain = Funnel(target, noise, 0.0, share)
    chances = [plain.chance(unit.size) for unit in units]
    if len(units) < 2 or not all(chances):
        return plain
    scores = [
        (unit.rate - target) / sqrt(chance) for unit, chance in zip(units, chances, strict=True)
    ]
    excess = sum(score**2 for score in winsorised(scores)) - (len(units) - 1)
    weights = [1 / chance for chance in chances]
    scale = sum(weights) - sum(weight**2 for weight in weights) / sum(weights)
    return Funnel(target, noise, max(0.0, excess / scale), share)


def winsorised(scores: Sequence[float], part: float = WINSORISED) -> list[float]:
    """Return the scores with the most extreme ones pulled in to the quantiles of the rest.

    Args:
        scores: any numbers.
        part: how many at each end, as a share.

    Source: Spiegelhalter 2005, section 5; quantiles by linear interpolation.
    """
    ranked = sorted(scores)
    low, high = _quantile(ranked, part), _quantile(ranked, 1 - part)
    return [min(high, max(low, score)) for score in scores]


def _quantile(ranked: Sequence[float], part: float) -> float:
    place = part * (len(ranked) - 1)
    below = int(place)
    above = min(below + 1, len(ranked) - 1)
    return ranked[below] + (ranked[above] - ranked[below]) * (place - below)


@dataclass(frozen=True)
class Pooled:
    """A rate drawn towards that of all regions, the more the less is known of it."""

    rate: float
    low: float
    high: float


def pooled(units: Sequence[Unit], noise: float) -> list[Pooled]:
    """Return the rate of each region, partially pooled: empirical Bayes, Gamma and Poisson.

    Args:
        units: the regions, each of a positive size.
        noise: variance of the noise in a count.

    Returns:
        For each region the mean and the likely range (95 %) of what its rate may be.

    Source: Clayton and Kaldor 1987; the Gamma distribution by moments, Marshall 1991; the noise
        of privacy is added to the chance of events.
    """
    sizes = sum(unit.size for unit in units)
    target = max(0.0, sum(unit.count for unit in units) / sizes)
    spread = sum(unit.size * (unit.rate - target) ** 2 for unit in units) / sizes
    chance = sum(target + noise / unit.size for unit in units) / sizes
    between = max(0.0, spread - chance)
    reach = _NORMAL.inv_cdf(WITHIN_95)
    found = []
    for unit in units:
        own = target / unit.size + noise / unit.size**2
        weight = between / (between + own) if between + own else 0.0
        rate = target + weight * (unit.rate - target)
        error = reach * sqrt((1 - weight) * between)
        found.append(Pooled(max(0.0, rate), max(0.0, rate - error), rate + error))
    return found


@dataclass(frozen=True)
class Run:
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


def signals(runs: Sequence[Run]) -> list[Signal]:
    """Return what is said of the newest count of each series.

    Args:
        runs: series that end with the same quarter; they share their dispersion and seasons.

    Returns:
        A signal for each. It is higher than expected if it lies above the upper limit of a
        u-chart, and is among the findings of Benjamini and Hochberg at 5 % across all series.

    Source: u-chart with the baseline of the twelve quarters before; its variance is dispersion *
        expected * (1 + 1/12), and that of the noise. Seasons count from three years on.
    """
    seasons = _seasons(runs)
    spread = dispersion(runs)
    charts = [_chart(run, spread, seasons) for run in runs]
    told = [rank for rank, one in enumerate(charts) if one.state != "not_enough"]
    found = discoveries([_tail(charts[rank]) for rank in told])
    higher = {rank for rank, yes in zip(told, found, strict=True) if yes}
    return [
        replace(one, state="higher") if rank in higher and one.count > one.limit else one
        for rank, one in enumerate(charts)
    ]


def dispersion(runs: Sequence[Run]) -> float:
    """Return by how much more counts vary before the newest one than by chance and noise.

    Args:
        runs: series that end with the same quarter.

    Returns:
        1.0 or more: variance for each unit of the mean, pooled over the series that are large
        enough; a series counts as much as it has quarters.

    Source: Pearson's statistic divided by its degrees of freedom, less the variance of the noise.
    """
    seasons = _seasons(runs)
    total, freedom = 0.0, 0
    for run in runs:
        before = run.counts[-BASELINE - 1 : -1]
        level = _level(before, seasons)
        if level is None:
            continue
        noise, factors = run.noise[-len(before) - 1 : -1], seasons[-len(before) - 1 : -1]
        total += sum(
            ((count - level * factor) ** 2 - variance) / (level * factor)
            for count, factor, variance in zip(before, factors, noise, strict=True)
        )
        freedom += len(before) - 1
    return max(1.0, total / freedom) if freedom else 1.0


def discoveries(tails: Sequence[float], rate: float = FALSE_DISCOVERIES) -> list[bool]:
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


def _chart(run: Run, spread: float, seasons: Sequence[float]) -> Signal:
    before, newest = run.counts[-BASELINE - 1 : -1], run.counts[-1]
    level = _level(before, seasons)
    if level is None:
        return Signal(newest, 0.0, 0.0, "not_enough")
    expected = level * seasons[-1]
    noise = run.noise[-1] + fmean(run.noise[-len(before) - 1 : -1]) / len(before)
    deviation = sqrt(spread * expected * (1 + 1 / len(before)) + noise)
    return Signal(newest, expected, expected + LIMIT * deviation, "expected")


def _level(before: Sequence[int], seasons: Sequence[float]) -> float | None:
    """Return the mean of a baseline, seasons taken out; None if it is too short or too small."""
    if len(before) < LEAST_BASELINE:
        return None
    level = sum(before) / sum(seasons[-len(before) - 1 : -1])
    return level if level >= LEAST_MEAN else None


def _tail(one: Signal) -> float:
    """Return how likely a count at least this high is, if nothing has changed."""
    deviation = (one.limit - one.expected) / LIMIT
    return _NORMAL.cdf((one.expected - one.count) / deviation)


def _seasons(runs: Sequence[Run]) -> list[float]:
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
