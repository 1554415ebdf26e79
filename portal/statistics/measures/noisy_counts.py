"""Reads back what releases published: rows of documents, sums over several of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import prod
from typing import NamedTuple

from portal.core.calendar import Quarter
from portal.statistics.catalogue.codelists import NATION
from portal.statistics.catalogue.periods import QUARTERS_A_YEAR
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.history import Documents, History
from portal.statistics.dataset.table import SERIES, TOTALS, Document, get_total, read_observations
from portal.statistics.disclosure.intervals import BAND, MIDDLE

RECEIVED, CONCLUDED = "received", "concluded"
_ONE_DAY = timedelta(days=1)


class NoisyCount(NamedTuple):
    """A published number, and the variance of its noise."""

    value: int
    noise: float


class _PublishedCell(NamedTuple):
    value: int | None  # None: hidden
    noise: float


class NotPublished(Exception):
    """A release does not have a number that a measure needs: never published, or hidden."""


@dataclass(frozen=True)
class PublishedReleases:
    """Releases, the oldest first; the last is the one at hand."""

    releases: History

    @property
    def quarter(self) -> Quarter:
        """Return the quarter of the release at hand."""
        return self.releases[-1][0]

    @property
    def documents(self) -> Documents:
        """Return the documents of the release at hand."""
        return self.releases[-1][1]

    def get_last_four(self) -> History:
        """Return the releases of the four quarters that end with the one at hand.

        Raises:
            NotPublished: there are fewer.
        """
        if len(self.releases) < QUARTERS_A_YEAR:
            raise NotPublished("no four quarters")
        return self.releases[-QUARTERS_A_YEAR:]

    def sum_exact(self, name: str, first: date, last: date) -> int:
        """Return an exact total of some quarters: reports received or cases concluded.

        Raises:
            NotPublished: one of the quarters was not published.
        """
        totals = {
            quarter.days: get_total(documents[TOTALS], name) for quarter, documents in self.releases
        }
        within = {days: value for days, value in totals.items() if first <= days[0] <= last}
        _check_covered(within, first, last)
        return sum(within.values())

    def select_tables(self, *names: str) -> Iterator[Document]:
        """Yield the tables of these names of all releases, the oldest first."""
        for _, documents in self.releases:
            yield from (documents[name] for name in names if name in documents)


def read_series(documents: Documents, measure: str) -> int:
    """Return an exact number of the series of one release.

    Raises:
        NotPublished: it has none.
    """
    for row in read_observations(documents[SERIES]) if SERIES in documents else ():
        if row.measure == measure and row.obs_value is not None:
            return row.obs_value
    raise NotPublished(measure)


def read_number(document: Document, **codes: str) -> NoisyCount:
    """Return a number of a table: the cell of these codes, everything else added up.

    Args:
        document: the table.
        codes: by dimension.

    Raises:
        NotPublished: it is only published as a small one.
    """
    cell = _read_cell(document, codes)
    if cell.value is None:
        raise NotPublished(document.table)
    return NoisyCount(cell.value, cell.noise)


def estimate_number(document: Document, **codes: str) -> NoisyCount:
    """Return the same, and for a hidden number the middle of what it may be.

    Sums over many quarters would otherwise end with the first small one. The half band is put to
    the variance.
    """
    cell = _read_cell(document, codes)
    if cell.value is None:
        return NoisyCount(MIDDLE, cell.noise + MIDDLE**2)
    return NoisyCount(cell.value, cell.noise)


def get_bounds(document: Document, **codes: str) -> tuple[int, int]:
    """Return between what a number lies: it is as published, or somewhere below ten."""
    cell = _read_cell(document, codes)
    return (0, BAND - 1) if cell.value is None else (cell.value, cell.value)


def sum_parts(parts: Sequence[tuple[Document, Mapping[str, str]]]) -> NoisyCount:
    """Return the sum of some numbers, a hidden one as the middle of what it may be.

    Args:
        parts: tables, each with the codes of the number by dimension.

    Raises:
        NotPublished: all of them are hidden.
    """
    if all(_read_cell(document, codes).value is None for document, codes in parts):
        raise NotPublished("all of them are hidden")
    return add_numbers(estimate_number(document, **codes) for document, codes in parts)


def _read_cell(document: Document, codes: Mapping[str, str]) -> "_PublishedCell":
    codes_by_column = {
        dimension.column: codes.get(dimension.id, dimension.total)
        for dimension in document.dimensions
    }
    codes_by_column.setdefault("ref_area", NATION)
    position = [(document.columns.index(name), code) for name, code in codes_by_column.items()]
    row = next(row for row in document.rows if all(row[at] == code for at, code in position))
    value = row[document.columns.index("obs_value")]
    added = prod(
        len(dimension.codes) - 1 for dimension in document.dimensions if dimension.id not in codes
    )
    return _PublishedCell(None if value is None else int(value), added * document.noise_sd**2)


def add_numbers(numbers: Iterable[NoisyCount]) -> NoisyCount:
    """Return the sum of numbers whose noise was drawn apart."""
    parts = list(numbers)
    return NoisyCount(sum(part.value for part in parts), sum(part.noise for part in parts))


def check_consecutive(documents: Sequence[Document], last: date) -> None:
    """Check that tables count every day once, from the first of them to a day.

    Raises:
        NotPublished: there is none, one is missing in between, or they end earlier.
    """
    if not documents:
        raise NotPublished("no table")
    spans = {document.days: 0 for document in documents}
    _check_covered(spans, min(spans)[0], last)


def list_codes(dimension: str) -> list[str]:
    """Return the codes of a dimension."""
    return [code.id for code in load().dimensions[dimension].codes]


def _check_covered(spans: Iterable[tuple[date, date]], first: date, last: date) -> None:
    following = first
    for start, end in sorted(spans):
        if start != following:
            raise NotPublished(f"nothing of {following}")
        following = end + _ONE_DAY
    if following != last + _ONE_DAY:
        raise NotPublished(f"nothing of {following}")
