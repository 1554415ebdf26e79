"""Synthetic releases, made with the real catalogue, noise and documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from portal.statistics.attacks.population import Population, tally
from portal.statistics.catalogue.codes import Cell
from portal.statistics.catalogue.periods import quarter_span, span_of
from portal.statistics.catalogue.tables import load
from portal.statistics.dataset.table import TOTALS, Document
from portal.statistics.dataset.writing import document, totals_document
from portal.statistics.disclosure.noise import Tally, protect
from portal.statistics.disclosure.protected import Protected


@dataclass(frozen=True)
class SyntheticRelease:
    """One synthetic release, with the counts, which readers do not have."""

    quarter: str
    level: str
    received: int
    concluded: int
    tallies: Mapping[str, Mapping[Cell, Tally]]
    tables: Mapping[str, Protected]

    def count(self, table: str, cell: Cell) -> int:
        """Return how many cases a cell really has."""
        return self.tallies[table].get(cell, Tally()).records

    def build_documents(self) -> dict[str, Document]:
        """Return what would be published."""
        name = f"{self.quarter}/v1"
        documents = {table.table.id: document(table, name) for table in self.tables.values()}
        span = quarter_span(self.quarter)
        documents[TOTALS] = totals_document(self.received, self.concluded, span, name)
        return documents


def publish(
    population: Population, quarter: str, level: str, *, seed: str = ""
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
    tables = known.tables_of(quarter, level)
    tallies = {table.id: tally(table, population.list_counted(table, quarter)) for table in tables}
    return SyntheticRelease(
        quarter,
        level,
        population.count("received", quarter),
        population.count("concluded", quarter),
        tallies,
        {
            table.id: Protected(
                table,
                span_of(table, quarter),
                known.cost(table, level),
                protect(key, table.id, known.cost(table, level), table.cells(), tallies[table.id]),
            )
            for table in tables
        },
    )


def publish_all(
    population: Population, level: str, *, seed: str = ""
) -> Sequence[SyntheticRelease]:
    """Make the releases of all quarters."""
    return [publish(population, quarter, level, seed=seed) for quarter in population.quarters]
