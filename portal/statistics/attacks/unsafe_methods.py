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
class PublicationMethod:
    """How a count becomes what is published; `publication` numbers the publications of one cell."""

    name: str
    publish: Callable[[Cell, Tally, int], int]


def derive_key(*names: object) -> bytes:
    """Return a key of a release that follows from the names alone."""
    return sha256("\0".join(map(str, names)).encode()).digest()


def _publish_raw(_cell: Cell, tally: Tally, _publication: int) -> int:
    return tally.records


def _publish_suppressed(_cell: Cell, tally: Tally, _publication: int) -> int:
    return HIDDEN if 0 < tally.records < LEAST_SHOWN else tally.records


def _publish_by_coordinates(cell: Cell, tally: Tally, _publication: int) -> int:
    return tally.records + draw_cell_noise(derive_key("fixed"), TABLE, cell, Tally(), EPSILON)


def _publish_by_records(cell: Cell, tally: Tally, _publication: int) -> int:
    return tally.records + draw_cell_noise(derive_key("fixed"), TABLE, cell, tally, EPSILON)


def _publish_redrawn(cell: Cell, tally: Tally, publication: int) -> int:
    return tally.records + draw_cell_noise(derive_key(publication), TABLE, cell, tally, EPSILON)


RAW = PublicationMethod("raw counts", _publish_raw)
SUPPRESSED = PublicationMethod("counts below 5 hidden", _publish_suppressed)
BY_COORDINATES = PublicationMethod("noise that follows from the cell only", _publish_by_coordinates)
BY_RECORDS = PublicationMethod("noise on a table that is refreshed", _publish_by_records)
REDRAWN = PublicationMethod("noise drawn anew in every release", _publish_redrawn)
