"""Tables and releases made by hand, for tests of measures."""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.core.calendar import Quarter
from portal.statistics.catalogue.periods import quarter_span, span_of
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.measure_row import Rate
from portal.statistics.dataset.table import EXACT, SERIES, Document
from portal.statistics.dataset.writing import document, totals_document
from portal.statistics.disclosure.protected import Protected

Q4 = Quarter("2026-q4")
YEAR = (Quarter("2026-q1"), Quarter("2026-q2"), Quarter("2026-q3"), Q4)


def protected(
    table: str, values: Mapping[Any, int], cost: int = 500, quarter: Quarter = Q4
) -> Protected:
    """Return a table whose other cells are zero."""
    found = load().tables[table]
    cells = list(found.cells())
    assert set(values) <= set(cells)
    return Protected(found, span_of(found, quarter), cost, dict.fromkeys(cells, 0) | dict(values))


def published(
    quarter: Quarter, received: int, concluded: int, *tables: Protected, **series: int
) -> dict[str, Document]:
    """Return the documents of a release: these totals and tables, and exact series."""
    name = f"{quarter}/v1"
    found = {one.table.id: document(one, name) for one in tables}
    found["totals"] = totals_document(received, concluded, quarter_span(quarter), name)
    rows = tuple(("Q", quarter.period, one, "_T", value, "") for one, value in series.items())
    found[SERIES] = Document(name, SERIES, EXACT, rows)
    return found


def named(found: Iterable[Rate], measure: str, **about: object) -> Rate:
    """Return the one row of a measure of which this is true."""
    (one,) = [
        rate
        for rate in found
        if rate.measure == measure
        and all(getattr(rate, key) == value for key, value in about.items())
    ]
    return one
