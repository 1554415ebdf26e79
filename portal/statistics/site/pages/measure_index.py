"""Finds measures in published releases: the newest one of a region, and the one a year before."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from portal.core.calendar import Quarter
from portal.statistics.catalogue.codelists import NATION, TOTAL
from portal.statistics.dataset.history import Documents, History
from portal.statistics.dataset.measure_row import MeasureRow, read_measure_rows
from portal.statistics.dataset.table import MEASURES


class MeasureForm(NamedTuple):
    """A measure in one of its forms, such as K5 within 15 working days."""

    measure: str
    outcome: str = TOTAL
    clock: str = ""


@dataclass(frozen=True)
class MeasureIndex:
    """All measures of a history of releases.

    Args:
        history: quarters with their documents, the oldest first; the last is the release at hand.
    """

    history: History

    @property
    def quarter(self) -> Quarter:
        """Return the quarter of the release at hand."""
        return self.history[-1][0]

    @property
    def documents(self) -> Documents:
        """Return the documents of the release at hand."""
        return self.history[-1][1]

    def get_documents(self, quarter: Quarter) -> Documents:
        """Return the documents of one of the releases."""
        return next(documents for release, documents in self.history if release == quarter)

    def find_newest(self, form: MeasureForm, area: str = NATION) -> MeasureRow | None:
        """Return the newest published row; None if none was ever published."""
        rows = self._rows.get((form, area), [])
        shown = [row for row in rows if row.value is not None]
        candidates = shown or rows
        return candidates[-1] if candidates else None

    def find_beside(self, row: MeasureRow, area: str) -> MeasureRow | None:
        """Return the same measure of the same period in another area."""
        return self._find_row(row, area, row.time_period)

    def find_form(self, row: MeasureRow, form: MeasureForm) -> MeasureRow | None:
        """Return another measure of the same area and period."""
        rows = self._rows.get((form, row.ref_area), [])
        return next((other for other in rows if other.time_period == row.time_period), None)

    def find_year_before(self, row: MeasureRow) -> MeasureRow | None:
        """Return the same measure of the same area, one year earlier."""
        return self._find_row(row, row.ref_area, shift_year(row.time_period))

    def list_forms(self) -> list[MeasureForm]:
        """Return every measure in every form that was ever shown, in the order of the files."""
        shown = (form for (form, _), rows in self._rows.items() if any(map(_has_value, rows)))
        return sorted(dict.fromkeys(shown), key=_parse_number)

    def _find_row(self, row: MeasureRow, area: str, period: str) -> MeasureRow | None:
        form = MeasureForm(row.measure, row.outcome, row.clock)
        rows = self._rows.get((form, area), [])
        return next((other for other in rows if other.time_period == period), None)

    @cached_property
    def _rows(self) -> dict[tuple[MeasureForm, str], list[MeasureRow]]:
        rows_by_form: dict[tuple[MeasureForm, str], list[MeasureRow]] = {}
        for row in self._read_rows():
            form = MeasureForm(row.measure, row.outcome, row.clock)
            rows_by_form.setdefault((form, row.ref_area), []).append(row)
        return rows_by_form

    def _read_rows(self) -> Iterator[MeasureRow]:
        for _, documents in self.history:
            yield from read_measure_rows(documents[MEASURES])


def _has_value(row: MeasureRow) -> bool:
    return row.value is not None


def _parse_number(form: MeasureForm) -> int:
    return int("".join(filter(str.isdigit, form.measure)))


def shift_year(period: str) -> str:
    """Return the period one year earlier: 2026-Q3, 2026, or 2025-07-01/P1Y."""
    return f"{int(period[:4]) - 1}{period[4:]}"
