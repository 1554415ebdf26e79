"""Tables and releases made by hand, for tests of measures."""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.core.calendar import Quarter
from portal.statistics.catalogue.periods import make_quarter_span, make_table_span
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.measure_row import Rate
from portal.statistics.dataset.table import SERIES, SERIES_COLUMNS, Document
from portal.statistics.dataset.tabulation import tabulate_protected, tabulate_totals
from portal.statistics.disclosure.protected_table import ProtectedTable

Q4 = Quarter("2026-q4")
YEAR = (Quarter("2026-q1"), Quarter("2026-q2"), Quarter("2026-q3"), Q4)


def protected(
    table: str, values: Mapping[Any, int], cost: int = 500, quarter: Quarter = Q4
) -> ProtectedTable:
    """Return a table whose other cells are zero."""
    known = load().tables[table]
    cells = list(known.enumerate_cells())
    assert set(values) <= set(cells)
    return ProtectedTable(
        known, make_table_span(known, quarter), cost, dict.fromkeys(cells, 0) | dict(values)
    )


def published(
    quarter: Quarter, received: int, concluded: int, *tables: ProtectedTable, **series: int
) -> dict[str, Document]:
    """Return the documents of a release: these totals and tables, and exact series."""
    name = f"{quarter}/v1"
    documents = {documents.table.id: tabulate_protected(documents, name) for documents in tables}
    documents["totals"] = tabulate_totals(received, concluded, make_quarter_span(quarter), name)
    rows = tuple(
        ("Q", quarter.period, measure, "_T", value, "") for measure, value in series.items()
    )
    documents[SERIES] = Document(name, SERIES, SERIES_COLUMNS, rows)
    return documents


def named(rates: Iterable[Rate], measure: str, **about: object) -> Rate:
    """Return the one row of a measure of which this is true."""
    (rate,) = [
        rate
        for rate in rates
        if rate.measure == measure
        and all(getattr(rate, key) == value for key, value in about.items())
    ]
    return rate
