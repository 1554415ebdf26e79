"""A row of the measures is found by name, whatever a document has besides."""

from dataclasses import replace

import pytest

from portal.statistics.dataset.measure_row import (
    MEASURE_COLUMNS,
    Estimate,
    MeasureRow,
    read_measure_rows,
    read_rows_of_measure,
)
from portal.statistics.dataset.table import MEASURES, TOTALS
from portal.statistics.formats.columns import mark_invented
from tests.statistics import tables

ROW = MeasureRow("Q", "2026-Q4", "KZ", "K9", num=30, den=100, value=0.3, ci_low=0.2, ci_high=0.4)


def test_a_demonstration_has_a_column_more_and_the_same_rows() -> None:
    document = tables.documents("L1")[MEASURES]
    invented = mark_invented({MEASURES: document}, invented=True)[MEASURES]

    assert len(invented.columns) == len(MEASURE_COLUMNS) + 1
    assert list(read_measure_rows(invented)) == list(read_measure_rows(document))
    assert list(read_measure_rows(document)) == list(document.rows)


def test_the_order_of_the_columns_does_not_matter() -> None:
    document = tables.documents("L1")[MEASURES]
    turned = replace(
        document, columns=document.columns[::-1], rows=tuple(row[::-1] for row in document.rows)
    )

    assert list(read_measure_rows(turned)) == list(read_measure_rows(document))


def test_one_measure_is_all_its_rows_and_no_other() -> None:
    document = tables.documents("L1")[MEASURES]

    assert list(read_rows_of_measure(document, "K9")) == [
        row for row in read_measure_rows(document) if row.measure == "K9"
    ]


def test_a_table_of_counts_has_no_measures() -> None:
    with pytest.raises(ValueError, match="totals is without"):
        list(read_measure_rows(tables.documents("L1")[TOTALS]))


def test_what_is_not_shown_has_no_estimate_and_what_is_exact_no_range() -> None:
    assert ROW.estimate == Estimate(0.3, 0.2, 0.4)
    assert ROW._replace(ci_low=None, ci_high=None).estimate == Estimate(0.3, 0.3, 0.3)
    assert ROW._replace(value=None).estimate is None
