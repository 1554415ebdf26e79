"""Ratios of two published counts with noise of their own, and the range around them."""

from math import sqrt

from portal.statistics.dataset.measure_row import HIDDEN, LOW, Rate
from portal.statistics.disclosure.intervals import LEAST_DENOMINATOR, Z95


def fill_ratio(
    row: Rate,
    part: int | None,
    whole: int,
    *,
    part_noise: float = 0.0,
    whole_noise: float = 0.0,
    least: int = LEAST_DENOMINATOR,
) -> Rate:
    """Fill a row with the ratio of two counts that come from different tables.

    Args:
        row: to be filled.
        part: the numerator; None if it was published as a small one only.
        whole: the denominator.
        part_noise: variance of the noise of the numerator.
        whole_noise: variance of the noise of the denominator.
        least: the denominator from which on it is shown.

    Returns:
        The row with value and 95 % range. It is not capped at 1: the counts may be of different
        cases.

    Source: Poisson variance of the numerator and both variances of noise, delta method.
    """
    if whole < least:
        return row._replace(status=LOW)
    if part is None:
        return row._replace(whole=whole, status=HIDDEN)
    value = part / whole
    spread = Z95 * sqrt(part + part_noise + value**2 * whole_noise) / whole
    return row._replace(
        part=part, whole=whole, value=value, low=max(0.0, value - spread), high=value + spread
    )
