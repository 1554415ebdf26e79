"""What was counted of a table, cell by cell, and how it is written where it is kept secret."""

from collections.abc import Iterable, Sequence

from portal.statistics.catalogue.codelists import Cell
from portal.statistics.disclosure.noise import Tally

Tallies = dict[Cell, Tally]


def to_rows(tallies: Tallies) -> list[list[str | int]]:
    """Return the tallies in the order of their cells: codes, records, and the sum of keys as text.

    JSON has no whole numbers as large as a sum of keys.
    """
    return [[*cell, tally.records, str(tally.keys)] for cell, tally in sorted(tallies.items())]


def from_rows(rows: Iterable[Sequence[object]]) -> Tallies:
    """Read tallies back.

    Raises:
        ValueError: a row is none of them.
    """
    return {
        tuple(str(code) for code in cell): Tally(int(str(records)), int(str(keys)))
        for *cell, records, keys in rows
    }
