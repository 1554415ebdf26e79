"""Ways to publish a count: those that are known to be unsafe, and ours."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from portal.statistics.catalogue.codelists import Cell
from portal.statistics.disclosure.noise import Tally, draw_cell_noise

LEAST_SHOWN = 5  # of the suppression that others practise
HIDDEN = -1  # stands for a suppressed number: it says "1 to 4"
TABLE = "attacked"
EPSILON = 500  # thousandths, for methods that draw noise in the wrong way


@dataclass(frozen=True)
class Method:
    """How a count becomes what is published; `vintage` numbers the publications of one cell."""

    name: str
    shown: Callable[[Cell, Tally, int], int]


def key_of(*names: object) -> bytes:
    """Return a key of a release that follows from the names alone."""
    return sha256("\0".join(map(str, names)).encode()).digest()


def _raw(_cell: Cell, tally: Tally, _vintage: int) -> int:
    return tally.records


def _suppressed(_cell: Cell, tally: Tally, _vintage: int) -> int:
    return HIDDEN if 0 < tally.records < LEAST_SHOWN else tally.records


def _by_coordinates(cell: Cell, tally: Tally, _vintage: int) -> int:
    return tally.records + draw_cell_noise(key_of("fixed"), TABLE, cell, Tally(), EPSILON)


def _by_records(cell: Cell, tally: Tally, _vintage: int) -> int:
    return tally.records + draw_cell_noise(key_of("fixed"), TABLE, cell, tally, EPSILON)


def _redrawn(cell: Cell, tally: Tally, vintage: int) -> int:
    return tally.records + draw_cell_noise(key_of(vintage), TABLE, cell, tally, EPSILON)


RAW = Method("raw counts", _raw)
SUPPRESSED = Method("counts below 5 hidden", _suppressed)
BY_COORDINATES = Method("noise that follows from the cell only", _by_coordinates)
BY_RECORDS = Method("noise on a table that is refreshed", _by_records)
REDRAWN = Method("noise drawn anew in every release", _redrawn)
