"""Documents as text: tidy CSV, and JSON with everything that the codes mean."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from portal.statistics.dataset.table import Document

Json = dict[str, Any]  # an object of JSON that is no document
# A spreadsheet takes a text that begins with one of these for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(document: Document) -> bytes:
    """Return the rows of a document: UTF-8 without a mark, commas, line feeds, nothing in words.

    Raises:
        ValueError: a spreadsheet would take a text for a formula.
    """
    return format_csv([document.columns, *document.rows])


def format_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as CSV; a value that is not known is empty.

    Raises:
        ValueError: a spreadsheet would take a text for a formula.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        if any(isinstance(value, str) and value.startswith(FORMULA) for value in row):
            raise ValueError(f"a spreadsheet would calculate with {row}")
        writer.writerow(row)
    return text.getvalue().encode()


def as_json(document: Document) -> bytes:
    """Return a document with everything that its codes mean."""
    return format_canonical_json(document.to_json())


def format_canonical_json(value: Any) -> bytes:
    """Return anything as JSON, the same bytes whenever and wherever it is written."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"


def format_readable_json(value: Any) -> bytes:
    """Return a description of data for people and programs: indented, in the order given."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"
