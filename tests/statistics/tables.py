"""Invented tables, protected already: what formats, pages and charts are made of."""

from datetime import date

from portal.statistics.catalogue import load
from portal.statistics.facts import Facts, Publisher
from portal.statistics.formats import (
    MEASURES,
    TOTALS,
    Document,
    document,
    measures_document,
    totals_document,
)
from portal.statistics.measures import Protected, exact_measures, quarter_span, rates, span_of

Q4 = "2026-q4"
PUBLISHER = Publisher("https://report.example", "https://kk.wikipedia.org", "", demonstration=False)


def facts(quarter: str = Q4, version: int = 1, level: str = "L1", correction: str = "") -> Facts:
    """Return what a release says of itself."""
    day = date(2027, 3, 9)
    return Facts(PUBLISHER, quarter, version, level, day, "0" * 64, correction)


def documents(level: str = "L1", quarter: str = Q4) -> dict[str, Document]:
    """Return all documents of a release; numbers differ from cell to cell, some are hidden."""
    name = f"{quarter}/v1"
    protected = [
        Protected(
            table,
            span_of(table, quarter),
            load().cost(table, level),
            {cell: number * 7 % 90 for number, cell in enumerate(table.cells())},
        )
        for table in load().tables_of(quarter, level)
    ]
    span = quarter_span(quarter)
    measured = [*exact_measures(900, 700, span), *(one for each in protected for one in rates(each))]
    made = {one.table.id: document(one, name) for one in protected}
    made[TOTALS] = totals_document(900, 700, span, name)
    made[MEASURES] = measures_document(measured, name)
    return made
