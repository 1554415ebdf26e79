"""What the interface for programs says of tables and of the catalogue."""

from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.encoding import Json
from portal.statistics.dataset.table import Document
from portal.statistics.formats import columns
from portal.statistics.formats.columns import texts


def table(name: str, found: Document, address: str) -> Json:
    """Return what a table is, without its rows.

    Args:
        name: of the table.
        found: the document.
        address: under which its files stand.
    """
    return {
        "id": name,
        "title": columns.title(found),
        "columns": [
            {"id": one.id, "type": one.type, "title": texts(one.label)}
            for one in columns.columns(found)
        ],
        "first_day": found.first_day or None,
        "last_day": found.last_day or None,
        "epsilon": found.epsilon,
        "rows": len(found.rows),
        "csv": f"{address}/{name}.csv",
        "json": f"{address}/{name}.json",
    }


def catalogue(*, invented: bool) -> Json:
    """Return every table, dimension, measure and code that there may be.

    Args:
        invented: whether this is a demonstration.
    """
    known = load()
    data_set = columns.data_set(invented=invented)
    return {
        "title": texts(data_set.title),
        "description": texts(data_set.description),
        "licence": "CC-BY-4.0",
        "tables": [
            {
                "id": one.id,
                "title": texts(one.label),
                "event": one.event,
                "period": one.period,
                "dimensions": list(one.dimensions),
                "epsilon": [cost / 1000 for cost in one.cost],
            }
            for one in known.tables.values()
        ],
        "dimensions": [
            {
                "id": one.id,
                "column": one.column,
                "title": texts(one.label),
                "total": one.total,
                "codes": [
                    {"id": code, "title": texts(label)} for code, label in one.get_labels().items()
                ],
            }
            for one in known.dimensions.values()
        ],
        "measures": [{"id": one.id, "title": texts(one.label)} for one in known.measures.values()],
        "series": [{"id": one.id, "title": texts(one.label)} for one in known.series.values()],
    }
