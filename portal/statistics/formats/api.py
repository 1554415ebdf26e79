"""What the interface for programs says of tables and of the catalogue."""

from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.encoding import Json
from portal.statistics.dataset.table import Document
from portal.statistics.formats import columns
from portal.statistics.formats.columns import to_texts


def describe_table(name: str, document: Document, address: str) -> Json:
    """Return what a table is, without its rows.

    Args:
        name: of the table.
        document: the table.
        address: under which its files stand.
    """
    return {
        "id": name,
        "title": columns.get_title(document),
        "columns": [
            {"id": column.id, "type": column.type, "title": to_texts(column.label)}
            for column in columns.describe_columns(document)
        ],
        "first_day": document.first_day or None,
        "last_day": document.last_day or None,
        "epsilon": document.epsilon,
        "rows": len(document.rows),
        "csv": f"{address}/{name}.csv",
        "json": f"{address}/{name}.json",
    }


def describe_catalogue(*, invented: bool) -> Json:
    """Return every table, dimension, measure and code that there may be.

    Args:
        invented: whether this is a demonstration.
    """
    known = load()
    data_set = columns.describe_data_set(invented=invented)
    return {
        "title": to_texts(data_set.title),
        "description": to_texts(data_set.description),
        "licence": "CC-BY-4.0",
        "tables": [
            {
                "id": table.id,
                "title": to_texts(table.label),
                "event": table.event,
                "period": table.period,
                "dimensions": list(table.dimensions),
                "epsilon": [cost / 1000 for cost in table.cost],
            }
            for table in known.tables.values()
        ],
        "dimensions": [
            {
                "id": dimension.id,
                "column": dimension.column,
                "title": to_texts(dimension.label),
                "total": dimension.total,
                "codes": [
                    {"id": code, "title": to_texts(label)}
                    for code, label in dimension.get_labels().items()
                ],
            }
            for dimension in known.dimensions.values()
        ],
        "measures": [
            {"id": measure.id, "title": to_texts(measure.label)}
            for measure in known.measures.values()
        ],
        "series": [
            {"id": series.id, "title": to_texts(series.label)} for series in known.series.values()
        ],
    }
