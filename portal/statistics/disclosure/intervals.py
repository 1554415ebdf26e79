"""What readers are told of a number with noise: the band, the rule for rates, ranges. Pure."""

from math import ceil, floor, hypot, sqrt
from typing import NamedTuple

from portal.statistics.disclosure.noise import compute_noise_sd

BAND = 10  # below this a published count reads "a small number, not shown"
MIDDLE = BAND // 2  # what such a count is taken for among others
LEAST_DENOMINATOR = 60
Z95 = 1.959964  # two-sided 95 % of the normal distribution


def is_banded(value: int) -> bool:
    """Tell whether a published number is only shown as a small one, with its range.

    Args:
        value: a cell or a sum of cells, with its noise.

    Returns:
        True below 10. The band is for readers; what protects people is the noise.

    Source: docs/statistics-method.md section 4.
    """
    return value < BAND


def compute_least_denominator(thousandths: int, added: int = 1) -> int:
    """Return from which published denominator on a rate is shown.

    Args:
        thousandths: epsilon of the table in thousandths.
        added: how many areas were added up, each with noise of its own.

    Returns:
        Counts: 60, or 20 standard deviations of a cell's noise if that is more, as many times more
        as the noise of the areas together is wider than that of one.

    Source: docs/statistics-method.md section 5.
    """
    return max(LEAST_DENOMINATOR, ceil(20 * compute_noise_sd(thousandths) * sqrt(added)))


def compute_count_interval(value: int, cells: int, thousandths: int) -> tuple[int, int]:
    """Return the likely range of a count: chance of the events and noise of privacy together.

    Args:
        value: a sum of cells, with its noise.
        cells: how many cells were added up.
        thousandths: epsilon of the table in thousandths.

    Returns:
        Lower and upper end of the 95 % range, not below 0.

    Source: Poisson variance (the count) plus the variance of the noise, normal approximation.
    """
    spread = Z95 * sqrt(max(value, 0) + cells * compute_noise_sd(thousandths) ** 2)
    return max(0, floor(value - spread)), max(0, ceil(value + spread))


class CellSum(NamedTuple):
    """A sum of cells, with its noise, and how many cells were added up."""

    value: int
    cells: int


def compute_rate_interval(part: CellSum, rest: CellSum, thousandths: int) -> tuple[float, float]:
    """Return the likely range of a rate whose numerator is a part of its denominator.

    Args:
        part: the numerator.
        rest: what the denominator has besides.
        thousandths: epsilon of the table in thousandths.

    Returns:
        Lower and upper end of the 95 % range, between 0 and 1.

    Raises:
        ValueError: the denominator is not positive.

    Source: Wilson 1927 for the chance of events; the spread of the noise (delta method) is put to
        it by squaring and adding, as Zou and Donner 2008 do.
    """
    whole = part.value + rest.value
    if whole <= 0:
        raise ValueError("no rate without a denominator")
    share = min(1.0, max(0.0, part.value / whole))
    cells = part.cells * (1 - share) ** 2 + rest.cells * share**2
    noisy = Z95 * compute_noise_sd(thousandths) * sqrt(cells) / whole
    square = Z95**2
    centre = (share + square / (2 * whole)) / (1 + square / whole)
    spread = Z95 * sqrt(share * (1 - share) / whole + square / (4 * whole**2))
    spread /= 1 + square / whole
    below, above = share - centre + spread, centre + spread - share
    return max(0.0, share - hypot(below, noisy)), min(1.0, share + hypot(above, noisy))
