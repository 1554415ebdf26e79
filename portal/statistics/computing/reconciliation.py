"""Moves the numbers of a release so that one question has one answer in all its tables.

A number that was published exactly, in an earlier release or with less noise binds the others: what
they are parts of adds up to it. Among all whole numbers that do, and are not negative, the nearest
to the numbers as drawn are taken (least squares). A number that was published as a small one stays
a small one. Method: docs/statistics-method.md section 4.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from portal.core.calendar import Quarter
from portal.statistics.catalogue.codelists import Cell
from portal.statistics.catalogue.periods import list_quarters
from portal.statistics.catalogue.tables import get_event, load
from portal.statistics.computing.known_numbers import KnownNumber, KnownNumbers, Names
from portal.statistics.dataset.history import History
from portal.statistics.dataset.table import Document
from portal.statistics.dataset.tabulation import tabulate_protected
from portal.statistics.disclosure.fitting import Bound, fit_to_margins, fit_to_total
from portal.statistics.disclosure.noise import compute_noise_sd
from portal.statistics.disclosure.protected_table import ProtectedTable

METHOD = 2  # of making figures: 1 published numbers as drawn; a manifest without it says 1
Numbers = dict[Cell, int]


def reconcile(
    tables: Sequence[ProtectedTable], quarter: Quarter, totals: Document, history: History
) -> tuple[ProtectedTable, ...]:
    """Return the tables of a release with numbers that agree, in the same order.

    Args:
        tables: with their noise.
        quarter: of the release.
        totals: the exact national totals of it.
        history: quarter and documents of the releases before, the oldest first.
    """
    known = KnownNumbers(history)
    known.add_totals(quarter, totals)
    reconciled: dict[str, ProtectedTable] = {}
    for table in sorted(tables, key=_compute_noise_rank):
        quarters = list_quarters(table.span)
        reconciled[table.table.id] = agreed = _reconcile_table(table, quarters, known)
        known.add(table.table, quarters, tabulate_protected(agreed, ""))
    return tuple(reconciled[table.table.id] for table in tables)


def _compute_noise_rank(protected: ProtectedTable) -> tuple[float, str]:
    """Return how wide the noise of a table's total is; a table that has less comes first."""
    return round(
        len(protected.values) * compute_noise_sd(protected.cost) ** 2, 6
    ), protected.table.id


def _reconcile_table(
    protected: ProtectedTable, quarters: Names, known: KnownNumbers
) -> ProtectedTable:
    event, dimensions = get_event(protected.table), protected.table.dimensions
    whole = known.find_total(event, quarters)
    total = max(0, sum(protected.values.values())) if whole is None else whole.low
    if whole is not None and whole.low < whole.high:  # published as a small number
        total = min(whole.high, max(0, sum(protected.values.values())))
    asked: list[Names] = [(name,) for name in dimensions]
    if len(dimensions) == 3:  # the last two may be known together
        asked.append(dimensions[1:])
    answers = {names: known.find_numbers(event, quarters, names) for names in asked}
    values = _TableFit(protected, total, answers).fit_cells()
    bound = dict(_collect_published_ranges(protected, whole, answers))
    return replace(protected, values=values, drawn=protected.values, bound=bound)


def _collect_published_ranges(
    protected: ProtectedTable,
    whole: KnownNumber | None,
    answers: Mapping[Names, Mapping[Cell, KnownNumber]],
) -> Iterator[tuple[Cell, tuple[int, int]]]:
    """Yield the likely ranges of numbers that were published already, with those of the files."""
    dimensions = protected.table.dimensions
    ends = {name: load().dimensions[name].total for name in dimensions}
    alone: dict[Names, Mapping[Cell, KnownNumber]] = {(): {(): whole}} if whole else {}
    for names, known in (alone | dict(answers)).items():
        for cell, number in known.items():
            if number.likely and number.low == number.high:
                held = dict(zip(names, cell, strict=True))
                yield tuple(held.get(name, ends[name]) for name in dimensions), number.likely


class _TableFit:
    """A table of which coarser numbers are fixed before finer ones."""

    def __init__(
        self,
        protected: ProtectedTable,
        total: int,
        answers: Mapping[Names, Mapping[Cell, KnownNumber]],
    ) -> None:
        self._names = protected.table.dimensions
        self._drawn = protected.values
        self._total = total
        self._answers = answers
        self._codes = {
            name: [code.id for code in load().dimensions[name].codes] for name in self._names
        }

    def fit_cells(self) -> Numbers:
        """Return every cell in the order of the table."""
        if len(self._names) == 1:
            numbers = self._fit_margin(self._names)
        elif len(self._names) == 2:
            numbers = self._fit_pair(*self._names)
        else:
            numbers = self._fit_three()
        return {cell: numbers[cell] for cell in self._drawn}

    def _fit_margin(self, names: Names) -> Numbers:
        """Return the numbers of one dimension."""
        drawn = self._sum_drawn(names)
        cells = list(product(*(self._codes[name] for name in names)))
        bounds = [self._derive_bounds(names, cell) for cell in cells]
        values = fit_to_total([drawn[cell] for cell in cells], bounds, self._total)
        return dict(zip(cells, values, strict=True))

    def _fit_pair(self, first: str, second: str) -> Numbers:
        rows, columns, names = (
            self._fit_margin((first,)),
            self._fit_margin((second,)),
            (first, second),
        )
        return self._fit_grid(names, rows, columns, self._sum_drawn(names), bounded=True)

    def _fit_three(self) -> Numbers:
        """Fix the last two dimensions, the first with the second, and then the cells of each."""
        first, second, third = self._names
        later = self._fit_pair(second, third)
        middle: Numbers = {}
        for (middle_code, _), value in later.items():
            middle[(middle_code,)] = middle.get((middle_code,), 0) + value
        pairs = (first, second)
        earlier = self._fit_grid(pairs, self._fit_margin((first,)), middle, self._sum_drawn(pairs))
        numbers: Numbers = {}
        for code in self._codes[second]:
            drawn: Numbers = {
                (own, other): self._drawn[own, code, other]
                for own in self._codes[first]
                for other in self._codes[third]
            }
            rows: Numbers = {(own,): earlier[own, code] for own in self._codes[first]}
            columns: Numbers = {(other,): later[code, other] for other in self._codes[third]}
            part = self._fit_grid((first, third), rows, columns, drawn)
            numbers |= {(own, code, other): value for (own, other), value in part.items()}
        return numbers

    def _derive_bounds(self, names: Names, cell: Cell) -> Bound:
        """Return between what a number lies by all that was published of it and of its parts."""
        low, high = 0, self._total
        if cell in (known := self._answers.get(names, {})):
            low, high = known[cell].low, known[cell].high
        for pair, answers in self._answers.items():
            if answers and len(pair) > len(names) and set(names) < set(pair):
                places = [pair.index(name) for name in names]
                parts = [
                    number
                    for key, number in answers.items()
                    if tuple(key[at] for at in places) == cell
                ]
                low = max(low, sum(part.low for part in parts))
                high = min(high, sum(part.high for part in parts))
        return low, high

    def _fit_grid(
        self,
        names: Names,
        rows: Numbers,
        columns: Numbers,
        drawn: Numbers,
        *,
        bounded: bool = False,
    ) -> Numbers:
        across, down = (self._codes[name] for name in names)
        grid = [[drawn[code, other] for other in down] for code in across]
        bounds = None
        if bounded and self._answers.get(names):
            bounds = [
                [self._derive_bounds(names, (code, other)) for other in down] for code in across
            ]
        sums = [rows[code,] for code in across], [columns[code,] for code in down]
        fitted = fit_to_margins(grid, *sums, bounds)
        return {
            (code, other): fitted[i][j]
            for i, code in enumerate(across)
            for j, other in enumerate(down)
        }

    def _sum_drawn(self, names: Names) -> Numbers:
        places = [self._names.index(name) for name in names]
        sums: Numbers = {}
        for cell, value in self._drawn.items():
            key = tuple(cell[place] for place in places)
            sums[key] = sums.get(key, 0) + value
        return sums
