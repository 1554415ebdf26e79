"""What readers see of a table: every cell and total, exactly or between two ends."""

from collections.abc import Mapping
from typing import NamedTuple

from portal.core.calendar import Quarter
from portal.statistics.catalogue.tables import Table, load
from portal.statistics.dataset.table import Document, read_observations
from portal.statistics.disclosure.intervals import BAND
from portal.statistics.disclosure.noise import compute_cap
from portal.statistics.gate.intervals import MOST, Range
from portal.statistics.gate.margins import Codes


class ReaderView(NamedTuple):
    """One table as readers see it."""

    table: Table
    quarter: Quarter  # of its release
    values: Mapping[Codes, Range]
    cap: int  # the most that noise, and what made numbers agree, have changed a cell


def build_reader_view(document: Document, quarter: Quarter) -> ReaderView:
    """Return what a published document says."""
    table = load().tables[document.table]
    totals = {dimension.id: dimension.total for dimension in document.dimensions}
    values = {}
    for row in read_observations(document):
        codes = frozenset(
            (name, row.codes[name]) for name in table.dimensions if row.codes[name] != totals[name]
        )
        shown = row.obs_value
        values[codes] = Range(-MOST, BAND - 1) if shown is None else Range(shown, shown)
    most = compute_cap(document.cost) + (document.moved or 0)
    return ReaderView(table, quarter, values, most)
