"""Synthetic cases: skewed, whole, and the same in every run."""

from collections import Counter

from portal.core.calendar import Quarter
from portal.statistics.attacks.population import Population, get_cell, make, tally
from portal.statistics.catalogue.periods import list_table_quarters
from portal.statistics.catalogue.tables import LEVELS, load


def test_the_same_seed_gives_the_same_cases() -> None:
    assert make("a", a_year=200, quarters=2) == make("a", a_year=200, quarters=2)
    assert make("a", a_year=200, quarters=2) != make("b", a_year=200, quarters=2)


def test_regions_differ_by_far_more_than_their_size(populations: dict[str, Population]) -> None:
    lives = [
        life
        for (event, _), some in populations["L2"].events.items()
        if event == "received"
        for life in some
    ]
    numbers = sorted(Counter(life.codes[0] for life in lives).values())

    assert numbers[-1] > 3 * numbers[len(numbers) // 4]


def test_every_case_has_one_cell_in_every_table_of_the_catalogue(
    populations: dict[str, Population],
) -> None:
    population, known = populations["L1"], load()
    for table in known.tables.values():
        cells = set(table.enumerate_cells())
        for life in population.list_counted(table, population.quarters[3]):
            assert get_cell(table, life) in cells


def test_a_tally_counts_everybody_once(populations: dict[str, Population]) -> None:
    population = populations["L1"]
    for level in LEVELS:
        for table in load().select_tables(Quarter("2027-q4"), level):
            lives = list(population.list_counted(table, Quarter("2027-q4")))
            assert sum(tallied.records for tallied in tally(table, lives).values()) == len(lives)


def test_a_year_is_four_quarters_and_a_cohort_lies_back() -> None:
    tables = load().tables

    assert list_table_quarters(tables["received-category"], Quarter("2027-q4")) == [
        Quarter("2027-q4")
    ]
    assert list_table_quarters(tables["durations-region"], Quarter("2027-q4")) == [
        Quarter("2027-q2")
    ]
    assert list_table_quarters(tables["received-year-region"], Quarter("2027-q4")) == [
        Quarter("2027-q1"),
        Quarter("2027-q2"),
        Quarter("2027-q3"),
        Quarter("2027-q4"),
    ]
