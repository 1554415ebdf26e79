"""Attack 1: publish twice, subtract, and see the one case that came in between.

Somebody who watches a cell tells from two publications whether exactly one case entered it. The
success is how often that is noticed, less how often nothing is taken for something.

Source: Fraser and Wooton 2005 on differencing; statistics of the Census and cell keys since.
"""

from collections.abc import Iterable, Mapping
from itertools import islice

from portal.statistics.catalogue import load
from portal.statistics.disclosure import Cell, Tally
from portal.statistics.gate.methods import BY_COORDINATES, BY_RECORDS, RAW, Method
from portal.statistics.gate.population import Population, tally
from portal.statistics.gate.publishing import Made
from portal.statistics.gate.result import Result

CONTROLS = (RAW, BY_COORDINATES, BY_RECORDS)
REFRESHED = "received-region-category"
# One draw with epsilon 0.5 gives tanh(0.25) = 0.245 of a cell away; the rest is chance of sampling.
MOST = 0.30
Tallies = Mapping[Cell, Tally]


def attack(population: Population, releases: Iterable[Made]) -> Result:
    """Watch every cell of a table that is refreshed, and every cell that we publish.

    Args:
        population: the cases.
        releases: ours, made of them.
    """
    before, after = _two_vintages(population)
    cells = tuple(load().tables[REFRESHED].cells())
    alone, nobody = _arrivals(cells, before, after)
    controls = {
        method.name: success(
            [_difference(method, cell, before, after) for cell in alone],
            [_difference(method, cell, before, after) for cell in nobody],
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


def _two_vintages(population: Population) -> tuple[Tallies, Tallies]:
    """Return a table of all cases so far, and the same a month later."""
    table, last = load().tables[REFRESHED], population.quarters[-1]
    so_far = [
        life
        for quarter in population.quarters[:-1]
        for life in population.events["received", quarter]
    ]
    newest = population.events["received", last]
    month = list(islice(newest, len(newest) // 3))
    return tally(table, so_far), tally(table, [*so_far, *month])


def _arrivals(
    cells: Iterable[Cell], before: Tallies, after: Tallies
) -> tuple[list[Cell], list[Cell]]:
    """Return the cells that one case entered, and those that none entered."""
    came = {
        cell: after.get(cell, Tally()).records - before.get(cell, Tally()).records for cell in cells
    }
    alone = [cell for cell, number in came.items() if number == 1]
    return alone, [cell for cell, number in came.items() if number == 0]


def _difference(method: Method, cell: Cell, before: Tallies, after: Tallies) -> int:
    one = method.shown(cell, before.get(cell, Tally()), 1)
    return method.shown(cell, after.get(cell, Tally()), 2) - one


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
