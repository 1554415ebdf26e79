"""Releases as workbooks: the same numbers, nothing calculated, the same bytes."""

import io
from datetime import datetime
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis.strategies import characters, lists, sampled_from, text
from openpyxl import load_workbook
from openpyxl.cell.cell import TYPE_FORMULA
from openpyxl.worksheet.worksheet import Worksheet

from portal.core.terms import LANGUAGES
from portal.statistics.catalogue.tables import LEVELS, load
from portal.statistics.dataset.table import MEASURES, TOTALS, Document
from portal.statistics.formats import columns as described
from portal.statistics.formats.workbook import build_workbook
from tests.statistics import tables

LONGEST_NAME_OF_A_SHEET = 31


def load_sheets(content: bytes) -> list[Worksheet]:
    return list(load_workbook(io.BytesIO(content)).worksheets)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_and_codes_are_those_of_the_tables(level: str, language: str) -> None:
    documents = tables.documents(level)
    workbook_sheets = load_sheets(tables.made(tables.Q4, level)[f"figures-{language}.xlsx"])

    assert [sheet.title for sheet in workbook_sheets[2:]] == list(documents)
    for sheet, document in zip(workbook_sheets[2:], documents.values(), strict=True):
        columns = described.describe_columns(document)
        headings = [cell.value for cell in sheet[1]]
        read = [
            dict(zip(headings, row, strict=True)) for row in sheet.iter_rows(2, values_only=True)
        ]
        assert len(read) == len(document.rows)
        for row, written in zip(document.rows, read, strict=True):
            for column, value in zip(columns, row, strict=True):
                heading = column.label.get(language) if column.type != "text" else column.id
                if heading in written:
                    assert written[heading] == (None if value == "" else value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_is_one_table_with_one_row_of_headings(language: str) -> None:
    for sheet in load_sheets(tables.made(tables.Q4, "L1")[f"figures-{language}.xlsx"])[1:]:
        assert sheet.freeze_panes == "A2"
        assert not sheet.merged_cells.ranges
        headings = [cell.value for cell in sheet[1]]
        assert None not in headings
        assert len(set(headings)) == len(headings), sheet.title


def test_nothing_in_it_is_calculated() -> None:
    for sheet in load_sheets(tables.made(tables.Q4, "L2")["figures-ru.xlsx"]):
        for row in sheet.iter_rows():
            assert all(cell.data_type != TYPE_FORMULA for cell in row)


@given(
    lists(
        text(characters(categories=("L", "N", "P", "S", "Zs")), min_size=1)
        | sampled_from(["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "=cmd|' /C'!A0"]),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=25, deadline=None)
def test_no_text_becomes_a_formula(sources: list[str]) -> None:
    document = Document("r", TOTALS, ("source",), tuple((source,) for source in sources))
    (sheet,) = load_sheets(build_workbook({TOTALS: document}, tables.facts(), "en"))[2:]
    read = [cell for (cell,) in sheet.iter_rows(min_row=2)]

    assert [str(cell.value) for cell in read] == sources
    assert {cell.data_type for cell in read} == {"s"}


def test_every_date_in_it_is_that_of_the_release() -> None:
    content = tables.made(tables.Q4, "L1")["figures-en.xlsx"]

    book = load_workbook(io.BytesIO(content))
    assert book.properties.created == book.properties.modified == datetime(2027, 3, 9, 5, 0)  # noqa: DTZ001 - XLSX has no zones
    with ZipFile(io.BytesIO(content)) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_every_table_fits_the_name_of_a_sheet() -> None:
    for name in (*load().tables, TOTALS, MEASURES):
        assert len(name) <= LONGEST_NAME_OF_A_SHEET
