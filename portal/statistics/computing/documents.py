"""Makes the documents of a release from numbers with their noise: no count and no case is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.calendar import Quarter
from portal.statistics.catalogue.periods import make_quarter_span
from portal.statistics.computing.reconciliation import reconcile
from portal.statistics.dataset.history import History
from portal.statistics.dataset.table import MEASURES, SERIES, TOTALS, Document
from portal.statistics.dataset.tabulation import (
    tabulate_measures,
    tabulate_protected,
    tabulate_totals,
)
from portal.statistics.disclosure.protected_table import ProtectedTable
from portal.statistics.measures.dispatch import compute_joint_rates, compute_rates, derive_rates
from portal.statistics.measures.exact import (
    compute_exact_measures,
    compute_punctuality,
    list_unavailable,
)


@dataclass(frozen=True)
class ExactNumbers:
    """What is published of a quarter without noise."""

    totals: tuple[int, int]  # received, concluded
    series: Document
    punctual: Sequence[bool]  # of each release before this one


def make_documents(
    quarter: Quarter,
    release: str,
    tables: Sequence[ProtectedTable],
    exact: ExactNumbers,
    history: History,
) -> tuple[dict[str, Document], tuple[ProtectedTable, ...]]:
    """Return the documents of a release, and its tables with the numbers that stand in them.

    Args:
        quarter: of the release.
        release: its name.
        tables: with their noise.
        exact: what has none.
        history: quarter and documents of the releases before, the oldest first.
    """
    span = make_quarter_span(quarter)
    totals = tabulate_totals(*exact.totals, span, release)
    agreed = reconcile(tables, quarter, totals, history)
    documents = {table.table.id: tabulate_protected(table, release) for table in agreed}
    documents |= {TOTALS: totals, SERIES: exact.series}
    measured = [
        *compute_exact_measures(*exact.totals, span),
        compute_punctuality(exact.punctual, span),
        *list_unavailable(span),
        *(rate for table in agreed for rate in compute_rates(table)),
        *compute_joint_rates(agreed),
        *derive_rates(history, documents),
    ]
    documents[MEASURES] = tabulate_measures(measured, release)
    return documents, agreed
