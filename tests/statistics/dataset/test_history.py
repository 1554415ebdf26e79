"""What is read of documents."""

from hypothesis import given
from hypothesis.strategies import integers, lists

from portal.core.calendar import Quarter
from portal.statistics.dataset import history as reading
from portal.statistics.dataset.history import MeasureKey
from portal.statistics.dataset.table import Observation
from tests.statistics import invented
from tests.statistics.tables import observation


def row(value: int | None) -> Observation:
    if value is None:
        return observation(None, 0, 14)
    return observation(value, max(0, value - 10), value + 10)


@given(lists(integers(10, 900), min_size=1, max_size=8), integers(0, 3))
def test_numbers_added_up_keep_their_sum_within_its_range(values: list[int], hidden: int) -> None:
    total = reading.sum_observations([*map(row, values), *[row(None)] * hidden])

    assert total.obs_value == sum(values) + 5 * hidden
    assert (total.lower95 or 0) <= sum(values)
    assert (total.upper95 or 0) >= sum(values) + 14 * hidden


def test_only_one_hidden_number_is_fewer_than_ten() -> None:
    assert reading.sum_observations([row(None)]).obs_value is None
    both = reading.sum_observations([row(None)] * 2)
    assert (both.obs_value, both.lower95, both.upper95) == (10, 0, 28)


def test_rows_along_a_dimension_add_up_to_the_cell_above() -> None:
    document = invented.documents(Quarter("2026-q4"), "L2")["received-region-category"]

    rows = reading.select_along(document, "category", region="KZ-75")
    total = reading.get_cell(document, region="KZ-75")

    assert len(rows) == 8
    assert sum(row.obs_value or 0 for _, row in rows) == total.obs_value
    assert reading.count_cells_added_up(document, "region") == 8
    assert reading.count_cells_added_up(document) == 8 * 21


def test_rates_of_regions_are_of_one_period() -> None:
    newest = reading.find_newest_rates(invented.history("L1"), MeasureKey("K9"))

    assert newest is not None
    quarter, rows = newest
    assert quarter == Quarter("2026-q4")
    assert {row.time_period for row in rows} == {"2026"}
    assert len(rows) == 21


def test_the_newest_release_that_has_a_table_is_taken() -> None:
    history = invented.history("L1", 6)[:-1]

    newest = reading.find_newest(history, "received-year-region-category")

    assert newest is not None
    assert (newest.quarter, newest.table) == (Quarter("2025-q4"), "received-year-region-category")
    assert reading.find_newest(history, "no-such-table") is None
