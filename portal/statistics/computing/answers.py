"""What was published already of a number: exactly, with its likely range, or as a small one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import isqrt
from typing import NamedTuple

from portal.statistics.catalogue.codes import Cell
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

EXACT = ("received", "concluded")  # what exact totals are published of
FINER = {"finding": "outcome", "sanctioned": "sanction"}  # a dimension, and one it is grouped from
Names = tuple[str, ...]


class Answer(NamedTuple):
    """A number as it was published: between what it lies, and its likely range if it is shown."""

    low: int
    high: int
    likely: tuple[int, int] | None


@dataclass(frozen=True)
class Source:
    """A published table: which cases it counts, and its numbers."""

    event: str
    quarters: Names
    document: Document

    @cached_property
    def dimensions(self) -> Names:
        """Return what it is broken down by."""
        return tuple(one.id for one in self.document.dimensions)

    def match_dimensions(self, names: Names) -> Names | None:
        """Return the dimensions to read for these, or None if it does not have them."""
        found = [
            next((one for one in (name, FINER.get(name)) if one in self.dimensions), None)
            for name in names
        ]
        return None if None in found else tuple(one for one in found if one)

    def sum_numbers(self, names: Names) -> dict[Cell, Answer]:
        """Return the numbers by these dimensions, everything else added up."""
        read = self.match_dimensions(names)
        if read is None:
            return {}
        found: dict[Cell, list[Answer]] = {}
        codes = [[code.id for code in load().dimensions[one].codes] for one in read]
        for cell in product(*codes):
            named = zip(names, read, cell, strict=True)
            target = tuple(_map_code(name, one, code) for name, one, code in named)
            found.setdefault(target, []).append(self._rows[self._make_key(read, cell)])
        return {cell: add_numbers(parts) for cell, parts in found.items()}

    def _make_key(self, read: Names, cell: Cell) -> Cell:
        held = dict(zip(read, cell, strict=True))
        totals = {one.id: one.total for one in self.document.dimensions}
        return tuple(held.get(name, totals[name]) for name in self.dimensions)

    @cached_property
    def _rows(self) -> dict[Cell, Answer]:
        return {
            tuple(row.codes[name] for name in self.dimensions): _read_number(row)
            for row in read_observations(self.document)
        }


class Answers:
    """Everything that was published of earlier quarters, and of this one so far."""

    def __init__(self, history: History) -> None:
        self._totals: dict[str, Document] = {}
        self._sources: list[Source] = []
        for quarter, documents in history:
            self._totals[quarter] = documents[TOTALS]
            for name, document in documents.items():
                table = load().tables.get(name)
                if table and table.period == "quarter" and not table.lag:
                    self._sources.append(Source(get_event(table), (quarter,), document))

    def add_totals(self, quarter: str, totals: Document) -> None:
        """Take in the exact totals of a quarter."""
        self._totals[quarter] = totals

    def add(self, table: Table, quarters: Names, document: Document) -> None:
        """Take in a table of the release at hand."""
        self._sources.append(Source(get_event(table), quarters, document))

    def find_total(self, event: str, quarters: Names) -> Answer | None:
        """Return how many cases there were, if it is known: exactly, if that was published."""
        if event in EXACT and all(one in self._totals for one in quarters):
            whole = sum(get_total(self._totals[one], event) for one in quarters)
            return Answer(whole, whole, (whole, whole))
        return self._find_numbers(event, quarters, ()).get(())

    def find_numbers(self, event: str, quarters: Names, names: Names) -> dict[Cell, Answer]:
        """Return the numbers by these dimensions, of a whole time or of all its quarters."""
        found = self._find_numbers(event, quarters, names)
        if found or len(quarters) == 1:
            return found
        each = [self._find_numbers(event, (one,), names) for one in quarters]
        if not all(each):
            return {}
        return {cell: add_numbers([one[cell] for one in each]) for cell in each[0]}

    def _find_numbers(self, event: str, quarters: Names, names: Names) -> dict[Cell, Answer]:
        fitting = (one for one in self._sources if (one.event, one.quarters) == (event, quarters))
        return next((found for one in fitting if (found := one.sum_numbers(names))), {})


def add_numbers(parts: Sequence[Answer]) -> Answer:
    """Return numbers as one; their likely ranges are added by squares."""
    low, high = sum(one.low for one in parts), sum(one.high for one in parts)
    if len(parts) == 1 or any(one.likely is None for one in parts):
        return parts[0] if len(parts) == 1 else Answer(low, high, None)
    below = sum((one.low - one.likely[0]) ** 2 for one in parts if one.likely)
    above = sum((one.likely[1] - one.high) ** 2 for one in parts if one.likely)
    return Answer(low, high, (max(0, low - _round_up_root(below)), high + _round_up_root(above)))


def _round_up_root(square: int) -> int:
    root = isqrt(square)
    return root if root * root == square else root + 1


def _read_number(row: Observation) -> Answer:
    if row.obs_value is None:
        return Answer(0, BAND - 1, None)
    return Answer(row.obs_value, row.obs_value, (row.lower95 or 0, row.upper95 or 0))


def _map_code(name: str, read: str, code: str) -> str:
    """Return under which code of a dimension one of a finer dimension falls."""
    if name == read:
        return code
    members = next(one.members for one in load().dimensions[read].codes if one.id == code)
    return load().dimensions[name].get_code(members[0])
