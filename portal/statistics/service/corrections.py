"""Corrected versions of a release: what may be corrected, and how its files are made.

A number that is published again tells that a case moved, unless it moved with many others. So two
defects are corrected: of words and descriptions, where every number stays; and of production, where
each cell concerned was wrong by ten cases or more. Everything else waits for the next release.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from portal.core.errors import Conflict
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.table import Breakdown, Document
from portal.statistics.dataset.tallies import Tallies
from portal.statistics.disclosure.noise import Tally
from portal.statistics.models import ReleaseVersion
from portal.statistics.releases import archive
from portal.statistics.service import secrets
from portal.statistics.service.build import (
    BuildContext,
    BuiltRelease,
    CountedTables,
    ReleaseSpec,
    count,
    finish,
)

LEAST_CHANGE = 10  # cases by which a cell must have been wrong


def prepare_correction(
    session: Session, spec: ReleaseSpec, earlier: ReleaseVersion, build: BuildContext
) -> BuiltRelease:
    """Make every file of a corrected version; change nothing.

    Args:
        session: to read with.
        spec: the version; with a key the cases are counted again, without one nothing is.
        earlier: the version that it corrects.
        build: folder, key, and how to print and tell.

    Raises:
        Conflict: it would change a cell by less than ten cases, or the secrets were destroyed.
    """
    if spec.key:
        counted = count(session, spec, build)
        totals, cells = secrets.unlock_counts(earlier, build.master)
        if faults := list(find_small_changes(totals, cells, counted.totals, counted.tallies)):
            raise Conflict("the fix goes to the next release: " + "; ".join(faults))
        return finish(spec, counted, build)
    published = archive.get_release(build.folder, earlier.quarter, earlier.version)
    documents = {
        name: relabel(document, spec.name) for name, document in published.read_documents().items()
    }
    return finish(spec, CountedTables(documents), build)


def find_small_changes(
    totals: tuple[int, int],
    cells: Mapping[str, Tallies],
    new_totals: tuple[int, int],
    new_cells: Mapping[str, Tallies],
) -> Iterator[str]:
    """Yield every change of a count that would betray single cases; equal counts betray none.

    Args:
        totals: received and concluded as they were counted.
        cells: of each table as they were counted.
        new_totals: as they would be.
        new_cells: as they would be.
    """
    for name, old, new in zip(("received", "concluded"), totals, new_totals, strict=True):
        if old != new and abs(old - new) < LEAST_CHANGE:
            yield f"total of {name}"
    for table in cells.keys() & new_cells.keys():
        old_cells, renewed_cells = cells[table], new_cells[table]
        for cell in sorted(old_cells.keys() | renewed_cells.keys()):
            before, after = old_cells.get(cell, Tally()), renewed_cells.get(cell, Tally())
            if before != after and abs(before.records - after.records) < LEAST_CHANGE:
                yield f"{table}, {', '.join(cell)}"


def relabel(document: Document, release: str) -> Document:
    """Return a published table under the labels of today; every number and code stays.

    Args:
        document: the table.
        release: the version that it belongs to now: 2026-q3/v2.
    """
    catalogue = load()
    document = replace(document, release=release)
    if table := catalogue.tables.get(document.table):
        dimensions = tuple(map(_relabel_dimension, document.dimensions))
        document = replace(document, title=table.label.texts, dimensions=dimensions)
    return document


def _relabel_dimension(dimension: Breakdown) -> Breakdown:
    current = load().dimensions[dimension.id]
    published = dimension.codes
    labels = {code: text.texts for code, text in current.get_labels().items() if code in published}
    codes = labels | {code: text for code, text in published.items() if code not in labels}
    return replace(dimension, label=current.label.texts, codes=codes)
