"""How often published ranges hold what is true: of every measure and table, at every level.

Synthetic cases are published many times with other noise, through the same code as a release. The
same code without noise tells what is true.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from math import inf
from typing import NamedTuple

from portal.core.calendar import Quarter
from portal.statistics.attacks.population import Population, make, tally
from portal.statistics.catalogue.codelists import NATION, Cell
from portal.statistics.catalogue.periods import make_quarter_span, make_table_span
from portal.statistics.catalogue.tables import load
from portal.statistics.computing.documents import ExactNumbers, make_documents
from portal.statistics.dataset.history import Documents, History
from portal.statistics.dataset.measure_row import MeasureRow, read_measure_rows
from portal.statistics.dataset.table import MEASURES, Observation, read_observations
from portal.statistics.dataset.tabulation import tabulate_series
from portal.statistics.disclosure.noise import Tally, protect
from portal.statistics.disclosure.protected_table import ProtectedTable

SEED = "coverage"
LEAST = 0.93
ENOUGH = 150  # ranges; of fewer, chance alone may miss more than it should
VOLUMES: Mapping[str, int] = {"L0": 1_800, "L1": 10_000, "L2": 40_000}  # reports a year
ROUNDING = 0.00005  # rates in the files have four digits
KEYS = ("freq", "time_period", "ref_area", "measure", "outcome", "clock")


class Coverage(NamedTuple):
    """How many ranges of one kind there were, and how many held what is true."""

    ranges: int
    held: int

    @property
    def share(self) -> float:
        """Return the share that held it."""
        return self.held / self.ranges


class QuarterCounts(NamedTuple):
    """What was counted of one quarter."""

    quarter: Quarter
    totals: tuple[int, int]
    still_open: int
    tallies: Mapping[str, Mapping[Cell, Tally]]


def measure(level: str, *, quarters: int, draws: int) -> dict[str, Coverage]:
    """Publish synthetic cases so many times, and count ranges that hold the truth.

    Args:
        level: of the ladder.
        quarters: how many releases.
        draws: how many times, each with noise of its own.

    Returns:
        By table, or measure and whether it is of the nation or of regions.
    """
    population = make(SEED, a_year=VOLUMES[level], quarters=quarters)
    known = list(count_quarters(population, level))
    truth = publish(known, level, None)
    coverage: dict[str, Coverage] = {}
    for draw in range(draws):
        made = publish(known, level, f"{SEED} {draw}")
        for (_, true), (_, published) in zip(truth, made, strict=True):
            for name, held in compare_ranges(true, published):
                ranges, so_far = coverage.get(name, Coverage(0, 0))
                coverage[name] = Coverage(ranges + 1, so_far + held)
    return coverage


def publish(quarters: Sequence[QuarterCounts], level: str, seed: str | None) -> History:
    """Return releases of all quarters.

    Args:
        quarters: what was counted of each.
        level: of the ladder.
        seed: gives the keys of the releases; None: no noise, and nothing is hidden.
    """
    history: list[tuple[Quarter, Documents]] = []
    for counts in quarters:
        release, span = f"{counts.quarter}/v1", make_quarter_span(counts.quarter)
        series = tabulate_series([("open", "_T", counts.still_open, "")], span, release)
        tables = [_protect_table(name, counts, level, seed) for name in counts.tallies]
        exact = ExactNumbers(counts.totals, series, ())
        made, _ = make_documents(counts.quarter, release, tables, exact, history)
        history.append((counts.quarter, made))
    return history


def compare_ranges(true: Documents, published: Documents) -> Iterator[tuple[str, bool]]:
    """Yield of each published range its kind, and whether it holds what is true."""
    for name, document in published.items():
        if name in load().tables:
            for row, real in zip(
                read_observations(document), read_observations(true[name]), strict=True
            ):
                yield name, _is_within(row, real.obs_value or 0)
    known = {_build_key(row): row for row in read_measure_rows(true[MEASURES])}
    for rate in read_measure_rows(published[MEASURES]):
        fact = known.get(_build_key(rate))
        if fact is not None and rate.value is not None and fact.value is not None:
            yield _name_kind(rate), _is_in_range(rate, fact.value)


def _is_within(row: Observation, real: int) -> bool:
    return (
        row.lower95 is not None and row.upper95 is not None and row.lower95 <= real <= row.upper95
    )


def _is_in_range(row: MeasureRow, real: float) -> bool:
    if row.ci_low is None:
        return row.value is not None and abs(row.value - real) <= ROUNDING
    high = inf if row.ci_high is None else row.ci_high  # beyond the last band of durations
    return row.ci_low - ROUNDING <= real <= high + ROUNDING


def _name_kind(row: MeasureRow) -> str:
    area = "nation" if row.ref_area == NATION else "regions"
    return f"{row.measure}, {area}" + (", exact" if row.ci_low is None else "")


def _build_key(row: MeasureRow) -> tuple[str, ...]:
    return tuple(getattr(row, name) for name in KEYS)


def count_quarters(population: Population, level: str) -> Iterator[QuarterCounts]:
    """Yield what is counted of each quarter of synthetic cases."""
    still_open = 0
    for quarter in population.quarters:
        received, concluded = (
            population.count(event, quarter) for event in ("received", "concluded")
        )
        still_open += received - concluded
        tallies = {
            table.id: tally(table, population.list_counted(table, quarter))
            for table in load().select_tables(quarter, level)
        }
        yield QuarterCounts(quarter, (received, concluded), still_open, tallies)


def _protect_table(
    name: str, counts: QuarterCounts, level: str, seed: str | None
) -> ProtectedTable:
    table = load().tables[name]
    tallies, span = counts.tallies[name], make_table_span(table, counts.quarter)
    if seed is None:
        values = {cell: tallies.get(cell, Tally()).records for cell in table.enumerate_cells()}
        return ProtectedTable(table, span, 0, values)
    key, cost = sha256(f"{seed} {counts.quarter}".encode()).digest(), load().get_cost(table, level)
    return ProtectedTable(
        table, span, cost, protect(key, name, cost, table.enumerate_cells(), tallies)
    )
