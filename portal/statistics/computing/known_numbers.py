"""What was published already of a number: exactly, with its likely range, or as a small one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import isqrt
from typing import NamedTuple

from portal.core.calendar import Quarter
from portal.statistics.catalogue.codelists import Cell
from portal.statistics.catalogue.tables import Table, get_event, load
from portal.statistics.dataset.history import History
from portal.statistics.dataset.table import (
    TOTALS,
    Document,
    Observation,
    get_total,
    read_observations,
)
from portal.statistics.disclosure.intervals import BAND

EXACT_EVENTS = ("received", "concluded")  # what exact totals are published of
FINER_DIMENSIONS = {
    "finding": "outcome",
    "sanctioned": "sanction",
}  # a dimension, and one it is grouped from
Names = tuple[str, ...]


class KnownNumber(NamedTuple):
    """A number as it was published: between what it lies, and its likely range if it is shown."""

    low: int
    high: int
    likely: tuple[int, int] | None


@dataclass(frozen=True)
class KnownTable:
    """A published table: which cases it counts, and its numbers."""

    event: str
    quarters: Names
    document: Document

    @cached_property
    def dimensions(self) -> Names:
        """Return what it is broken down by."""
        return tuple(dimension.id for dimension in self.document.dimensions)

    def match_dimensions(self, names: Names) -> Names | None:
        """Return the dimensions to read for these, or None if it does not have them."""
        columns = [
            next(
                (
                    column
                    for column in (name, FINER_DIMENSIONS.get(name))
                    if column in self.dimensions
                ),
                None,
            )
            for name in names
        ]
        return None if None in columns else tuple(column for column in columns if column)

    def sum_numbers(self, names: Names) -> dict[Cell, KnownNumber]:
        """Return the numbers by these dimensions, everything else added up."""
        columns = self.match_dimensions(names)
        if columns is None:
            return {}
        parts: dict[Cell, list[KnownNumber]] = {}
        codes = [[code.id for code in load().dimensions[column].codes] for column in columns]
        for cell in product(*codes):
            named = zip(names, columns, cell, strict=True)
            target = tuple(_map_code(name, column, code) for name, column, code in named)
            parts.setdefault(target, []).append(self._rows[self._make_key(columns, cell)])
        return {cell: add_numbers(parts) for cell, parts in parts.items()}

    def _make_key(self, columns: Names, cell: Cell) -> Cell:
        held = dict(zip(columns, cell, strict=True))
        totals = {dimension.id: dimension.total for dimension in self.document.dimensions}
        return tuple(held.get(name, totals[name]) for name in self.dimensions)

    @cached_property
    def _rows(self) -> dict[Cell, KnownNumber]:
        return {
            tuple(row.codes[name] for name in self.dimensions): _read_number(row)
            for row in read_observations(self.document)
        }


class KnownNumbers:
    """Everything that was published of earlier quarters, and of this one so far."""

    def __init__(self, history: History) -> None:
        self._totals: dict[str, Document] = {}
        self._sources: list[KnownTable] = []
        for quarter, documents in history:
            self._totals[quarter] = documents[TOTALS]
            for name, document in documents.items():
                table = load().tables.get(name)
                if table and table.period == "quarter" and not table.lag:
                    self._sources.append(KnownTable(get_event(table), (quarter,), document))

    def add_totals(self, quarter: Quarter, totals: Document) -> None:
        """Take in the exact totals of a quarter."""
        self._totals[quarter] = totals

    def add(self, table: Table, quarters: Names, document: Document) -> None:
        """Take in a table of the release at hand."""
        self._sources.append(KnownTable(get_event(table), quarters, document))

    def find_total(self, event: str, quarters: Names) -> KnownNumber | None:
        """Return how many cases there were, if it is known: exactly, if that was published."""
        if event in EXACT_EVENTS and all(quarter in self._totals for quarter in quarters):
            whole = sum(get_total(self._totals[quarter], event) for quarter in quarters)
            return KnownNumber(whole, whole, (whole, whole))
        return self._find_numbers(event, quarters, ()).get(())

    def find_numbers(self, event: str, quarters: Names, names: Names) -> dict[Cell, KnownNumber]:
        """Return the numbers by these dimensions, of a whole time or of all its quarters."""
        numbers = self._find_numbers(event, quarters, names)
        if numbers or len(quarters) == 1:
            return numbers
        by_quarter = [self._find_numbers(event, (quarter,), names) for quarter in quarters]
        if not all(by_quarter):
            return {}
        return {
            cell: add_numbers([numbers[cell] for numbers in by_quarter]) for cell in by_quarter[0]
        }

    def _find_numbers(self, event: str, quarters: Names, names: Names) -> dict[Cell, KnownNumber]:
        fitting = (
            source
            for source in self._sources
            if (source.event, source.quarters) == (event, quarters)
        )
        return next((numbers for source in fitting if (numbers := source.sum_numbers(names))), {})


def add_numbers(parts: Sequence[KnownNumber]) -> KnownNumber:
    """Return numbers as one; their likely ranges are added by squares."""
    low, high = sum(part.low for part in parts), sum(part.high for part in parts)
    if len(parts) == 1 or any(part.likely is None for part in parts):
        return parts[0] if len(parts) == 1 else KnownNumber(low, high, None)
    below = sum((part.low - part.likely[0]) ** 2 for part in parts if part.likely)
    above = sum((part.likely[1] - part.high) ** 2 for part in parts if part.likely)
    return KnownNumber(
        low, high, (max(0, low - _round_up_root(below)), high + _round_up_root(above))
    )


def _round_up_root(square: int) -> int:
    root = isqrt(square)
    return root if root * root == square else root + 1


def _read_number(row: Observation) -> KnownNumber:
    if row.obs_value is None:
        return KnownNumber(0, BAND - 1, None)
    return KnownNumber(row.obs_value, row.obs_value, (row.lower95 or 0, row.upper95 or 0))


def _map_code(name: str, column: str, code: str) -> str:
    """Return under which code of a dimension one of a finer dimension falls."""
    if name == column:
        return code
    members = next(group.members for group in load().dimensions[column].codes if group.id == code)
    return load().dimensions[name].get_code(members[0])
