"""The budget (G1): no case is in two cells of a table, and none costs more than it may.

Random lives pass through years whose levels change; every release charges the cases that it counts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from portal.invented.chance import Chance
from portal.statistics.attacks.population import Population
from portal.statistics.catalogue.tables import LEVELS, SANCTIONS, Table, load
from portal.statistics.gate.result import AttackResult

LifeCosts = Mapping[bytes, Mapping[str, list[int]]]  # record key, table: what each count has cost
TableMutation = Callable[[Table], Table]


def attack(population: Population, seed: str) -> AttackResult:
    """Let every case pass through all releases of a ladder that goes up and down at random.

    Args:
        population: the cases.
        seed: a text; the same one gives the same levels.
    """
    chance = Chance(seed)
    levels: dict[int, str] = {}
    for quarter in population.quarters:
        levels.setdefault(quarter.year, LEVELS[chance.draw_word() % len(LEVELS)])
    ours = charge_lives(population, levels, lambda table: table)
    detected = {
        name: float(count_overdrawn(charge_lives(population, levels, change)) > 0)
        for name, change in MUTATIONS.items()
    }
    dearest = max((sum_cost(life, sanctions=True) for life in ours.values()), default=0)
    note = f"{len(ours)} lives through {', '.join(levels.values())}; the dearest {dearest / 1000:g}"
    return AttackResult(
        "G1", "overdraw a case", count_overdrawn(ours) / len(ours), 0.0, detected, note
    )


def charge_lives(
    population: Population, levels: Mapping[int, str], change: TableMutation
) -> LifeCosts:
    """Return what each case has cost, table by table.

    Args:
        population: the cases.
        levels: by year.
        change: makes another table of each of the catalogue.
    """
    known = load()
    costs: dict[bytes, dict[str, list[int]]] = {}
    for quarter in population.quarters:
        level = levels[quarter.year]
        for table in map(change, known.select_tables(quarter, level)):
            for life in population.list_counted(table, quarter):
                tables = costs.setdefault(life.key, {})
                tables.setdefault(table.id, []).append(known.get_cost(table, level))
    return costs


def count_overdrawn(lives: LifeCosts) -> int:
    """Return how many cases were counted twice in a table, or have cost more than they may."""
    budget = load().budget
    return sum(
        any(len(costs) > 1 for costs in life.values())
        or sum_cost(life, sanctions=False) > budget.lifetime
        or sum_cost(life, sanctions=True) > budget.with_sanction
        for life in lives.values()
    )


def sum_cost(life: Mapping[str, Sequence[int]], *, sanctions: bool) -> int:
    """Return what a case has cost, in thousandths of epsilon."""
    tables = load().tables
    return sum(
        sum(costs) for name, costs in life.items() if sanctions or tables[name].family != SANCTIONS
    )


def _raise_cost(table: Table) -> Table:
    return replace(table, cost=tuple(2 * cost for cost in table.cost))


def _extend_to_year(table: Table) -> Table:
    """Return a quarterly table that counts the year until then."""
    return replace(table, period="year")


MUTATIONS: Mapping[str, TableMutation] = {
    "every table twice as dear": _raise_cost,
    "the last four quarters, every quarter": _extend_to_year,
}
