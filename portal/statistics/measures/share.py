"""A row of the measures, the codes it is about, and the share that most measures are."""

from collections.abc import Mapping

from portal.statistics.catalogue.codelists import NATION, REGION
from portal.statistics.dataset.measure_row import LOW, Rate
from portal.statistics.disclosure.intervals import CellSum, compute_rate_interval
from portal.statistics.disclosure.protected_table import ProtectedTable

Codes = Mapping[str, frozenset[str]]  # by dimension


def make_row(protected: ProtectedTable, measure: str, basis: str, area: str = NATION) -> Rate:
    """Return an empty row of a measure that comes from a table."""
    return Rate(measure, protected.span, basis, area, source=protected.table.id)


def select_area(area: str) -> Codes:
    """Return the condition on the cells of an area: none, for the nation."""
    return {} if area == NATION else {REGION: frozenset({area})}


def fill_share(protected: ProtectedTable, row: Rate, part_codes: Codes, whole_codes: Codes) -> Rate:
    """Fill a row with a share of cells, or mark it as resting on too few cases.

    Args:
        protected: the table.
        row: with its area; regions only if the table has them.
        part_codes: the cells of the numerator, by the codes of some dimensions.
        whole_codes: the cells of the denominator; they hold those of the numerator.

    Returns:
        The row, with a value from a denominator of 60 or 20 standard deviations of the noise on.
        Its range is the one of the numbers as drawn, and holds the value.
    """
    area = select_area(row.area)
    part, whole = (
        protected.sum_cells(**area, **part_codes),
        protected.sum_cells(**area, **whole_codes),
    )
    if whole.value < protected.compute_least_denominator(row.area):
        return row._replace(status=LOW)
    value = min(1.0, max(0.0, part.value / whole.value))
    noisy, whole_noisy = (
        protected.before.sum_cells(**area, **part_codes),
        protected.before.sum_cells(**area, **whole_codes),
    )
    if whole_noisy.value <= 0:
        noisy, whole_noisy = part, whole
    rest = CellSum(whole_noisy.value - noisy.value, whole.cells - part.cells)
    low, high = compute_rate_interval(noisy, rest, protected.cost)
    low, high = min(low, value), max(high, value)
    return row._replace(part=part.value, whole=whole.value, value=value, low=low, high=high)
