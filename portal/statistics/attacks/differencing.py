"""Attack 1: publish twice, subtract, and see the one case that came in between.

Somebody who watches a cell tells from two publications whether exactly one case entered it. The
success is how often that is noticed, less how often nothing is taken for something.

Source: Fraser and Wooton 2005 on differencing; statistics of the Census and cell keys since.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from portal.statistics.attacks.population import Population, tally
from portal.statistics.attacks.synthetic_release import SyntheticRelease
from portal.statistics.attacks.unsafe_methods import (
    BY_COORDINATES,
    BY_RECORDS,
    RAW,
    PublicationMethod,
)
from portal.statistics.catalogue.codelists import Cell
from portal.statistics.catalogue.tables import load
from portal.statistics.disclosure.noise import RECORD_KEY_BYTES, Tally
from portal.statistics.gate.result import AttackResult

CONTROLS = (RAW, BY_COORDINATES, BY_RECORDS)
REFRESHED = "received-region-category"
# One draw with epsilon 0.5 gives tanh(0.25) = 0.245 of a cell away; the rest is chance of sampling.
MOST = 0.30
MONTHS = 3  # in a quarter
KEYS = 1 << (8 * RECORD_KEY_BYTES)


class WatchedCell(NamedTuple):
    """A cell of a table of all cases so far, in two publications."""

    cell: Cell
    before: Tally
    after: Tally


def attack(population: Population, releases: Iterable[SyntheticRelease]) -> AttackResult:
    """Watch every cell of a table that is refreshed, and every cell that we publish.

    Args:
        population: the cases.
        releases: ours, made of them.
    """
    seen = list(_watch_cells(population))
    alone = [cell for cell in seen if cell.after.records == cell.before.records + 1]
    nobody = [cell for cell in seen if cell.after.records == cell.before.records]
    controls = {
        method.name: compute_success(
            [_subtract(method, cell) for cell in alone],
            [_subtract(method, cell) for cell in nobody],
        )
        for method in CONTROLS
    }
    ours = [_list_published(release) for release in releases]
    single = [value for single, _ in ours for value in single]
    none = [value for _, empty in ours for value in empty]
    note = f"{len(alone)} single arrivals; ours: {len(single)} cells of one case, {len(none)} empty"
    return AttackResult(
        "G4", "subtract two publications", compute_success(single, none), MOST, controls, note
    )


def compute_success(single: list[int], none: list[int]) -> float:
    """Return how much more often a rule speaks up for one case than for none; the better of two.

    Args:
        single: how a cell changed that one case entered.
        none: how a cell changed that none entered.
    """
    changed = _compute_share(value != 0 for value in single) - _compute_share(
        value != 0 for value in none
    )
    risen = _compute_share(value > 0 for value in single) - _compute_share(
        value > 0 for value in none
    )
    return max(changed, risen)


def _watch_cells(population: Population) -> Iterator[WatchedCell]:
    """Yield every cell of a table of all cases so far, month after month."""
    table = load().tables[REFRESHED]
    so_far: dict[Cell, Tally] = {}
    for quarter in population.quarters:
        lives = population.events["received", quarter]
        for month in range(MONTHS):
            came = tally(table, lives[month::MONTHS])
            for cell in table.enumerate_cells():
                before, new = so_far.get(cell, Tally()), came.get(cell, Tally())
                so_far[cell] = Tally(before.records + new.records, (before.keys + new.keys) % KEYS)
                yield WatchedCell(cell, before, so_far[cell])


def _subtract(method: PublicationMethod, cell: WatchedCell) -> int:
    return method.publish(cell.cell, cell.after, 2) - method.publish(cell.cell, cell.before, 1)


def _list_published(release: SyntheticRelease) -> tuple[list[int], list[int]]:
    """Return what is published of cells of one case and of no case, negative numbers too.

    Adding up our releases and subtracting the sums gives nothing but the newest cell itself.
    """
    single, none = [], []
    for name, table in release.tables.items():
        for cell, value in table.values.items():
            number = release.count(name, cell)
            if number == 1:
                single.append(value)
            elif number == 0:
                none.append(value)
    return single, none


def _compute_share(outcomes: Iterable[bool]) -> float:
    values = list(outcomes)
    return sum(values) / len(values) if values else 0.0
