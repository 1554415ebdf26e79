"""Reads back what releases published: rows of documents, sums over several of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import prod
from typing import NamedTuple

from portal.core.calendar import compute_quarter_bounds
from portal.statistics.catalogue.codes import NATION
from portal.statistics.catalogue.periods import QUARTERS_A_YEAR
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.history import Documents, History
from portal.statistics.dataset.table import SERIES, TOTALS, Document, observations, total_of
from portal.statistics.disclosure.intervals import BAND, MIDDLE

RECEIVED, CONCLUDED = "received", "concluded"
_ONE_DAY = timedelta(days=1)


class Number(NamedTuple):
    """A published number, and the variance of its noise."""

    value: int
    noise: float


class _Shown(NamedTuple):
    value: int | None  # None: hidden
    noise: float


class Gap(Exception):
    """A release does not have a number that a measure needs: never published, or hidden."""


@dataclass(frozen=True)
class Published:
    """Releases, the oldest first; the last is the one at hand."""

    releases: History

    @property
    def quarter(self) -> str:
        """Return the quarter of the release at hand."""
        return self.releases[-1][0]

    @property
    def documents(self) -> Documents:
        """Return the documents of the release at hand."""
        return self.releases[-1][1]

    def last_four(self) -> History:
        """Return the releases of the four quarters that end with the one at hand.

        Raises:
            Gap: there are fewer.
        """
        if len(self.releases) < QUARTERS_A_YEAR:
            raise Gap("no four quarters")
        return self.releases[-QUARTERS_A_YEAR:]

    def exact(self, name: str, first: date, last: date) -> int:
        """Return an exact total of some quarters: reports received or cases concluded.

        Raises:
            Gap: one of the quarters was not published.
        """
        found = {
            compute_quarter_bounds(quarter): total_of(documents[TOTALS], name)
            for quarter, documents in self.releases
        }
        within = {days: value for days, value in found.items() if first <= days[0] <= last}
        _check_whole(within, first, last)
        return sum(within.values())

    def of_tables(self, *names: str) -> Iterator[Document]:
        """Yield the tables of these names of all releases, the oldest first."""
        for _, documents in self.releases:
            yield from (documents[name] for name in names if name in documents)


def in_series(documents: Documents, measure: str) -> int:
    """Return an exact number of the series of one release.

    Raises:
        Gap: it has none.
    """
    for row in observations(documents[SERIES]) if SERIES in documents else ():
        if row.measure == measure and row.obs_value is not None:
            return row.obs_value
    raise Gap(measure)


def number(document: Document, **codes: str) -> Number:
    """Return a number of a table: the cell of these codes, everything else added up.

    Args:
        document: the table.
        codes: by dimension.

    Raises:
        Gap: it is only published as a small one.
    """
    found = _found(document, codes)
    if found.value is None:
        raise Gap(document.table)
    return Number(found.value, found.noise)


def about(document: Document, **codes: str) -> Number:
    """Return the same, and for a hidden number the middle of what it may be.

    Sums over many quarters would otherwise end with the first small one. The half band is put to
    the variance.
    """
    found = _found(document, codes)
    if found.value is None:
        return Number(MIDDLE, found.noise + MIDDLE**2)
    return Number(found.value, found.noise)


def ends(document: Document, **codes: str) -> tuple[int, int]:
    """Return between what a number lies: it is as published, or somewhere below ten."""
    found = _found(document, codes)
    return (0, BAND - 1) if found.value is None else (found.value, found.value)


def of_several(parts: Sequence[tuple[Document, Mapping[str, str]]]) -> Number:
    """Return the sum of some numbers, a hidden one as the middle of what it may be.

    Args:
        parts: tables, each with the codes of the number by dimension.

    Raises:
        Gap: all of them are hidden.
    """
    if all(_found(document, codes).value is None for document, codes in parts):
        raise Gap("all of them are hidden")
    return added_up(about(document, **codes) for document, codes in parts)


def _found(document: Document, codes: Mapping[str, str]) -> "_Shown":
    wanted = {one.column: codes.get(one.id, one.total) for one in document.dimensions}
    wanted.setdefault("ref_area", NATION)
    position = [(document.columns.index(name), code) for name, code in wanted.items()]
    row = next(row for row in document.rows if all(row[at] == code for at, code in position))
    value = row[document.columns.index("obs_value")]
    added = prod(len(one.codes) - 1 for one in document.dimensions if one.id not in codes)
    return _Shown(None if value is None else int(value), added * document.noise_sd**2)


def added_up(numbers: Iterable[Number]) -> Number:
    """Return the sum of numbers whose noise was drawn apart."""
    found = list(numbers)
    return Number(sum(one.value for one in found), sum(one.noise for one in found))


def check_follow(documents: Sequence[Document], last: date) -> None:
    """Check that tables count every day once, from the first of them to a day.

    Raises:
        Gap: there is none, one is missing in between, or they end earlier.
    """
    if not documents:
        raise Gap("no table")
    spans = {one.days: 0 for one in documents}
    _check_whole(spans, min(spans)[0], last)


def known_codes(dimension: str) -> list[str]:
    """Return the codes of a dimension."""
    return [code.id for code in load().dimensions[dimension].codes]


def _check_whole(spans: Iterable[tuple[date, date]], first: date, last: date) -> None:
    following = first
    for start, end in sorted(spans):
        if start != following:
            raise Gap(f"nothing of {following}")
        following = end + _ONE_DAY
    if following != last + _ONE_DAY:
        raise Gap(f"nothing of {following}")
