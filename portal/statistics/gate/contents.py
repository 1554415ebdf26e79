"""The guard of the catalogue (G10): a release holds what the catalogue names, and nothing else."""

from collections.abc import Mapping

from portal.statistics.catalogue.tables import Table, load
from portal.statistics.dataset.table import MEASURES, SERIES, TOTALS, Document
from portal.statistics.dataset.tabulation import list_columns
from portal.statistics.formats.columns import INVENTED, ORIGIN
from portal.statistics.gate.result import Result

WITHOUT_NOISE = frozenset({TOTALS, MEASURES, SERIES})


def of_documents(documents: Mapping[str, Document], quarter: str, level: str) -> Result:
    """Look for anything in a release that the catalogue does not have."""
    found = aliens(documents, quarter, level)
    note = "; ".join(found) or f"{len(documents)} documents"
    return Result("G10", "slip a table in", float(bool(found)), 0.0, note=note)


def aliens(documents: Mapping[str, Document], quarter: str, level: str) -> list[str]:
    """Return what in the documents of a release is not in the catalogue, in words.

    Args:
        documents: of the release, by name.
        quarter: of the release.
        level: of the ladder.
    """
    known = load()
    allowed = {table.id: table for table in known.select_tables(quarter, level)}
    found = [f"no table {name}" for name in allowed.keys() - documents.keys()]
    for name, document in documents.items():
        if name in allowed:
            table = allowed[name]
            found += _differences(table, document, known.get_cost(table, level))
        elif name not in WITHOUT_NOISE or document.table != name:
            found.append(f"{name} is not in the catalogue")
    return found


def _allowed(table: Table) -> tuple[tuple[str, ...], ...]:
    """Return the columns that a table may have: a demonstration has one that says so."""
    columns = list_columns(table)
    return columns, (*columns, ORIGIN)


def _says_nothing_else(document: Document) -> bool:
    """Tell whether the column of origin, if there is one, says only that the row is invented."""
    if ORIGIN not in document.columns:
        return True
    place = document.columns.index(ORIGIN)
    return all(row[place] == INVENTED for row in document.rows)


def _differences(table: Table, document: Document, cost: int) -> list[str]:
    """Return how a document is not the table of the catalogue."""
    dimensions = [load().dimensions[name] for name in table.dimensions]
    codes = [(one.id, set(one.codes)) for one in document.dimensions]
    checks = {
        "id": document.table == table.id,
        "epsilon": document.epsilon == cost / 1000,
        "columns": document.columns in _allowed(table),
        "origin": _says_nothing_else(document),
        "codes": codes == [(one.id, set(one.get_labels())) for one in dimensions],
        "rows": len(document.rows) == _rows(table),
    }
    return [f"{table.id}: other {what}" for what, same in checks.items() if not same]


def _rows(table: Table) -> int:
    rows = 1
    for name in table.dimensions:
        rows *= len(load().dimensions[name].codes) + 1
    return rows
