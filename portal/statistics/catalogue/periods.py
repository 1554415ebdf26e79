"""The days that a table counts, and how they are written in the files."""

from datetime import date
from typing import NamedTuple

from portal.core.calendar import Quarter
from portal.statistics.catalogue.tables import Table

QUARTERS_A_YEAR = 4


class Span(NamedTuple):
    """The days a table counts, and how they are written in the files."""

    first: date
    last: date
    frequency: str
    period: str


def make_table_span(table: Table, quarter: Quarter) -> Span:
    """Return the days that a table counts in the release of a quarter."""
    last = quarter.get_earlier(table.lag)
    return make_quarter_span(last) if table.period == "quarter" else make_year_span(last)


def make_quarter_span(quarter: Quarter) -> Span:
    """Return the days of a quarter."""
    return Span(*quarter.days, "Q", quarter.period)


def make_year_span(last: Quarter) -> Span:
    """Return the days of the four quarters that end with one."""
    first = last.get_earlier(QUARTERS_A_YEAR - 1).first
    end = last.last
    period = str(first.year) if first.year == end.year else f"{first.isoformat()}/P1Y"
    return Span(first, end, "A", period)


def list_quarters(span: Span) -> tuple[Quarter, ...]:
    """Return the quarters of some days, the oldest first."""
    quarters = [Quarter.from_day(span.first)]
    while quarters[-1] != Quarter.from_day(span.last):
        quarters.append(quarters[-1].following)
    return tuple(quarters)


def list_table_quarters(table: Table, quarter: Quarter) -> list[Quarter]:
    """Return the quarters that a table counts in the release of a quarter, the first one first."""
    return list(list_quarters(make_table_span(table, quarter)))
