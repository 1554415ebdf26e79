"""How tables are written: what adds up, what is hidden, what the columns are."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists

from portal.core.calendar import Quarter
from portal.statistics.catalogue.periods import make_quarter_span, make_table_span
from portal.statistics.catalogue.tables import LEVELS, load
from portal.statistics.dataset.encoding import as_csv, as_json
from portal.statistics.dataset.table import LEADING_COLUMNS, TRAILING_COLUMNS
from portal.statistics.dataset.tabulation import list_columns, tabulate_protected, tabulate_totals
from portal.statistics.disclosure.intervals import CellSum
from portal.statistics.disclosure.protected_table import ProtectedTable
from tests.statistics.tables import records

KNOWN = load()
Q4 = Quarter("2026-q4")
FINDINGS = KNOWN.tables["concluded-finding"]
CELLS = list(FINDINGS.enumerate_cells())


def protected(values: list[int]) -> ProtectedTable:
    filled = dict(zip(CELLS, values, strict=True))
    return ProtectedTable(FINDINGS, make_table_span(FINDINGS, Q4), 200, filled)


@given(lists(integers(-60, 9), min_size=len(CELLS), max_size=len(CELLS)))
def test_the_range_of_a_hidden_number_says_nothing_of_it(values: list[int]) -> None:
    cells = [
        (row["lower95"], row["upper95"])
        for row in records(tabulate_protected(protected(values), "r"))
        if (row["outcome"], row["duration"]) in CELLS
    ]

    assert len(cells) == len(CELLS)
    assert set(cells) == {(0, 25)}  # 9, and 1.96 times the root of 9 and of the noise


@given(lists(integers(-40, 5000), min_size=len(CELLS), max_size=len(CELLS)))
def test_every_total_is_the_sum_of_its_cells_as_drawn(values: list[int]) -> None:
    """G8: also of those cells that are not shown, and of negative ones."""
    table = protected(values)
    for row in records(tabulate_protected(table, "r")):
        wanted = {
            name: frozenset({row[KNOWN.dimensions[name].column]})
            for name in FINDINGS.dimensions
            if row[KNOWN.dimensions[name].column] != "_T"
        }
        part = table.sum_cells(**wanted)
        shown = row["obs_value"]
        assert shown == (part.value if part.value >= 10 else None)
        assert (row["conf_status"] == "c") == (shown is None)
        assert shown is None or row["lower95"] <= shown <= row["upper95"]


def test_a_part_knows_how_many_cells_it_sums() -> None:
    table = protected([7] * len(CELLS))

    assert table.sum_cells() == CellSum(7 * len(CELLS), len(CELLS))
    assert table.sum_cells(pace=frozenset({"91+"})) == CellSum(7 * 7, 7)


def test_a_number_that_is_mostly_noise_is_marked() -> None:
    rows = records(tabulate_protected(protected([30, 2000, *[0] * (len(CELLS) - 2)]), "r"))
    status = {(row["outcome"], row["duration"]): row["obs_status"] for row in rows}

    assert status["confirmed", "0-90"] == "u"
    assert status["confirmed", "91+"] == ""


def test_the_columns_are_those_of_sdmx() -> None:
    assert list_columns(KNOWN.tables["received-category"]) == (*LEADING_COLUMNS, *TRAILING_COLUMNS)
    assert list_columns(FINDINGS) == (*LEADING_COLUMNS, "duration", *TRAILING_COLUMNS)
    assert LEADING_COLUMNS[:3] == ("freq", "time_period", "ref_area")


def test_csv_is_plain() -> None:
    written = as_csv(tabulate_protected(protected([50] * len(CELLS)), "r"))

    assert written.isascii()
    assert b"\r" not in written
    assert b";" not in written
    read = list(csv.DictReader(io.StringIO(written.decode())))
    assert read[0]["time_period"] == "2026-Q4"
    assert len(read) == 8 * 3


def test_json_says_what_its_codes_mean() -> None:
    read = json.loads(as_json(tabulate_protected(protected([50] * len(CELLS)), "2026-q4/v1")))

    assert read["release"] == "2026-q4/v1"
    assert read["epsilon"] == 0.2
    codes = read["dimensions"][0]["codes"]
    assert set(codes) == {row[5] for row in read["rows"]}
    assert all(set(label) == {"kk", "ru", "en"} for label in codes.values())


def test_totals_say_that_they_are_exact() -> None:
    document = tabulate_totals(3, 0, make_quarter_span(Q4), "r")

    assert document.epsilon is None
    assert [row["obs_value"] for row in records(document)] == [3, 0]


@pytest.mark.parametrize("level", LEVELS)
def test_every_table_can_be_written(level: str) -> None:
    for table in KNOWN.select_tables(Q4, level):
        cost = KNOWN.get_cost(table, level)
        values = dict.fromkeys(table.enumerate_cells(), 12)
        written = tabulate_protected(
            ProtectedTable(table, make_table_span(table, Q4), cost, values), "r"
        )
        assert as_csv(written).count(b"\n") == len(written.rows) + 1
