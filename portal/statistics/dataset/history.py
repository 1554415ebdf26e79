"""Looks up published numbers in the documents of a sequence of releases."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt

from portal.core.calendar import Quarter
from portal.statistics.catalogue.codelists import NATION, TOTAL
from portal.statistics.catalogue.tables import get_word
from portal.statistics.dataset.measure_row import MeasureRow, read_rows_of_measure
from portal.statistics.dataset.table import MEASURES, Document, Observation, read_observations
from portal.statistics.disclosure.intervals import BAND, MIDDLE

Documents = Mapping[str, Document]
History = Sequence[tuple[Quarter, Documents]]


@dataclass(frozen=True)
class SourceTable:
    """A document, and the quarter of the release that holds it."""

    quarter: Quarter
    document: Document

    @property
    def table(self) -> str:
        """Return the id of the table, which is the name of its files."""
        return self.document.table


@dataclass(frozen=True)
class MeasureKey:
    """A measure in one of its forms; an empty part means any."""

    measure: str
    outcome: str = TOTAL
    clock: str = ""  # how it begins
    frequency: str = ""

    def is_key_of(self, row: MeasureRow) -> bool:
        """Tell whether a row of the measures is of this form."""
        return (
            row.measure == self.measure
            and row.outcome == self.outcome
            and row.clock.startswith(self.clock)
            and self.frequency in ("", row.freq)
        )


def find_newest(history: History, *tables: str) -> SourceTable | None:
    """Return the newest document of these tables; of one release the first that it has."""
    for quarter, documents in reversed(history):
        for name in tables:
            if name in documents:
                return SourceTable(quarter, documents[name])
    return None


def find_in_every_release(history: History, *tables: str) -> list[SourceTable]:
    """Return the documents of these tables, one a release, the oldest first."""
    tables_found = []
    for quarter, documents in history:
        name = next((table for table in tables if table in documents), None)
        if name:
            tables_found.append(SourceTable(quarter, documents[name]))
    return tables_found


def select_measure_rows(documents: Documents, key: MeasureKey) -> Iterator[MeasureRow]:
    """Yield the rows of a measure in one release, those without a value too."""
    rows = read_rows_of_measure(documents[MEASURES], key.measure)
    return (row for row in rows if key.is_key_of(row))


def find_rate(documents: Documents, key: MeasureKey, area: str = NATION) -> MeasureRow | None:
    """Return one shown rate of one area, or None."""
    return next(
        (
            row
            for row in select_measure_rows(documents, key)
            if row.ref_area == area and row.value is not None
        ),
        None,
    )


def find_newest_rate(
    history: History, key: MeasureKey, area: str = NATION
) -> tuple[Quarter, MeasureRow] | None:
    """Return the newest shown rate of an area, with the quarter of its release."""
    for quarter, documents in reversed(history):
        row = find_rate(documents, key, area)
        if row:
            return quarter, row
    return None


def find_newest_rates(history: History, key: MeasureKey) -> tuple[Quarter, list[MeasureRow]] | None:
    """Return the rows of the newest release that has this measure for regions, of one period."""
    for quarter, documents in reversed(history):
        rows = list(select_measure_rows(documents, key))
        region = next((row for row in rows if row.ref_area != NATION), None)
        if region:
            return quarter, [row for row in rows if row.time_period == region.time_period]
    return None


def get_period(document: Document) -> str:
    """Return the period that all rows of a document count."""
    return next(read_observations(document)).time_period


def has_dimension(document: Document, name: str) -> bool:
    """Tell whether a document is broken down by a dimension."""
    return any(dimension.id == name for dimension in document.dimensions)


def select_along(document: Document, name: str, **fixed: str) -> list[tuple[str, Observation]]:
    """Return the rows of each code of one dimension, everything else added up.

    Args:
        document: a table.
        name: the dimension.
        fixed: codes that other dimensions are held at, by their ids.
    """
    codes, total = _get_held_codes(document, fixed), document.get_dimension(name).total
    del codes[name]
    return [
        (row.codes[name], row)
        for row in read_observations(document)
        if row.codes[name] != total and _is_in(row, codes)
    ]


def get_cell(document: Document, **fixed: str) -> Observation:
    """Return one number of a table: some dimensions held at a code, the others added up.

    Raises:
        StopIteration: the table has no such code.
    """
    codes = _get_held_codes(document, fixed)
    return next(row for row in read_observations(document) if _is_in(row, codes))


def sum_observations(rows: Sequence[Observation]) -> Observation:
    """Return several numbers of a table as one; their likely ranges are added by squares.

    A hidden number among others counts as the middle of its band, and may be anything in it.
    """
    if len(rows) == 1:
        return rows[0]
    shown = [(row.obs_value, row) for row in rows if row.obs_value is not None]
    hidden = [row for row in rows if row.obs_value is None]
    value = sum(number for number, _ in shown)
    below = sqrt(sum((number - (row.lower95 or 0)) ** 2 for number, row in shown))
    above = sqrt(sum(((row.upper95 or 0) - number) ** 2 for number, row in shown))
    first = shown[0][1] if shown else rows[0]
    return first._replace(
        obs_value=value + len(hidden) * MIDDLE,
        lower95=max(0, floor(value - below)),
        upper95=ceil(value + above) + sum(row.upper95 or BAND - 1 for row in hidden),
    )


def _get_held_codes(document: Document, fixed: Mapping[str, str]) -> dict[str, str]:
    """Return the code of each dimension: the one it is held at, or the total."""
    held = {document.get_dimension(name).id: code for name, code in fixed.items()}
    return {dimension.id: dimension.total for dimension in document.dimensions} | held


def _is_in(row: Observation, codes: Mapping[str, str]) -> bool:
    return all(row.codes[name] == code for name, code in codes.items())


def count_cells_added_up(document: Document, *fixed: str) -> int:
    """Return how many cells are added up when these dimensions are held at one code."""
    number = 1
    for dimension in document.dimensions:
        if dimension.id not in fixed:
            number *= len(dimension.codes) - 1
    return number


def get_labels(document: Document, name: str, language: str) -> dict[str, str]:
    """Return the names of the codes of a dimension."""
    return {code: texts[language] for code, texts in document.get_dimension(name).codes.items()}


def get_words(language: str, *names: str) -> tuple[str, ...]:
    """Return texts of the catalogue."""
    return tuple(get_word(name).get(language) for name in names)
