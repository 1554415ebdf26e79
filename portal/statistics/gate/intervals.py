"""Whole numbers known to lie between two ends, and what sums of them say about each other. Pure.

Every relation is a sum: one number is the sum of others, each known to lie between two ends. What
is left for one of them when all others take their least or their most is all that a reader can
prove from that relation; relations are applied again and again until nothing gets narrower.

Source: Dobra and Fienberg 2000 (Frechet bounds, shuttle algorithm); bounds consistency of linear
constraints. The ends are never narrower than those of linear programming; tests compare the two.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

MOST = 1 << 40  # more than any count
ROUNDS = 60


class Contradiction(ValueError):
    """No numbers at all fit the sums: something published is not what it says it is."""


class Range(NamedTuple):
    """A whole number from `low` to `high`, both included."""

    low: int
    high: int


class SumSystem:
    """Numbers, by whatever names them, and the sums that hold among them."""

    def __init__(self) -> None:
        self._places: dict[Hashable, int] = {}
        self._low: list[int] = []
        self._high: list[int] = []
        self._sums: dict[tuple[int, ...], None] = {}  # the whole first; a set that keeps its order

    def add_bounds(self, name: Hashable, low: int, high: int) -> None:
        """Add a number, or what is known of one besides."""
        place = self._places.setdefault(name, len(self._low))
        if place == len(self._low):
            self._low.append(low)
            self._high.append(high)
        else:
            self._low[place] = max(self._low[place], low)
            self._high[place] = min(self._high[place], high)

    def list_names(self) -> list[Hashable]:
        """Return the names of all numbers."""
        return list(self._places)

    def add_sum(self, whole: Hashable, parts: Iterable[Hashable]) -> None:
        """Say that a number is the sum of others; all of them are in it already."""
        self._sums[(self._places[whole], *(self._places[part] for part in parts))] = None

    def get_range(self, name: Hashable) -> Range:
        """Return what is known of a number."""
        place = self._places[name]
        return Range(self._low[place], self._high[place])

    def narrow(self) -> None:
        """Apply every sum until nothing gets narrower, or for so many rounds.

        Raises:
            Contradiction: they cannot all be true.
        """
        waiting: Iterable[tuple[int, ...]] = self._sums
        by_place: dict[int, list[tuple[int, ...]]] = {}
        for relation in self._sums:
            for place in relation:
                by_place.setdefault(place, []).append(relation)
        for _ in range(ROUNDS):
            changed = {place for relation in waiting for place in self._apply(relation)}
            if not changed:
                return
            waiting = dict.fromkeys(
                relation for place in sorted(changed) for relation in by_place[place]
            )

    def _apply(self, relation: Sequence[int]) -> list[int]:
        """Apply one sum; return the places of the numbers that got narrower."""
        low, high = self._low, self._high
        whole, parts = relation[0], relation[1:]
        least, most = sum(low[part] for part in parts), sum(high[part] for part in parts)
        changed = []
        if least > low[whole]:
            low[whole] = least
            changed.append(whole)
        if most < high[whole]:
            high[whole] = most
            changed.append(whole)
        for part in parts:
            one_low, one_high = low[part], high[part]
            from_below = low[whole] - (most - one_high)
            from_above = high[whole] - (least - one_low)
            if from_below > one_low:
                low[part] = from_below
                least += from_below - one_low
                changed.append(part)
            if from_above < one_high:
                high[part] = from_above
                most += from_above - one_high
                changed.append(part)
            if low[part] > high[part]:
                raise Contradiction("published numbers contradict each other")
        return changed
