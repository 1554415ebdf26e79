"""A table with its noise, one row of the measures, and the share that most measures are."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from portal.statistics.catalogue.codes import NATION, REGION, TOTAL, Cell
from portal.statistics.catalogue.periods import Span
from portal.statistics.catalogue.tables import Table, load
from portal.statistics.disclosure import Part, least_denominator, rate_interval

LOW = "u"  # too few cases for the rate to mean anything
HIDDEN = "c"  # its numerator is too small to show
MISSING = "x"  # not available; the caveat of the measure says why
BEYOND = ">"  # longer than the last band of durations

COUNT, SHARE, RATIO = "count", "share", "ratio"
PER_100_000, WORKING_DAYS = "per_100000", "working_days"

Codes = Mapping[str, frozenset[str]]  # by dimension


class Rate(NamedTuple):
    """One measure of one area; numbers that are not shown are None."""

    measure: str
    span: Span
    basis: str
    area: str = NATION
    outcome: str = TOTAL
    clock: str = ""
    part: int | None = None
    whole: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    status: str = ""
    unit: str = SHARE
    source: str = ""


@dataclass(frozen=True)
class Protected:
    """A table with its noise: what everything published is computed from.

    Attributes:
        table: of the catalogue.
        span: the days it counts.
        cost: epsilon in thousandths.
        values: of every cell, as published.
        drawn: the same before they were made to agree with other numbers; empty: as published.
        bound: likely ranges of numbers that were published elsewhere already, by their codes.
    """

    table: Table
    span: Span
    cost: int
    values: Mapping[Cell, int]
    drawn: Mapping[Cell, int] = field(default_factory=dict)
    bound: Mapping[Cell, tuple[int, int]] = field(default_factory=dict)

    @cached_property
    def before(self) -> "Protected":
        """Return the table as its noise was drawn."""
        return replace(self, values=self.drawn or self.values, drawn={}, bound={})

    @property
    def moved(self) -> int:
        """Return by how much a cell was moved at most, so that numbers agree."""
        return max(
            (abs(self.values[cell] - value) for cell, value in self.drawn.items()), default=0
        )

    def part(self, **wanted: frozenset[str]) -> Part:
        """Return the sum of the cells whose codes are among the wanted ones."""
        checks = [wanted.get(name) for name in self.table.dimensions]
        found = [
            value
            for cell, value in self.values.items()
            if all(codes is None or code in codes for code, codes in zip(cell, checks, strict=True))
        ]
        return Part(sum(found), len(found))

    def areas(self) -> list[str]:
        """Return the areas it can be shown for: the nation, and regions if it has them."""
        if REGION not in self.table.dimensions:
            return [NATION]
        return [NATION, *(code.id for code in load().dimensions[REGION].codes)]

    def least(self, area: str) -> int:
        """Return from which denominator on a rate of an area is shown.

        The nation added up from regions has the noise of all of them, so it needs more.
        """
        return least_denominator(self.cost, self.added(area))

    def added(self, area: str) -> int:
        """Return how many areas a number of this one is added up from."""
        return max(1, len(self.areas()) - 1) if area == NATION else 1

    def row(self, measure: str, basis: str, area: str = NATION) -> Rate:
        """Return an empty row of a measure that comes from this table."""
        return Rate(measure, self.span, basis, area, source=self.table.id)


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
