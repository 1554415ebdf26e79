"""Shares of cells: when they are shown, and that they are possible."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists

from portal.statistics.catalogue.periods import make_table_span
from portal.statistics.catalogue.tables import Table, load
from portal.statistics.disclosure.protected_table import ProtectedTable
from portal.statistics.measures.dispatch import compute_rates
from tests.statistics.measures.made import Q4, named, protected

NATIONAL = [table for table in load().tables.values() if "region" not in table.dimensions]


@pytest.mark.parametrize(
    ("whole", "cost", "shown"),
    [(59, 500, False), (60, 500, True), (141, 200, False), (142, 200, True), (282, 100, False)],
)
def test_a_rate_on_too_few_cases_is_not_shown(whole: int, cost: int, *, shown: bool) -> None:
    rates = compute_rates(protected("concluded-finding", {("confirmed", "0-90"): whole}, cost=cost))

    rate = named(rates, "K9")
    assert (rate.value is not None, rate.status) == (shown, "" if shown else "u")


@pytest.mark.parametrize(("whole", "shown"), [(1295, False), (1296, True)])
def test_the_nation_added_up_from_regions_needs_as_much_more(whole: int, *, shown: bool) -> None:
    values = {("KZ-75", "formal", "no"): whole}
    rates = list(compute_rates(protected("rated-year-region", values, cost=100)))

    assert (named(rates, "K16", area="KZ", outcome="formal").value is not None) == shown
    assert named(rates, "K16", area="KZ-75", outcome="formal").value is not None


def test_negative_cells_do_not_make_impossible_shares() -> None:
    values = {("confirmed", "0-90"): -12, ("not_confirmed", "0-90"): 200}

    assert named(compute_rates(protected("concluded-finding", values)), "K9").value == 0.0


@pytest.mark.parametrize("table", NATIONAL, ids=lambda table: table.id)
@given(numbers=lists(integers(-40, 900), min_size=1, max_size=60))
def test_every_measure_lies_within_its_range_and_its_bounds(
    table: Table, numbers: list[int]
) -> None:
    cells = list(table.enumerate_cells())
    values = dict(zip(cells, (numbers * len(cells))[: len(cells)], strict=True))
    for rate in compute_rates(
        ProtectedTable(table, make_table_span(table, Q4), max(table.cost), values)
    ):
        if rate.value is None:
            assert rate.status in {"u", "x", ">"}
            continue
        assert rate.low is not None
        assert rate.low <= rate.value + 1e-9
        assert rate.high is None or rate.value <= rate.high + 1e-9
        assert rate.low >= 0
        assert rate.unit == "working_days" or rate.value <= 1
        assert rate.source == table.id


@pytest.mark.parametrize("table", load().tables.values(), ids=lambda table: table.id)
def test_no_row_of_a_table_comes_twice(table: Table) -> None:
    made = ProtectedTable(
        table,
        make_table_span(table, Q4),
        max(table.cost),
        dict.fromkeys(table.enumerate_cells(), 50),
    )

    names = [
        (rate.area, rate.measure, rate.outcome, rate.clock, rate.source)
        for rate in compute_rates(made)
    ]
    assert len(names) == len(set(names))


def test_a_part_is_what_it_says() -> None:
    made = protected("durations-year-region", {("KZ-75", "0-5"): 7, ("KZ-10", "0-5"): 5})

    for regions, bands in product([None, frozenset({"KZ-75"})], [None, frozenset({"0-5"})]):
        wanted = {"region": regions, "duration": bands}
        part = made.sum_cells(**{name: codes for name, codes in wanted.items() if codes})
        assert part.value == (7 if regions else 12)
        assert part.cells == (1 if regions else 21) * (1 if bands else 8)
