"""Tables as text."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers, lists, none, sampled_from, tuples

from portal.statistics.catalogue.tables import LEVELS
from portal.statistics.dataset.encoding import FORMULA, as_csv, as_json, format_csv
from portal.statistics.dataset.table import Document
from tests.statistics import tables

CELLS = (
    none()
    | integers()
    | floats(allow_nan=False, allow_infinity=False)
    | sampled_from(["KZ-75", "a,b", 'a"b', "a\nb", "Қазақстан", ""])
)


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@given(lists(tuples(CELLS, CELLS, CELLS), max_size=20))
def test_what_is_written_is_read_again(rows: list[tuple[object, ...]]) -> None:
    document = Document("2026-q4/v1", "made", ("a", "b", "c"), tuple(rows))

    assert Document.from_json(json.loads(as_json(document))) == document
    assert read(as_csv(document)) == [
        ["a", "b", "c"],
        *(["" if value is None else str(value) for value in row] for row in rows),
    ]


@given(sampled_from(FORMULA))
def test_no_text_is_written_that_a_spreadsheet_would_calculate(start: str) -> None:
    with pytest.raises(ValueError, match="calculate"):
        format_csv([[f"{start}1"]])


@pytest.mark.parametrize("level", LEVELS)
def test_no_number_is_in_words_and_no_cell_is_padded(level: str) -> None:
    for name, content in tables.made(tables.Q4, level).items():
        if name.endswith(".csv"):
            assert not content.startswith(b"\xef\xbb\xbf")
            assert b"\r" not in content
            assert all(value == value.strip() for row in read(content) for value in row), name
    for row in csv.DictReader(io.StringIO(tables.made(tables.Q4, level)["measures.csv"].decode())):
        assert all(
            row[column] == "" or float(row[column]) >= 0 for column in ("num", "den", "value")
        )
