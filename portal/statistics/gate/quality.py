"""The noise as it came out (G7): no lean, the spread of theory, nothing in common with anything."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import sqrt
from statistics import fmean, pstdev
from typing import NamedTuple

from portal.statistics.catalogue.codelists import Cell
from portal.statistics.disclosure.noise import compute_noise_sd
from portal.statistics.disclosure.protected_table import ProtectedTable

# In standard deviations of the noise. A mean of 0.07 is 0.2 counts at epsilon 0.5.
MEAN, SPREAD, SHARED = 0.07, 0.05, 0.06
SIGMAS = 5  # that chance may take where cells are fewer
KURTOSIS = 6  # of a two-sided exponential; its spread varies accordingly


class Drawn(NamedTuple):
    """The noise of one cell, in standard deviations of its table, and the count it was put to."""

    noise: float
    counted: int


class Quality(NamedTuple):
    """Four numbers that are near 0 if the noise is good."""

    mean: float
    spread: float  # less 1
    neighbours: float  # correlation of one cell with the next
    counts: float  # correlation of noise and count


def of_table(table: ProtectedTable, counts: Mapping[Cell, int]) -> Iterator[Drawn]:
    """Yield the noise of each cell of a table.

    Args:
        table: as published.
        counts: what was counted; a cell that is missing was empty.
    """
    spread = compute_noise_sd(table.cost)
    for cell, value in table.values.items():
        count = counts.get(cell, 0)
        yield Drawn((value - count) / spread, count)


def good(drawn: Sequence[Drawn]) -> bool:
    """Tell whether noise is as it should be, as far as so many cells can show."""
    found, chance = quality(drawn), SIGMAS / sqrt(len(drawn))
    return (
        abs(found.mean) <= max(MEAN, chance)
        and abs(found.spread) <= max(SPREAD, chance * sqrt(KURTOSIS - 1) / 2)
        and abs(found.neighbours) <= max(SHARED, chance)
        and abs(found.counts) <= max(SHARED, chance)
    )


def quality(drawn: Sequence[Drawn]) -> Quality:
    """Measure noise."""
    noise, counts = [one.noise for one in drawn], [float(one.counted) for one in drawn]
    return Quality(
        fmean(noise),
        pstdev(noise) - 1,
        _correlation([one for one, _ in pairwise(noise)], noise[1:]),
        _correlation(noise, counts),
    )


def described(drawn: Sequence[Drawn]) -> str:
    """Return the quality of noise in words."""
    found = quality(drawn)
    return (
        f"{len(drawn)} cells: mean {found.mean:+.3f} and spread {1 + found.spread:.3f} sd, "
        f"neighbours {found.neighbours:+.3f}, counts {found.counts:+.3f}"
    )


def _correlation(one: Sequence[float], two: Sequence[float]) -> float:
    spreads = pstdev(one) * pstdev(two)
    if not spreads:
        return 0.0
    means = fmean(one), fmean(two)
    return fmean((a - means[0]) * (b - means[1]) for a, b in zip(one, two, strict=True)) / spreads
