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


class NoiseDraw(NamedTuple):
    """The noise of one cell, in standard deviations of its table, and the count it was put to."""

    noise: float
    counted: int


class NoiseQuality(NamedTuple):
    """Four numbers that are near 0 if the noise is good."""

    mean: float
    spread: float  # less 1
    neighbours: float  # correlation of one cell with the next
    counts: float  # correlation of noise and count


def measure_noise(table: ProtectedTable, counts: Mapping[Cell, int]) -> Iterator[NoiseDraw]:
    """Yield the noise of each cell of a table.

    Args:
        table: as published.
        counts: what was counted; a cell that is missing was empty.
    """
    spread = compute_noise_sd(table.cost)
    for cell, value in table.values.items():
        count = counts.get(cell, 0)
        yield NoiseDraw((value - count) / spread, count)


def is_sound(drawn: Sequence[NoiseDraw]) -> bool:
    """Tell whether noise is as it should be, as far as so many cells can show."""
    measured, chance = measure_quality(drawn), SIGMAS / sqrt(len(drawn))
    return (
        abs(measured.mean) <= max(MEAN, chance)
        and abs(measured.spread) <= max(SPREAD, chance * sqrt(KURTOSIS - 1) / 2)
        and abs(measured.neighbours) <= max(SHARED, chance)
        and abs(measured.counts) <= max(SHARED, chance)
    )


def measure_quality(drawn: Sequence[NoiseDraw]) -> NoiseQuality:
    """Measure noise."""
    noise, counts = [draw.noise for draw in drawn], [float(draw.counted) for draw in drawn]
    return NoiseQuality(
        fmean(noise),
        pstdev(noise) - 1,
        _correlate([value for value, _ in pairwise(noise)], noise[1:]),
        _correlate(noise, counts),
    )


def describe_quality(drawn: Sequence[NoiseDraw]) -> str:
    """Return the quality of noise in words."""
    measured = measure_quality(drawn)
    return (
        f"{len(drawn)} cells: mean {measured.mean:+.3f} and spread {1 + measured.spread:.3f} sd, "
        f"neighbours {measured.neighbours:+.3f}, counts {measured.counts:+.3f}"
    )


def _correlate(first: Sequence[float], second: Sequence[float]) -> float:
    spreads = pstdev(first) * pstdev(second)
    if not spreads:
        return 0.0
    means = fmean(first), fmean(second)
    return (
        fmean((a - means[0]) * (b - means[1]) for a, b in zip(first, second, strict=True)) / spreads
    )
