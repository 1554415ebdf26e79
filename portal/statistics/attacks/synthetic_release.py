"""Synthetic releases, made with the real catalogue, noise and documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from portal.core.calendar import Quarter
from portal.statistics.attacks.population import Population, tally
from portal.statistics.catalogue.codelists import Cell
from portal.statistics.catalogue.periods import make_quarter_span, make_table_span
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.table import TOTALS, Document
from portal.statistics.dataset.tabulation import tabulate_protected, tabulate_totals
from portal.statistics.disclosure.noise import Tally, protect
from portal.statistics.disclosure.protected_table import ProtectedTable


@dataclass(frozen=True)
class SyntheticRelease:
    """One synthetic release, with the counts, which readers do not have."""

    quarter: Quarter
    level: str
    received: int
    concluded: int
    tallies: Mapping[str, Mapping[Cell, Tally]]
    tables: Mapping[str, ProtectedTable]

    def count(self, table: str, cell: Cell) -> int:
        """Return how many cases a cell really has."""
        return self.tallies[table].get(cell, Tally()).records

    def build_documents(self) -> dict[str, Document]:
        """Return what would be published."""
        name = f"{self.quarter}/v1"
        documents = {
            table.table.id: tabulate_protected(table, name) for table in self.tables.values()
        }
        span = make_quarter_span(self.quarter)
        documents[TOTALS] = tabulate_totals(self.received, self.concluded, span, name)
        return documents


def publish(
    population: Population, quarter: Quarter, level: str, *, seed: str = ""
) -> SyntheticRelease:
    """Make the release of a quarter.

    Args:
        population: the cases.
        quarter: one of its quarters.
        level: of the ladder.
        seed: another text gives another key of the release.
    """
    key = sha256(f"{seed} {quarter} {level}".encode()).digest()
    known = load()
    tables = known.select_tables(quarter, level)
    tallies = {table.id: tally(table, population.list_counted(table, quarter)) for table in tables}
    return SyntheticRelease(
        quarter,
        level,
        population.count("received", quarter),
        population.count("concluded", quarter),
        tallies,
        {
            table.id: ProtectedTable(
                table,
                make_table_span(table, quarter),
                known.get_cost(table, level),
                protect(
                    key,
                    table.id,
                    known.get_cost(table, level),
                    table.enumerate_cells(),
                    tallies[table.id],
                ),
            )
            for table in tables
        },
    )


def publish_all(
    population: Population, level: str, *, seed: str = ""
) -> Sequence[SyntheticRelease]:
    """Make the releases of all quarters."""
    return [publish(population, quarter, level, seed=seed) for quarter in population.quarters]
