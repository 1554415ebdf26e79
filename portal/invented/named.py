"""Draws by name: a hash of a fixed text and of what is drawn, whatever else is drawn before."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TypeVar

Thing = TypeVar("Thing")

_SEED = b"demonstration of the portal"


def draw_below(limit: int, *names: object) -> int:
    """Return a number from 0 to `limit` - 1 that follows from the names alone."""
    text = "\0".join(str(name) for name in names)
    return int.from_bytes(sha256(_SEED + text.encode()).digest()[:8], "big") % limit


def may_happen(percent: int, *names: object) -> bool:
    """Tell whether something happens that happens so often."""
    return draw_below(100, *names) < percent


def pick(things: Sequence[Thing], *names: object) -> Thing:
    """Return one of the things, each as likely."""
    return things[draw_below(len(things), *names)]


def pick_weighted(weights: Mapping[Thing, int], *names: object) -> Thing:
    """Return one of the things, each as likely as its weight says."""
    place = draw_below(sum(weights.values()), *names)
    for thing, weight in weights.items():
        place -= weight
        if place < 0:
            return thing
    raise AssertionError("the place lies below the sum of all weights")
