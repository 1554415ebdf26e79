"""Makes the documents of a release from numbers with their noise: no count and no case is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.calendar import Quarter
from portal.statistics.catalogue.periods import quarter_span
from portal.statistics.computing.agreeing import reconciled
from portal.statistics.dataset.history import History
from portal.statistics.dataset.table import MEASURES, SERIES, TOTALS, Document
from portal.statistics.dataset.writing import document, measures_document, totals_document
from portal.statistics.disclosure.protected import Protected
from portal.statistics.measures.dispatch import derived, rates, together
from portal.statistics.measures.exact import exact_measures, punctuality, unavailable


@dataclass(frozen=True)
class Exact:
    """What is published of a quarter without noise."""

    totals: tuple[int, int]  # received, concluded
    series: Document
    punctual: Sequence[bool]  # of each release before this one


def documents(
    quarter: Quarter, release: str, tables: Sequence[Protected], exact: Exact, history: History
) -> tuple[dict[str, Document], tuple[Protected, ...]]:
    """Return the documents of a release, and its tables with the numbers that stand in them.

    Args:
        quarter: of the release.
        release: its name.
        tables: with their noise.
        exact: what has none.
        history: quarter and documents of the releases before, the oldest first.
    """
    span = quarter_span(quarter)
    totals = totals_document(*exact.totals, span, release)
    agreed = reconciled(tables, quarter, totals, history)
    found = {one.table.id: document(one, release) for one in agreed}
    found |= {TOTALS: totals, SERIES: exact.series}
    measured = [
        *exact_measures(*exact.totals, span),
        punctuality(exact.punctual, span),
        *unavailable(span),
        *(rate for table in agreed for rate in rates(table)),
        *together(agreed),
        *derived(history, found),
    ]
    found[MEASURES] = measures_document(measured, release)
    return found, agreed
