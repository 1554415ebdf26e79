"""Keyed noise on counts. Pure.

What is published of a count is the count plus noise, once. The noise is drawn from a key of the
release and from the records in the cell, so that a second run gives the same number and nobody
without the key can take it off again. No floating point takes part in drawing it.
"""

import hmac
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from functools import cache
from math import exp, sqrt
from typing import NamedTuple

from portal.statistics.catalogue.codelists import Cell

RECORD_KEY_BYTES = 16
RELEASE_KEY_BYTES = 32
PART_BITS = 32  # what a database adds up at a time
WHOLE = 1000  # thousandths of epsilon

_KEYS = 1 << (8 * RECORD_KEY_BYTES)
_DRAW_BYTES = 7
_DRAWS = 1 << (8 * _DRAW_BYTES)
_DIGITS = 60  # far beyond the 17 that 2**56 has


class Tally(NamedTuple):
    """What is counted of one cell: how many records, and the sum of their keys modulo 2**128."""

    records: int = 0
    keys: int = 0

    def add_record(self, record_key: bytes) -> "Tally":
        """Return the tally with one record more.

        Args:
            record_key: the 16 random bytes of the record.

        Returns:
            A new tally.

        Raises:
            ValueError: the key is not 16 bytes long.

        Source: Fraser and Wooton 2005, record keys; here summed, so the order does not matter.
        """
        if len(record_key) != RECORD_KEY_BYTES:
            raise ValueError("a record key is 16 bytes")
        return Tally(self.records + 1, (self.keys + int.from_bytes(record_key)) % _KEYS)

    @classmethod
    def from_sums(cls, records: int, sums: Sequence[int]) -> "Tally":
        """Return the tally of records whose keys were added up in parts.

        Args:
            records: how many.
            sums: of every 32 bits of their keys, the lowest first; any whole numbers.

        Returns:
            A tally.

        Source: a sum of numbers is the sum of their digits, each times its weight.
        """
        keys = sum(part << (PART_BITS * place) for place, part in enumerate(sums))
        return cls(records, keys % _KEYS)

    def merge(self, other: "Tally") -> "Tally":
        """Return the tally of the records of both, which have none in common.

        Args:
            other: the tally of other records.

        Returns:
            A new tally.

        Source: as `plus`.
        """
        return Tally(self.records + other.records, (self.keys + other.keys) % _KEYS)


def compute_cap(thousandths: int) -> int:
    """Return the most that noise changes a count: 10 / epsilon.

    Args:
        thousandths: epsilon in thousandths, at least 1.

    Returns:
        Counts, rounded down.

    Raises:
        ValueError: epsilon is not positive.

    Source: docs/statistics-method.md section 3.
    """
    if thousandths < 1:
        raise ValueError("epsilon is positive")
    return 10 * WHOLE // thousandths


@cache
def compute_thresholds(thousandths: int) -> tuple[int, ...]:
    """Return the inverse distribution function of the noise on the integers below 2**56.

    The noise is two-sided geometric (discrete Laplace): P(k) is proportional to exp(-epsilon |k|),
    for |k| up to the cap.

    Args:
        thousandths: epsilon in thousandths.

    Returns:
        2 * cap thresholds, ascending. A draw at or above i of them means the noise i - cap.

    Source: Ghosh, Roughgarden and Sundararajan 2009; Decimal.exp is correctly rounded, so
        every machine gets the same integers.
    """
    most = compute_cap(thousandths)
    with localcontext(prec=_DIGITS):
        ratio = (Decimal(-thousandths) / WHOLE).exp()
        weights = [ratio ** abs(noise) for noise in range(-most, most + 1)]
        whole, running, bounds = sum(weights), Decimal(0), []
        for weight in weights[:-1]:
            running += weight
            bounds.append(int((running / whole * _DRAWS).to_integral_value()))
    return tuple(bounds)


def draw_cell_noise(
    release_key: bytes, table: str, cell: Cell, tally: Tally, thousandths: int
) -> int:
    """Draw the noise of one cell of one release.

    Args:
        release_key: 32 secret bytes of this release.
        table: id of the table.
        cell: the codes of the cell, one for each dimension.
        tally: the records in it; none is a tally too.
        thousandths: epsilon of the table in thousandths.

    Returns:
        What to add to the count, at most the cap either way.

    Raises:
        ValueError: the key is not 32 bytes long, or epsilon is not positive.

    Source: HMAC-SHA256, RFC 2104. Its message is the number of codes, then table and codes, each
        after its length (4 bytes), then the count (8 bytes) and the sum of keys (16 bytes).
    """
    if len(release_key) != RELEASE_KEY_BYTES:
        raise ValueError("a release key is 32 bytes")
    texts = [text.encode() for text in (table, *cell)]
    named = b"".join(len(text).to_bytes(4) + text for text in texts)
    counted = tally.records.to_bytes(8) + tally.keys.to_bytes(RECORD_KEY_BYTES)
    digest = hmac.digest(release_key, len(cell).to_bytes(4) + named + counted, "sha256")
    drawn = int.from_bytes(digest[:_DRAW_BYTES])
    return bisect_right(compute_thresholds(thousandths), drawn) - compute_cap(thousandths)


def protect(
    release_key: bytes,
    table: str,
    thousandths: int,
    cells: Iterable[Cell],
    tallies: Mapping[Cell, Tally],
) -> dict[Cell, int]:
    """Return what is published of a table: every cell with its noise, those of no record too.

    Args:
        release_key: 32 secret bytes of this release.
        table: id of the table.
        thousandths: epsilon of the table in thousandths.
        cells: every cell the table has.
        tallies: what was counted; a cell that is missing was empty.

    Returns:
        A number for each cell. It can be negative, and must be added up as it is.

    Raises:
        ValueError: something was counted in a cell that the table does not have.

    Source: docs/statistics-method.md section 3.
    """
    counted = {cell: tallies.get(cell, Tally()) for cell in cells}
    if tallies.keys() - counted.keys():
        raise ValueError(f"{table} has no such cell")
    return {
        cell: tally.records + draw_cell_noise(release_key, table, cell, tally, thousandths)
        for cell, tally in counted.items()
    }


def compute_noise_sd(thousandths: int) -> float:
    """Return the standard deviation of the noise of one cell.

    Args:
        thousandths: epsilon in thousandths; 0 stands for an exact number.

    Returns:
        Counts.

    Source: variance 2a / (1 - a)**2 of the discrete Laplace distribution, a = exp(-epsilon).
    """
    if not thousandths:
        return 0.0
    ratio = exp(-thousandths / WHOLE)
    return sqrt(2 * ratio) / (1 - ratio)


def compute_usual_change(thousandths: int) -> int:
    """Return by how much the noise changes a cell at most, 95 times out of 100.

    Args:
        thousandths: epsilon in thousandths.

    Returns:
        Counts.

    Source: the thresholds that the noise is drawn with.
    """
    edges, most = (0, *compute_thresholds(thousandths), _DRAWS), compute_cap(thousandths)
    reaches = (
        reach
        for reach in range(most + 1)
        if (edges[most + reach + 1] - edges[most - reach]) * 100 >= 95 * _DRAWS
    )
    return next(reaches)
