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


def span_of(table: Table, quarter: Quarter) -> Span:
    """Return the days that a table counts in the release of a quarter."""
    last = quarter.back(table.lag)
    return quarter_span(last) if table.period == "quarter" else year_span(last)


def quarter_span(quarter: Quarter) -> Span:
    """Return the days of a quarter."""
    return Span(*quarter.days, "Q", quarter.period)


def year_span(last: Quarter) -> Span:
    """Return the days of the four quarters that end with one."""
    first = last.back(QUARTERS_A_YEAR - 1).first
    end = last.last
    period = str(first.year) if first.year == end.year else f"{first.isoformat()}/P1Y"
    return Span(first, end, "A", period)


def quarters_in(span: Span) -> tuple[Quarter, ...]:
    """Return the quarters of some days, the oldest first."""
    found = [Quarter.of(span.first)]
    while found[-1] != Quarter.of(span.last):
        found.append(found[-1].following)
    return tuple(found)


def quarters_of(table: Table, quarter: Quarter) -> list[Quarter]:
    """Return the quarters that a table counts in the release of a quarter, the first one first."""
    return list(quarters_in(span_of(table, quarter)))
