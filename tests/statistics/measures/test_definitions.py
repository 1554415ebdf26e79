"""The documentation says of every measure what the catalogue says."""

from pathlib import Path

import pytest

from portal.statistics.measures.definitions import as_markdown, series_as_markdown

METHOD = Path(__file__).parents[3] / "docs" / "statistics-method.md"


@pytest.mark.parametrize("table", [as_markdown(), series_as_markdown()], ids=["measures", "series"])
def test_the_method_has_the_table_of_the_catalogue(table: str) -> None:
    assert table in METHOD.read_text(encoding="utf-8")
