"""One row of the measures: as it is computed, and as it stands in the files."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from portal.statistics.catalogue.codelists import NATION, TOTAL
from portal.statistics.catalogue.periods import Span
from portal.statistics.dataset.table import Document

LOW = "u"  # too few cases for the rate to mean anything
HIDDEN = "c"  # its numerator is too small to show
MISSING = "x"  # not available; the caveat of the measure says why
BEYOND = ">"  # longer than the last band of durations
COUNT, SHARE, RATIO = "count", "share", "ratio"
PER_100_000, WORKING_DAYS = "per_100000", "working_days"


class Rate(NamedTuple):
    """One measure of one area; numbers that are not shown are None."""

    measure: str
    span: Span
    basis: str
    area: str = NATION
    outcome: str = TOTAL
    clock: str = ""
    part: int | None = None
    whole: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    status: str = ""
    unit: str = SHARE
    source: str = ""


class Estimate(NamedTuple):
    """The value of a measure, and the ends of its likely range."""

    value: float
    low: float
    high: float


class MeasureRow(NamedTuple):
    """One row of the published measures; its fields are the columns of the files."""

    freq: str
    time_period: str
    ref_area: str
    measure: str
    outcome: str = TOTAL
    num: int | None = None
    den: int | None = None
    value: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    basis: str = ""
    clock: str = ""
    status: str = ""
    unit: str = SHARE
    source: str = ""

    @property
    def estimate(self) -> Estimate | None:
        """Return the value with its likely range; None if it is not shown.

        An end that is not told, as of an exact number, is the value.
        """
        if self.value is None:
            return None
        low = self.value if self.ci_low is None else self.ci_low
        high = self.value if self.ci_high is None else self.ci_high
        return Estimate(self.value, low, high)


MEASURE_COLUMNS = MeasureRow._fields


def read_measure_rows(document: Document) -> Iterator[MeasureRow]:
    """Yield the rows of the measures of a release.

    Raises:
        ValueError: the document does not have the columns of measures.
    """
    if missing := set(MEASURE_COLUMNS) - set(document.columns):
        raise ValueError(f"{document.table} is without {sorted(missing)}")
    places = [document.columns.index(name) for name in MEASURE_COLUMNS]
    return (MeasureRow(*(row[place] for place in places)) for row in document.rows)


def read_rows_of_measure(document: Document, measure: str) -> Iterator[MeasureRow]:
    """Yield the rows of one measure: cheaper than all rows."""
    place = document.columns.index("measure")
    rows = tuple(row for row in document.rows if row[place] == measure)
    return read_measure_rows(replace(document, rows=rows))
