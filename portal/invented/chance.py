"""Draws for invented cases: a hash of a text, the same on every machine and in every run."""

import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from hashlib import shake_256
from itertools import accumulate, count
from math import exp, log
from statistics import NormalDist
from typing import Generic, TypeVar

Code = TypeVar("Code")

_WORDS = 4096
_WORD_BYTES = 8
_NORMAL = NormalDist()
_STEPS = 1 << 53  # what a floating point number between 0 and 1 can tell apart


class Chance:
    """An endless sequence of draws that a text determines."""

    def __init__(self, seed: str) -> None:
        self._words = _draw_words(seed)

    def draw_word(self) -> int:
        """Return 64 bits."""
        return next(self._words)

    def draw_uniform(self) -> float:
        """Return a number above 0 and below 1."""
        return ((next(self._words) >> 11) + 0.5) / _STEPS

    def draw_normal(self) -> float:
        """Return a draw of the standard normal distribution."""
        return _NORMAL.inv_cdf(self.draw_uniform())

    def draw_exponential(self) -> float:
        """Return a draw of the exponential distribution with mean 1."""
        return -log(self.draw_uniform())

    def may_happen(self, share: float) -> bool:
        """Tell whether something happens that happens in such a share of cases."""
        return self.draw_uniform() < share

    def draw_below(self, limit: int) -> int:
        """Return a number from 0 to `limit` - 1."""
        return int(self.draw_uniform() * limit)

    def draw_factor(self, spread: float) -> float:
        """Return a factor around 1, of which the logarithm has such a spread."""
        return exp(spread * self.draw_normal())

    def draw_key(self) -> bytes:
        """Return 16 bytes, as the key of a record is."""
        return struct.pack("<2Q", self.draw_word(), self.draw_word())


class Mix(Generic[Code]):
    """Codes, each as likely as its weight says."""

    def __init__(self, codes: Sequence[Code], weights: Iterable[float]) -> None:
        self._codes = codes
        *self._edges, self._whole = accumulate(weights)

    def draw(self, chance: Chance) -> Code:
        """Return one of the codes."""
        return self._codes[bisect_right(self._edges, chance.draw_uniform() * self._whole)]


def _draw_words(seed: str) -> Iterator[int]:
    for block in count():
        drawn = shake_256(f"{seed} {block}".encode()).digest(_WORDS * _WORD_BYTES)
        yield from struct.unpack(f"<{_WORDS}Q", drawn)
