"""The documentation says of every measure what the catalogue says."""

from pathlib import Path

import pytest

from portal.statistics.catalogue.markdown import as_markdown, format_series

METHOD = Path(__file__).parents[3] / "docs" / "statistics-method.md"


@pytest.mark.parametrize("table", [as_markdown(), format_series()], ids=["measures", "series"])
def test_the_method_has_the_table_of_the_catalogue(table: str) -> None:
    assert table in METHOD.read_text(encoding="utf-8")
