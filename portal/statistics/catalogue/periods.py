"""The days that a table counts, and how they are written in the files."""

from datetime import date
from typing import NamedTuple

from portal.core.calendar import quarter_bounds, quarter_of
from portal.statistics.catalogue import release_days
from portal.statistics.catalogue.tables import Table

QUARTERS_A_YEAR = 4


class Span(NamedTuple):
    """The days a table counts, and how they are written in the files."""

    first: date
    last: date
    frequency: str
    period: str


def make_table_span(table: Table, quarter: str) -> Span:
    """Return the days that a table counts in the release of a quarter."""
    last = release_days.get_earlier_quarter(quarter, table.lag)
    return make_quarter_span(last) if table.period == "quarter" else make_year_span(last)


def make_quarter_span(quarter: str) -> Span:
    """Return the days of a quarter."""
    return Span(*quarter_bounds(quarter), "Q", quarter.upper())


def make_year_span(last: str) -> Span:
    """Return the days of the four quarters that end with one."""
    first = quarter_bounds(release_days.get_earlier_quarter(last, QUARTERS_A_YEAR - 1))[0]
    end = quarter_bounds(last)[1]
    period = str(first.year) if first.year == end.year else f"{first.isoformat()}/P1Y"
    return Span(first, end, "A", period)


def list_quarters(span: Span) -> tuple[str, ...]:
    """Return the quarters of some days, the oldest first."""
    quarters = [quarter_of(span.first)]
    while quarters[-1] != quarter_of(span.last):
        quarters.append(release_days.get_next_quarter(quarters[-1]))
    return tuple(quarters)


def list_table_quarters(table: Table, quarter: str) -> list[str]:
    """Return the quarters that a table counts in the release of a quarter, the first one first."""
    return list(list_quarters(make_table_span(table, quarter)))
