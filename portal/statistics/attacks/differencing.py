"""Attack 1: publish twice, subtract, and see the one case that came in between.

Somebody who watches a cell tells from two publications whether exactly one case entered it. The
success is how often that is noticed, less how often nothing is taken for something.

Source: Fraser and Wooton 2005 on differencing; statistics of the Census and cell keys since.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from portal.statistics.attacks.population import Population, tally
from portal.statistics.attacks.synthetic_release import Made
from portal.statistics.attacks.unsafe_methods import BY_COORDINATES, BY_RECORDS, RAW, Method
from portal.statistics.catalogue.codelists import Cell
from portal.statistics.catalogue.tables import load
from portal.statistics.disclosure.noise import RECORD_KEY_BYTES, Tally
from portal.statistics.gate.result import Result

CONTROLS = (RAW, BY_COORDINATES, BY_RECORDS)
REFRESHED = "received-region-category"
# One draw with epsilon 0.5 gives tanh(0.25) = 0.245 of a cell away; the rest is chance of sampling.
MOST = 0.30
MONTHS = 3  # in a quarter
KEYS = 1 << (8 * RECORD_KEY_BYTES)


class Watched(NamedTuple):
    """A cell of a table of all cases so far, in two publications."""

    cell: Cell
    before: Tally
    after: Tally


def attack(population: Population, releases: Iterable[Made]) -> Result:
    """Watch every cell of a table that is refreshed, and every cell that we publish.

    Args:
        population: the cases.
        releases: ours, made of them.
    """
    seen = list(_watched(population))
    alone = [one for one in seen if one.after.records == one.before.records + 1]
    nobody = [one for one in seen if one.after.records == one.before.records]
    controls = {
        method.name: success(
            [_difference(method, one) for one in alone],
            [_difference(method, one) for one in nobody],
        )
        for method in CONTROLS
    }
    ours = [_ours(release) for release in releases]
    one = [value for single, _ in ours for value in single]
    none = [value for _, empty in ours for value in empty]
    note = f"{len(alone)} single arrivals; ours: {len(one)} cells of one case, {len(none)} empty"
    return Result("G4", "subtract two publications", success(one, none), MOST, controls, note)


def success(one: list[int], none: list[int]) -> float:
    """Return how much more often a rule speaks up for one case than for none; the better of two.

    Args:
        one: how a cell changed that one case entered.
        none: how a cell changed that none entered.
    """
    changed = _share(value != 0 for value in one) - _share(value != 0 for value in none)
    risen = _share(value > 0 for value in one) - _share(value > 0 for value in none)
    return max(changed, risen)


def _watched(population: Population) -> Iterator[Watched]:
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
                yield Watched(cell, before, so_far[cell])


def _difference(method: Method, one: Watched) -> int:
    return method.shown(one.cell, one.after, 2) - method.shown(one.cell, one.before, 1)


def _ours(release: Made) -> tuple[list[int], list[int]]:
    """Return what is published of cells of one case and of no case, negative numbers too.

    Adding up our releases and subtracting the sums gives nothing but the newest cell itself.
    """
    one, none = [], []
    for name, table in release.tables.items():
        for cell, value in table.values.items():
            number = release.count(name, cell)
            if number == 1:
                one.append(value)
            elif number == 0:
                none.append(value)
    return one, none


def _share(found: Iterable[bool]) -> float:
    values = list(found)
    return sum(values) / len(values) if values else 0.0
