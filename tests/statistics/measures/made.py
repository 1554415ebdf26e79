"""Tables and releases made by hand, for tests of measures."""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.statistics.catalogue.periods import make_quarter_span, make_table_span
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.measure_row import Rate
from portal.statistics.dataset.table import EXACT, SERIES, Document
from portal.statistics.dataset.writing import tabulate_protected, tabulate_totals
from portal.statistics.disclosure.protected import Protected

Q4 = "2026-q4"
YEAR = ("2026-q1", "2026-q2", "2026-q3", Q4)


def protected(
    table: str, values: Mapping[Any, int], cost: int = 500, quarter: str = Q4
) -> Protected:
    """Return a table whose other cells are zero."""
    found = load().tables[table]
    cells = list(found.enumerate_cells())
    assert set(values) <= set(cells)
    return Protected(
        found, make_table_span(found, quarter), cost, dict.fromkeys(cells, 0) | dict(values)
    )


def published(
    quarter: str, received: int, concluded: int, *tables: Protected, **series: int
) -> dict[str, Document]:
    """Return the documents of a release: these totals and tables, and exact series."""
    name = f"{quarter}/v1"
    found = {one.table.id: tabulate_protected(one, name) for one in tables}
    found["totals"] = tabulate_totals(received, concluded, make_quarter_span(quarter), name)
    rows = tuple(("Q", quarter.upper(), one, "_T", value, "") for one, value in series.items())
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
