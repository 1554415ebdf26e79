"""Regions compared: funnels with what is usual between regions, and partially pooled rates. Pure.

Everything is computed from published numbers, so that nothing here can betray anybody. The noise
on them is part of every variance. Method: docs/statistics-method.md section 9.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

WITHIN_95 = 0.975  # quantile of a two-sided 95 %
WITHIN_998 = 0.999
WINSORISED = 0.1  # of the z-scores, at each end
_NORMAL = NormalDist()


@dataclass(frozen=True)
class RegionCount:
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

    def compute_limits(self, size: int, quantile: float) -> tuple[float, float]:
        """Return between which rates a region of this size is expected.

        Args:
            size: population or denominator, at least 1.
            quantile: such as WITHIN_95.

        Returns:
            Lower and upper limit, not below 0.

        Source: Spiegelhalter 2005, additive random effects; Spiegelhalter and others 2012.
        """
        spread = sqrt(self.compute_variance(size) + self.between)
        reach = _NORMAL.inv_cdf(quantile) * spread
        most = 1.0 if self.share else float("inf")
        return max(0.0, self.target - reach), min(most, self.target + reach)

    def compute_variance(self, size: int) -> float:
        """Return the variance of a rate by chance and by noise alone."""
        events = self.target * (1 - self.target) if self.share else self.target
        return events / size + self.noise / size**2

    def compare_with_limits(self, unit: RegionCount) -> int:
        """Return 1 or -1 for a region above or below the 99.8 % limits, otherwise 0."""
        low, high = self.compute_limits(unit.size, WITHIN_998)
        return (unit.rate > high) - (unit.rate < low)


def fit_funnel(units: Sequence[RegionCount], noise: float, *, share: bool) -> Funnel:
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
    chances = [plain.compute_variance(unit.size) for unit in units]
    if len(units) < 2 or not all(chances):
        return plain
    scores = [
        (unit.rate - target) / sqrt(chance) for unit, chance in zip(units, chances, strict=True)
    ]
    excess = sum(score**2 for score in winsorise(scores)) - (len(units) - 1)
    weights = [1 / chance for chance in chances]
    scale = sum(weights) - sum(weight**2 for weight in weights) / sum(weights)
    return Funnel(target, noise, max(0.0, excess / scale), share)


def winsorise(scores: Sequence[float], part: float = WINSORISED) -> list[float]:
    """Return the scores with the most extreme ones pulled in to the quantiles of the rest.

    Args:
        scores: any numbers.
        part: how many at each end, as a share.

    Source: Spiegelhalter 2005, section 5; quantiles by linear interpolation.
    """
    ranked = sorted(scores)
    low, high = _interpolate_quantile(ranked, part), _interpolate_quantile(ranked, 1 - part)
    return [min(high, max(low, score)) for score in scores]


def _interpolate_quantile(ranked: Sequence[float], part: float) -> float:
    place = part * (len(ranked) - 1)
    below = int(place)
    above = min(below + 1, len(ranked) - 1)
    return ranked[below] + (ranked[above] - ranked[below]) * (place - below)


@dataclass(frozen=True)
class PooledRate:
    """A rate drawn towards that of all regions, the more the less is known of it."""

    rate: float
    low: float
    high: float


def pool_rates(units: Sequence[RegionCount], noise: float) -> list[PooledRate]:
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
    rates = []
    for unit in units:
        own = target / unit.size + noise / unit.size**2
        weight = between / (between + own) if between + own else 0.0
        rate = target + weight * (unit.rate - target)
        error = reach * sqrt((1 - weight) * between)
        rates.append(PooledRate(max(0.0, rate), max(0.0, rate - error), rate + error))
    return rates
