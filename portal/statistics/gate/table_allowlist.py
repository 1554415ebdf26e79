"""The guard of the catalogue (G10): a release holds what the catalogue names, and nothing else."""

from collections.abc import Mapping

from portal.core.calendar import Quarter
from portal.statistics.catalogue.tables import Table, load
from portal.statistics.dataset.table import MEASURES, SERIES, TOTALS, Document
from portal.statistics.dataset.tabulation import list_columns
from portal.statistics.formats.columns import INVENTED, ORIGIN
from portal.statistics.gate.result import AttackResult

WITHOUT_NOISE = frozenset({TOTALS, MEASURES, SERIES})


def examine(documents: Mapping[str, Document], quarter: Quarter, level: str) -> AttackResult:
    """Look for anything in a release that the catalogue does not have."""
    unexpected = find_unexpected(documents, quarter, level)
    note = "; ".join(unexpected) or f"{len(documents)} documents"
    return AttackResult("G10", "slip a table in", float(bool(unexpected)), 0.0, note=note)


def find_unexpected(documents: Mapping[str, Document], quarter: Quarter, level: str) -> list[str]:
    """Return what in the documents of a release is not in the catalogue, in words.

    Args:
        documents: of the release, by name.
        quarter: of the release.
        level: of the ladder.
    """
    known = load()
    allowed = {table.id: table for table in known.select_tables(quarter, level)}
    unexpected = [f"no table {name}" for name in allowed.keys() - documents.keys()]
    for name, document in documents.items():
        if name in allowed:
            table = allowed[name]
            unexpected += _find_differences(table, document, known.get_cost(table, level))
        elif name not in WITHOUT_NOISE or document.table != name:
            unexpected.append(f"{name} is not in the catalogue")
    return unexpected


def _list_allowed_columns(table: Table) -> tuple[tuple[str, ...], ...]:
    """Return the columns that a table may have: a demonstration has one that says so."""
    columns = list_columns(table)
    return columns, (*columns, ORIGIN)


def _is_only_invented(document: Document) -> bool:
    """Tell whether the column of origin, if there is one, says only that the row is invented."""
    if ORIGIN not in document.columns:
        return True
    place = document.columns.index(ORIGIN)
    return all(row[place] == INVENTED for row in document.rows)


def _find_differences(table: Table, document: Document, cost: int) -> list[str]:
    """Return how a document is not the table of the catalogue."""
    dimensions = [load().dimensions[name] for name in table.dimensions]
    codes = [(dimension.id, set(dimension.codes)) for dimension in document.dimensions]
    checks = {
        "id": document.table == table.id,
        "epsilon": document.epsilon == cost / 1000,
        "columns": document.columns in _list_allowed_columns(table),
        "origin": _is_only_invented(document),
        "codes": codes == [(dimension.id, set(dimension.get_labels())) for dimension in dimensions],
        "rows": len(document.rows) == _count_rows(table),
    }
    return [f"{table.id}: other {what}" for what, same in checks.items() if not same]


def _count_rows(table: Table) -> int:
    rows = 1
    for name in table.dimensions:
        rows *= len(load().dimensions[name].codes) + 1
    return rows
