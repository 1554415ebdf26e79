"""Finds measures in published releases: the newest one of a region, and the one a year before."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from portal.statistics.catalogue.codelists import NATION, TOTAL
from portal.statistics.dataset.history import Documents, History
from portal.statistics.dataset.measure_row import MeasureRow, read_measure_rows
from portal.statistics.dataset.table import MEASURES


class Wanted(NamedTuple):
    """A measure in one of its forms, such as K5 within 15 working days."""

    measure: str
    outcome: str = TOTAL
    clock: str = ""


@dataclass(frozen=True)
class Book:
    """All measures of a history of releases.

    Args:
        history: quarters with their documents, the oldest first; the last is the release at hand.
    """

    history: History

    @property
    def quarter(self) -> str:
        """Return the quarter of the release at hand."""
        return self.history[-1][0]

    @property
    def documents(self) -> Documents:
        """Return the documents of the release at hand."""
        return self.history[-1][1]

    def of(self, quarter: str) -> Documents:
        """Return the documents of one of the releases."""
        return next(documents for one, documents in self.history if one == quarter)

    def newest(self, wanted: Wanted, area: str = NATION) -> MeasureRow | None:
        """Return the newest published row; None if none was ever published."""
        rows = self._rows.get((wanted, area), [])
        shown = [row for row in rows if row.value is not None]
        found = shown or rows
        return found[-1] if found else None

    def beside(self, row: MeasureRow, area: str) -> MeasureRow | None:
        """Return the same measure of the same period in another area."""
        return self._of(row, area, row.time_period)

    def beside_form(self, row: MeasureRow, wanted: Wanted) -> MeasureRow | None:
        """Return another measure of the same area and period."""
        found = self._rows.get((wanted, row.ref_area), [])
        return next((one for one in found if one.time_period == row.time_period), None)

    def year_before(self, row: MeasureRow) -> MeasureRow | None:
        """Return the same measure of the same area, one year earlier."""
        return self._of(row, row.ref_area, before(row.time_period))

    def forms(self) -> list[Wanted]:
        """Return every measure in every form that was ever shown, in the order of the files."""
        shown = (wanted for (wanted, _), rows in self._rows.items() if any(map(_has_value, rows)))
        return sorted(dict.fromkeys(shown), key=_number)

    def _of(self, row: MeasureRow, area: str, period: str) -> MeasureRow | None:
        wanted = Wanted(row.measure, row.outcome, row.clock)
        found = self._rows.get((wanted, area), [])
        return next((one for one in found if one.time_period == period), None)

    @cached_property
    def _rows(self) -> dict[tuple[Wanted, str], list[MeasureRow]]:
        found: dict[tuple[Wanted, str], list[MeasureRow]] = {}
        for row in self._all():
            wanted = Wanted(row.measure, row.outcome, row.clock)
            found.setdefault((wanted, row.ref_area), []).append(row)
        return found

    def _all(self) -> Iterator[MeasureRow]:
        for _, documents in self.history:
            yield from read_measure_rows(documents[MEASURES])


def _has_value(row: MeasureRow) -> bool:
    return row.value is not None


def _number(wanted: Wanted) -> int:
    return int("".join(filter(str.isdigit, wanted.measure)))


def before(period: str) -> str:
    """Return the period one year earlier: 2026-Q3, 2026, or 2025-07-01/P1Y."""
    return f"{int(period[:4]) - 1}{period[4:]}"
