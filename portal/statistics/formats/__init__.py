"""How figures are written: documents, CSV, JSON, XLSX, and descriptions that programs read."""

from portal.statistics.formats.documents import (
    FIRST,
    LAST,
    MEASURES,
    RATES,
    SERIES,
    TOTALS,
    Document,
    columns_of,
    document,
    measures_document,
    records,
    records_with,
    series_document,
    total_of,
    totals_document,
)
from portal.statistics.formats.plain import as_csv, as_json
from portal.statistics.formats.release import files

__all__ = [
    "FIRST",
    "LAST",
    "MEASURES",
    "RATES",
    "SERIES",
    "TOTALS",
    "Document",
    "as_csv",
    "as_json",
    "columns_of",
    "document",
    "files",
    "measures_document",
    "records",
    "records_with",
    "series_document",
    "total_of",
    "totals_document",
]
