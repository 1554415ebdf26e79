"""Which cases a published number is about, and the sums that readers can make of a table."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import NamedTuple

from portal.core.calendar import Quarter
from portal.statistics.catalogue.codelists import Cell
from portal.statistics.catalogue.periods import list_table_quarters
from portal.statistics.catalogue.tables import Table, get_event

Codes = frozenset[tuple[str, str]]  # (dimension, code); one that is missing is summed over


class CountKey(NamedTuple):
    """The cases a number counts: what happened to them, when, and their codes.

    Two numbers about the same cases, in whatever tables, are about the same count.
    """

    event: str
    quarters: tuple[Quarter, ...]
    codes: Codes


class MarginSum(NamedTuple):
    """A sum of cells, and how many."""

    value: int
    cells: int


def build_count_key(table: Table, quarter: Quarter, codes: Codes) -> CountKey:
    """Return what a number in the release of a quarter is about."""
    return CountKey(get_event(table), tuple(list_table_quarters(table, quarter)), codes)


def to_codes(dimensions: Sequence[str], cell: Cell) -> Codes:
    """Return the codes of a cell with their dimensions."""
    return frozenset(zip(dimensions, cell, strict=True))


def sum_margins(dimensions: Sequence[str], values: Mapping[Cell, int]) -> dict[Codes, MarginSum]:
    """Return every cell and every total of a table."""
    kept = list(product((True, False), repeat=len(dimensions)))
    sums: dict[Codes, MarginSum] = {}
    for cell, value in values.items():
        pairs = tuple(zip(dimensions, cell, strict=True))
        for choice in kept:
            codes = frozenset(pair for pair, keep in zip(pairs, choice, strict=True) if keep)
            known = sums.get(codes, MarginSum(0, 0))
            sums[codes] = MarginSum(known.value + value, known.cells + 1)
    return sums
