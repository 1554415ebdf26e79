"""A row of the measures, the codes it is about, and the share that most measures are."""

from collections.abc import Mapping

from portal.statistics.catalogue.codes import NATION, REGION
from portal.statistics.dataset.measure_row import LOW, Rate
from portal.statistics.disclosure.intervals import Part, rate_interval
from portal.statistics.disclosure.protected import Protected

Codes = Mapping[str, frozenset[str]]  # by dimension


def empty_row(found: Protected, measure: str, basis: str, area: str = NATION) -> Rate:
    """Return an empty row of a measure that comes from a table."""
    return Rate(measure, found.span, basis, area, source=found.table.id)


def in_area(area: str) -> Codes:
    """Return the condition on the cells of an area: none, for the nation."""
    return {} if area == NATION else {REGION: frozenset({area})}


def share(found: Protected, row: Rate, wanted: Codes, whole: Codes) -> Rate:
    """Fill a row with a share of cells, or mark it as resting on too few cases.

    Args:
        found: the table.
        row: with its area; regions only if the table has them.
        wanted: the cells of the numerator, by the codes of some dimensions.
        whole: the cells of the denominator; they hold those of the numerator.

    Returns:
        The row, with a value from a denominator of 60 or 20 standard deviations of the noise on.
        Its range is the one of the numbers as drawn, and holds the value.
    """
    area = in_area(row.area)
    part, both = found.part(**area, **wanted), found.part(**area, **whole)
    if both.value < found.least(row.area):
        return row._replace(status=LOW)
    value = min(1.0, max(0.0, part.value / both.value))
    noisy, whole_noisy = found.before.part(**area, **wanted), found.before.part(**area, **whole)
    if whole_noisy.value <= 0:
        noisy, whole_noisy = part, both
    rest = Part(whole_noisy.value - noisy.value, both.cells - part.cells)
    low, high = rate_interval(noisy, rest, found.cost)
    low, high = min(low, value), max(high, value)
    return row._replace(part=part.value, whole=both.value, value=value, low=low, high=high)
