"""Make a release again with one case altered (G4): only the cells of that case may differ."""

from collections.abc import Iterable, Mapping

from portal.core.calendar import Quarter
from portal.statistics.attacks.population import Life, Population
from portal.statistics.attacks.synthetic_release import publish
from portal.statistics.attacks.unsafe_methods import derive_key
from portal.statistics.catalogue.codelists import Cell
from portal.statistics.disclosure.noise import Tally, protect
from portal.statistics.gate.result import AttackResult

Tallies = Mapping[Cell, Tally]


def attack(population: Population, quarter: Quarter, level: str) -> AttackResult:
    """Take one case away, or put it elsewhere, and see which published cells differ.

    Args:
        population: the cases.
        quarter: whose release is made again.
        level: of the ladder.
    """
    wrong, compared = 0, 0
    for event in ("received", "concluded"):
        for altered in _change_cases(population, event, quarter):
            first, second = publish(population, quarter, level), publish(altered, quarter, level)
            for name, table in first.tables.items():
                touched = _find_touched(first.tallies[name], second.tallies[name])
                differ = {
                    cell
                    for cell, value in second.tables[name].values.items()
                    if value != table.values[cell]
                }
                compared += 1
                wrong += not differ <= touched
    note = f"{compared} tables made again with one case altered: only its own cells may differ"
    return AttackResult(
        "G4", "alter a case and rebuild", wrong / compared, 0.0, _measure_sequential(), note
    )


def _measure_sequential() -> dict[str, float]:
    """Return how often a sampler that draws one cell after the other is noticed."""
    cells: list[Cell] = [(str(number),) for number in range(40)]
    noticed = 0
    for cell in cells:
        before = {other: Tally(5, 5) for other in cells}
        after = before | {cell: Tally(6, 6)}
        whole = [
            protect(derive_key(sum(t.records for t in x.values())), "t", 500, cells, x)
            for x in (before, after)
        ]
        differ = {other for other in cells if whole[0][other] != whole[1][other]}
        noticed += not differ <= {cell}
    return {"noise that depends on every case": noticed / len(cells)}


def _change_cases(population: Population, event: str, quarter: Quarter) -> Iterable[Population]:
    """Yield the cases without one of them, and with one of them in other cells."""
    lives = population.events[event, quarter]
    first, *others = lives
    elsewhere = Life(first.key, lives[len(lives) // 2].codes)
    for changed in (others, [elsewhere, *others]):
        yield Population(population.quarters, population.events | {(event, quarter): changed})


def _find_touched(first: Tallies, second: Tallies) -> set[Cell]:
    return {cell for cell in first.keys() | second.keys() if first.get(cell) != second.get(cell)}
