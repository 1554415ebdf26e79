"""The days that a table counts, and how they are written in the files."""

from datetime import date
from typing import NamedTuple

from portal.core.calendar import compute_quarter, compute_quarter_bounds
from portal.statistics.catalogue import schedule
from portal.statistics.catalogue.tables import Table

QUARTERS_A_YEAR = 4


class Span(NamedTuple):
    """The days a table counts, and how they are written in the files."""

    first: date
    last: date
    frequency: str
    period: str


def span_of(table: Table, quarter: str) -> Span:
    """Return the days that a table counts in the release of a quarter."""
    last = schedule.back(quarter, table.lag)
    return quarter_span(last) if table.period == "quarter" else year_span(last)


def quarter_span(quarter: str) -> Span:
    """Return the days of a quarter."""
    return Span(*compute_quarter_bounds(quarter), "Q", quarter.upper())


def year_span(last: str) -> Span:
    """Return the days of the four quarters that end with one."""
    first = compute_quarter_bounds(schedule.back(last, QUARTERS_A_YEAR - 1))[0]
    end = compute_quarter_bounds(last)[1]
    period = str(first.year) if first.year == end.year else f"{first.isoformat()}/P1Y"
    return Span(first, end, "A", period)


def quarters_in(span: Span) -> tuple[str, ...]:
    """Return the quarters of some days, the oldest first."""
    found = [compute_quarter(span.first)]
    while found[-1] != compute_quarter(span.last):
        found.append(schedule.after(found[-1]))
    return tuple(found)


def quarters_of(table: Table, quarter: str) -> list[str]:
    """Return the quarters that a table counts in the release of a quarter, the first one first."""
    return list(quarters_in(span_of(table, quarter)))
