"""What readers see of a table: every cell and total, exactly or between two ends."""

from collections.abc import Mapping
from typing import NamedTuple

from portal.statistics.catalogue.tables import Table, load
from portal.statistics.dataset.table import Document, read_observations
from portal.statistics.disclosure.intervals import BAND
from portal.statistics.disclosure.noise import compute_cap
from portal.statistics.gate.intervals import MOST, Range
from portal.statistics.gate.margins import Codes


class Seen(NamedTuple):
    """One table as readers see it."""

    table: Table
    quarter: str  # of its release
    values: Mapping[Codes, Range]
    cap: int  # the most that noise, and what made numbers agree, have changed a cell


def of_document(document: Document, quarter: str) -> Seen:
    """Return what a published document says."""
    table = load().tables[document.table]
    totals = {one.id: one.total for one in document.dimensions}
    values = {}
    for row in read_observations(document):
        codes = frozenset(
            (name, row.codes[name]) for name in table.dimensions if row.codes[name] != totals[name]
        )
        shown = row.obs_value
        values[codes] = Range(-MOST, BAND - 1) if shown is None else Range(shown, shown)
    most = compute_cap(document.cost) + (document.moved or 0)
    return Seen(table, quarter, values, most)
