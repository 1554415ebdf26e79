"""A document is what stands in its file, no more and no less."""

import json
from datetime import date

import pytest

from portal.statistics.catalogue.tables import LEVELS
from portal.statistics.dataset.encoding import as_json
from portal.statistics.dataset.table import MEASURES, SERIES, TOTALS, Document, read_observations
from tests.statistics import tables


@pytest.mark.parametrize("level", LEVELS)
def test_every_document_comes_back_from_its_file_as_it_was(level: str) -> None:
    for document in tables.documents(level).values():
        assert Document.from_json(json.loads(as_json(document))) == document


def test_what_a_document_does_not_have_is_not_in_its_file() -> None:
    documents = tables.documents("L1")

    assert set(documents[MEASURES].to_json()) == {
        *("release", "table", "columns", "rows", "measures")
    }
    assert "moved" not in documents[TOTALS].to_json()
    assert documents[TOTALS].to_json()["epsilon"] is None
    assert documents["received-region"].to_json()["moved"] >= 0


def test_a_table_published_before_numbers_were_moved_stays_as_it_is() -> None:
    told = tables.documents("L1")["received-region"].to_json()
    del told["moved"]

    assert Document.from_json(told).moved is None
    assert Document.from_json(told).to_json() == told


def test_days_and_cost_are_those_of_the_file() -> None:
    document = tables.documents("L1")["received-region"]

    assert document.days == (date(2026, 10, 1), date(2026, 12, 31))
    assert document.epsilon == document.cost / 1000
    assert tables.documents("L1")[TOTALS].cost == 0
    assert not tables.documents("L1")[MEASURES].counts_days


@pytest.mark.parametrize(
    "told",
    [
        [],
        {"release": "2026-q4/v1", "table": "x", "columns": ["a"]},
        {"release": "2026-q4/v1", "table": "x", "columns": ["a"], "rows": [1]},
        {"release": "2026-q4/v1", "table": "x", "columns": ["a"], "rows": [], "cases": 1},
        {"release": "2026-q4/v1", "table": "x", "columns": [], "rows": [], "dimensions": [{}]},
    ],
)
def test_what_is_no_document_or_would_lose_something_is_refused(told: object) -> None:
    with pytest.raises(ValueError, match="published table"):
        Document.from_json(told)


def test_a_row_says_its_codes_by_dimension_and_what_it_lacks_is_empty() -> None:
    documents = tables.documents("L2")
    crossed = documents["received-region-category"]

    rows = list(read_observations(crossed))

    assert {tuple(row.codes) for row in rows} == {("region", "category")}
    assert [row.ref_area for row in rows] == [row.codes["region"] for row in rows]
    (received, _) = read_observations(documents[TOTALS])
    assert (received.codes, received.lower95) == ({}, received.obs_value)
    assert {row.lower95 for row in read_observations(documents[SERIES])} == {None}
    assert {row.conf_status for row in read_observations(documents[SERIES])} == {""}
