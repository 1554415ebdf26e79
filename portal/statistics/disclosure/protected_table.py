"""A table with its noise: what everything published is computed from. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from portal.statistics.catalogue.codelists import NATION, REGION, Cell
from portal.statistics.catalogue.periods import Span
from portal.statistics.catalogue.tables import Table, load
from portal.statistics.disclosure.intervals import CellSum, compute_least_denominator


@dataclass(frozen=True)
class ProtectedTable:
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
    def before(self) -> "ProtectedTable":
        """Return the table as its noise was drawn."""
        return replace(self, values=self.drawn or self.values, drawn={}, bound={})

    @property
    def moved(self) -> int:
        """Return by how much a cell was moved at most, so that numbers agree."""
        return max(
            (abs(self.values[cell] - value) for cell, value in self.drawn.items()), default=0
        )

    def sum_cells(self, **wanted: frozenset[str]) -> CellSum:
        """Return the sum of the cells whose codes are among the wanted ones."""
        checks = [wanted.get(name) for name in self.table.dimensions]
        values = [
            value
            for cell, value in self.values.items()
            if all(codes is None or code in codes for code, codes in zip(cell, checks, strict=True))
        ]
        return CellSum(sum(values), len(values))

    def list_areas(self) -> list[str]:
        """Return the areas it can be shown for: the nation, and regions if it has them."""
        if REGION not in self.table.dimensions:
            return [NATION]
        return [NATION, *(code.id for code in load().dimensions[REGION].codes)]

    def compute_least_denominator(self, area: str) -> int:
        """Return from which denominator on a rate of an area is shown.

        The nation added up from regions has the noise of all of them, so it needs more.
        """
        return compute_least_denominator(self.cost, self.count_added_areas(area))

    def count_added_areas(self, area: str) -> int:
        """Return how many areas a number of this one is added up from."""
        return max(1, len(self.list_areas()) - 1) if area == NATION else 1
